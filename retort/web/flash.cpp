// Where flashed messages are between two requests: in the session, as pairs of category and message.
#include "retort/web/flash.hpp"

#include <algorithm>

#include "retort/template/markup.hpp"
#include "retort/web/request.hpp"
#include "retort/web/session.hpp"
#include "retort/web/signals.hpp"

namespace retort {
namespace {

constexpr std::string_view session_key = "_flashes";

/// A text as sessions keep it: plain, or Markup.
const json* html_of(const json& stored) { return stored.is_object() ? stored.find(" m") : nullptr; }

detail::KeptMessage kept_message(const json& category, const json& message) {
    const auto* html = html_of(message);
    return {{category.text(), html != nullptr ? html->text() : message.text()}, html != nullptr};
}

/// Takes them out of the session, where they are pairs: tuples, which Flask tags, or arrays.
std::vector<detail::KeptMessage> take(UserSession& session) {
    std::vector<detail::KeptMessage> messages;
    // Looked at without access: a page that could show messages, and has none, is the same for everybody.
    if (session.stored().find(session_key) == nullptr) return messages;
    const json flashes = *session.find(session_key);
    session.erase(session_key);
    if (!flashes.is_array()) return messages;
    for (auto& each : flashes) {
        const auto* tuple = each.is_object() ? each.find(" t") : &each;
        if (tuple != nullptr && tuple->is_array() && tuple->size() == 2)
            messages.push_back(kept_message((*tuple)[0], (*tuple)[1]));
    }
    return messages;
}

void keep(json stored, std::string_view message, std::string_view category) {
    auto& session = detail::current_session();
    auto* kept = session.find(session_key);
    json flashes = kept == nullptr || !kept->is_array() ? json::array() : *kept;
    json tuple = json::object();
    tuple[" t"] = json::array({category, std::move(stored)});
    flashes.push_back(std::move(tuple));
    session.store(session_key, std::move(flashes));
    signals::message_flashed.send({.app = *current_app, .message = message, .category = category});
}

}  // namespace

void flash(std::string_view message, std::string_view category) { keep(message, message, category); }
void flash(const Markup& message, std::string_view category) {
    keep(detail::stored_markup(message.html()), message.html(), category);
}

std::vector<detail::KeptMessage> detail::flashed_messages(const std::vector<std::string>& category_filter) {
    auto& kept = current_request().flashes();
    if (!kept) kept = std::make_unique<std::vector<KeptMessage>>(take(current_session()));
    std::vector<KeptMessage> chosen = *kept;
    if (category_filter.empty()) return chosen;
    std::erase_if(chosen, [&](const KeptMessage& message) {
        return std::find(category_filter.begin(), category_filter.end(), message.told.category) ==
               category_filter.end();
    });
    return chosen;
}

std::vector<FlashedMessage> get_flashed_messages_with_categories(const std::vector<std::string>& category_filter) {
    std::vector<FlashedMessage> messages;
    for (auto& message : detail::flashed_messages(category_filter)) messages.push_back(std::move(message.told));
    return messages;
}

std::vector<std::string> get_flashed_messages(const std::vector<std::string>& category_filter) {
    std::vector<std::string> messages;
    for (auto& [category, message] : get_flashed_messages_with_categories(category_filter)) {
        messages.push_back(message);
    }
    return messages;
}

}  // namespace retort
