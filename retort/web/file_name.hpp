// Names of files that came from outside, made safe to be used.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace retort {

/// A name that is safe in every folder: "../../etc/passwd" becomes "etc_passwd", "Übung 1.txt" becomes "Ubung_1.txt".
/// It may be empty; then choose a name yourself.
std::string secure_filename(std::string_view filename);

/// The path of what lies inside of the folder; empty when `path` leads out of it, as "../x", "/x" and "a\..\x" do.
std::optional<std::string> safe_join(std::string_view folder, std::string_view path);

/// Text in ASCII: letters lose their accents (é is e), and what has no likeness is left out.
std::string ascii_folded(std::string_view text);

}  // namespace retort
