// Whatever parses must write, and what was written must read back the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "retort/base/json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text{reinterpret_cast<const char*>(data), size};
    auto document = retort::json::try_parse(text);
    if (!document) {
        try {
            retort::json::parse(text);
            std::abort();
        } catch (const retort::JsonParseError&) {
            return 0;
        }
    }
    auto written = document->dump();
    auto again = retort::json::try_parse(written);
    if (!again || !(*again == *document) || again->dump() != written) std::abort();
    return 0;
}
