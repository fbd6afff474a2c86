// Fuzzes the parser of request heads and the chunked decoder: bytes parsed whole and split must agree.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "retort/http/chunked.hpp"
#include "retort/http/parser.hpp"

using namespace retort::http;

namespace {

constexpr ParserLimits limits{512, 12};

void demand(bool condition) {
    if (!condition) std::abort();
}

struct Parsed {
    ParseResult result;
    std::string text;
};

/// The bytes in a block of their own size, so that the address sanitizer sees each step too far.
Parsed parse(RequestParser& parser, std::string_view bytes) {
    const std::vector<char> block(bytes.begin(), bytes.end());
    Request request;
    Parsed parsed{parser.parse({block.data(), block.size()}, request), {}};
    if (parsed.result.outcome != ParseResult::Outcome::complete) return parsed;
    parsed.text.append(request.method).append(" ").append(request.target).append(" ").append(request.path);
    parsed.text.append(" ").append(request.query).append(request.chunked ? " chunked" : "");
    parsed.text.append(parser.keep_alive() ? " keep" : "").append(parser.expects_continue() ? " expects" : "");
    for (const auto& header : request.headers)
        parsed.text.append("|").append(header.name).append("=").append(header.value);
    demand(request.path.find_first_of("?#\r\n") == std::string_view::npos);
    demand(!(request.chunked && request.content_length));
    demand(parsed.result.size <= bytes.size() && parsed.result.size <= limits.max_header_bytes);
    return parsed;
}

Parsed parse_split(std::string_view bytes, std::uint8_t step) {
    RequestParser parser{limits};
    for (std::size_t size = 1;; size = std::min<std::size_t>(bytes.size(), size + 1 + step % 16)) {
        Parsed parsed = parse(parser, bytes.substr(0, size));
        if (parsed.result.outcome != ParseResult::Outcome::incomplete || size >= bytes.size()) return parsed;
    }
}

std::string decode(std::string_view bytes, std::size_t step) {
    ChunkDecoder decoder{128};
    std::string data;
    std::size_t done = 0;
    for (std::size_t end = std::min(step, bytes.size());;) {
        const std::vector<char> block(bytes.begin() + static_cast<std::ptrdiff_t>(done),
                                      bytes.begin() + static_cast<std::ptrdiff_t>(end));
        const auto piece = decoder.next({block.data(), block.size()}, step);
        data += piece.data;
        done += piece.consumed;
        if (decoder.state() != ChunkDecoder::State::reading) break;
        if (done < end) continue;
        if (end == bytes.size()) break;
        end = std::min(end + step, bytes.size());
    }
    return data + "|" + std::to_string(static_cast<int>(decoder.state())) + "|" + std::to_string(done) + "|" +
           std::to_string(decoder.trailers().size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::uint8_t step = data[0];
    const std::string_view bytes{reinterpret_cast<const char*>(data + 1), size - 1};
    RequestParser parser{limits};
    const Parsed whole = parse(parser, bytes);
    const Parsed split = parse_split(bytes, step);
    demand(whole.result.outcome == split.result.outcome);
    demand(whole.result.size == split.result.size && whole.result.status == split.result.status);
    demand(whole.text == split.text);
    demand(decode(bytes, bytes.size()) == decode(bytes, 1 + step % 7));
    return 0;
}
