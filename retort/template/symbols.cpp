// The scopes of Jinja: what is set where, what comes from outside.
#include "retort/template/symbols.hpp"

#include <algorithm>

#include "retort/template/errors.hpp"
#include "retort/template/walk.hpp"

namespace retort::templates {

Variable Places::of(FunctionCode& code, int level, std::string_view name) {
    auto [found, added] = known_.try_emplace({&code, level, name}, code.places);
    if (added && ++code.places == 0) throw_runtime("The template has too many variables.");
    return {&code, found->second};
}

const Variable* Symbols::find(std::string_view name) const {
    for (const Symbols* at = this; at != nullptr; at = at->parent_) {
        auto found = at->refs_.find(name);
        if (found != at->refs_.end()) return &found->second;
    }
    return nullptr;
}

void Symbols::set_load(const Variable& variable, Load load) {
    auto known = std::find_if(loads_.begin(), loads_.end(), [&](auto& entry) { return entry.first == variable; });
    if (known == loads_.end()) {
        loads_.emplace_back(variable, load);
    } else {
        known->second = load;
    }
}

Variable Symbols::define(std::string_view name, Load load) {
    auto variable = places_->of(*code_, level_, name);
    refs_[name] = variable;
    set_load(variable, load);
    return variable;
}

void Symbols::store(std::string_view name) {
    stores_.insert(name);
    if (refs_.contains(name)) return;
    const Variable* outer = parent_ == nullptr ? nullptr : parent_->find(name);
    if (outer != nullptr) {
        define(name, {Load::Kind::alias, {}, *outer});
    } else {
        define(name, {Load::Kind::undefined, {}, {}});
    }
}

Variable Symbols::declare_parameter(std::string_view name) {
    stores_.insert(name);
    return define(name, {Load::Kind::parameter, {}, {}});
}

void Symbols::load(std::string_view name) {
    if (find(name) == nullptr) define(name, {Load::Kind::resolve, name, {}});
}

void Symbols::update(const std::vector<const Symbols*>& branches) {
    std::map<std::string_view, std::size_t> counts;
    for (auto* branch : branches) {
        for (auto name : branch->stores_) {
            if (!stores_.contains(name)) ++counts[name];
        }
    }
    for (auto* branch : branches) {
        for (auto& [name, variable] : branch->refs_) refs_[name] = variable;
        for (auto& [variable, load] : branch->loads_) set_load(variable, load);
        stores_.insert(branch->stores_.begin(), branch->stores_.end());
    }
    for (auto& [name, count] : counts) {
        if (count == branches.size()) continue;
        const Variable* outer = parent_ == nullptr ? nullptr : parent_->find(name);
        if (outer != nullptr) {
            set_load(*find(name), {Load::Kind::alias, {}, *outer});
        } else {
            set_load(*find(name), {Load::Kind::resolve, name, {}});
        }
    }
}

Slot Symbols::slot_of(const Variable& variable) const {
    std::uint16_t outward = 0;
    for (FunctionCode* at = code_; at != nullptr && at != variable.code; at = at->outer) ++outward;
    return {outward, variable.place};
}

Entries Symbols::entries(Arena& arena) const {
    std::vector<Entry> entries;
    for (auto& [variable, load] : loads_) {
        switch (load.kind) {
            case Load::Kind::parameter: break;
            case Load::Kind::resolve: entries.push_back({variable.place, Entry::From::context, {}, load.name}); break;
            case Load::Kind::alias:
                entries.push_back({variable.place, Entry::From::outer, slot_of(load.of), {}});
                break;
            case Load::Kind::undefined: entries.push_back({variable.place, Entry::From::nothing, {}, {}}); break;
        }
    }
    return arena.copy(entries);
}

Locals Symbols::locals(Arena& arena) const {
    std::map<std::string_view, Slot> found;
    for (const Symbols* at = this; at != nullptr; at = at->parent_) {
        for (auto name : at->stores_) found.try_emplace(name, slot_of(*find(name)));
    }
    std::vector<Local> locals;
    for (auto& [name, slot] : found) locals.push_back({name, slot});
    return arena.copy(locals);
}

Entries Symbols::entries(Arena& arena, bool steady) const {
    std::vector<Entry> chosen;
    for (auto& entry : entries(arena)) {
        bool stays = entry.from == Entry::From::context && !stores_.contains(entry.name);
        if (stays == steady) chosen.push_back(entry);
    }
    return arena.copy(chosen);
}

namespace {

class Analysis {
  public:
    explicit Analysis(Symbols& symbols) : symbols_(&symbols) {}

