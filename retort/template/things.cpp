// Lists, dicts and the other counted values: what they hold and how Python writes them.
#include "retort/template/things.hpp"

#include "retort/template/errors.hpp"
#include "retort/template/operations.hpp"
#include "retort/template/render.hpp"

namespace retort::templates {

const Keyword* Call::find(std::string_view keyword) const noexcept {
    for (const Keyword& given : keywords) {
        if (given.name == keyword) return &given;
    }
    return nullptr;
}

const Member* ObjectType::find(std::string_view member) const noexcept {
    for (const Member& known : members) {
        if (known.name == member) return &known;
    }
    return nullptr;
}

void Thing::repr(std::string& out, int) const { out.append("<").append(type_name()).append(">"); }
bool Thing::attribute(std::string_view, Value&) { return false; }
bool Thing::item(const Value&, Value&) { return false; }
Ref<Iterator> Thing::iterate() { return {}; }
Value Thing::call(const Call&) { throw_type_error("'" + std::string{type_name()} + "' object is not callable"); }

void Iterator::repr(std::string& out, int) const { out.append("<").append(type_name()).append(" object at 0x0>"); }

ObjectView object_of(const Value& value) noexcept {
    if (value.kind() == ValueKind::object) return {value.object(), &value.type(), nullptr};
    if (value.is_thing() && value.thing().kind == Thing::Kind::held) {
        auto& held = static_cast<Held&>(value.thing());
        return {held.object, &held.type, &held};
    }
    return {};
}

List* sequence_of(const Value& value) noexcept {
    if (!value.is_thing()) return nullptr;
    auto kind = value.thing().kind;
    return kind == Thing::Kind::list || kind == Thing::Kind::tuple ? static_cast<List*>(&value.thing()) : nullptr;
}

namespace {

class ListIterator final : public Iterator {
  public:
    explicit ListIterator(Ref<List> list) : list_(std::move(list)) {}
    bool next(Value& out) override {
        if (at_ >= list_->size()) return false;
        list_->at(at_++, out);
        return true;
    }
    std::string_view type_name() const override { return "list_iterator"; }

  private:
    Ref<List> list_;
    std::size_t at_ = 0;
};

class KeyIterator final : public Iterator {
  public:
    explicit KeyIterator(Ref<Dict> dict) : dict_(std::move(dict)), size_(dict_->size()) {}
    bool next(Value& out) override {
        auto& entries = dict_->entries();
        if (entries.size() != size_) throw_runtime("dictionary changed size during iteration");
        if (at_ >= size_) return false;
        out = entries[at_++].first;
        return true;
    }
    std::string_view type_name() const override { return "dict_keyiterator"; }

  private:
    Ref<Dict> dict_;
    std::size_t size_, at_ = 0;
};

class RangeIterator final : public Iterator {
  public:
    explicit RangeIterator(Ref<Range> range) : range_(std::move(range)) {}
    bool next(Value& out) override {
        if (at_ >= range_->count) return false;
        out = Value::integer(range_->at(at_++));
        return true;
    }
    std::string_view type_name() const override { return "range_iterator"; }

