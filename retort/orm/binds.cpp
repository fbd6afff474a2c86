// Models that live in other databases: which a statement speaks of, and how a flush reaches each.
#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <unordered_map>

#include "retort/engine/ddl_target.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/session.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/orm/unit_of_work.hpp"
#include "retort/sql/walk.hpp"

namespace retort::orm {

std::uint32_t enrolled_count();

namespace {

/// Tables by their names; a name that several databases have says nothing.
struct BoundTables {
    std::uint32_t count = 0;  ///< of enrolments when it was made
    bool any = false;         ///< whether some model has a bind key
    std::unordered_map<std::string_view, const Mapper*> by_name;
};

std::unique_ptr<const BoundTables> make_bound_tables(std::uint32_t count) {
    auto made = std::make_unique<BoundTables>();
    made->count = count;
    for (const auto* mapper : enrolled_models()) {
        made->any = made->any || !mapper->bind_key().empty();
        auto& known = made->by_name.try_emplace(mapper->table_name, mapper).first->second;
        if (known != nullptr && known->bind_key() != mapper->bind_key()) known = nullptr;
    }
    return made;
}

/// Made anew when a model has been enrolled since; older ones stay, as others may be reading them.
const BoundTables& bound_tables() {
    static std::atomic<const BoundTables*> current = nullptr;
    static std::mutex making;
    static std::vector<std::unique_ptr<const BoundTables>> all;
    const auto* known = current.load(std::memory_order_acquire);
    std::uint32_t count = enrolled_count();
    if (known != nullptr && known->count == count) return *known;
    std::lock_guard lock(making);
    all.push_back(make_bound_tables(count));
    current.store(all.back().get(), std::memory_order_release);
    return *all.back();
}

/// Walks a statement for the names of its tables. Queries within expressions are left out for who only asks where it
/// runs: they run there too.
class TableNames {
  public:
    explicit TableNames(bool within = false) : within_(within) {}
    std::vector<std::string_view> names;

    void add(const sql::NodeRef& node) { add(node.get(), 0); }

  private:
    void add(const sql::Node* node, int depth) {
        if (node == nullptr || depth > sql::deepest_expression) return;
        switch (node->kind()) {
            case sql::NodeKind::table: names.push_back(static_cast<const sql::TableNode*>(node)->name.text); break;
            case sql::NodeKind::alias: add(static_cast<const sql::AliasNode*>(node)->element.get(), depth + 1); break;
            case sql::NodeKind::cte: add(static_cast<const sql::CteNode*>(node)->element.get(), depth + 1); break;
            case sql::NodeKind::join:
                add(static_cast<const sql::JoinNode*>(node)->left.get(), depth + 1);
                add(static_cast<const sql::JoinNode*>(node)->right.get(), depth + 1);
                break;
            case sql::NodeKind::select: add_select(*static_cast<const sql::SelectNode*>(node), depth); break;
            case sql::NodeKind::compound:
                for (const auto& query : static_cast<const sql::CompoundNode*>(node)->queries)
                    add(query.get(), depth + 1);
                break;
            case sql::NodeKind::insert: add(static_cast<const sql::InsertNode*>(node)->table.node(), depth + 1); break;
            case sql::NodeKind::update: {
                const auto& update = *static_cast<const sql::UpdateNode*>(node);
                add(update.table.node(), depth + 1);
                for (const auto& [column, value] : update.assignments) add_queries({value}, depth + 1);
                add_queries(update.conditions, depth + 1);
                break;
            }
            case sql::NodeKind::delete_:
                add(static_cast<const sql::DeleteNode*>(node)->table.node(), depth + 1);
                add_queries(static_cast<const sql::DeleteNode*>(node)->conditions, depth + 1);
                break;
            default: break;
        }
    }

    void add_select(const sql::SelectNode& select, int depth) {
        for (const auto& from : select.froms) add(from.get(), depth + 1);
        auto table = [&](const sql::NodeRef& from) { add(from.get(), depth + 1); };
        for (const auto& column : select.columns) sql::for_each_table(column, table);
        for (const auto& condition : select.conditions) sql::for_each_table(condition, table);
        for (const auto* parts : {&select.columns, &select.conditions, &select.having, &select.order_by}) {
            add_queries(*parts, depth + 1);
        }
    }

