// A parser for multipart/form-data (RFC 7578) that is given bytes as they come and keeps only what it must.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace retort {

/// What stands before the content of a part.
struct PartHead {
    std::string name;
    std::optional<std::string> filename;  ///< given for files, though it may be empty
    std::string content_type;
    std::vector<std::pair<std::string, std::string>> headers;
};

/// Hears what a MultipartParser finds.
class MultipartSink {
  public:
    virtual ~MultipartSink() = default;
    virtual void begin_part(PartHead head) = 0;
    virtual void part_data(std::string_view bytes) = 0;
    virtual void end_part() = 0;
};

/// Any split of the bytes gives the same parts. What is malformed throws BadRequest, too many parts
/// RequestEntityTooLarge. Line ends may be CRLF or LF.
class MultipartParser {
  public:
    /// Throws BadRequest for a boundary that is empty or longer than the 70 characters of RFC 2046.
    MultipartParser(std::string_view boundary, MultipartSink& sink, std::size_t max_parts);

    void feed(std::string_view bytes);
    /// Throws BadRequest when the last boundary is missing.
    void finish();

  private:
    enum class State { before, behind_boundary, head, data, done };

    bool step();
    bool find_first_boundary();
    bool read_behind_boundary();
    bool read_head();
    bool read_data();
    void begin_part(std::string_view head);
    std::string_view rest() const { return std::string_view{buffer_}.substr(at_); }

    std::string delimiter_;  ///< "\n--boundary"
    MultipartSink& sink_;
    std::size_t parts_left_;
    State state_ = State::before;
    bool in_part_ = false;
    bool after_return_ = false;  ///< whether the boundary's line end was a CR LF
    std::string buffer_;
    std::size_t at_ = 0;
};

}  // namespace retort
