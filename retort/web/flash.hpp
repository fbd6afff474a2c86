// flash: messages for the next page that shows them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace retort {

class Markup;

/// A message with its category.
struct FlashedMessage {
    std::string category;
    std::string message;

    friend bool operator==(const FlashedMessage&, const FlashedMessage&) = default;
};

/// Keeps a message in the session until a page shows it: `flash("Saved.")`, `flash("No such user.", "error")`.
void flash(std::string_view message, std::string_view category = "message");
/// The same of HTML that templates show as it is.
void flash(const Markup& message, std::string_view category = "message");

/// The messages that were flashed, of all categories or of the given ones. They leave the session; within one request
/// each call gives them again.
std::vector<std::string> get_flashed_messages(const std::vector<std::string>& category_filter = {});
/// The same with their categories, as Flask's `with_categories=True`.
std::vector<FlashedMessage> get_flashed_messages_with_categories(const std::vector<std::string>& category_filter = {});

namespace detail {

struct KeptMessage {
    FlashedMessage told;
    bool markup;
};
std::vector<KeptMessage> flashed_messages(const std::vector<std::string>& category_filter);

}  // namespace detail

}  // namespace retort