  private:
    Ref<Range> range_;
    std::int64_t at_ = 0;
};

/// The place that an index names, counting from the end when it is negative; -1 outside.
std::int64_t place_at(const Value& key, std::int64_t size) {
    if (!key.is_integral()) return -1;
    std::int64_t at = key.integer() < 0 ? key.integer() + size : key.integer();
    return at < size ? at : -1;
}

bool bound(Method::Body body, const Value& self, std::string_view name, Value& out) {
    if (body == nullptr) return false;
    out = Value::thing(make<Method>(self, name, body));
    return true;
}

Value self_value(Thing& thing) { return Value::thing(Ref<Thing>::share(&thing)); }

}  // namespace

namespace {

void check_written(const std::string& out, int depth) {
    if (depth > most_nesting) throw_runtime("A list or a dict is nested too deeply to be written.");
    if (out.size() > most_written) throw_overflow("The values hold each other too often to be written.");
}

}  // namespace

// List

std::size_t List::source_size() const { return source_->at == nullptr ? items().size() : source_->size(range_); }

void List::source_at(std::size_t place, Value& out) const {
    if (source_->at == nullptr) {
        out = items()[place];
        return;
    }
    source_->at(range_, place, out);
    if (owner_) attach(out, owner_);
}

void List::keep(const Ref<const Counted>& owner) {
    if (source_ != nullptr && !owner_) owner_ = owner;
}

void List::read() const {
    const SequenceType* source = source_;
    std::vector<Value> items;
    source->fill(range_, items);
    if (owner_) {
        for (auto& item : items) attach(item, owner_);
    }
    items_ = std::move(items);
    source_ = nullptr;
}

void List::repr(std::string& out, int depth) const {
    check_written(out, depth);
    out += is_tuple() ? '(' : '[';
    auto& all = items();
    for (std::size_t at = 0; at < all.size(); ++at) {
        if (at != 0) out += ", ";
        append_repr(out, all[at], depth + 1);
    }
    if (is_tuple() && all.size() == 1) out += ',';
    out += is_tuple() ? ')' : ']';
}

bool List::attribute(std::string_view name, Value& out) {
    for (std::size_t at = 0; field_names && at < field_names->size(); ++at) {
        if ((*field_names)[at] == name) return out = items_[at], true;
    }
    auto body = is_tuple() ? tuple_method(name) : list_method(name);
    return body != nullptr && bound(body, self_value(*this), name, out);
}

bool List::item(const Value& key, Value& out) {
    auto place = place_at(key, static_cast<std::int64_t>(size()));
    if (place < 0) return false;
    at(static_cast<std::size_t>(place), out);
    return true;
}

Ref<Iterator> List::iterate() { return make<ListIterator>(Ref<List>::share(this)); }

// Dict

namespace {
constexpr std::size_t searched_entries = 8;
constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
}  // namespace

void Dict::read() const {
    const MappingType* source = source_;
    source_ = nullptr;
    source->fill(map_, const_cast<Dict&>(*this));
    if (!owner_) return;
    for (auto& [key, value] : entries_) attach(key, owner_), attach(value, owner_);
}

void Dict::keep(const Ref<const Counted>& owner) {
    if (source_ != nullptr && !owner_) owner_ = owner;
}

void Dict::clear() {
    source_ = nullptr;
    entries_.clear();
    places_.clear();
}

void Dict::index() const {
    places_.clear();
    for (std::size_t at = 0; at < entries_.size(); ++at) places_.emplace(hash(entries_[at].first), at);
}

std::size_t Dict::place_of(const Value& key) const {
    std::size_t code = hash(key);
    auto& all = entries();
    if (all.size() <= searched_entries) {
        for (std::size_t at = 0; at < all.size(); ++at) {
            if (equal(all[at].first, key)) return at;
        }
        return nowhere;
    }
    if (places_.size() != all.size()) index();
    auto [from, to] = places_.equal_range(code);
    for (; from != to; ++from) {
        if (equal(all[from->second].first, key)) return from->second;
    }
    return nowhere;
}

bool Dict::find(const Value& key, Value& out) const {
    if (source_ != nullptr && key.is_text()) {
        if (!source_->find(map_, key.text(), out)) return false;
        if (owner_) attach(out, owner_);
        return true;
    }
    Value* found = find(key);
    if (found == nullptr) return false;
    out = *found;
    return true;
}

Value* Dict::find(const Value& key) const {
    auto at = place_of(key);
    return at == nowhere ? nullptr : &entries_[at].second;
}

void Dict::set(const Value& key, Value value) {
    auto at = place_of(key);
    if (at != nowhere) {
        entries_[at].second = std::move(value);
        return;
    }
    entries_.emplace_back(key, std::move(value));
    if (places_.size() + 1 == entries_.size() && !places_.empty()) places_.emplace(hash(key), entries_.size() - 1);
}

bool Dict::erase(const Value& key) {
    auto at = place_of(key);
    if (at == nowhere) return false;
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(at));
    places_.clear();
    return true;
}

void Dict::repr(std::string& out, int depth) const {
    check_written(out, depth);
    out += '{';
    bool first = true;
    for (auto& [key, value] : entries()) {
        if (!first) out += ", ";
        first = false;
        append_repr(out, key, depth + 1);
        out += ": ";
        append_repr(out, value, depth + 1);
    }
    out += '}';
}

bool Dict::item(const Value& key, Value& out) {
    try {
        return find(key, out);
    } catch (const TypeError&) {
        return false;  // as Jinja's `[…]`, which takes a key that cannot be hashed for one that is not there
    }
}

bool Dict::attribute(std::string_view name, Value& out) {
    auto body = dict_method(name);
    return body != nullptr && bound(body, self_value(*this), name, out);
}

Ref<Iterator> Dict::iterate() { return make<KeyIterator>(Ref<Dict>::share(this)); }

// Range

