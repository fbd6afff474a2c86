// The schemas of structs that have themselves inside, which a description has once, under their names.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/json.hpp"

namespace retort::detail {

/// While it lives, it collects what `schema_of_struct` meets in this thread.
class SharedSchemas {
  public:
    using Write = json (*)();

    SharedSchemas();
    ~SharedSchemas();
    SharedSchemas(const SharedSchemas&) = delete;
    SharedSchemas& operator=(const SharedSchemas&) = delete;

    json schema_of(std::string_view name, Write write);
    /// The schemas that others refer to, by name.
    const json& all() const { return all_; }

    static SharedSchemas* current() noexcept;

  private:
    json refer_to(std::string_view name, Write write);

    SharedSchemas* const before_;
    std::vector<Write> open_;             ///< being written
    std::map<Write, std::string> names_;  ///< of those that were met inside of themselves
    json all_ = json::object();
};

}  // namespace retort::detail
