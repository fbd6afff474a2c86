// Several databases behind one session: who goes where, one transaction over all, what cannot be asked.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "retort/engine/bound_engines.hpp"
#include "retort/engine/result.hpp"
#include "retort/retort.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

struct Visit;

struct Member : Model<Member> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<Visit> visits;
};

struct Visit : Model<Visit> {
    static constexpr auto bind_key = "log";
    Column<int, primary_key> id;
    Column<std::string> page;
    Column<std::optional<int>, foreign_key<Member>> member_id;
    One<Member> member;
};

struct Setting : Model<Setting> {
    static constexpr auto bind_key = "settings";
    Column<std::string, primary_key> name;
    Column<std::string> value;
};

/// A folder with the three databases, and an app that uses them.
class Place {
  public:
    explicit Place(bool files = false) {
        std::string path = (std::filesystem::temp_directory_path() / "retort_binds_XXXXXX").string();
        folder_ = ::mkdtemp(path.data());
        auto uri = [&](const char* name) {
            return files ? "sqlite:///" + folder_ + "/" + name : std::string("sqlite://");
        };
        app.config["SQLALCHEMY_DATABASE_URI"] = uri("main.db");
        app.config["SQLALCHEMY_BINDS"] =
            json{{"log", uri("log.db")}, {"settings", json{{"url", uri("settings.db")}, {"durability", "normal"}}}};
        db.init_app(app);
    }
    ~Place() { std::filesystem::remove_all(folder_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    std::vector<std::string> tables(std::string_view key = {}) const { return db.inspect(key)->get_table_names(); }

    Database db;
    App app{"binds_test"};

  private:
    std::string folder_;
};

using Names = std::vector<std::string>;

std::string code_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return std::string(error.code());
    }
    return "nothing";
}

}  // namespace

TEST_CASE("each database has the tables of its models, all of them or one") {
    Place place;
    auto context = place.app.app_context();
    place.db.create_all();
    CHECK(place.tables() == Names{"member"});
    CHECK(place.tables("log") == Names{"visit"});
    CHECK(place.tables("settings") == Names{"setting"});
    // No database knows the tables of another one.
    CHECK(place.db.inspect("log")->get_foreign_keys("visit").empty());
    CHECK(place.db.metadata("log").find("visit") != nullptr);
    CHECK(place.db.metadata().find("visit") == nullptr);
    place.db.drop_all("log");
    CHECK(place.tables("log").empty());
    CHECK(place.tables() == Names{"member"});
    place.db.create_all("log");
    CHECK(place.tables("log") == Names{"visit"});
    place.db.drop_all();
    CHECK(place.tables().empty());
    CHECK(place.tables("settings").empty());
    CHECK(place.db.reflect("log").empty());
}

TEST_CASE("one session writes to all, parents before children, and reads from each") {
    Place place;
    auto context = place.app.app_context();
    auto& db = place.db;
    db.create_all();
    auto ada = db.session.add(Member{.name = "ada"});
    ada->visits.append(Visit{.page = "/"});
    db.session.add(Setting{.name = "colour", .value = "red"});
    db.session.commit();
    CHECK(db.engine("log").connect()->execute("SELECT member_id FROM visit").scalar<int>() == 1);
    CHECK(db.engine("settings").connect()->execute("SELECT value FROM setting").scalar<std::string>() == "red");

    db.session.remove();
    auto visit = db.session.get<Visit>(1);
    CHECK(visit->member->name == "ada");
    CHECK(visit->member->visits.size() == 1);
    CHECK(db.session.scalars(select<Visit>().where(Visit::c.page == "/")).all().size() == 1);
    CHECK(db.session.scalar(select(Setting::c.value)) == "red");
    CHECK(db.session.scalar(select(func::count(Visit::c.id))) == 1);
    CHECK(Visit::query().count() == 1);
    auto members = db.session.scalars(select<Member>().options(selectinload(Member::c.visits))).all();
    CHECK(members[0]->visits.size() == 1);

    visit->page = "/about";
    ada = db.session.get<Member>(1);
    ada->name = "Ada";
    db.session.commit();
    CHECK(db.session.execute(update<Visit>().where(Visit::c.id == 1).values({.page = "/x"})) == 1);
    db.session.commit();
    db.session.remove();
    CHECK(db.session.get<Visit>(1)->page == "/x");
    CHECK(db.session.execute(insert<Visit>(), {{.page = "/y"}, {.page = "/z"}}) == 2);
    CHECK(db.session.execute(delete_<Visit>().where(Visit::c.id > 1)) == 2);
    db.session.delete_(db.session.get<Visit>(1));
    db.session.delete_(db.session.get<Setting>("colour"));
    db.session.commit();
    CHECK(db.session.scalars(select<Visit>()).all().empty());
    CHECK(db.session.scalars(select<Setting>()).all().empty());
}

