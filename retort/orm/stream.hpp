// Stream: the rows of a query, a part of them in memory at a time.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "retort/base/owned.hpp"
#include "retort/orm/result.hpp"
#include "retort/orm/row_stream.hpp"

namespace retort {

/// What `session.stream` gives: iterate it once, row by row or `partitions()` by partition. The objects of a part leave
/// the session with the next one, unless they were changed or you keep a handle. It must not outlive its session.
template <class E>
class Stream {
  public:
    explicit Stream(detail::Owned<orm::RowStream> rows) : rows_(std::move(rows)) {}

    class iterator {
      public:
        using value_type = E;
        using difference_type = std::ptrdiff_t;
        explicit iterator(Stream* stream) : stream_(stream) {}
        const E& operator*() const { return stream_->part_[stream_->at_]; }
        const E* operator->() const { return &stream_->part_[stream_->at_]; }
        iterator& operator++() {
            if (++stream_->at_ >= stream_->part_.size()) (void)stream_->next();
            return *this;
        }
        void operator++(int) { ++*this; }
        bool operator==(std::default_sentinel_t) const { return stream_->part_.empty(); }

      private:
        Stream* stream_;
    };
    iterator begin() {
        if (part_.empty()) (void)next();
        return iterator(this);
    }
    std::default_sentinel_t end() const { return {}; }

    /// The next part; empty when it is over.
    [[nodiscard]] const std::vector<E>& next() {
        part_.clear();
        at_ = 0;
        rows_->next([this](auto objects, auto values) {
            orm::RowCursor cursor(objects, values, rows_->parts());
            if constexpr (requires { std::tuple_size<E>::value; }) {
                cursor.read_row(part_.emplace_back());
            } else {
                part_.push_back(cursor.template next<E>());
            }
        });
        return part_;
    }

    /// `for (const auto& users : stream.partitions()) …`; the stream is a variable, for it must outlive the loop.
    class Partitions {
      public:
        class iterator {
          public:
            using value_type = std::vector<E>;
            using difference_type = std::ptrdiff_t;
            explicit iterator(Stream* stream) : stream_(stream) { (void)stream_->next(); }
            const std::vector<E>& operator*() const { return stream_->part_; }
            iterator& operator++() {
                (void)stream_->next();
                return *this;
            }
            void operator++(int) { ++*this; }
            bool operator==(std::default_sentinel_t) const { return stream_->part_.empty(); }

          private:
            Stream* stream_;
        };
        explicit Partitions(Stream* stream) : stream_(stream) {}
        iterator begin() const { return iterator(stream_); }
        std::default_sentinel_t end() const { return {}; }

      private:
        Stream* stream_;
    };
    [[nodiscard]] Partitions partitions() & { return Partitions(this); }
    void partitions() && = delete;  // the stream would be gone within the loop

  private:
    detail::Owned<orm::RowStream> rows_;
    std::vector<E> part_;
    std::size_t at_ = 0;
};

}  // namespace retort
