// How boundaries are found and the heads of parts are read.
#include "retort/web/multipart.hpp"

#include "retort/base/text.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/header_values.hpp"

namespace retort {
namespace {

constexpr std::size_t longest_boundary = 70;
constexpr std::size_t most_head_bytes = 8 * 1024;

[[noreturn]] void refuse(const std::string& why) { throw BadRequest("The form is malformed: " + why + "."); }

/// Where the blank line ends that ends a head; npos when it has not come.
std::size_t head_end(std::string_view text) {
    if (text.starts_with("\r\n")) return 2;
    if (text.starts_with('\n')) return 1;
    for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
        if (text.substr(at + 1).starts_with("\r\n")) return at + 3;
        if (text.substr(at + 1).starts_with('\n')) return at + 2;
    }
    return std::string_view::npos;
}

/// The lines of a head; one that begins with a blank goes on with the one before.
std::vector<std::string> head_lines(std::string_view head) {
    std::vector<std::string> lines;
    for (auto line : split(head, '\n')) {
        if (trim(line).empty()) continue;
        bool goes_on = !lines.empty() && (line[0] == ' ' || line[0] == '\t');
        if (goes_on) {
            lines.back() += " " + std::string{trim(line)};
        } else {
            lines.emplace_back(trim(line));
        }
    }
    return lines;
}

void read_disposition(PartHead& part, std::string_view value) {
    auto disposition = parse_options_header(value);
    auto* name = disposition.find("name");
    if (name == nullptr) refuse("a part has no name");
    part.name = replace_invalid_utf8(*name);
    if (auto* filename = disposition.find("filename")) part.filename = replace_invalid_utf8(*filename);
}

}  // namespace

MultipartParser::MultipartParser(std::string_view boundary, MultipartSink& sink, std::size_t max_parts)
    : delimiter_("\n--" + std::string{boundary}), sink_(sink), parts_left_(max_parts) {
    if (boundary.empty()) refuse("its Content-Type names no boundary");
    if (boundary.size() > longest_boundary) refuse("its boundary is longer than 70 characters");
    // The first boundary may stand at the very beginning.
    buffer_ = "\n";
}

void MultipartParser::feed(std::string_view bytes) {
    buffer_.append(bytes);
    while (step()) {
    }
    buffer_.erase(0, at_);
    at_ = 0;
}

void MultipartParser::finish() {
    if (state_ == State::done) return;
    if (state_ != State::behind_boundary || !rest().starts_with("--")) refuse("its last boundary is missing");
    if (in_part_) sink_.end_part();
    state_ = State::done;
}

bool MultipartParser::step() {
    switch (state_) {
        case State::before: return find_first_boundary();
        case State::behind_boundary: return read_behind_boundary();
        case State::head: return read_head();
        case State::data: return read_data();
        case State::done: break;
    }
    at_ = buffer_.size();
    return false;
}

bool MultipartParser::find_first_boundary() {
    auto found = rest().find(delimiter_);
    if (found == std::string_view::npos) {
        if (rest().size() > delimiter_.size()) at_ = buffer_.size() - delimiter_.size();
        return false;
    }
    at_ += found + delimiter_.size();
    state_ = State::behind_boundary;
    return true;
}

/// Behind a boundary: blanks and a line end before a part, or "--" at the end of all. Anything else is content that
/// only looks like a boundary.
bool MultipartParser::read_behind_boundary() {
    auto text = rest();
    bool last = text.starts_with("--");
    auto blanks = text.find_first_not_of(" \t", last ? 2 : 0);
    if (blanks == std::string_view::npos || (text[blanks] == '\r' && blanks + 1 == text.size())) {
        if (text.size() > most_head_bytes) refuse("a boundary is followed by blanks without end");
        return false;
    }
    bool line_end = text[blanks] == '\n' || text.substr(blanks).starts_with("\r\n");
    if (!line_end && text == "-") return false;
    if (!line_end && !last) {
        state_ = in_part_ ? State::data : State::before;
        if (in_part_) sink_.part_data(after_return_ ? "\r" + delimiter_ : delimiter_);
        return true;
    }
    if (in_part_) sink_.end_part();
    in_part_ = false;
    state_ = last ? State::done : State::head;
    if (!last) at_ += blanks + (text[blanks] == '\n' ? 1 : 2);
    return true;
}

bool MultipartParser::read_head() {
    auto end = head_end(rest());
    if (end == std::string_view::npos ? rest().size() > most_head_bytes : end > most_head_bytes) {
        refuse("the head of a part is longer than 8 KB");
    }
    if (end == std::string_view::npos) return false;
    begin_part(rest().substr(0, end));
    at_ += end;
    state_ = State::data;
    return true;
}

void MultipartParser::begin_part(std::string_view head) {
    if (parts_left_-- == 0) throw RequestEntityTooLarge("The form has too many parts.");
    PartHead part;
    bool named = false;
    for (auto& line : head_lines(head)) {
        auto colon = line.find(':');
        if (colon == std::string::npos) refuse("the head of a part has a line without a colon");
        std::string name{trim(std::string_view{line}.substr(0, colon))};
        std::string value{trim(std::string_view{line}.substr(colon + 1))};
        if (iequals(name, "Content-Disposition")) {
            read_disposition(part, value);
            named = true;
        } else if (iequals(name, "Content-Type")) {
            part.content_type = value;
        }
        part.headers.emplace_back(std::move(name), std::move(value));
    }
    if (!named) refuse("a part has no Content-Disposition");
    in_part_ = true;
    sink_.begin_part(std::move(part));
}

/// Gives on what cannot belong to a boundary. A CR before the boundary's LF belongs to it, so the last bytes wait.
bool MultipartParser::read_data() {
    auto text = rest();
    auto found = text.find(delimiter_);
    if (found != std::string_view::npos) {
        auto content = text.substr(0, found);
        bool carriage_return = content.ends_with('\r');
        if (carriage_return) content.remove_suffix(1);
        if (!content.empty()) sink_.part_data(content);
        at_ += found + delimiter_.size();
        state_ = State::behind_boundary;
        after_return_ = carriage_return;
        return true;
    }
    auto kept = delimiter_.size() + 1;
    if (text.size() > kept) {
        sink_.part_data(text.substr(0, text.size() - kept));
        at_ += text.size() - kept;
    }
    return false;
}

}  // namespace retort
