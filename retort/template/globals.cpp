// The functions that every template has: range, dict, namespace, cycler, joiner, lipsum.
#include <random>

#include "retort/base/text.hpp"
#include "retort/template/builtins.hpp"
#include "retort/template/environment.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/letters.hpp"

namespace retort::templates {

namespace {

Value make_range(const Call& call) {
    if (!call.keywords.empty()) throw_type_error("range() takes no keyword arguments");
    auto count = call.arguments.size();
    if (count < 1 || count > 3) throw_type_error("range expected 1 to 3 arguments, got " + std::to_string(count));
    auto number = [&](std::size_t at) {
        auto& value = call.arguments[at];
        if (value.is_undefined()) throw_undefined(value);
        if (!value.is_integral()) {
            throw_type_error("'" + type_name(value) + "' object cannot be interpreted as an integer");
        }
        return value.integer();
    };
    std::int64_t step = count == 3 ? number(2) : 1;
    if (step == 0) throw_value_error("range() arg 3 must not be zero");
    return Value::thing(make<Range>(count == 1 ? 0 : number(0), number(count == 1 ? 0 : 1), step));
}

Ref<Dict> dict_of(const Call& call, const char* name) {
    auto made = make<Dict>();
    if (call.arguments.size() > 1) {
        throw_type_error(std::string{name} + " expected at most 1 argument, got " +
                         std::to_string(call.arguments.size()));
    }
    if (!call.arguments.empty()) fill_dict(*made, call.arguments[0]);
    for (auto& keyword : call.keywords) made->set(Value::text(std::string{keyword.name}), keyword.value);
    return made;
}

Value make_namespace(const Call& call) {
    auto space = make<Space>();
    auto given = dict_of(call, "namespace");
    for (auto& [key, value] : given->entries()) space->values.set(key, value);
    return Value::thing(space);
}

/// Gives one value after the other, and begins again.
class Cycler final : public Thing {
  public:
    explicit Cycler(std::vector<Value> items) : Thing(Kind::other), items_(std::move(items)) {}
    std::string_view type_name() const override { return "jinja2.utils.Cycler"; }
    void repr(std::string& out, int) const override { out += "<jinja2.utils.Cycler object at 0x0>"; }
    bool attribute(std::string_view name, Value& out) override {
        if (name == "current") return out = items_[at_], true;
        if (name == "items") return out = tuple(items_), true;
        if (name == "pos") return out = Value::integer(static_cast<std::int64_t>(at_)), true;
        if (name != "next" && name != "reset") return false;
        out = function(std::string{name}, [held = Ref<Cycler>::share(this), next = name == "next"](const Call&) {
            Value current = held->items_[held->at_];
            held->at_ = next ? (held->at_ + 1) % held->items_.size() : 0;
            return next ? current : Value();
        });
        return true;
    }
    void clear() override { items_.assign(1, Value()), at_ = 0; }

  private:
    std::vector<Value> items_;
    std::size_t at_ = 0;
};

Value make_cycler(const Call& call) {
    if (call.arguments.empty()) throw_runtime("at least one item has to be provided");
    return Value::thing(make<Cycler>(std::vector<Value>(call.arguments.begin(), call.arguments.end())));
}

/// Nothing the first time, the separator from then on.
Value make_joiner(const Call& call) {
    Parameters given(call, "joiner", {"sep"});
    Value separator = given.has(0) ? given[0] : Value::view(", ");
    return function("joiner", [separator, used = false](const Call&) mutable {
        return std::exchange(used, true) ? separator : Value::view("");
    });
}

constexpr std::string_view latin =
    "a ac accumsan ad adipiscing aenean aliquam aliquet amet ante aptent arcu at auctor augue bibendum blandit class "
    "commodo condimentum congue consectetuer consequat conubia convallis cras cubilia cum curabitur curae cursus "
    "dapibus "
    "diam dictum dictumst dignissim dis dolor donec dui duis egestas eget eleifend elementum elit enim erat eros est "
    "et "
    "etiam eu euismod facilisi facilisis fames faucibus felis fermentum feugiat fringilla fusce gravida habitant hac "
    "hendrerit hymenaeos iaculis id imperdiet in inceptos integer interdum ipsum justo lacinia lacus laoreet lectus "
    "leo "
    "libero ligula litora lobortis lorem luctus maecenas magna magnis malesuada massa mattis mauris metus mi molestie "
    "mollis montes morbi mus nam nascetur natoque nec neque netus nibh nisi nisl non nonummy nostra nulla nullam nunc "
    "odio orci ornare parturient pede pellentesque penatibus per pharetra phasellus placerat platea porta porttitor "
    "posuere potenti praesent pretium primis proin pulvinar purus quam quis quisque rhoncus ridiculus risus rutrum "
    "sagittis sapien scelerisque sed sem semper senectus sit sociis sociosqu sodales sollicitudin suscipit suspendisse "
    "taciti tellus tempor tempus tincidunt torquent tortor tristique turpis ullamcorper ultrices ultricies urna ut "
    "varius "
    "vehicula vel velit venenatis vestibulum vitae vivamus viverra volutpat vulputate";

std::string paragraph(std::int64_t least, std::int64_t most, std::minstd_rand& numbers) {
    static const auto known = words(latin);
    auto any = [&](std::int64_t from, std::int64_t to) {
        return std::uniform_int_distribution<std::int64_t>(from, to)(numbers);
    };
    std::string out;
    std::int64_t until_stop = any(5, 14);
    auto count = any(least, most);
    for (std::int64_t at = 0; at < count; ++at) {
        bool begins = out.empty() || out.back() == '.';
        std::string word{known[static_cast<std::size_t>(any(0, static_cast<std::int64_t>(known.size()) - 1))]};
        if (!out.empty()) out += ' ';
        out += begins ? capitalize(word) : word;
        if (--until_stop == 0) {
            out += '.';
            until_stop = any(5, 14);
        } else if (at + 1 < count && any(0, 6) == 0) {
            out += ',';
        }
    }
    if (!out.empty() && out.back() != '.') out += '.';
    return out;
}

Value lipsum(const Call& call) {
    Parameters given(call, "lipsum", {"n", "html", "min", "max"});
    auto count = given.integer(0, 5), least = given.integer(2, 20), most = given.integer(3, 100) - 1;
    if (least < 0 || most < least) throw_value_error("lipsum() needs min below max");
    if (count > 1000 || most > 10000) throw_overflow("That is too much text.");
    bool html = given.truth(1, true);
    thread_local std::minstd_rand numbers{std::random_device{}()};
    std::string out;
    for (std::int64_t at = 0; at < count; ++at) {
        if (at != 0) out += html ? "\n" : "\n\n";
        auto text = paragraph(least, most, numbers);
        out += html ? "<p>" + text + "</p>" : text;
    }
    return Value::text(std::move(out), html);
}

}  // namespace

void add_builtin_globals(Environment& environment) {
    environment.add_global("range", Function(make_range));
    environment.add_global("dict", Function([](const Call& call) { return Value::thing(dict_of(call, "dict")); }));
    environment.add_global("namespace", Function(make_namespace));
    environment.add_global("cycler", Function(make_cycler));
    environment.add_global("joiner", Function(make_joiner));
    environment.add_global("lipsum", Function(lipsum));
}

}  // namespace retort::templates
