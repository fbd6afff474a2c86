// How nodes die.
#include "retort/sql/node.hpp"

#include <new>
#include <utility>
#include <vector>

#include "retort/base/sanitizers.hpp"

namespace retort::sql {

namespace {

/// The places of small nodes that are gone, for the next ones of the same size. They need no destructor: nodes die
/// after their thread's other objects too.
class SparePlaces {
  public:
    void* take(std::size_t size) {
        if (size > largest) return ::operator new(size);
        auto& [first, count] = lists_[(size - 1) / step];
        if (first == nullptr) return ::operator new((size + step - 1) / step * step);
        --count;
        return std::exchange(first, first->next);
    }
    void give(void* place, std::size_t size) noexcept {
        if (size > largest || ended_ || lists_[(size - 1) / step].count == most) return ::operator delete(place);
        auto& [first, count] = lists_[(size - 1) / step];
        first = new (place) Place{first};
        ++count;
    }
    /// Gives all back to the system, and keeps none from then on.
    void end() noexcept {
        ended_ = true;
        for (auto& [first, count] : lists_) {
            while (first != nullptr) ::operator delete(std::exchange(first, first->next));
        }
    }

  private:
    struct Place {
        Place* next;
    };
    struct List {
        Place* first = nullptr;
        std::size_t count = 0;
    };
    static constexpr std::size_t step = 16;
    static constexpr std::size_t largest = 320;
    static constexpr std::size_t most = 64;

    List lists_[largest / step];
    bool ended_ = false;
};

thread_local constinit SparePlaces spare_places;

struct SpareEnd {
    ~SpareEnd() { spare_places.end(); }
};

constexpr int nested_deletes = 64;
thread_local int depth = 0;
thread_local std::vector<const Node*>* waiting = nullptr;

}  // namespace

#ifdef RETORT_ADDRESS_SANITIZER
void* Node::operator new(std::size_t size) { return ::operator new(size); }
void Node::operator delete(void* place, std::size_t) noexcept { ::operator delete(place); }
#else
void* Node::operator new(std::size_t size) {
    thread_local SpareEnd end;
    return spare_places.take(size);
}
void Node::operator delete(void* place, std::size_t size) noexcept { spare_places.give(place, size); }
#endif

void Node::destroy(const Node* node) noexcept {
    if (waiting) {
        waiting->push_back(node);
        return;
    }
    if (depth < nested_deletes) {
        ++depth;
        delete node;
        --depth;
        return;
    }
    std::vector<const Node*> list{node};
    waiting = &list;
    while (!list.empty()) {
        const Node* next = list.back();
        list.pop_back();
        delete next;
    }
    waiting = nullptr;
}

}  // namespace retort::sql
