// How a session runs statements: queries for objects and values, and those that write.
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "retort/engine/result.hpp"
#include "retort/orm/compile.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/load_criteria.hpp"
#include "retort/orm/load_plan.hpp"
#include "retort/orm/loader.hpp"
#include "retort/orm/planned_query.hpp"
#include "retort/orm/populating.hpp"
#include "retort/orm/query.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/orm/statement_texts.hpp"
#include "retort/sql/sql.hpp"

namespace retort::orm {
namespace {

/// Whether a query brings more than its own rows, or less of them.
bool needs_loader(const SelectCore& select) {
    if (!select.is_select()) return false;  // unions and text have their columns already
    return !select.options.empty() ||
           std::any_of(select.parts().begin(), select.parts().end(),
                       [](const RowPart& part) { return part.mapper != nullptr && part.mapper->eager; });
}

/// Rows of entities and values, without anything that comes along.
class RowReader {
  public:
    RowReader(SessionCore& session, std::span<const RowPart> parts) : session_(session), parts_(parts) {
        for (const auto& part : parts) {
            if (part.mapper != nullptr) stores_.push_back(&session.store_of(*part.mapper));
        }
        objects_.resize(stores_.size());
        values_.resize(parts.size() - stores_.size());
    }
    void read(std::span<const ValueView> row, SessionCore::RowSink& sink) {
        std::size_t column = 0, object = 0, value = 0;
        for (const auto& part : parts_) {
            if (part.mapper == nullptr) {
                values_[value++] = row[column];
            } else {
                objects_[object] = session_.load_row(*stores_[object], row.data() + column);
                ++object;
            }
            column += part.width;
        }
        sink(objects_, values_);
    }

