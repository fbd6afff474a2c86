// The types of columns and expressions as plain values, without a dialect.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace retort::sql {

enum class TypeKind : std::uint8_t {
    unknown,
    boolean,
    small_integer,
    integer,
    big_integer,
    floating,
    numeric,
    string,
    text,
    large_binary,
    date,
    time,
    datetime,
    interval,
    json,
    uuid,
    enumeration,
    named,
};

/// A type: its kind, and length or precision and scale where they were given. Printed by a TypeCompiler.
class Type {
  public:
    /// What only a few types have.
    struct Details {
        std::string name;                 ///< of an Enum, or the SQL of a named type
        std::vector<std::string> values;  ///< of an Enum
        bool native = true;               ///< Enum: the database's own enum type, where there is one
        bool create_constraint = false;   ///< Enum, Boolean: a CHECK where the database has no such type
        friend bool operator==(const Details&, const Details&) = default;
    };

    Type() = default;
    explicit Type(TypeKind kind, int length = -1, int scale = -1) : length_(length), scale_(scale), kind_(kind) {}
    Type(TypeKind kind, int length, int scale, Details details)
        : details_(std::make_shared<const Details>(std::move(details))), length_(length), scale_(scale), kind_(kind) {}

    TypeKind kind() const { return kind_; }
    /// Of a String, Text, LargeBinary; -1 when none was given.
    int length() const { return length_; }
    /// Of a Numeric or Float; -1 when none was given.
    int precision() const { return length_; }
    int scale() const { return scale_; }
    const Details* details() const { return details_.get(); }

    bool is_unknown() const { return kind_ == TypeKind::unknown; }
    bool is_boolean() const { return kind_ == TypeKind::boolean; }
    bool is_integer() const { return kind_ >= TypeKind::small_integer && kind_ <= TypeKind::big_integer; }
    bool is_number() const { return kind_ >= TypeKind::small_integer && kind_ <= TypeKind::numeric; }
    bool is_text() const {
        return kind_ == TypeKind::string || kind_ == TypeKind::text || kind_ == TypeKind::enumeration;
    }
    bool is_moment() const { return kind_ >= TypeKind::date && kind_ <= TypeKind::datetime; }

    friend bool operator==(const Type& a, const Type& b) {
        bool same = a.kind_ == b.kind_ && a.length_ == b.length_ && a.scale_ == b.scale_;
        return same && (a.details_ == b.details_ || (a.details_ && b.details_ && *a.details_ == *b.details_));
    }

  private:
    std::shared_ptr<const Details> details_;
    std::int32_t length_ = -1;
    std::int32_t scale_ = -1;
    TypeKind kind_ = TypeKind::unknown;
};

/// The types by SQLAlchemy's names; each one is a Type and nothing more.
namespace types {

struct Boolean : Type {
    Boolean() : Type(TypeKind::boolean) {}
    /// With a CHECK of that name where the database has no booleans.
    explicit Boolean(std::string check_name)
        : Type(TypeKind::boolean, -1, -1, Details{std::move(check_name), {}, true, true}) {}
};
struct SmallInteger : Type {
    SmallInteger() : Type(TypeKind::small_integer) {}
};
struct Integer : Type {
    Integer() : Type(TypeKind::integer) {}
};
struct BigInteger : Type {
    BigInteger() : Type(TypeKind::big_integer) {}
};
struct Float : Type {
    explicit Float(int precision = -1) : Type(TypeKind::floating, precision) {}
};
/// Exact decimal numbers.
struct Numeric : Type {
    explicit Numeric(int precision = -1, int scale = -1) : Type(TypeKind::numeric, precision, scale) {}
};
/// VARCHAR, with a length in characters where one is given.
struct String : Type {
    explicit String(int length = -1) : Type(TypeKind::string, length) {}
};
struct Text : Type {
    explicit Text(int length = -1) : Type(TypeKind::text, length) {}
};
struct LargeBinary : Type {
    explicit LargeBinary(int length = -1) : Type(TypeKind::large_binary, length) {}
};
struct Date : Type {
    Date() : Type(TypeKind::date) {}
};
struct Time : Type {
    Time() : Type(TypeKind::time) {}
};
struct DateTime : Type {
    DateTime() : Type(TypeKind::datetime) {}
};
struct Interval : Type {
    Interval() : Type(TypeKind::interval) {}
};
struct JSON : Type {
    JSON() : Type(TypeKind::json) {}
};
struct Uuid : Type {
    Uuid() : Type(TypeKind::uuid) {}
};
/// One of a few words. `name` is the type's own where the database has enums, and its CHECK's.
struct Enum : Type {
    explicit Enum(std::vector<std::string> values, std::string name = {}, bool native = true,
                  bool create_constraint = false)
        : Type(TypeKind::enumeration, -1, -1, Details{std::move(name), std::move(values), native, create_constraint}) {}
};
/// A type by its SQL name, printed as it stands: `Named("DECIMAL", 5, 2)` is `DECIMAL(5, 2)`.
struct Named : Type {
    explicit Named(std::string sql, int length = -1, int scale = -1)
        : Type(TypeKind::named, length, scale, Details{std::move(sql), {}, true, false}) {}
};

}  // namespace types
}  // namespace retort::sql