TEST_CASE("what fails in one database is undone in all") {
    Place place(true);
    auto context = place.app.app_context();
    auto& db = place.db;
    db.create_all();
    db.session.add(Setting{.name = "a", .value = "1"});
    db.session.commit();
    db.session.add(Member{.name = "ada"});
    db.session.add(Visit{.page = "/"});
    db.session.flush();
    db.engine("settings").connect()->run("INSERT INTO setting VALUES ('b', 'there already')");
    db.session.add(Setting{.name = "b", .value = "2"});
    CHECK_THROWS_AS(db.session.commit(), const IntegrityError&);
    db.session.rollback();
    CHECK(db.session.scalars(select<Member>()).all().empty());
    CHECK(db.session.scalars(select<Visit>()).all().empty());
    CHECK(db.session.scalar(select(Setting::c.value).where(Setting::c.name == "a")) == "1");
    db.session.add(Member{.name = "eve"});
    db.session.add(Visit{.page = "/again"});
    db.session.commit();
    CHECK(db.session.scalars(select<Visit>()).all().size() == 1);
}

TEST_CASE("savepoints reach every database, those too that are touched within them first") {
    Place place;
    auto context = place.app.app_context();
    auto& db = place.db;
    db.create_all();
    db.session.add(Member{.name = "stays"});
    {
        auto nested = db.session.begin_nested();
        db.session.add(Visit{.page = "/goes"});
        db.session.add(Member{.name = "goes"});
        db.session.flush();
        nested.rollback();
    }
    {
        auto nested = db.session.begin_nested();
        db.session.add(Visit{.page = "/stays"});
        nested.commit();
    }
    db.session.commit();
    CHECK(db.session.scalars(select(Visit::c.page)).all() == Names{"/stays"});
    CHECK(db.session.scalars(select(Member::c.name)).all() == Names{"stays"});
}

TEST_CASE("a commit that fails after another was made final says so") {
    class Failing final : public engines::Transaction {
      public:
        engines::Connection& reader() override { throw std::logic_error("not asked"); }
        void write(const std::function<void(engines::Connection&)>&) override {}
        void write_and_commit(const std::function<void(engines::Connection&)>&) override {}
        void commit() override {
            if (fails) throw OperationalError("disk-full"_code, "the disk is full.");
        }
        void rollback() noexcept override { ++rollbacks; }
        bool is_writing() const override { return true; }
        void savepoint(std::string_view) override {}
        void release_savepoint(std::string_view) override {}
        void rollback_to_savepoint(std::string_view) override {}
        explicit Failing(bool when, int& count) : fails(when), rollbacks(count) {}
        bool fails;
        int& rollbacks;
    };
    class Core final : public engines::Engine::Core {
      public:
        explicit Core(bool when) : fails(when) {}
        const engines::Dialect& dialect() const override { throw std::logic_error("not asked"); }
        std::string url() const override { return "test"; }
        std::unique_ptr<engines::Transaction> begin() override { return std::make_unique<Failing>(fails, rollbacks); }
        std::unique_ptr<engines::Connection> connect() override { return nullptr; }
        void release_thread() noexcept override {}
        void dispose() noexcept override {}
        bool fails;
        int rollbacks = 0;
    };
    auto good = std::make_shared<Core>(false);
    auto bad = std::make_shared<Core>(true);
    auto last = std::make_shared<Core>(false);
    auto engine =
        engines::bind_engines(engines::Engine(good), {{"bad", engines::Engine(bad)}, {"last", engines::Engine(last)}});
    auto transaction = engine.begin();
    (void)transaction->of("");
    (void)transaction->of("bad");
    (void)transaction->of("last");
    CHECK_THROWS_WITH_AS(transaction->commit(), doctest::Contains("the main one"), const OperationalError&);
    CHECK(last->rollbacks == 1);
    // When nothing was final yet, it is the failure itself.
    auto second = engine.begin();
    (void)second->of("bad");
    CHECK(code_of([&] { second->commit(); }) == "disk-full");
}

