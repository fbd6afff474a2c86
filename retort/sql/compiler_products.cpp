// Cartesian products: what stands in FROM together although no condition links it.
#include <numeric>
#include <string>

#include "retort/sql/compiler.hpp"
#include "retort/sql/compiler_scope.hpp"
#include "retort/sql/walk.hpp"

namespace retort::sql {

namespace {

/// Groups of things in FROM that conditions link.
class Links {
  public:
    explicit Links(std::span<const Node* const> froms) : froms_(froms), group_(froms.size()) {
        std::iota(group_.begin(), group_.end(), 0);
    }

    /// Each comparison in it links the tables that it speaks of; what stands in SQL text may link anything.
    void add(const Expression& condition) {
        const Node* node = condition.node();
        if (node == nullptr) return;
        const auto* list = node_cast<ListNode>(node);
        const auto* binary = node_cast<BinaryNode>(node);
        const auto* unary = node_cast<UnaryNode>(node);
        if (list != nullptr && (list->op == Operator::and_ || list->op == Operator::or_)) {
            for (const auto& item : list->items) add(item);
        } else if (binary != nullptr && (binary->op == Operator::and_ || binary->op == Operator::or_)) {
            add(binary->left);
            add(binary->right);
        } else if (unary != nullptr) {
            add(unary->operand);
        } else {
            link_tables(condition);
        }
    }

    /// The place of the first that nothing links to the first of all; 0 when there is none.
    std::size_t first_unlinked() const {
        for (std::size_t i = 1; i < group_.size(); ++i) {
            if (group_[i] != group_[0] && !links_itself(froms_[i]) && !links_itself(froms_[0])) return i;
        }
        return 0;
    }

    bool has_text() const { return has_text_; }

  private:
    void link_tables(const Expression& comparison) {
        std::size_t first = froms_.size();
        for_each_table(comparison, [&](const NodeRef& table) {
            for (std::size_t i = 0; i < froms_.size(); ++i) {
                if (!from_contains(froms_[i], table.get())) continue;
                if (first == froms_.size()) first = i;
                join(group_[first], group_[i]);
            }
        });
        has_text_ = has_text_ || holds_text(comparison);
    }
    void join(std::size_t one, std::size_t other) {
        for (auto& group : group_) {
            if (group == other) group = one;
        }
    }
    static bool holds_text(const Expression& expression) {
        const Node* node = expression.node();
        if (node == nullptr) return false;
        bool found = node->kind() == NodeKind::text || node->kind() == NodeKind::literal_column;
        for_each_part(*node, [&](const Expression& part) { found = found || holds_text(part); });
        return found;
    }
    /// A LATERAL query, a function and VALUES are mostly read beside what they are made of.
    static bool links_itself(const Node* from) {
        const auto* alias = node_cast<AliasNode>(from);
        if (alias == nullptr) return from->kind() == NodeKind::function || from->kind() == NodeKind::values;
        if (alias->details != nullptr && alias->details->lateral) return true;
        return alias->element->kind() == NodeKind::function || alias->element->kind() == NodeKind::values;
    }

    std::span<const Node* const> froms_;
    std::vector<std::size_t> group_;
    bool has_text_ = false;
};

/// As people call it: `user`, or "a subquery" for what has its name made up.
std::string shown(const Node* from) {
    if (const auto* join = node_cast<JoinNode>(from)) return shown(join->left.get());
    if (const auto* table = node_cast<TableNode>(from)) return table->name.text;
    if (const auto* cte = node_cast<CteNode>(from)) return cte->name.text;
    const auto* alias = node_cast<AliasNode>(from);
    return alias != nullptr && !alias->name.text.empty() ? alias->name.text : "a subquery";
}

}  // namespace

void Compiler::look_for_product(const Scope& scope, const SelectNode& select) {
    if (scope.end - scope.begin < 2 || !product_.empty()) return;
    const std::span<const Node* const> froms(froms_.data() + scope.begin, scope.end - scope.begin);
    Links links(froms);
    for (const auto& condition : select.conditions) links.add(condition);
    const std::size_t other = links.first_unlinked();
    if (other == 0 || links.has_text()) return;
    product_ = "A query reads " + shown(froms[0]) + " and " + shown(froms[other]) +
               " with no condition between them: each row of one comes with each of the other.";
}

}  // namespace retort::sql
