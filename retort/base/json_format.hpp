// How JSON is laid out when it is written.
#pragma once

namespace retort {

/// The defaults are those of Flask's jsonify: compact, sorted, ASCII.
struct JsonFormat {
    bool sort_keys = true;
    /// Beyond ASCII as `\uXXXX`.
    bool ascii = true;
    /// Spaces a level, 0 for one line; Flask in debug mode uses 2.
    int indent = 0;
    /// `", "` and `": "` on one line, as Python's json.dumps without arguments.
    bool spaced = false;
};

}  // namespace retort
