// Which tables become classes, and which relationships their foreign keys make.
#include "retort/orm/automap.hpp"

#include <algorithm>

#include "retort/base/suggest.hpp"
#include "retort/base/text.hpp"
#include "retort/engine/inspector.hpp"
#include "retort/schema/metadata.hpp"

namespace retort {

namespace {

using Kind = AutomapRelationship::Kind;

/// A table is between two others when it has two foreign keys and no column beside them.
bool is_between(const schemas::Table& table) {
    auto keys = table.foreign_keys();
    if (keys.size() != 2) return false;
    return std::all_of(table.columns.begin(), table.columns.end(), [&](const schemas::Column& column) {
        return std::any_of(keys.begin(), keys.end(), [&](const schemas::ForeignKey* key) {
            return std::find(key->columns.begin(), key->columns.end(), column.name) != key->columns.end();
        });
    });
}

/// `author_id` is about the author.
std::string subject_of(const schemas::ForeignKey& key) {
    if (key.columns.size() == 1 && key.columns[0].ends_with("_id"))
        return key.columns[0].substr(0, key.columns[0].size() - 3);
    return join(key.columns, "_");
}

}  // namespace

/// Makes an Automap out of tables.
class AutomapBuilder {
  public:
    AutomapBuilder(const schemas::MetaData& metadata, const AutomapOptions& options)
        : metadata_(metadata), options_(options) {}

    Automap build() {
        for (const auto* one : metadata_.tables()) {
            const auto& table = *one;
            bool between = is_between(table);
            if (between || table.primary_key_columns().empty()) out_.left_out_.push_back(table.name);
            if (between) between_.push_back(&table);
            if (!between && !table.primary_key_columns().empty()) add_class(table);
        }
        for (auto* type : types_) {
            for (const auto* key : type->table_.foreign_keys()) relate(*type, *key);
        }
        for (const auto* table : between_) relate_between(*table);
        return std::move(out_);
    }

  private:
    void add_class(const schemas::Table& table) {
        auto name = options_.classname_for_table ? options_.classname_for_table(table) : table.name;
        auto [place, is_new] = out_.classes_->try_emplace(name);
        if (!is_new) {
            throw ArgumentError("doubled-class"_code, "two tables would be the class \"" + name + "\".",
                                "let classname_for_table give them different names");
        }
        RecordType& type = place->second;
        type.name_ = name;
        type.bind_key_ = options_.bind_key;
        type.table_ = table;
        type.all_ = out_.classes_;
        types_.push_back(&type);
        by_table_[{table.schema, table.name}] = &type;
    }

    RecordType* find(const schemas::ForeignKey& key) const {
        auto found = by_table_.find({key.referred_schema, key.referred_table});
        return found == by_table_.end() ? nullptr : found->second;
    }

    static bool is_taken(const RecordType& type, const std::string& name) {
        return type.table_.find(name) != nullptr ||
               std::any_of(type.relationships_.begin(), type.relationships_.end(),
                           [&](const AutomapRelationship& one) { return one.name == name; });
    }

    /// The first of these names that is free.
    static std::string free_name(const RecordType& type, std::initializer_list<std::string> names) {
        for (const auto& name : names) {
            if (!is_taken(type, name)) return name;
        }
        std::string last = *std::prev(names.end());
        while (is_taken(type, last)) last += '_';
        return last;
    }

    std::string scalar_name(const RecordType& referred, const schemas::ForeignKey& key) const {
        if (options_.name_for_scalar_relationship) return options_.name_for_scalar_relationship(referred, key);
        return ascii_lower(referred.name());
    }
    std::string collection_name(const RecordType& referring, const schemas::ForeignKey& key) const {
        if (options_.name_for_collection_relationship) return options_.name_for_collection_relationship(referring, key);
        return ascii_lower(referring.name()) + "_collection";
    }

    void relate(RecordType& child, const schemas::ForeignKey& key) {
        RecordType* parent = find(key);
        if (parent == nullptr || key.columns.size() != key.referred_columns.size()) return;
        auto own = scalar_name(*parent, key);
        auto behind = "_by_" + join(key.columns, "_");
        child.relationships_.push_back({.name = free_name(child, {own, subject_of(key), own + behind}),
                                        .kind = Kind::many_to_one,
                                        .target = parent,
                                        .columns = key.columns,
                                        .target_columns = key.referred_columns});
        auto theirs = collection_name(child, key);
        parent->relationships_.push_back({.name = free_name(*parent, {theirs, theirs + behind}),
                                          .kind = Kind::one_to_many,
                                          .target = &child,
                                          .columns = key.referred_columns,
                                          .target_columns = key.columns});
    }

    void relate_between(const schemas::Table& table) {
        auto keys = table.foreign_keys();
        for (std::size_t i : {0, 1}) {
            const auto &own = *keys[i], &other = *keys[1 - i];
            RecordType *type = find(own), *target = find(other);
            if (type == nullptr || target == nullptr) return;
            auto name = collection_name(*target, other);
            type->relationships_.push_back({.name = free_name(*type, {name, name + "_by_" + join(own.columns, "_")}),
                                            .kind = Kind::many_to_many,
                                            .target = target,
                                            .columns = own.referred_columns,
                                            .target_columns = other.referred_columns,
                                            .between = table.name,
                                            .between_columns = own.columns,
                                            .between_target_columns = other.columns});
        }
    }

    const schemas::MetaData& metadata_;
    const AutomapOptions& options_;
    Automap out_;
    std::vector<RecordType*> types_;
    std::vector<const schemas::Table*> between_;
    std::map<std::pair<std::string, std::string>, RecordType*> by_table_;
};

const RecordType& Automap::operator[](std::string_view name) const& {
    auto found = classes_->find(name);
    if (found != classes_->end()) return found->second;
    std::vector<std::string_view> known;
    for (const auto& [own, type] : *classes_) known.push_back(own);
    bool left_out = std::find(left_out_.begin(), left_out_.end(), name) != left_out_.end();
    throw InvalidRequestError("unknown-class"_code, "the automap has no class \"" + std::string(name) + "\".",
                              left_out ? "its table has no primary key, or is between two others: use it in statements"
                                       : did_you_mean_hint(name, known, "see classes() for those it has"));
}

bool Automap::contains(std::string_view name) const { return classes_->contains(name); }

std::vector<std::string> Automap::classes() const {
    std::vector<std::string> out;
    for (const auto& [name, type] : *classes_) out.push_back(name);
    return out;
}

Automap automap(const schemas::MetaData& metadata, const AutomapOptions& options) {
    return AutomapBuilder(metadata, options).build();
}

Automap automap(const engines::Engine& engine, const AutomapOptions& options) {
    schemas::MetaData metadata;
    metadata.reflect(*engines::inspect(engine), options.reflect);
    return automap(metadata, options);
}

}  // namespace retort
