// A stable sort that asks for nothing but a comparison, also one that throws or that makes no order, as NaN does.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace retort::templates {

/// Merges runs that grow from one item to all of them.
template <class T, class Before>
void sort_stably(std::vector<T>& items, Before before) {
    std::vector<T> merged;
    for (std::size_t run = 1; run < items.size(); run *= 2) {
        merged.clear();
        merged.reserve(items.size());
        for (std::size_t from = 0; from < items.size(); from += 2 * run) {
            std::size_t middle = std::min(from + run, items.size()), end = std::min(from + 2 * run, items.size());
            std::size_t left = from, right = middle;
            while (left < middle || right < end) {
                bool take_right = left == middle || (right < end && before(items[right], items[left]));
                merged.push_back(std::move(items[take_right ? right++ : left++]));
            }
        }
        items.swap(merged);
    }
}

}  // namespace retort::templates
