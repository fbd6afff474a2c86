// Making, sharing and dropping values.
#include "retort/template/value.hpp"

#include <limits>
#include <memory>
#include <vector>

#include "retort/template/errors.hpp"
#include "retort/template/things.hpp"

namespace retort::templates {

namespace {

class TextThing final : public Counted {
  public:
    explicit TextThing(std::string of) : text(std::move(of)) {}
    const std::string text;
};

std::uint32_t checked_size(std::size_t size) {
    if (size > std::numeric_limits<std::uint32_t>::max()) throw_overflow("A text of more than 4 GB is too large.");
    return static_cast<std::uint32_t>(size);
}

// What is nested deeply is destroyed one after the other, not one inside the other: the stack may be small.
struct Falling {
    int depth = 0;
    std::vector<const Counted*> waiting;
};
thread_local Falling falling;
constexpr int most_destroyed_inside = 32;

}  // namespace

Counted::~Counted() = default;

void Counted::destroy() const noexcept {
    if (falling.depth >= most_destroyed_inside) {
        falling.waiting.push_back(this);
        return;
    }
    ++falling.depth;
    delete this;
    while (falling.depth == 1 && !falling.waiting.empty()) {
        const Counted* next = falling.waiting.back();
        falling.waiting.pop_back();
        delete next;
    }
    --falling.depth;
}

Value Value::real(double number) noexcept {
    Value value;
    value.kind_ = ValueKind::real;
    value.real_ = number;
    return value;
}

Value Value::text(std::string text, bool markup) {
    if (text.empty()) return view({}, markup);
    auto* owner = new TextThing(std::move(text));
    Value value;
    value.kind_ = ValueKind::text;
    value.flags_ = owned_flag | (markup ? markup_flag : 0);
    value.owner_ = owner;
    value.text_ = owner->text.data();
    value.size_ = checked_size(owner->text.size());
    return value;
}

Value Value::view(std::string_view text, bool markup) {
    Value value;
    value.kind_ = ValueKind::text;
    value.flags_ = markup ? markup_flag : 0;
    value.text_ = text.data();
    value.size_ = checked_size(text.size());
    return value;
}

Value Value::part(const Value& of, std::string_view part) {
    Value value = of;
    value.text_ = part.data();
    value.size_ = static_cast<std::uint32_t>(part.size());
    return value;
}

Value Value::thing(Ref<Thing> thing) noexcept {
    Value value;
    value.kind_ = ValueKind::thing;
    value.flags_ = owned_flag;
    value.owner_ = thing.get();
    value.thing_ = thing.detach();
    return value;
}

Value Value::undefined_thing(Ref<Thing> info) noexcept {
    Value value = thing(std::move(info));
    value.kind_ = ValueKind::undefined;
    return value;
}

Value Value::object(const void* object, const ObjectType& type) noexcept {
    Value value;
    value.kind_ = ValueKind::object;
    value.object_ = object;
    value.type_ = &type;
    return value;
}

Value Value::with_markup(bool markup) const& {
    Value value = *this;
    value.flags_ = static_cast<std::uint8_t>((value.flags_ & ~markup_flag) | (markup ? markup_flag : 0));
    return value;
}

bool Value::same_as(const Value& other) const noexcept {
    if (kind_ != other.kind_) return false;
    switch (kind_) {
        case ValueKind::none: return true;
        case ValueKind::text: return text() == other.text() && is_markup() == other.is_markup();
        case ValueKind::undefined: return false;
        default: return integer_ == other.integer_;
    }
}

void Value::swap(Value& other) noexcept {
    Value kept;
    kept.take(*this);
    take(other);
    other.take(kept);
    kept.flags_ = 0;
}

}  // namespace retort::templates
