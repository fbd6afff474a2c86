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
    array,
};

/// A type: its kind, and length or precision and scale where they were given. Printed by a TypeCompiler.
class Type {
  public:
    /// What only a few types have.
    struct Details {
        std::string name;                  ///< of an Enum, or the SQL of a named type
        std::vector<std::string> values;   ///< of an Enum
        bool native = true;                ///< Enum: the database's own enum type, where there is one
        bool create_constraint = false;    ///< Enum, Boolean: a CHECK where the database has no such type
        std::string collation;             ///< of a String or Text
        std::shared_ptr<const Type> item;  ///< of an Array
        friend bool operator==(const Details& a, const Details& b);
    };

    Type() noexcept;
    explicit Type(TypeKind kind, int length = -1, int scale = -1) noexcept;
    Type(TypeKind kind, int length, int scale, Details details);
    Type(const Type& other);
    Type(Type&& other) noexcept;
    Type& operator=(const Type& other);
    Type& operator=(Type&& other) noexcept;
    ~Type();

    TypeKind kind() const { return kind_; }
    /// Of a String, Text, LargeBinary; -1 when none was given.
    int length() const { return length_; }
    /// Of a Numeric or Float; -1 when none was given.
    int precision() const { return length_; }
    int scale() const { return scale_; }
    /// A DateTime or Time that knows its zone.
    bool has_timezone() const { return is_moment() && scale_ == 1; }
    /// A Float of twice the precision.
    bool is_double() const { return kind_ == TypeKind::floating && scale_ == 1; }
    /// A JSON document kept in its binary form, where there is one.
    bool is_binary_json() const { return kind_ == TypeKind::json && scale_ == 1; }
    const Details* details() const { return details_.get(); }

    bool is_unknown() const { return kind_ == TypeKind::unknown; }
    bool is_boolean() const { return kind_ == TypeKind::boolean; }
    bool is_integer() const { return kind_ >= TypeKind::small_integer && kind_ <= TypeKind::big_integer; }
    bool is_number() const { return kind_ >= TypeKind::small_integer && kind_ <= TypeKind::numeric; }
    bool is_text() const {
        return kind_ == TypeKind::string || kind_ == TypeKind::text || kind_ == TypeKind::enumeration;
    }
    bool is_json() const { return kind_ == TypeKind::json; }
    bool is_array() const { return kind_ == TypeKind::array; }
    bool is_moment() const { return kind_ >= TypeKind::date && kind_ <= TypeKind::datetime; }

    friend bool operator==(const Type& a, const Type& b);

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
    explicit Boolean(std::string check_name);
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
struct Double : Type {
    Double() : Type(TypeKind::floating, -1, 1) {}
};
/// Exact decimal numbers.
struct Numeric : Type {
    explicit Numeric(int precision = -1, int scale = -1) : Type(TypeKind::numeric, precision, scale) {}
};
/// VARCHAR, with a length in characters where one is given.
struct String : Type {
    explicit String(int length = -1) : Type(TypeKind::string, length) {}
    String(int length, std::string collation);
};
struct Text : Type {
    explicit Text(int length = -1) : Type(TypeKind::text, length) {}
    Text(int length, std::string collation);
};
struct LargeBinary : Type {
    explicit LargeBinary(int length = -1) : Type(TypeKind::large_binary, length) {}
};
struct Date : Type {
    Date() : Type(TypeKind::date) {}
};
struct Time : Type {
    Time() : Type(TypeKind::time) {}
    /// With a zone, and with so many digits of a second's fraction.
    explicit Time(bool timezone, int precision = -1) : Type(TypeKind::time, precision, timezone ? 1 : -1) {}
};
struct DateTime : Type {
    DateTime() : Type(TypeKind::datetime) {}
    /// With a zone, and with so many digits of a second's fraction.
    explicit DateTime(bool timezone, int precision = -1) : Type(TypeKind::datetime, precision, timezone ? 1 : -1) {}
};
struct Interval : Type {
    Interval() : Type(TypeKind::interval) {}
};
struct JSON : Type {
    JSON() : Type(TypeKind::json) {}
};
/// PostgreSQL's binary JSON; JSON elsewhere.
struct JSONB : Type {
    JSONB() : Type(TypeKind::json, -1, 1) {}
};
struct Uuid : Type {
    Uuid() : Type(TypeKind::uuid) {}
    /// `native` false: CHAR(32) also where the database has such a type.
    explicit Uuid(bool native);
};
/// One of a few words. `name` is the type's own where the database has enums, and its CHECK's.
struct Enum : Type {
    explicit Enum(std::vector<std::string> values, std::string name = {}, bool native = true,
                  bool create_constraint = false, int length = -1);
};
/// A type by its SQL name, printed as it stands: `Named("DECIMAL", 5, 2)` is `DECIMAL(5, 2)`.
struct Named : Type {
    explicit Named(std::string sql, int length = -1, int scale = -1);
};
/// PostgreSQL's arrays.
struct Array : Type {
    explicit Array(Type item, int dimensions = 1);
};
using Unicode = String;
using UnicodeText = Text;

}  // namespace types
}  // namespace retort::sql