  private:
    SessionCore& session_;
    std::span<const RowPart> parts_;
    std::vector<Store*> stores_;
    std::vector<void*> objects_;
    std::vector<ValueView> values_;
};

}  // namespace

void SessionCore::autoflush_for(const SelectCore& select) {
    if (select.execution.autoflush) autoflush();
}

// New objects from here on came with one result.
void SessionCore::begin_result(const Mapper& mapper) {
    Store& store = store_of(mapper);
    if (store.results.empty() || store.results.back() != store.end()) store.results.push_back(store.end());
}

void SessionCore::query_entities(const SelectCore& select, FunctionRef<void(void*)> sink) {
    require_usable();
    if (needs_loader(select) || select.parts().size() != 1 || select.by_name) {
        query(select, [&](std::span<void* const> objects, auto) { sink(objects[0]); });
        return;
    }
    std::optional<Populating> populating;
    if (select.execution.populate_existing) populating.emplace(*this);
    const Mapper& mapper = *select.parts()[0].mapper;
    if (mapper.batched) begin_result(mapper);
    Store& store = store_of(mapper);
    auto& reader = transaction(mapper).reader();
    auto compiled = compile_query(reader.dialect(), select);
    auto read = [&](std::span<const ValueView> row) { sink(load_row(store, row.data())); };
    if (compiled.is_single()) {
        reader.first(compiled.text(), compiled.parameters(), read);
    } else {
        reader.each(compiled.text(), compiled.parameters(), read);
    }
    tell_loaded();
}

void SessionCore::query(const SelectCore& select, RowSink sink) {
    require_usable();
    std::optional<Populating> populating;
    if (select.execution.populate_existing) populating.emplace(*this);
    for (const auto& part : select.parts()) {
        bool marks = part.mapper != nullptr && (part.mapper->batched || !select.options.empty());
        if (marks) begin_result(*part.mapper);
    }
    if (select.by_name) return query_by_name(select, sink);
    if (needs_loader(select)) {
        run_planned(*this, select, sink);
        tell_loaded();
        return;
    }
    auto statement = select.statement();
    auto& reader = transaction_for(statement.ref()).reader();
    auto compiled = compile_query(reader.dialect(), statement.ref());
    if (std::none_of(select.parts().begin(), select.parts().end(), [](const RowPart& part) { return part.mapper; })) {
        reader.each(compiled.text(), compiled.parameters(),
                    [&](std::span<const ValueView> row) { sink({}, row.first(select.parts().size())); });
        return;
    }
    RowReader rows(*this, select.parts());
    reader.each(compiled.text(), compiled.parameters(), [&](std::span<const ValueView> row) { rows.read(row, sink); });
    tell_loaded();
}

namespace {

// One object's rows could stand in two parts, or its objects be read again for each part.
void refuse_collections(const LoadNode& node) {
    for (const auto& step : node.steps) {
        if ((!step.in_row() || step.relationship->is_one()) && step.loading != Loading::subquery) continue;
        throw InvalidRequestError("stream-with-collections"_code,
                                  std::string(node.mapper->name()) + "." + std::string(step.relationship->name) +
                                      " is loaded by a join or a subquery, which a stream cannot do part by part.",
                                  "load it with options(selectinload(…)), part by part, or with lazyload(…)");
    }
}

}  // namespace

sql::Select SessionCore::begin_stream(const SelectCore& select) {
    require_usable();
    if (!needs_loader(select)) return select.statement();
    auto plan = make_load_plan(select.statement(), select.parts(), select.entities(), select.options);
    for (const auto& node : plan.entities) refuse_collections(node);
    return plan.statement;
}

void SessionCore::read_part(const SelectCore& select, RowFeed feed, RowSink sink) {
    require_usable();
    std::optional<Populating> populating;
    if (select.execution.populate_existing) populating.emplace(*this);
    for (const auto& part : select.parts()) {
        if (part.mapper != nullptr && part.mapper->batched) begin_result(*part.mapper);
    }
    if (needs_loader(select)) {
        Loader(*this, make_load_plan(select.statement(), select.parts(), select.entities(), select.options))
            .run(feed, sink);
    } else {
        RowReader rows(*this, select.parts());
        feed([&](std::span<const ValueView> row) { rows.read(row, sink); });
    }
    tell_loaded();
}

std::int64_t SessionCore::count(const sql::Select& statement) {
    require_usable();
    std::int64_t rows = 0;
    auto& reader = transaction_for(statement.ref()).reader();
    auto compiled = compile_query(reader.dialect(), count_of(statement).ref());
    reader.each(compiled.text(), compiled.parameters(), [&](std::span<const ValueView> row) { rows = row[0].integer; });
    return rows;
}

std::int64_t SessionCore::count(const SelectCore& select) {
    return count(with_criteria(select.statement(), select.parts(), select.entities(), select.options));
}

void SessionCore::each_of(const Relationship& relationship, void* object, FunctionRef<void(void*)> sink) {
    require_usable();
    const Mapper& target = *relationship.target;
    const auto options = propagated_options(relationship, object);
    if (target.eager || target.batched || relationship.is_custom() || options != nullptr) {
        SelectCore select;
        if (options != nullptr) select.options = *options;
        select.add_entity({&target, target.table});
        select.along = &relationship;
        select.where(condition_of(relationship, object));
        if (options != nullptr) select.where(criteria_when_touched(*options));
        auto order = relationship.order_in(target.table);
        if (!order.empty()) select.set_statement(select.take_statement().order_by(std::move(order)));
        query_entities(select, sink);
        return;
    }
    Store& store = store_of(target);
    auto& reader = transaction(target).reader();
    const auto& text = relationship.owner->texts->related(reader.dialect(), relationship.index);
    std::vector<ValueView> several;
    ValueView one;
    reader.each(text, key_of(relationship, object, one, several),
                [&](std::span<const ValueView> row) { sink(load_row(store, row.data())); });
    tell_loaded();
}

// All objects that came with the same result as this one.
void SessionCore::load_siblings(const Relationship& relationship, void* object) {
    const Slab* own = slab_of(object);
    const Store& store = store_of(*own->mapper);
    auto position = [&](Slab* slab, std::uint32_t slot) { return std::uint64_t{slab->ordinal} << 32 | slot; };
    auto slot = static_cast<std::uint32_t>((static_cast<const char*>(object) - slab_of(object)->first()) / own->stride);
    auto here = position(slab_of(object), slot);
    auto after = std::upper_bound(store.results.begin(), store.results.end(), here);
    std::uint64_t first = after == store.results.begin() ? 0 : *std::prev(after);
    std::uint64_t last = after == store.results.end() ? ~std::uint64_t{0} : *after;
    std::vector<std::pair<std::uint64_t, void*>> siblings;
    for (Slab* slab = slabs_; slab != nullptr; slab = slab->next) {
        if (slab->mapper != own->mapper) continue;
        for (std::uint32_t at = 0; at < slab->used; ++at) {
            void* other = slab->object(at);
            bool in_result = position(slab, at) >= first && position(slab, at) < last;
            if (!in_result || header_of(other).state != ObjectState::persistent || header_of(other).expired) continue;
            if ((relation_state(relationship, other) & relation_loaded) == 0)
                siblings.emplace_back(position(slab, at), other);
        }
    }
    std::sort(siblings.begin(), siblings.end());
    std::vector<void*> owners;
    owners.reserve(siblings.size());
    for (auto& [at, other] : siblings) owners.push_back(other);
    autoflush();
    const auto options = propagated_options(relationship, object);
    Loader::load_siblings(*this, relationship, owners, options == nullptr ? std::span<const LoadOption>() : *options);
}

engines::Result SessionCore::execute_text(const sql::NodeRef& text) {
    require_usable();
    autoflush();
    auto& running = transaction();
    auto compiled = compile(engine_.dialect(), text);
    auto reads_only = [&] {
        engines::StatementScope statement(running.reader().driver().prepare(compiled.text));
        return statement->reads_only();
    };
    if (reads_only()) return running.reader().execute(compiled.text, compiled.parameters);
    std::optional<engines::Result> result;
    running.write([&](engines::Connection& connection) {
        engines::StatementContext scope(statement_context_);
        result = connection.execute(compiled.text, compiled.parameters);
    });
    expire_unchanged();
    return std::move(*result);
}

namespace {

/// Where the columns that a node reads stand among the columns of a text's rows.
std::vector<std::size_t> places_by_name(const LoadNode& node, const std::vector<std::string>& names) {
    const Mapper& mapper = *node.mapper;
    std::vector<std::size_t> places;
    for (const auto& attribute : mapper.attributes) {
        if ((node.columns >> attribute.index & 1) == 0) continue;
        auto found = std::find(names.begin(), names.end(), attribute.column_name);
        if (found == names.end()) {
            throw InvalidRequestError("missing-result-column"_code,
                                      "the rows of the text have no column \"" + attribute.column_name + "\" of " +
                                          std::string(mapper.name()) + ".",
                                      "select every column of the model, or read single columns: columns<…>()");
        }
        places.push_back(static_cast<std::size_t>(found - names.begin()));
    }
    return places;
}

}  // namespace

// The text brings the objects; what comes along is read by IN.
void SessionCore::query_by_name(const SelectCore& select, RowSink sink) {
    const Mapper& mapper = *select.parts()[0].mapper;
    auto& reader = transaction(mapper).reader();
    auto compiled = compile(reader.dialect(), select.statement().ref());
    auto result = reader.execute(compiled.text, compiled.parameters);
    SelectCore objects;
    objects.add_entity({&mapper, mapper.table});
    auto plan =
        make_load_plan(objects.statement(), objects.parts(), objects.entities(), select.options, nullptr, InRows::none);
    plan.entities[0].kinds.clear();
    auto places = places_by_name(plan.entities[0], result.columns());
    std::vector<ValueView> row(places.size());
    auto feed = [&](FunctionRef<void(std::span<const ValueView>)> read) {
        for (const auto& each : result) {
            for (std::size_t at = 0; at < places.size(); ++at) row[at] = each.values()[places[at]];
            read(row);
        }
    };
    Loader(*this, std::move(plan)).run(feed, sink);
    tell_loaded();
}

namespace {

/// A statement that writes; NaN in a calculation or a text would become NULL.
sql::Compiled compile_writing(const engines::Dialect& dialect, const sql::NodeRef& statement) {
    require_one_bind(statement);
    auto compiled = compile(dialect, statement);
    for (const auto& parameter : compiled.parameters) {
        if (parameter.kind != sql::ValueKind::real || !std::isnan(parameter.real)) continue;
        throw InvalidValueError("not-a-number"_code,
                                "a statement writes with NaN, which databases do not keep (SQLite would make it NULL).",
                                "give it nullptr where there is no number");
    }
    return compiled;
}

}  // namespace

std::int64_t SessionCore::execute_write(const sql::NodeRef& statement) {
    autoflush();
    std::int64_t rows = 0;
    auto& writing = transaction_for(statement);
    auto compiled = compile_writing(engine_.dialect_of(bind_key_of(statement)), statement);
    writing.write([&](engines::Connection& connection) {
        engines::StatementContext scope(statement_context_);
        rows = connection.run(compiled.text, compiled.parameters);
    });
    expire_unchanged();
    return rows;
}

engines::Result SessionCore::write_rows(std::string_view bind_key, const sql::NodeRef& statement) {
    std::optional<engines::Result> result;
    transaction().of(bind_key).write([&](engines::Connection& connection) {
        engines::StatementContext scope(statement_context_);
        result = connection.execute(statement);
    });
    // A flush does not take collections away under who goes through them.
    if (!flushing_) expire_unchanged_objects();
    return std::move(*result);
}

void SessionCore::execute_returning(const sql::NodeRef& statement, std::span<const RowPart> parts, RowSink sink) {
    autoflush();
    auto& writing = transaction_for(statement);
    auto compiled = compile_writing(engine_.dialect_of(bind_key_of(statement)), statement);
    expire_unchanged();  // first, so that the rows that come back fill their objects
    RowReader rows(*this, parts);
    writing.write([&](engines::Connection& connection) {
        engines::StatementContext scope(statement_context_);
        connection.each(compiled.text, compiled.parameters,
                        [&](std::span<const ValueView> row) { rows.read(row, sink); });
    });
}

}  // namespace retort::orm