    void visit(const Node& node) {
        switch (node.kind) {
            case NodeKind::name: return name(static_cast<const Name&>(node));
            case NodeKind::space_target: return symbols_->load(static_cast<const SpaceTarget&>(node).space->name);
            case NodeKind::if_: return branches(static_cast<const If&>(node));
            case NodeKind::macro: return symbols_->store(static_cast<const MacroNode&>(node).target->name);
            case NodeKind::import:
            case NodeKind::from_import: return import(static_cast<const Import&>(node));
            case NodeKind::set:
                visit(*static_cast<const Set&>(node).value);
                return visit(*static_cast<const Set&>(node).target);
            case NodeKind::for_: return visit(*static_cast<const For&>(node).iterable);
            case NodeKind::call_block: return visit(*static_cast<const MacroNode&>(node).call);
            case NodeKind::filter_block: return visit(*static_cast<const FilterBlock&>(node).filter);
            case NodeKind::set_block: return visit(*static_cast<const SetBlock&>(node).target);
            case NodeKind::with:
                for (auto* value : static_cast<const With&>(node).values) visit(*value);
                return;
            case NodeKind::autoescape:
            case NodeKind::block: return;
            default: all(children(node));
        }
    }

    void parameters(const Node& target) {
        if (target.kind == NodeKind::name) {
            symbols_->declare_parameter(static_cast<const Name&>(target).name);
        } else {
            for (Node* item : children(target)) parameters(*item);
        }
    }
    template <class Nodes>
    void all(const Nodes& nodes) {
        for (Node* node : nodes) visit(*node);
    }

  private:
    void name(const Name& name) {
        switch (name.use) {
            case Name::Use::parameter: symbols_->declare_parameter(name.name); break;
            case Name::Use::store: symbols_->store(name.name); break;
            case Name::Use::load: symbols_->load(name.name); break;
        }
    }

    void import(const Import& import) {
        visit(*import.template_);
        if (import.target != nullptr) symbols_->store(import.target->name);
        for (auto& imported : import.names) symbols_->store(imported.target->name);
    }

    template <class Nodes>
    Symbols branch(const Nodes& nodes) {
        Symbols copy = *symbols_;
        Analysis inner(copy);
        inner.all(nodes);
        return copy;
    }
    void branches(const If& node) {
        visit(*node.test);
        Symbols body = branch(node.body), others = branch(node.others), otherwise = branch(node.otherwise);
        symbols_->update({&body, &others, &otherwise});
    }

    Symbols* symbols_;
};

}  // namespace

void analyze(Body body, Symbols& symbols) { Analysis(symbols).all(body); }

void analyze(const Node& node, Symbols& symbols, LoopPart part) {
    Analysis analysis(symbols);
    if (node.kind == NodeKind::for_) {
        auto& loop = static_cast<const For&>(node);
        if (part == LoopPart::otherwise) return analysis.all(loop.otherwise);
        analysis.parameters(*loop.target);
        if (part == LoopPart::body) return analysis.all(loop.body);
        return analysis.visit(*loop.test);
    }
    if (node.kind == NodeKind::with) {
        auto& with = static_cast<const With&>(node);
        for (auto* target : with.targets) analysis.parameters(*target);
        return analysis.all(with.body);
    }
    if (node.kind == NodeKind::set_block) {
        auto& set = static_cast<const SetBlock&>(node);
        analysis.all(set.body);
        if (set.filter != nullptr) analysis.visit(*set.filter);
        return;
    }
    if (node.kind == NodeKind::call_block) {
        auto& macro = static_cast<const MacroNode&>(node);
        analysis.all(macro.parameters);
        analysis.all(macro.defaults);
        return analysis.all(macro.body);
    }
    analysis.all(children(node));
}

}  // namespace retort::templates
