// Single columns of objects: read when they wait for it, noted when they change, set by name.
#include <string>

#include "retort/orm/column.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/model.hpp"
#include "retort/orm/ptr.hpp"
#include "retort/orm/session_core.hpp"

namespace retort::orm {

void set_attribute(void* object, std::string_view name, const ValueView& value) {
    if (object == nullptr) refuse_empty_handle();
    Slab* slab = slab_of(object);
    const Attribute& attribute = slab->mapper->attribute(name);
    if (!attribute.options.computed.empty()) {
        throw ArgumentError("computed-attribute"_code,
                            std::string(slab->mapper->name()) + "." + std::string(name) +
                                " is computed by the database: it cannot be given a value.",
                            "set the columns that it is computed from");
    }
    if (value.is_null() && !attribute.type->nullable) {
        throw ArgumentError("null-attribute"_code,
                            std::string(slab->mapper->name()) + "." + std::string(name) + " cannot be NULL.",
                            "give it a value, or make the column std::optional");
    }
    try {
        change_attribute(object, attribute, value);
    } catch (const DataMismatchError&) {
        throw InvalidValueError(
            "unfit-value"_code,
            std::string(slab->mapper->name()) + "." + std::string(name) + " cannot be " + sql::to_string(value) + ".",
            "read the input as the type of the column first");
    }
}

void change_attribute(void* object, const Attribute& attribute, const ValueView& value) {
    auto* session = slab_of(object)->session;
    bool untouched = (attribute.state(object) & cell_touched) == 0;
    if (session != nullptr && untouched) session->note_change(object, attribute);
    attribute.load(object, value);
}

namespace detail {

bool can_read(const void* cell, std::uint8_t& state) noexcept {
    try {
        if ((state & cell_expired) != 0) before_read(cell, state, true);
        return true;
    } catch (...) {
        return false;
    }
}

void before_write(void* cell) {
    Slab* slab = slab_of(cell);
    void* object = slab->object_around(cell);
    const Attribute& attribute = slab->mapper->attribute_at(object, cell);
    if (header_of(object).state == ObjectState::detached) {
        attribute.state(object) |= cell_touched;  // noted when it comes into a session again
    } else if (slab->session != nullptr) {
        slab->session->note_change(object, attribute);
    }
}

void before_forget(const void* cell) {
    Slab* slab = slab_of(cell);
    const void* object = slab->object_around(cell);
    auto state = header_of(object).state;
    if (state == ObjectState::transient || state == ObjectState::pending) return;
    throw InvalidRequestError("key-of-a-row"_code,
                              std::string(slab->mapper->name()) + "." +
                                  std::string(slab->mapper->attribute_at(object, cell).name) +
                                  " is the key of a row, and cannot be taken from its object.",
                              "call make_transient(object) before, to add it as a new row");
}

namespace {

std::string name_of_cell(const void* cell, std::uint8_t state) {
    if ((state & cell_attached) == 0) return "a column";
    Slab* slab = slab_of(cell);
    const auto& attribute = slab->mapper->attribute_at(slab->object_around(cell), cell);
    return std::string(slab->mapper->name()) + "." + std::string(attribute.name);
}

[[noreturn]] void refuse_integer_of(const std::string& column, const std::string& value, std::size_t bytes,
                                    bool is_signed) {
    throw InvalidValueError(
        "integer-out-of-range"_code,
        value + " does not fit " + column + ", a column of " + std::to_string(bytes * 8) +
            (is_signed ? "-bit integers." : "-bit integers without a sign."),
        bytes < 8 ? "make the column wider: Column<std::int64_t>" : "keep it as Column<Numeric<20, 0>> or as text");
}

}  // namespace

void refuse_misfit(const void* cell, std::uint8_t state, const std::string& value, std::size_t bytes, bool is_signed) {
    const bool attached = (state & cell_attached) != 0;
    refuse_integer_of(attached ? name_of_cell(cell, state) : "its place", value, bytes, is_signed);
}

void refuse_misfit(const volatile void* field, const std::string& value, std::size_t bytes, bool is_signed) {
    refuse_integer_of(std::string(mapper_at(field).name()) + "." + std::string(field_name_of(field)), value, bytes,
                      is_signed);
}

namespace {

[[noreturn]] void refuse_unset(const void* cell, std::uint8_t state) {
    const std::string name = name_of_cell(cell, state);
    if ((state & cell_attached) != 0) {
        const void* object = slab_of(cell)->object_around(cell);
        if (header_of(object).state == ObjectState::persistent) {
            throw DataMismatchError(
                "data-mismatch"_code,
                name + " of " + repr_of(object) + " is NULL in the database, and the model says that it cannot be.",
                "give the column an optional type, Column<std::optional<…>>, or correct the row");
        }
    }
    throw InvalidRequestError("unset-attribute"_code, name + " has no value yet.",
                              "give it one; a key that the database counts has one after flush() or commit()");
}

}  // namespace

void refuse_null(const void* cell, std::uint8_t state) {
    throw InvalidRequestError("null-value"_code, name_of_cell(cell, state) + " is NULL, and has no value to show.",
                              "ask has_value() before, or use value_or(…)");
}

void before_read(const void* cell, std::uint8_t& state, bool nullable) {
    bool attached = (state & cell_attached) != 0;
    if ((state & cell_expired) != 0 && attached) {
        Slab* slab = slab_of(cell);
        void* object = slab->object_around(cell);
        auto is_persistent = [&] {
            return slab->session != nullptr && header_of(object).state == ObjectState::persistent;
        };
        if (is_persistent()) slab->session->autoflush();
        if (is_persistent() && (state & cell_expired) != 0) {
            slab->session->load_expired(object, &slab->mapper->attribute_at(object, cell));
        }
        // Without a session the last known value is shown; what was never read cannot be.
        state &= static_cast<std::uint8_t>(~cell_expired);
        if ((state & cell_set) == 0 && slab->session == nullptr) {
            throw DetachedInstanceError("detached-instance"_code,
                                        std::string(slab->mapper->name()) + "." +
                                            std::string(slab->mapper->attribute_at(object, cell).name) +
                                            " cannot be loaded, because its object belongs to no session.",
                                        "read it while the session is open, or session.add(object) first");
        }
    }
    if ((state & cell_set) == 0 && !nullable) refuse_unset(cell, state);
}

}  // namespace detail
}  // namespace retort::orm
