// One value of a statement or a row: as a view that owns nothing, and as an owner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "retort/base/duration.hpp"
#include "retort/base/time.hpp"

namespace retort::sql {

enum class ValueKind : std::uint8_t {
    null,
    boolean,
    integer,
    real,
    text,
    blob,
    decimal,
    date,
    time,
    datetime,
    interval
};

/// An exact decimal of at most 17 digits, in one word; longer ones travel as text. Without zeros behind its last digit.
struct ShortDecimal {
    std::int64_t bits = 0;

    static constexpr std::int64_t most_coefficient = (std::int64_t{1} << 57) - 1;
    static constexpr ShortDecimal of(std::int64_t coefficient, int scale) { return {coefficient * 64 + scale}; }
    constexpr std::int64_t coefficient() const { return bits >> 6; }
    constexpr int scale() const { return static_cast<int>(bits & 63); }
    friend bool operator==(ShortDecimal, ShortDecimal) = default;
};

/// A value without ownership: what drivers bind from and read into. 16 bytes, trivially copyable.
///
/// `text` and `blob` point at `size` bytes that outlive the call they are given to (or, in a row, the next step).
/// `date` holds days since 1970-01-01, `time` microseconds since midnight, `datetime` microseconds since
/// 1970-01-01 00:00:00 without a zone, `interval` microseconds; all of them in `integer`. `decimal` holds coefficient
/// and scale in `integer` too, so that comparing and hashing it there is enough.
struct ValueView {
    union {
        std::int64_t integer = 0;
        double real;
        const char* data;
    };
    std::uint32_t size = 0;
    ValueKind kind = ValueKind::null;
    std::uint8_t padding[3] = {};  ///< written too, so that all but the number or address is one store

    static ValueView null() { return {}; }
    static ValueView of(bool value) { return tagged(ValueKind::boolean, value ? 1 : 0); }
    static ValueView of(std::int64_t value) { return tagged(ValueKind::integer, value); }
    static ValueView of(double value) {
        ValueView view;
        view.real = value;
        view.kind = ValueKind::real;
        return view;
    }
    static ValueView of(std::string_view value) { return bytes(ValueKind::text, value.data(), value.size()); }
    static ValueView blob(const void* data, std::size_t size) {
        return bytes(ValueKind::blob, static_cast<const char*>(data), size);
    }
    static ValueView of(Date value) { return tagged(ValueKind::date, value.days()); }
    static ValueView of(Time value) { return tagged(ValueKind::time, value.microseconds()); }
    static ValueView of(DateTime value) { return tagged(ValueKind::datetime, value.microseconds()); }
    static ValueView of(std::chrono::microseconds value) { return tagged(ValueKind::interval, value.count()); }
    static ValueView of(ShortDecimal value) { return tagged(ValueKind::decimal, value.bits); }
    ShortDecimal decimal() const { return {integer}; }

    bool is_null() const { return kind == ValueKind::null; }
    std::string_view text() const { return {data, size}; }

    static ValueView tagged(ValueKind kind, std::int64_t integer) {
        ValueView view;
        view.integer = integer;
        view.kind = kind;
        return view;
    }
    static ValueView bytes(ValueKind kind, const char* data, std::size_t size) {
        ValueView view;
        view.data = data;
        view.size = static_cast<std::uint32_t>(size);
        view.kind = kind;
        return view;
    }
};

/// Bytes, for LargeBinary; a type of its own so that they are never taken for text.
struct Bytes {
    std::string data;
    friend bool operator==(const Bytes&, const Bytes&) = default;
    friend auto operator<=>(const Bytes&, const Bytes&) = default;
};

/// A value that owns its bytes.
class Value {
  public:
    Value() noexcept;
    /// Copies what the view points at.
    explicit Value(const ValueView& view);
    Value(const Value& other);
    Value(Value&& other) noexcept;
    Value& operator=(const Value& other);
    Value& operator=(Value&& other) noexcept;
    ~Value();

    ValueKind kind() const { return view_.kind; }
    bool is_null() const { return view_.is_null(); }
    /// Valid while this value lives unchanged.
    ValueView view() const;

    /// Same kind and same content; NULL equals NULL here (this is identity, not SQL's `=`).
    friend bool operator==(const Value& a, const Value& b);

  private:
    bool has_bytes() const { return kind() == ValueKind::text || kind() == ValueKind::blob; }

    ValueView view_;     ///< of text and blobs only the kind
    std::string bytes_;  ///< of text and blobs
};

/// As a person reads it in a log or an error: `'text'`, `42`, `NULL`, `<12 bytes>`.
std::string to_string(const ValueView& value);

}  // namespace retort::sql