TEST_CASE("what no database can answer, and keys that nobody configured") {
    Place place;
    auto context = place.app.app_context();
    auto& db = place.db;
    db.create_all();
    CHECK(code_of([&] {
              (void)db.session.execute(select(Member::c.name, Visit::c.page).where(Visit::c.member_id == Member::c.id));
          }) == "several-binds");
    CHECK(code_of([&] { (void)db.session.scalars(select<Member>().options(joinedload(Member::c.visits))); }) ==
          "several-binds");
    auto of_members = select<Visit>().where(Visit::c.member_id.in_(select(Member::c.id)));
    CHECK(code_of([&] { (void)db.session.scalars(of_members); }) == "several-binds");
    CHECK(code_of([&] { (void)db.session.scalars(select<Member>().where(Member::c.visits.any())); }) ==
          "several-binds");
    auto seen = select(func::count(Visit::c.id)).scalar_subquery();
    CHECK(code_of([&] { (void)db.session.execute(select(Member::c.name, seen)); }) == "several-binds");
    CHECK(code_of([&] { (void)db.session.execute(delete_<Visit>().where(exists<Member>())); }) == "several-binds");
    CHECK(code_of([&] { (void)db.engine("logs"); }) == "unknown-bind");
    CHECK_THROWS_WITH_AS((void)db.inspect("logs"), doctest::Contains("log"), const InvalidRequestError&);

    Database other;
    App app{"without"};
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
    other.init_app(app);
    auto inner = app.app_context();
    CHECK(code_of([&] { other.create_all(); }) == "unknown-bind");
    other.create_all("");
    CHECK(other.session.scalars(select<Member>()).all().empty());
    CHECK(code_of([&] { (void)other.session.scalars(select<Visit>()); }) == "unknown-bind");
}

TEST_CASE("binds alone are enough; models without a key are then refused") {
    Database db;
    App app{"bound"};
    app.config["SQLALCHEMY_BINDS"] = json{{"log", "sqlite://"}, {"settings", "sqlite://"}};
    db.init_app(app);
    auto context = app.app_context();
    db.create_all();
    db.session.add(Visit{.page = "/"});
    db.session.commit();
    CHECK(db.session.scalars(select<Visit>()).all().size() == 1);
    CHECK(code_of([&] { (void)db.session.scalars(select<Member>()); }) == "unknown-bind");
    CHECK(code_of([&] { (void)db.engine(); }) == "unknown-bind");

    Database wrong;
    App bad{"bad"};
    bad.config["SQLALCHEMY_BINDS"] = json{{"log", 3}};
    CHECK(code_of([&] { wrong.init_app(bad); }) == "config-kind");
    CHECK(code_of([&] { bad.config["SQLALCHEMY_BINDS"] = "sqlite://"; }) == "config-kind");
}

TEST_CASE("a session made by hand with one engine keeps everything in it") {
    auto engine = create_engine("sqlite://");
    auto connection = engine.connect();
    connection->run("CREATE TABLE visit (id INTEGER PRIMARY KEY, page TEXT, member_id INTEGER)");
    Session session(engine);
    session.add(Visit{.page = "/"});
    session.commit();
    CHECK(session.scalars(select<Visit>()).all().size() == 1);
}
