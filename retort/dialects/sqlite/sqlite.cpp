// Choosing between a file and memory.
#include "retort/dialects/sqlite/sqlite.hpp"

#include "retort/dialects/sqlite/file_engine.hpp"
#include "retort/dialects/sqlite/memory_engine.hpp"
#include "retort/dialects/sqlite/place.hpp"

namespace retort::dialects::sqlite {

engines::Engine create(const engines::Url& url, engines::EngineOptions options) {
    check_url(url);
    apply_query(url, options);
    auto place = place_of(url);
    auto make = place.in_memory ? &make_memory_engine : &make_file_engine;
    return engines::Engine(make(std::move(place), std::move(options), url.to_string()));
}

}  // namespace retort::dialects::sqlite
