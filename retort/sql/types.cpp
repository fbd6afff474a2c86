// How types are made, copied and compared.
#include "retort/sql/types.hpp"

#include <utility>

namespace retort::sql {

Type::Type() noexcept = default;
Type::Type(TypeKind kind, int length, int scale) noexcept : length_(length), scale_(scale), kind_(kind) {}
Type::Type(TypeKind kind, int length, int scale, Details details)
    : details_(std::make_shared<const Details>(std::move(details))), length_(length), scale_(scale), kind_(kind) {}
Type::Type(const Type& other) = default;
Type::Type(Type&& other) noexcept = default;
Type& Type::operator=(const Type& other) = default;
Type& Type::operator=(Type&& other) noexcept = default;
Type::~Type() = default;

bool operator==(const Type::Details& a, const Type::Details& b) {
    bool same = a.name == b.name && a.values == b.values && a.native == b.native &&
                a.create_constraint == b.create_constraint && a.collation == b.collation;
    return same && (a.item == b.item || (a.item && b.item && *a.item == *b.item));
}

bool operator==(const Type& a, const Type& b) {
    bool same = a.kind_ == b.kind_ && a.length_ == b.length_ && a.scale_ == b.scale_;
    return same && (a.details_ == b.details_ || (a.details_ && b.details_ && *a.details_ == *b.details_));
}

namespace types {

Boolean::Boolean(std::string check_name)
    : Type(TypeKind::boolean, -1, -1, Details{std::move(check_name), {}, true, true, {}, {}}) {}

String::String(int length, std::string collation)
    : Type(TypeKind::string, length, -1, Details{{}, {}, true, false, std::move(collation), {}}) {}

Text::Text(int length, std::string collation)
    : Type(TypeKind::text, length, -1, Details{{}, {}, true, false, std::move(collation), {}}) {}

Uuid::Uuid(bool native) : Type(TypeKind::uuid, -1, -1, Details{{}, {}, native, false, {}, {}}) {}

Enum::Enum(std::vector<std::string> values, std::string name, bool native, bool create_constraint, int length)
    : Type(TypeKind::enumeration, length, -1,
           Details{std::move(name), std::move(values), native, create_constraint, {}, {}}) {}

Named::Named(std::string sql, int length, int scale)
    : Type(TypeKind::named, length, scale, Details{std::move(sql), {}, true, false, {}, {}}) {}

Array::Array(Type item, int dimensions)
    : Type(TypeKind::array, dimensions, -1,
           Details{{}, {}, true, false, {}, std::make_shared<const Type>(std::move(item))}) {}

}  // namespace types
}  // namespace retort::sql
