// One transaction over several databases.
#include "retort/engine/bound_engines.hpp"

#include <algorithm>

#include "retort/base/suggest.hpp"
#include "retort/base/text.hpp"
#include "retort/engine/errors.hpp"

namespace retort::engines {

void refuse_unknown_bind(std::string_view key, const Binds& known) {
    if (key.empty()) {
        throw InvalidRequestError("unknown-bind"_code, "there is no database for models without a bind key.",
                                  "set SQLALCHEMY_DATABASE_URI, or give the model a bind_key");
    }
    std::vector<std::string_view> keys;
    for (const auto& [name, engine] : known) keys.push_back(name);
    throw InvalidRequestError("unknown-bind"_code,
                              "the bind key \"" + std::string(key) + "\" is not in SQLALCHEMY_BINDS.",
                              did_you_mean_hint(key, keys, "add it, with the URI of its database"));
}

namespace {

class BoundTransaction final : public Transaction {
  public:
    BoundTransaction(const Engine& main, const Binds& others) : main_(main), others_(others) {}

    Transaction& of(std::string_view key) override {
        for (auto& part : parts_) {
            if (part.key == key) return *part.transaction;
        }
        auto opened = engine(key).begin();
        for (const auto& name : savepoints_) opened->savepoint(name);
        parts_.push_back({std::string(key), std::move(opened)});
        return *parts_.back().transaction;
    }

    Connection& reader() override { return of({}).reader(); }
    void write(const std::function<void(Connection&)>& work) override { of({}).write(work); }

    /// One step where this is the only database that writes.
    void write_and_commit(const std::function<void(Connection&)>& work) override {
        auto& own = of({});
        bool alone = std::none_of(parts_.begin(), parts_.end(), [&](const Part& part) {
            return part.transaction.get() != &own && part.transaction->is_writing();
        });
        if (alone) {
            own.write_and_commit(work);
        } else {
            own.write(work);
        }
        commit();
    }

    void commit() override {
        std::vector<std::string> done;
        for (auto& part : parts_) {
            try {
                bool wrote = part.transaction->is_writing();
                part.transaction->commit();
                if (wrote) done.push_back(part.key.empty() ? "the main one" : part.key);
            } catch (const Error& error) {
                rollback();
                if (done.empty()) throw;
                throw OperationalError("partly-committed"_code,
                                       "the commit failed in " + shown(part.key) + " (" + error.message() +
                                           "), after it was made final in: " + join(done, ", ") + ".",
                                       "put these right by hand; keep what must change together in one database");
            }
        }
        parts_.clear();
        savepoints_.clear();
    }

    void rollback() noexcept override {
        for (auto& part : parts_) part.transaction->rollback();
        savepoints_.clear();
    }

    bool is_writing() const override {
        return std::any_of(parts_.begin(), parts_.end(), [](auto& part) { return part.transaction->is_writing(); });
    }

    void savepoint(std::string_view name) override {
        for (auto& part : parts_) part.transaction->savepoint(name);
        savepoints_.emplace_back(name);
    }
    void release_savepoint(std::string_view name) override {
        for (auto& part : parts_) part.transaction->release_savepoint(name);
        forget_savepoint(name);
    }
    void rollback_to_savepoint(std::string_view name) override {
        for (auto& part : parts_) part.transaction->rollback_to_savepoint(name);
        forget_savepoint(name);
    }

  private:
    struct Part {
        std::string key;
        std::unique_ptr<Transaction> transaction;
    };

    static std::string shown(const std::string& key) {
        return key.empty() ? std::string("the main database") : "the database \"" + key + '"';
    }

    const Engine& engine(std::string_view key) const {
        if (key.empty() && main_) return main_;
        auto found = others_.find(key);
        if (found == others_.end()) refuse_unknown_bind(key, others_);
        return found->second;
    }

    /// With those that were set within it.
    void forget_savepoint(std::string_view name) {
        savepoints_.erase(std::find(savepoints_.begin(), savepoints_.end(), name), savepoints_.end());
    }

    const Engine& main_;
    const Binds& others_;
    std::vector<Part> parts_;
    std::vector<std::string> savepoints_;
};

class BoundCore final : public Engine::Core {
  public:
    BoundCore(Engine main, Binds others) : main_(std::move(main)), others_(std::move(others)) {}

    const Dialect& dialect() const override { return first().dialect(); }
    const Dialect& dialect_of(std::string_view key) const override {
        auto found = others_.find(key);
        return found == others_.end() ? first().dialect() : found->second.dialect();
    }
    std::string url() const override { return first().url(); }
    std::unique_ptr<Transaction> begin() override { return std::make_unique<BoundTransaction>(main_, others_); }
    std::unique_ptr<Connection> connect() override { return first().connect(); }
    bool reads_beside() const override { return false; }  // a stream would read the main database only
    void listen(StatementHook hook) override {
        each([&](const Engine& engine) { engine.listen(hook); });
    }
    void release_thread() noexcept override {
        each([](const Engine& engine) { engine.release_thread(); });
    }
    void dispose() noexcept override {
        each([](const Engine& engine) { engine.dispose(); });
    }

  private:
    const Engine& first() const { return main_ || others_.empty() ? main_ : others_.begin()->second; }
    template <class F>
    void each(F f) const {
        if (main_) f(main_);
        for (const auto& [key, engine] : others_) f(engine);
    }

    Engine main_;
    Binds others_;
};

}  // namespace

Engine bind_engines(Engine main, Binds others) {
    return Engine(std::make_shared<BoundCore>(std::move(main), std::move(others)));
}

}  // namespace retort::engines
