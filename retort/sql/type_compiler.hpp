// Types as SQL; a dialect overrides what it spells otherwise.
#pragma once

#include <string>
#include <string_view>

#include "retort/sql/types.hpp"

namespace retort::sql {

/// Writes types as the SQL standard has them. Stateless.
class TypeCompiler {
  public:
    virtual ~TypeCompiler() = default;

    /// Throws CompileError("unknown-type") for a type that was never given.
    void write(const Type& type, std::string& out) const;
    std::string text(const Type& type) const;

  protected:
    virtual void write_boolean(const Type& type, std::string& out) const;
    virtual void write_integer(const Type& type, std::string& out) const;  ///< all three sizes
    virtual void write_float(const Type& type, std::string& out) const;
    virtual void write_numeric(const Type& type, std::string& out) const;
    virtual void write_string(const Type& type, std::string& out) const;
    virtual void write_text(const Type& type, std::string& out) const;
    virtual void write_binary(const Type& type, std::string& out) const;
    virtual void write_date(const Type& type, std::string& out) const;
    virtual void write_time(const Type& type, std::string& out) const;
    virtual void write_datetime(const Type& type, std::string& out) const;
    virtual void write_interval(const Type& type, std::string& out) const;
    virtual void write_json(const Type& type, std::string& out) const;
    virtual void write_uuid(const Type& type, std::string& out) const;
    virtual void write_enum(const Type& type, std::string& out) const;
    virtual void write_named(const Type& type, std::string& out) const;
    virtual void write_array(const Type& type, std::string& out) const;
    /// Behind a type with a collation.
    virtual void write_collation(const Type& type, std::string& out) const;
    /// For dialects that have no arrays.
    [[noreturn]] static void throw_no_arrays(std::string_view dialect);

    /// `NAME`, `NAME(length)` or `NAME(precision, scale)`.
    static void write_sized(std::string_view name, const Type& type, std::string& out);
};

}  // namespace retort::sql
