// One list of fields for each struct, which is written and read by the same words.
#include "retort/migrate/operation_json.hpp"

#include <array>

#include "retort/migrate/errors.hpp"

namespace retort::migrations {

namespace {

class Writer {
  public:
    json out = json::object();

    template <class T>
    void operator()(const char* name, const T& value) {
        auto written = write(value);
        bool is_list = written.is_array() || written.is_object();
        bool empty = (is_list && written.empty()) || (written.is_text() && written.text().empty());
        // What is given and empty takes away; what is not given leaves as it is.
        bool nothing = written.is_null() || (empty && !is_optional(value));
        if (!nothing) out[name] = std::move(written);
    }

  private:
    template <class T>
    static constexpr bool is_optional(const T&) {
        return false;
    }
    template <class T>
    static constexpr bool is_optional(const std::optional<T>&) {
        return true;
    }

    static json write(const std::string& value) { return json(value); }
    static json write(bool value) { return json(value); }
    static json write(int value) { return json(value); }
    static json write(std::int64_t value) { return json(value); }
    static json write(const sql::Expression& value) { return value.is_empty() ? json() : json(default_sql(value)); }
    static json write(const sql::Type& type);
    static json write(const sql::Value& value);
    static json write(const schemas::IndexPart& part) {
        return part.column.empty() ? json{{"sql", default_sql(part.expression)}} : json(part.column);
    }
    template <class T>
        requires std::is_enum_v<T>
    static json write(T value) {
        return json(static_cast<std::int64_t>(value));
    }
    template <class T>
    static json write(const std::optional<T>& value) {
        if (!value) return json();
        auto written = write(*value);
        return written.is_null() ? json::object() : written;
    }
    template <class A, class B>
    static json write(const std::pair<A, B>& value) {
        return json::array({write(value.first), write(value.second)});
    }
    template <class T>
    static json write(const std::vector<T>& values) {
        json list = json::array();
        for (const auto& value : values) list.push_back(write(value));
        return list;
    }
    template <class T>
    static json write(const std::map<std::string, T>& values) {
        json object = json::object();
        for (const auto& [name, value] : values) object[name] = write(value);
        return object;
    }
    template <class... T>
    static json write(const std::variant<T...>& value) {
        return json{{"kind", static_cast<std::int64_t>(value.index())},
                    {"is", std::visit([](const auto& one) { return write(one); }, value)}};
    }
    template <class T>
        requires(std::is_aggregate_v<T> && !std::is_enum_v<T>)
    static json write(const T& value);
};

class Reader {
  public:
    explicit Reader(const json& in) : in_(in) {}

    template <class T>
    void operator()(const char* name, T& value) {
        if (const json* found = in_.find(name)) read(*found, value);
    }

  private:
    static void read(const json& in, std::string& value) { value = in.text(); }
    static void read(const json& in, bool& value) { value = in.as<bool>(); }
    static void read(const json& in, int& value) { value = in.as<int>(); }
    static void read(const json& in, std::int64_t& value) { value = in.as<std::int64_t>(); }
    static void read(const json& in, sql::Expression& value) { value = default_of(in.text()); }
    static void read(const json& in, sql::Type& type);
    static void read(const json& in, sql::Value& value);
    template <class T>
        requires std::is_enum_v<T>
    static void read(const json& in, T& value) {
        value = static_cast<T>(in.as<std::int64_t>());
    }
    template <class T>
    static void read(const json& in, std::optional<T>& value) {
        if constexpr (std::is_aggregate_v<T> || std::is_same_v<T, schemas::Options>) {
            value.emplace();
            read(in, *value);
        } else {
            T inner{};
            if (!in.is_object() || std::is_same_v<T, AnyConstraint> || std::is_same_v<T, sql::Type>) read(in, inner);
            value = std::move(inner);
        }
    }
    template <class A, class B>
    static void read(const json& in, std::pair<A, B>& value) {
        read(in.at(0), value.first);
        read(in.at(1), value.second);
    }
    template <class T>
    static void read(const json& in, std::vector<T>& values) {
        for (const auto& item : in) {
            if constexpr (std::is_same_v<T, schemas::IndexPart>) {
                values.push_back(item.is_text() ? schemas::IndexPart(item.text())
                                                : schemas::IndexPart(default_of(item.at("sql").text())));
            } else {
                T value{};
                read(item, value);
                values.push_back(std::move(value));
            }
        }
    }
    template <class T>
    static void read(const json& in, std::map<std::string, T>& values) {
        for (const auto& [name, item] : in.items()) read(item, values[name]);
    }
    template <class... T>
    static void read(const json& in, std::variant<T...>& value) {
        using Maker = std::variant<T...> (*)();
        static constexpr std::array<Maker, sizeof...(T)> makers{+[] { return std::variant<T...>(T{}); }...};
        value = makers.at(static_cast<std::size_t>(in.at("kind").template as<std::int64_t>()))();
        std::visit([&](auto& one) { read(in.at("is"), one); }, value);
    }
    template <class T>
        requires(std::is_aggregate_v<T> && !std::is_enum_v<T>)
    static void read(const json& in, T& value);

