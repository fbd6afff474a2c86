// Where flashed messages are between two requests: in the session, as pairs of category and message.
#include "retort/web/flash.hpp"

#include <algorithm>

#include "retort/web/request.hpp"
#include "retort/web/session.hpp"
#include "retort/web/signals.hpp"

namespace retort {
namespace {

constexpr std::string_view session_key = "_flashes";

/// Takes them out of the session, where they are pairs: tuples, which Flask tags, or arrays.
std::vector<FlashedMessage> take(UserSession& session) {
    std::vector<FlashedMessage> messages;
    // Looked at without access: a page that could show messages, and has none, is the same for everybody.
    if (session.stored().find(session_key) == nullptr) return messages;
    for (auto& pair : session.pop(session_key)) {
        if (pair.is_array() && pair.size() == 2) messages.push_back({pair[0].text(), pair[1].text()});
    }
    return messages;
}

}  // namespace

void flash(std::string_view message, std::string_view category) {
    auto& session = detail::current_session();
    auto* kept = session.find(session_key);
    json flashes = kept == nullptr || !kept->is_array() ? json::array() : *kept;
    json tuple = json::object();
    tuple[" t"] = json::array({category, message});
    flashes.push_back(std::move(tuple));
    session.store(session_key, std::move(flashes));
    signals::message_flashed.send({.app = *current_app, .message = message, .category = category});
}

std::vector<FlashedMessage> get_flashed_messages_with_categories(const std::vector<std::string>& category_filter) {
    auto& kept = detail::current_request().flashes();
    if (!kept) kept = std::make_unique<std::vector<FlashedMessage>>(take(detail::current_session()));
    std::vector<FlashedMessage> chosen = *kept;
    if (category_filter.empty()) return chosen;
    std::erase_if(chosen, [&](const FlashedMessage& message) {
        return std::find(category_filter.begin(), category_filter.end(), message.category) == category_filter.end();
    });
    return chosen;
}

std::vector<std::string> get_flashed_messages(const std::vector<std::string>& category_filter) {
    std::vector<std::string> messages;
    for (auto& [category, message] : get_flashed_messages_with_categories(category_filter)) {
        messages.push_back(message);
    }
    return messages;
}

}  // namespace retort
