// Any bytes as a form: no crash, the same parts however they are split, never more content than was sent.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "retort/web/errors.hpp"
#include "retort/web/header_values.hpp"
#include "retort/web/multipart.hpp"

namespace {

struct Collected : retort::MultipartSink {
    void begin_part(retort::PartHead head) override {
        text += "\x01" + head.name + "\x02" + head.filename.value_or("") + "\x03" + head.content_type + "\x04";
    }
    void part_data(std::string_view bytes) override {
        content += bytes.size();
        text += bytes;
    }
    void end_part() override { text += "\x05"; }
    std::string text;
    std::size_t content = 0;
};

/// What was found, or how it was refused.
std::string parsed(std::string_view body, std::size_t piece) {
    Collected sink;
    try {
        retort::MultipartParser parser{"B", sink, 100};
        for (auto rest = body; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size()))) {
            parser.feed(rest.substr(0, piece));
        }
        parser.finish();
    } catch (const retort::HttpException& error) {
        return std::to_string(error.status());
    }
    if (sink.content > body.size()) std::abort();
    return sink.text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text{reinterpret_cast<const char*>(data), size};
    auto whole = parsed(text, size + 1);
    for (std::size_t piece : {1, 2, 7, 64}) {
        if (parsed(text, piece) != whole) std::abort();
    }
    auto header = retort::parse_options_header(text);
    if (header.value.size() > size || header.options.size() > size) std::abort();
    return 0;
}
