// The turns of {% for %}, what `loop` knows, and loops that call themselves.
#include "retort/template/render.hpp"

namespace retort::templates {

namespace {

/// Takes only what passes the test of `for … if`.
class TestedIterator final : public Iterator {
  public:
    TestedIterator(Ref<Iterator> all, const For& node, Frame& frame)
        : all_(std::move(all)), node_(node), frame_(frame) {}
    bool next(Value& out) override {
        Value scratch;
        while (all_->next(out)) {
            frame_.render.step(*frame_.out);
            assign(*node_.test_target, out, frame_);
            if (templates::truth(peek(*node_.test, frame_, scratch))) return true;
        }
        return false;
    }

  private:
    Ref<Iterator> all_;
    const For& node_;
    Frame& frame_;
};

/// The items of a loop, one after the other.
class Items {
  public:
    Items(const Value& of, const For& node, Frame& frame) {
        if (node.test != nullptr) {
            iterator_ = make<TestedIterator>(iterate(of), node, frame);
        } else if (auto* list = sequence_of(of)) {
            list_ = Ref<List>::share(list);
        } else {
            length_ = length_of(of);
            iterator_ = iterate(of);
        }
    }
    bool next(Value& out) {
        if (!list_) return iterator_->next(out);
        if (at_ >= list_->size()) return false;
        list_->at(at_++, out);
        return true;
    }
    /// How many there are in all, when `taken` were taken; reads the rest when nobody knows.
    std::int64_t length(std::int64_t taken) {
        if (list_ && !rest_) return static_cast<std::int64_t>(list_->size());
        if (length_ < 0) {
            std::vector<Value> rest;
            for (Value item; iterator_->next(item);) {
                if (rest.size() >= most_items) throw_overflow("The loop is too long to be counted.");
                rest.push_back(item);
            }
            length_ = taken + static_cast<std::int64_t>(rest.size());
            list_ = make<List>(std::move(rest));
            rest_ = true;
        }
        return length_;
    }

  private:
    Ref<List> list_;
    Ref<Iterator> iterator_;
    std::size_t at_ = 0;
    std::int64_t length_ = -1;
    bool rest_ = false;
};

std::string render_recursive(const For& node, Frame& outer, const Value& iterable, std::int64_t depth,
                             Activation& variables);

}  // namespace

/// `loop`.
class Loop final : public Thing {
  public:
    static constexpr Kind thing_kind = Kind::loop;
    Loop(const For& node, Frame& frame, Items& items, std::int64_t depth, Activation* outer)
        : Thing(Kind::loop), node_(node), frame_(&frame), items_(&items), depth_(depth), outer_(outer) {}

    bool advance(Value& out) {
        if (has_after_) {
            out = std::exchange(after_, Value());
            has_after_ = false;
        } else if (!items_->next(out)) {
            return false;
        }
        before_ = std::exchange(current_, out);
        ++index_;
        return true;
    }
    /// The loop is over; whoever still holds it sees its last turn.
    void end() {
        if (length_ < 0) length_ = index_ + 1;
        items_ = nullptr;
        frame_ = nullptr;
    }

    Value field(LoopField field) {
        switch (field) {
            case LoopField::index: return Value::integer(index_ + 1);
            case LoopField::index0: return Value::integer(index_);
            case LoopField::revindex: return Value::integer(length() - index_);
            case LoopField::revindex0: return Value::integer(length() - index_ - 1);
            case LoopField::first: return Value::boolean(index_ == 0);
            case LoopField::last: return Value::boolean(!peek_after());
            case LoopField::length: return Value::integer(length());
            case LoopField::depth: return Value::integer(depth_ + 1);
            case LoopField::depth0: return Value::integer(depth_);
            case LoopField::previtem: return index_ == 0 ? undefined("there is no previous item") : before_;
            case LoopField::nextitem: return peek_after() ? after_ : undefined("there is no next item");
            case LoopField::cycle: return method("cycle", &Loop::cycle);
            case LoopField::changed: return method("changed", &Loop::changed);
            default: return Value::missing();
        }
    }

    std::string_view type_name() const override { return "jinja2.runtime.LoopContext"; }
    void repr(std::string& out, int) const override {
        out += "<LoopContext " + std::to_string(index_ + 1) + "/" + std::to_string(const_cast<Loop*>(this)->length()) +
               ">";
    }
    std::int64_t length() const override { return const_cast<Loop*>(this)->length(); }
    bool attribute(std::string_view name, Value& out) override;
    bool callable() const override { return true; }
    Value call(const Call& call) override {
        if (frame_ == nullptr) throw_runtime("A loop was called when it was over.");
        if (!node_.recursive) {
            throw_type_error("The loop must have the 'recursive' marker to be called recursively.");
        }
        Parameters given(call, "loop", {"iterable"}, 1);
        bool html = is_html(node_.escaping, *frame_);
        return Value::text(render_recursive(node_, *frame_, given[0], depth_ + 1, *outer_), html);
    }
    void clear() override {
        current_ = before_ = after_ = Value();
        changed_.clear();
    }