    void add_queries(const std::vector<sql::Expression>& expressions, int depth) {
        if (!within_) return;
        for (const auto& expression : expressions) add_query(expression, depth);
    }
    void add_query(const sql::Expression& expression, int depth) {
        const sql::Node* node = expression.node();
        if (node == nullptr || depth > sql::deepest_expression) return;
        bool is_query = node->kind() == sql::NodeKind::select || node->kind() == sql::NodeKind::compound;
        if (is_query) return add(node, depth + 1);
        sql::for_each_part(*node, [&](const sql::Expression& part) { add_query(part, depth + 1); });
    }

    bool within_;
};

[[noreturn]] void refuse(std::string_view first, std::string_view second) {
    throw InvalidRequestError("several-binds"_code,
                              "one statement names the tables \"" + std::string(first) + "\" and \"" +
                                  std::string(second) + "\", which live in different databases.",
                              "ask each database by itself; load a relationship between them with lazy::select or "
                              "selectinload");
}

}  // namespace

std::vector<std::string> bind_keys() {
    std::set<std::string> keys;
    for (const auto* mapper : enrolled_models()) {
        if (!mapper->bind_key().empty()) keys.emplace(mapper->bind_key());
    }
    return {keys.begin(), keys.end()};
}

namespace {

/// Throws InvalidRequestError("several-binds") for names of different databases, and for one that several have where
/// nothing else says which is meant.
std::string_view only_bind_key(const BoundTables& tables, const std::vector<std::string_view>& names,
                               bool database_known = false) {
    const Mapper* first = nullptr;
    for (auto name : names) {
        auto known = tables.by_name.find(name);
        if (known == tables.by_name.end()) continue;
        if (known->second == nullptr && database_known) continue;
        if (known->second == nullptr) refuse(name, name);
        if (first != nullptr && first->bind_key() != known->second->bind_key()) refuse(first->table_name, name);
        first = known->second;
    }
    return first == nullptr ? std::string_view() : first->bind_key();
}

}  // namespace

std::string_view bind_key_of(const sql::NodeRef& statement) {
    const auto& tables = bound_tables();
    if (!tables.any) return {};
    TableNames found;
    found.add(statement);
    return only_bind_key(tables, found.names);
}

void require_one_bind(const sql::NodeRef& statement) {
    const auto& tables = bound_tables();
    if (!tables.any) return;
    TableNames found(true);
    found.add(statement);
    only_bind_key(tables, found.names, true);
}

engines::Transaction& SessionCore::transaction(const Mapper& mapper) {
    auto& whole = transaction();
    return mapper.bind_key().empty() ? whole : whole.of(mapper.bind_key());
}

engines::Transaction& SessionCore::transaction_for(const sql::NodeRef& statement) {
    auto key = bind_key_of(statement);
    auto& whole = transaction();
    return key.empty() ? whole : whole.of(key);
}

bool SessionCore::spans_databases() const {
    return std::any_of(stores_.begin(), stores_.end(),
                       [](const auto& store) { return store != nullptr && !store->mapper->bind_key().empty(); });
}

void SessionCore::write_bound(UnitOfWork& work) {
    for (auto key : work.bind_keys()) {
        work.write_only(key);
        transaction().of(key).write([&](engines::Connection& connection) {
            engines::StatementContext scope(statement_context_);
            work.run(connection);
        });
    }
}

std::vector<std::string_view> UnitOfWork::bind_keys() {
    plan();
    std::vector<std::string_view> keys;
    auto add = [&](const Mapper& mapper) {
        bool known = std::find(keys.begin(), keys.end(), mapper.bind_key()) != keys.end();
        if (!known) keys.push_back(mapper.bind_key());
    };
    // Tasks are in the order of their ranks, so that parents' databases come first.
    for (const auto& task : tasks_) add(*task.store->mapper);
    for (const auto& association : session_.associations_) add(*association.relationship->secondary);
    return keys;
}

void create_all(const engines::Engine& engine, std::string_view bind_key) {
    engines::create_all(engine, metadata(bind_key));
}

void drop_all(const engines::Engine& engine, std::string_view bind_key) {
    engines::drop_all(engine, metadata(bind_key));
}

}  // namespace retort::orm
