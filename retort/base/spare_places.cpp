// The places of small things that are gone, for the next ones of the same size: a list a size and thread.
#include "retort/base/spare_places.hpp"

#include <new>
#include <utility>

#include "retort/base/sanitizers.hpp"

namespace retort::detail {

#ifdef RETORT_ADDRESS_SANITIZER

void* take_place(std::size_t size) { return ::operator new(size); }
void give_place(void* place, std::size_t) noexcept { ::operator delete(place); }

#else

namespace {

/// They need no destructor: things die after their thread's other objects too.
class SparePlaces {
  public:
    void* take(std::size_t size) {
        if (size > largest) return ::operator new(size);
        auto& [first, count] = lists_[list_of(size)];
        if (first == nullptr) return ::operator new((size + step - 1) / step * step);
        --count;
        return std::exchange(first, first->next);
    }
    void give(void* place, std::size_t size) noexcept {
        if (size > largest || ended_) return ::operator delete(place);
        auto& [first, count] = lists_[list_of(size)];
        if (count * size >= most_bytes) return ::operator delete(place);
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
    static constexpr std::size_t largest = 1024;
    static constexpr std::size_t most_bytes = 16 * 1024;  ///< of a list

    static std::size_t list_of(std::size_t size) { return (size - 1) / step; }

    List lists_[largest / step];
    bool ended_ = false;
};

thread_local constinit SparePlaces spare_places;

struct SpareEnd {
    ~SpareEnd() { spare_places.end(); }
};

void end_with_thread() { thread_local SpareEnd end; }

}  // namespace

void* take_place(std::size_t size) {
    end_with_thread();
    return spare_places.take(size);
}

void give_place(void* place, std::size_t size) noexcept {
    end_with_thread();
    spare_places.give(place, size);
}

#endif

}  // namespace retort::detail
