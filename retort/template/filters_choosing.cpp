// Filters that apply others to each item: map, select, reject, selectattr, rejectattr; and attr.
#include "retort/template/builtins.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/render.hpp"

namespace retort::templates {

namespace {

/// A call whose arguments are kept until the generator runs.
struct Kept {
    explicit Kept(const Call& call)
        : arguments(call.arguments.begin(), call.arguments.end()),
          render(call.render),
          context(Ref<Context>::share(call.context)) {
        for (auto& keyword : call.keywords) {
            names.push_back(Value::text(std::string{keyword.name}));
            keywords.push_back({names.back().text(), keyword.value});
        }
    }
    std::vector<Value> arguments, names;
    std::vector<Keyword> keywords;
    Render* render;
    Ref<Context> context;

    Call call() const { return {arguments, keywords, render, context.get()}; }
};

const Value& item_source(const Call& call) {
    if (call.arguments.empty()) throw_type_error("a filter needs a value");
    return call.arguments[0];
}

/// A filter or test of that name, applied to one item after the other.
class Named {
  public:
    Named(const Call& call, const Value& name, bool filter, std::size_t skipped)
        : kept_(call), name_(name), filter_(filter) {
        kept_.arguments.erase(kept_.arguments.begin(), kept_.arguments.begin() + static_cast<std::ptrdiff_t>(skipped));
        kept_.arguments.insert(kept_.arguments.begin(), Value());
    }
    Value operator()(const Value& item) {
        if (function_ == nullptr) function_ = find(kept_.call(), name_, filter_);
        kept_.arguments[0] = item;
        Call call = kept_.call();
        call.name = name_.text();
        return (*function_)(call);
    }

  private:
    static const Function* find(const Call& call, const Value& name, bool filter) {
        if (name.is_undefined() && undefined_info(name).behaviour == Undefined::strict) throw_undefined(name);
        auto& environment = call.render->environment;
        auto text = name.is_text() ? name.text() : std::string_view{};
        auto* found = filter ? environment.find_filter(text) : environment.find_test(text);
        if (found != nullptr) return found;
        std::string message = std::string{"No "} + (filter ? "filter" : "test") + " named " + repr(name) + ".";
        if (name.is_undefined()) {
            message += " (" + undefined_info(name).message() + "; did you forget to quote the callable name?)";
        }
        throw_runtime(message);
    }
    Kept kept_;
    Value name_;
    bool filter_;
    const Function* function_ = nullptr;  ///< looked for when there is an item
};

using Change = std::function<Value(const Value&)>;

Change mapping(const Call& call) {
    if (call.arguments.size() == 1 && call.find("attribute") != nullptr) {
        auto* otherwise = call.find("default");
        for (auto& keyword : call.keywords) {
            if (keyword.name == "attribute" || keyword.name == "default") continue;
            throw FilterArgumentError("filter-argument"_code,
                                      "Unexpected keyword argument '" + std::string{keyword.name} + "'");
        }
        return Getter(call, call.find("attribute")->value, otherwise == nullptr ? Value() : otherwise->value);
    }
    if (call.arguments.size() < 2) {
        throw FilterArgumentError("filter-argument"_code, "map requires a filter argument");
    }
    return Named(call, call.arguments[1], true, 2);
}

Value map(const Call& call) {
    item_source(call);
    return generator(call, "sync_do_map",
                     [kept = Kept(call), each = Ref<Iterator>(), change = Change(), over = false](Value& out) mutable {
                         if (!each && !over) {
                             over = !truth(kept.arguments[0]);
                             if (!over) change = mapping(kept.call()), each = iterate(kept.arguments[0]);
                         }
                         Value item;
                         if (over || !each->next(item)) return false;
                         out = change(item);
                         return true;
                     });
}

Change choosing(const Call& call, bool attribute) {
    std::size_t at = attribute ? 2 : 1;
    if (attribute && call.arguments.size() < 2) {
        throw FilterArgumentError("filter-argument"_code, "Missing parameter for attribute name");
    }
    Change test = [](const Value& value) { return Value::boolean(truth(value)); };
    if (call.arguments.size() > at) test = Named(call, call.arguments[at], false, at + 1);
    if (!attribute) return test;
    return [get = Getter(call, call.arguments[1]), test](const Value& item) { return test(get(item)); };
}

Value choose(const Call& call, bool wanted, bool attribute) {
    item_source(call);
    return generator(call, "select_or_reject",
                     [kept = Kept(call), wanted, attribute, each = Ref<Iterator>(), test = Change(),
                      over = false](Value& out) mutable {
                         if (!each && !over) {
                             over = !truth(kept.arguments[0]);
                             if (!over) test = choosing(kept.call(), attribute), each = iterate(kept.arguments[0]);
                         }
                         while (!over && each->next(out)) {
                             if (truth(test(out)) == wanted) return true;
                         }
                         return false;
                     });
}

Value attr(const Call& call) {
    Parameters given(call, "attr", {"obj", "name"}, 2);
    Value out;
    if (!given[1].is_text()) throw_type_error("attribute name must be string, not '" + type_name(given[1]) + "'");
    if (find_attribute(given[0], given[1].text(), out)) return out;
    return undefined_member(undefined_of(call), given[0], given[1]);
}

}  // namespace

void add_choosing_filters(Functions& filters) {
    filters["map"] = map;
    filters["select"] = [](const Call& call) { return choose(call, true, false); };
    filters["reject"] = [](const Call& call) { return choose(call, false, false); };
    filters["selectattr"] = [](const Call& call) { return choose(call, true, true); };
    filters["rejectattr"] = [](const Call& call) { return choose(call, false, true); };
    filters["attr"] = attr;
}

}  // namespace retort::templates
