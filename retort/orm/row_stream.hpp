// RowStream: the rows of a query a part at a time, whose objects the session lets go again.
#pragma once

#include <cstdint>
#include <memory>

#include "retort/base/owned.hpp"
#include "retort/engine/engine.hpp"
#include "retort/orm/selectable.hpp"
#include "retort/orm/session_core.hpp"

namespace retort::orm {

/// A query that is read in parts. Before each part, the objects of the one before leave the session, unless they were
/// changed, or a handle or something else in the session refers to them (or to a neighbour in their slab).
class RowStream {
  public:
    /// Throws InvalidRequestError("stream-with-collections") for a query whose rows bring collections along.
    RowStream(SessionCore& session, SelectCore select);
    ~RowStream();
    RowStream(const RowStream&) = delete;
    RowStream& operator=(const RowStream&) = delete;

    /// Gives the rows of the next part; false when there are none left.
    bool next(SessionCore::RowSink sink);
    /// How many rows a part has.
    std::size_t part() const { return part_; }
    const std::vector<RowPart>& parts() const { return select_.parts(); }

  private:
    class Source;

    SessionCore& session_;
    SelectCore select_;
    std::size_t part_;
    retort::detail::Owned<Source> source_;
    SessionCore::PartMark before_;
    bool reading_ = false;
};

}  // namespace retort::orm