namespace {
std::int64_t steps_between(std::int64_t start, std::int64_t stop, std::int64_t step) {
    if (step > 0 ? start >= stop : start <= stop) return 0;
    auto distance = step > 0 ? static_cast<std::uint64_t>(stop) - static_cast<std::uint64_t>(start)
                             : static_cast<std::uint64_t>(start) - static_cast<std::uint64_t>(stop);
    auto stride = step > 0 ? static_cast<std::uint64_t>(step) : std::uint64_t{0} - static_cast<std::uint64_t>(step);
    auto count = (distance - 1) / stride + 1;
    if (count > static_cast<std::uint64_t>(INT64_MAX)) throw_overflow("The range is too long.");
    return static_cast<std::int64_t>(count);
}
}  // namespace

Range::Range(std::int64_t from, std::int64_t to, std::int64_t by)
    : Thing(Kind::range), start(from), stop(to), step(by), count(steps_between(from, to, by)) {}

void Range::repr(std::string& out, int) const {
    out += "range(" + std::to_string(start) + ", " + std::to_string(stop);
    if (step != 1) out += ", " + std::to_string(step);
    out += ')';
}

bool Range::item(const Value& key, Value& out) {
    auto place = place_at(key, count);
    if (place < 0) return false;
    out = Value::integer(at(place));
    return true;
}

Ref<Iterator> Range::iterate() { return make<RangeIterator>(Ref<Range>::share(this)); }

// Generators, functions, methods, namespaces

Generator::Generator(Ref<Lifeline> life, std::string_view name, Step step)
    : life_(std::move(life)), name_(name), step_(std::move(step)) {}
Generator::~Generator() = default;

bool Generator::next(Value& out) {
    if (!step_) return false;
    if (life_) life_->render().check_stack();
    return step_(out);
}

std::string_view Generator::type_name() const {
    bool iterator = name_.ends_with("iterator") || name_ == "reversed";
    return iterator ? name_ : "generator";
}

void Generator::repr(std::string& out, int depth) const {
    if (type_name() != "generator") return Iterator::repr(out, depth);
    out.append("<generator object ").append(name_).append(" at 0x0>");
}

Value generator(const Call& call, std::string_view name, Generator::Step step) {
    auto life = call.render == nullptr ? Ref<Lifeline>() : call.render->life();
    return Value::thing(make<Generator>(std::move(life), name, std::move(step)));
}

void FunctionThing::repr(std::string& out, int) const {
    // These are classes in Python.
    static constexpr std::pair<std::string_view, std::string_view> classes[] = {{"range", "range"},
                                                                                {"dict", "dict"},
                                                                                {"namespace", "jinja2.utils.Namespace"},
                                                                                {"cycler", "jinja2.utils.Cycler"},
                                                                                {"joiner", "jinja2.utils.Joiner"}};
    for (auto& [name, text] : classes) {
        if (name == name_) return out.append("<class '").append(text).append("'>"), void();
    }
    out += "<function " + name_ + " at 0x0>";
}

Value FunctionThing::call(const Call& call) {
    if (!call.name.empty()) return function_(call);
    Call named = call;
    named.name = name_;
    return function_(named);
}

Value function(std::string name, Function function) {
    return Value::thing(make<FunctionThing>(std::move(name), std::move(function)));
}

void Method::repr(std::string& out, int) const {
    out.append("<built-in method ").append(name_).append(" of ").append(templates::type_name(self_));
    out += " object at 0x0>";
}

void Space::repr(std::string& out, int depth) const {
    out += "<Namespace ";
    values.repr(out, depth);
    out += '>';
}

bool Space::attribute(std::string_view name, Value& out) { return values.find(Value::view(name), out); }

// Values

void attach(Value& borrowed, const Ref<const Counted>& owner) {
    if (borrowed.is_text()) {
        borrowed.keep(owner.get());
    } else if (borrowed.kind() == ValueKind::object) {
        borrowed = Value::thing(make<Held>(borrowed.object(), borrowed.type(), owner));
    } else if (auto* list = borrowed.as<List>()) {
        list->keep(owner);
    } else if (auto* dict = borrowed.as<Dict>()) {
        dict->keep(owner);
    }
}

Value list(std::vector<Value> items) { return Value::thing(make<List>(std::move(items))); }
Value named_tuple(std::vector<Value> items, std::shared_ptr<const std::vector<std::string>> names) {
    auto made = make<List>(std::move(items), Thing::Kind::tuple);
    made->field_names = std::move(names);
    return Value::thing(std::move(made));
}
Value tuple(std::vector<Value> items) { return Value::thing(make<List>(std::move(items), Thing::Kind::tuple)); }

}  // namespace retort::templates
