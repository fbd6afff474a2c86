// What expressions, tables and statements are made of: immutable nodes that count their references.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "retort/base/spare_places.hpp"

namespace retort::sql {

enum class NodeKind : std::uint8_t {
    // expressions
    column,
    bind,
    constant,
    value_list,
    binary,
    unary,
    list,
    between,
    function,
    over,
    filter,
    ordered,
    array,
    sequence,
    case_,
    cast,
    extract,
    label,
    text,
    literal_column,
    // what stands in FROM
    table,
    alias,
    join,
    cte,
    values,
    textual,
    // statements
    select,
    compound,
    insert,
    update,
    delete_,
};

/// A part of a statement. It never changes once it is shared, so threads may share it without locks.
///
/// Queries are built and forgotten by the thousand: the small nodes of a thread come from a list of its own.
class Node : public retort::detail::SparePlaced {
  public:
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    NodeKind kind() const noexcept { return kind_; }

    void retain() const noexcept {
        // Of a new node only its maker knows, who needs no locked instruction.
        if (__atomic_load_n(&references_, __ATOMIC_RELAXED) == 0) {
            __atomic_store_n(&references_, 1, __ATOMIC_RELAXED);
        } else {
            __atomic_fetch_add(&references_, 1, __ATOMIC_RELAXED);
        }
    }
    void release() const noexcept {
        // Who alone holds it needs none to let go either.
        if (is_unshared() || __atomic_fetch_sub(&references_, 1, __ATOMIC_ACQ_REL) == 1) destroy(this);
    }
    /// Whether one handle only holds it, so that its owner may change it in place.
    bool is_unshared() const noexcept { return __atomic_load_n(&references_, __ATOMIC_ACQUIRE) == 1; }

  protected:
    explicit Node(NodeKind kind) noexcept : kind_(kind) {}
    virtual ~Node() = default;

  private:
    /// Deletes without deep recursion: a chain of a million nodes must not overflow a fiber's stack.
    static void destroy(const Node* node) noexcept;

    mutable std::uint32_t references_ = 0;  // atomic; <atomic> would cost every application compile time
    NodeKind kind_;
};

/// A counted handle to a node.
template <class T>
class Ref {
  public:
    Ref() = default;
    explicit Ref(T* node) noexcept : node_(node) {
        if (node_) node_->retain();
    }
    Ref(const Ref& other) noexcept : Ref(other.node_) {}
    Ref(Ref&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
    template <class U>
        requires std::is_convertible_v<U*, T*>
    Ref(const Ref<U>& other) noexcept : Ref(static_cast<T*>(other.get())) {}  // NOLINT
    Ref& operator=(Ref other) noexcept {
        std::swap(node_, other.node_);
        return *this;
    }
    ~Ref() {
        if (node_) node_->release();
    }

    T* get() const noexcept { return node_; }
    T* operator->() const noexcept { return node_; }
    T& operator*() const noexcept { return *node_; }
    explicit operator bool() const noexcept { return node_ != nullptr; }

  private:
    T* node_ = nullptr;
};

using NodeRef = Ref<const Node>;

}  // namespace retort::sql