  private:
    std::int64_t length() {
        if (items_ != nullptr && length_ < 0) length_ = items_->length(index_ + 1 + (has_after_ ? 1 : 0));
        return length_;
    }
    bool peek_after() {
        if (!has_after_ && items_ != nullptr) has_after_ = items_->next(after_);
        return has_after_;
    }
    Value undefined(std::string hint) const {
        return undefined_hint(frame_ == nullptr ? Undefined::standard : frame_->render.undefined(), std::move(hint));
    }
    Value method(const char* name, Value (Loop::*body)(const Call&)) {
        return function(name,
                        [held = Ref<Loop>::share(this), body](const Call& call) { return (held.get()->*body)(call); });
    }
    Value cycle(const Call& call) {
        if (call.arguments.empty()) throw_type_error("no items for cycling given");
        return call.arguments[static_cast<std::size_t>(index_) % call.arguments.size()];
    }
    Value changed(const Call& call) {
        bool same = was_asked_ && changed_.size() == call.arguments.size();
        for (std::size_t at = 0; same && at < changed_.size(); ++at) same = equal(changed_[at], call.arguments[at]);
        was_asked_ = true;
        if (!same) changed_.assign(call.arguments.begin(), call.arguments.end());
        return Value::boolean(!same);
    }

    const For& node_;
    Frame* frame_;
    Items* items_;
    std::int64_t depth_, index_ = -1, length_ = -1;
    Activation* outer_;
    Value before_, current_, after_;
    bool has_after_ = false, was_asked_ = false;
    std::vector<Value> changed_;
};

namespace {

constexpr std::pair<std::string_view, LoopField> loop_fields[] = {
    {"index", LoopField::index},         {"index0", LoopField::index0},     {"revindex", LoopField::revindex},
    {"revindex0", LoopField::revindex0}, {"first", LoopField::first},       {"last", LoopField::last},
    {"length", LoopField::length},       {"depth", LoopField::depth},       {"depth0", LoopField::depth0},
    {"previtem", LoopField::previtem},   {"nextitem", LoopField::nextitem}, {"cycle", LoopField::cycle},
    {"changed", LoopField::changed},
};

}  // namespace

bool Loop::attribute(std::string_view name, Value& out) {
    for (auto& [known, each] : loop_fields) {
        if (known == name) return out = field(each), true;
    }
    return false;
}

namespace {

/// The same for one variable without `loop`: the items go straight to their place.
bool simple_turns(const For& node, Frame& frame, Items& items) {
    Value& place = frame.variables.at(static_cast<const Name&>(*node.target).slot);
    bool any = false;
    for (; items.next(place); frame.line = node.line) {
        any = true;
        frame.render.step(*frame.out);
        if (!node.entries.empty()) enter(node.entries, frame);
        if (execute(node.body, frame) == Flow::break_) break;
    }
    return any;
}

/// One turn after the other. False when there was none.
bool turns(const For& node, Frame& frame, Items& items, Loop* loop) {
    bool any = false;
    enter(node.steady_entries, frame);
    if (loop == nullptr && node.target->kind == NodeKind::name) return simple_turns(node, frame, items);
    Value item;
    while (loop == nullptr ? items.next(item) : loop->advance(item)) {
        any = true;
        frame.render.step(*frame.out);
        assign(*node.target, std::move(item), frame);
        item = Value();
        enter(node.entries, frame);
        if (execute(node.body, frame) == Flow::break_) break;
        frame.line = node.line;
    }
    return any;
}

Flow run_loop(const For& node, Frame& frame, const Value& iterable, std::int64_t depth, Activation* outer) {
    if (node.test != nullptr) enter(node.test_entries, frame);
    Items items(iterable, node, frame);
    bool any;
    if (node.loop_place < 0) {
        any = turns(node, frame, items, nullptr);
    } else {
        auto loop = make<Loop>(node, frame, items, depth, outer);
        struct Ended {
            Loop& loop;
            ~Ended() { loop.end(); }
        };
        frame.variables.at(static_cast<std::size_t>(node.loop_place)) = Value::thing(loop);
        Ended ended{*loop};
        any = turns(node, frame, items, loop.get());
        frame.variables.at(static_cast<std::size_t>(node.loop_place)) = Value::missing();
    }
    if (any || node.otherwise.empty()) return Flow::next;
    enter(node.else_entries, frame);
    return execute(node.otherwise, frame);
}

std::string render_recursive(const For& node, Frame& outer, const Value& iterable, std::int64_t depth,
                             Activation& variables) {
    outer.render.check_stack();
    auto inner = make<Activation>(outer.render, *node.code, &variables);
    std::string text;
    Frame frame{outer.render, outer.compiled, *inner, outer.context, &text, outer.parent};
    frame.line = node.line;
    try {
        run_loop(node, frame, iterable, depth, &variables);
    } catch (...) {
        tell_place(frame.compiled.name, frame.line, frame.compiled.source);
        throw;
    }
    inner->leave();
    return text;
}

}  // namespace

Flow execute_for(const For& node, Frame& frame) {
    Value iterable = evaluate(*node.iterable, frame);
    if (!node.recursive) return run_loop(node, frame, iterable, 0, nullptr);
    frame.out->append(render_recursive(node, frame, iterable, 0, frame.variables));
    return Flow::next;
}

}  // namespace retort::templates