    const json& in_;
};

template <class F, class T>
void constraint_fields(F& f, T& one) {
    using Type = std::remove_const_t<T>;
    if constexpr (std::is_same_v<Type, schemas::Deferral>) {
        f("deferrable", one.deferrable);
        f("initially", one.initially);
    } else if constexpr (std::is_same_v<Type, schemas::PrimaryKey> || std::is_same_v<Type, schemas::Unique>) {
        f("name", one.name);
        f("columns", one.columns);
        f("deferral", one.deferral);
        f("options", one.options);
    } else if constexpr (std::is_same_v<Type, schemas::ForeignKey>) {
        f("name", one.name);
        f("columns", one.columns);
        f("referred_table", one.referred_table);
        f("referred_columns", one.referred_columns);
        f("referred_schema", one.referred_schema);
        f("on_delete", one.on_delete);
        f("on_update", one.on_update);
        f("deferrable", one.deferrable);
        f("initially", one.initially);
        f("use_alter", one.use_alter);
        f("match", one.match);
    } else if constexpr (std::is_same_v<Type, schemas::Check>) {
        f("name", one.name);
        f("condition", one.condition);
        f("type", one.type);
        f("deferral", one.deferral);
        f("options", one.options);
    } else if constexpr (std::is_same_v<Type, schemas::Exclude>) {
        f("name", one.name);
        f("elements", one.elements);
        f("method", one.method);
        f("where", one.where);
        f("deferral", one.deferral);
    } else if constexpr (std::is_same_v<Type, schemas::Index>) {
        f("name", one.name);
        f("parts", one.parts);
        f("unique", one.unique);
        f("where", one.where);
        f("where_on", one.where_on);
        f("options", one.options);
    }
}

template <class F, class T>
void counting_fields(F& f, T& one) {
    f("start", one.start);
    f("increment", one.increment);
    f("min_value", one.min_value);
    f("max_value", one.max_value);
    f("no_min_value", one.no_min_value);
    f("no_max_value", one.no_max_value);
    f("cache", one.cache);
    f("order", one.order);
    f("cycle", one.cycle);
}

template <class F, class T>
void fields_of(F& f, T& one) {
    using Type = std::remove_const_t<T>;
    if constexpr (std::is_same_v<Type, schemas::Computed>) {
        f("sql", one.sql);
        f("stored", one.stored);
    } else if constexpr (std::is_same_v<Type, schemas::Counting>) {
        counting_fields(f, one);
    } else if constexpr (std::is_same_v<Type, schemas::Identity>) {
        f("always", one.always);
        f("counting", one.counting);
    } else if constexpr (std::is_same_v<Type, schemas::Column>) {
        f("name", one.name);
        f("type", one.type);
        f("nullable", one.nullable);
        f("primary_key", one.primary_key);
        f("server_default", one.server_default);
        f("computed", one.computed);
        f("autoincrement", one.autoincrement);
        f("comment", one.comment);
        f("collation", one.collation);
        f("checks", one.checks);
        f("identity", one.identity);
        f("options", one.options);
    } else if constexpr (std::is_same_v<Type, schemas::Table>) {
        f("name", one.name);
        f("schema", one.schema);
        f("columns", one.columns);
        f("primary_key", one.primary_key);
        f("constraints", one.constraints);
        f("indexes", one.indexes);
        f("comment", one.comment);
        f("options", one.options);
    } else if constexpr (std::is_same_v<Type, TableSettings>) {
        f("comment", one.comment);
        f("options", one.options);
    } else if constexpr (std::is_same_v<Type, ColumnChange>) {
        f("type", one.type);
        f("nullable", one.nullable);
        f("server_default", one.server_default);
        f("computed", one.computed);
        f("stored", one.stored);
        f("comment", one.comment);
        f("collation", one.collation);
        f("autoincrement", one.autoincrement);
        f("options", one.options);
        f("using", one.using_sql);
        f("backfill", one.backfill);
    } else {
        constraint_fields(f, one);
    }
}

/// The steps.
template <class F, class T>
void step_fields(F& f, T& one) {
    using Type = std::remove_const_t<T>;
    if constexpr (std::is_same_v<Type, Operation>) {
        f("step", one.step);
        f("bind", one.bind);
        f("note", one.note);
        f("schema", one.schema);
    } else if constexpr (std::is_same_v<Type, ops::Execute>) {
        f("sql", one.sql);
    } else if constexpr (!std::is_same_v<Type, ops::Run>) {
        // CreateTable holds the table itself; all others name theirs.
        f("table", one.table);
        if constexpr (requires { one.to; }) f("to", one.to);
        if constexpr (requires { one.settings; }) f("settings", one.settings);
        if constexpr (requires { one.backfill; }) {
            f("backfill", one.backfill);
            f("before", one.before);
        }
        if constexpr (requires { one.column; }) f("column", one.column);
        if constexpr (requires { one.change; }) f("change", one.change);
        if constexpr (requires { one.name; }) f("name", one.name);
        if constexpr (requires { one.constraint; }) f("constraint", one.constraint);
        if constexpr (requires { one.index; }) f("index", one.index);
        if constexpr (requires { one.rows; }) {
            f("columns", one.columns);
            f("rows", one.rows);
        }
    }
}

template <class T>
concept IsStep = std::is_constructible_v<Step, T> || std::is_same_v<T, Operation>;

template <class F, class T>
void visit_fields(F& f, T& one) {
    if constexpr (IsStep<std::remove_const_t<T>>) {
        step_fields(f, one);
    } else {
        fields_of(f, one);
    }
}

template <class T>
    requires(std::is_aggregate_v<T> && !std::is_enum_v<T>)
json Writer::write(const T& value) {
    Writer writer;
    visit_fields(writer, value);
    return std::move(writer.out);
}

template <class T>
    requires(std::is_aggregate_v<T> && !std::is_enum_v<T>)
void Reader::read(const json& in, T& value) {
    Reader reader(in);
    visit_fields(reader, value);
}

json Writer::write(const sql::Type& type) {
    json out{{"kind", static_cast<std::int64_t>(type.kind())}};
    if (type.length() != -1) out["length"] = type.length();
    if (type.scale() != -1) out["scale"] = type.scale();
    if (const auto* details = type.details()) {
        out["name"] = details->name;
        out["values"] = write(details->values);
        out["native"] = details->native;
        out["create_constraint"] = details->create_constraint;
        out["collation"] = details->collation;
        if (details->item) out["item"] = write(*details->item);
    }
    return out;
}

void Reader::read(const json& in, sql::Type& type) {
    auto kind = static_cast<sql::TypeKind>(in.at("kind").as<std::int64_t>());
    int length = in.get("length", -1);
    int scale = in.get("scale", -1);
    if (!in.contains("name")) {
        type = sql::Type(kind, length, scale);
        return;
    }
    sql::Type::Details details;
    read(in.at("name"), details.name);
    read(in.at("values"), details.values);
    read(in.at("native"), details.native);
    read(in.at("create_constraint"), details.create_constraint);
    read(in.at("collation"), details.collation);
    if (const json* item = in.find("item")) {
        sql::Type inner;
        read(*item, inner);
        details.item = std::make_shared<const sql::Type>(std::move(inner));
    }
    type = sql::Type(kind, length, scale, std::move(details));
}

json Writer::write(const sql::Value& value) {
    auto view = value.view();
    switch (view.kind) {
        case sql::ValueKind::null: return json::array();
        case sql::ValueKind::boolean: return json(view.integer != 0);
        case sql::ValueKind::integer: return json(view.integer);
        case sql::ValueKind::real: return json(view.real);
        default: return json(view.text());
    }
}

void Reader::read(const json& in, sql::Value& value) {
    if (in.is_boolean()) value = sql::Value(sql::ValueView::of(in.as<bool>()));
    if (in.is_integer()) value = sql::Value(sql::ValueView::of(in.as<std::int64_t>()));
    if (in.kind() == JsonKind::real) value = sql::Value(sql::ValueView::of(in.as<double>()));
    if (in.is_text()) value = sql::Value(sql::ValueView::of(std::string_view(in.text())));
}

/// JSON keeps no functions; the step remembers that it was one.
void forget_work(std::vector<Operation>& operations) {
    for (auto& operation : operations) {
        auto* run = std::get_if<ops::Run>(&operation.step);
        if (run == nullptr) continue;
        run->work = [](engines::Connection&) {
            throw MigrationError("opaque-step"_code,
                                 "A step in C++ cannot be run out of what the database keeps of its revision",
                                 "build the program with the revision's file, or stamp the database");
        };
    }
}

}  // namespace

json to_json(const std::vector<Operation>& operations) {
    json out = json::array();
    for (const auto& operation : operations) {
        Writer writer;
        step_fields(writer, operation);
        out.push_back(std::move(writer.out));
    }
    return out;
}

std::vector<Operation> operations_of(const json& document) {
    std::vector<Operation> out;
    for (const auto& item : document) {
        Reader reader(item);
        step_fields(reader, out.emplace_back());
    }
    forget_work(out);
    return out;
}

std::string hash_of(const std::vector<Operation>& operations) { return hash_of_text(to_json(operations).dump()); }

std::string hash_of_text(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
    for (char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3u;
    }
    std::string out;
    for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[(hash >> shift) & 15];
    return out;
}

}  // namespace retort::migrations
