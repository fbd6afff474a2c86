// Loader: runs a query whose objects bring others along: joined, by IN, by subquery, one by one.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "retort/orm/load_plan.hpp"
#include "retort/orm/session_core.hpp"

namespace retort::orm {

class Loader {
  public:
    Loader(SessionCore& session, LoadPlan plan);
    ~Loader();
    Loader(const Loader&) = delete;
    Loader& operator=(const Loader&) = delete;

    /// Gives each row; a query for one entity gives each object once, however many rows its collections make.
    void run(SessionCore::RowSink sink);
    /// The same by this text, the plan's.
    void run(engines::Connection& reader, std::string_view text, std::span<const ValueView> values,
             SessionCore::RowSink sink);
    /// The same with rows that come from elsewhere.
    void run(SessionCore::RowFeed feed, SessionCore::RowSink sink);

    /// The query that is sent.
    const sql::NodeRef& statement() const { return plan_.statement.ref(); }
    /// The plan for another loader, when this one has run.
    LoadPlan plan() && { return std::move(plan_); }

    /// Reads one relationship of these objects.
    static void load_siblings(SessionCore& session, const Relationship& relationship, std::span<void* const> owners,
                              std::span<const LoadOption> options);

  private:
    template <class T>
    using SpareVector = retort::detail::SpareVector<T>;

    /// A relationship that the rows are filling.
    struct Filling {
        const LoadStep* step;
        void* owner;
        Items appended;  ///< what was put in before it was read
    };
    /// A relationship that is read after the rows, and whose.
    struct Later {
        LoadStep* step;
        const LoadNode* node;
        bool of_root;
        SpareVector<void*> owners;
    };

    void find_later(LoadNode& node, bool root);
    void find_varying();
    void read_row(SessionCore::RowSink& sink, std::span<const ValueView> row);
    void* read_entity(const LoadNode& node, const ValueView* row);
    engines::RepeatedCells root_cells() const;
    void* read_root(const ValueView* row);
    void fill_all(const LoadNode& node, void* owner, const ValueView* row);
    void fill(const LoadStep& step, void* owner, const ValueView* row);
    void put(const LoadStep& step, void* owner, void* target);
    bool begin_filling(const LoadStep& step, void* owner);
    void finish(SpareVector<Filling>& fillings) noexcept;
    void abandon(SpareVector<Filling>& fillings) noexcept;
    bool seen_before(void* object);

    void load_later(Later& later);
    void load_parents(const Later& later, std::span<void* const> owners);
    void load_children(const Later& later, std::span<void* const> owners);
    bool reads_only_base() const;
    void load_by_subquery(const Later& later);
    void load_by_owners(const Later& later, std::span<void* const> owners);
    void read_children(const Later& later, std::span<const ValueView> keys);
    void read_targets(const Later& later, const sql::Select& statement, const sql::TableRef& key_table,
                      std::span<const Attribute* const> keys_beside, std::span<const ValueView> keys = {});
    bool read_kept(const Later& later, std::span<const ValueView> keys);
    void put_targets(const Later& later, Loader& loader, engines::Connection& reader, std::string_view text,
                     std::span<const ValueView> values);
    void read_parents(const Later& later, const sql::Select& statement);
    void put_parents(const Later& later, std::span<void* const> owners);
    sql::Select targets_where(const LoadStep& step, sql::Expression condition) const;
    void* owner_by_key(const Later& later, std::span<const ValueView> key);
    std::span<const ValueView> shown_key(const Mapper& mapper, std::span<const ValueView> key);

    SessionCore& session_;
    LoadPlan plan_;
    SpareVector<Later> later_;
    SpareVector<Filling> filling_;                                ///< by the rows
    SpareVector<Filling> waiting_;                                ///< by what comes after them
    std::unordered_map<void*, std::unordered_set<void*>> large_;  ///< collections that are too long to be searched
    std::unordered_set<void*> seen_;
    SpareVector<void*> ascended_;  ///< instead of it, while the keys ascend
    std::int64_t greatest_key_ = 0;
    bool ascending_ = true;
    void* newest_ = nullptr;
    std::size_t root_place_ = 0;  ///< where its key stands in a row, when it has the rows of a collection beside it
    std::int64_t root_key_ = 0;
    void* root_ = nullptr;  ///< the object of the row before
    ValueView owner_key_;   ///< of the owner that was asked for last: rows of one owner come together
    void* owner_ = nullptr;
    std::vector<ValueView> shown_key_;  ///< of the row at hand, where rows show keys in another way than objects
    std::vector<std::string> shown_texts_;
    const LoadStep* varying_ = nullptr;  ///< the only one that differs between the rows of one root
    bool each_once_ = false;             ///< no two rows that are read now bring the same target for the same owner
    bool once_ = false;
    SpareVector<void*> objects_;
    SpareVector<ValueView> values_;
};

}  // namespace retort::orm
