// One page by key: one row more than it has tells whether it goes on, one query of one row whether it does the other
// way.
#include "retort/extensions/key_pagination.hpp"

#include <algorithm>

#include "retort/engine/engine.hpp"
#include "retort/web/context.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/request.hpp"

namespace retort::detail {

namespace {

std::optional<std::string> asked(const std::optional<std::string>& given, std::string_view name) {
    if (given || !has_request_context()) return given;
    return request.args.get(name);
}

}  // namespace

KeyPageRequest key_page_request(const KeyPageOptions& options, const orm::KeyOrder& order) {
    PageRequest numbers = page_request({.page = 1,
                                        .per_page = options.per_page,
                                        .max_per_page = options.max_per_page,
                                        .error_out = options.error_out});
    bool given = options.after || options.before;
    auto before = given ? options.before : asked({}, "before");
    auto after = given ? options.after : asked({}, "after");
    KeyPageRequest wanted{numbers.per_page, before.has_value() && !after.has_value(), std::nullopt};
    const auto& cursor = wanted.backward ? before : after;
    if (!cursor || cursor->empty()) return wanted;
    wanted.place = orm::KeyPlace::parse(*cursor, order.fingerprint(), order.size());
    if (!wanted.place && options.error_out) abort(404);
    if (!wanted.place) wanted.backward = false;
    return wanted;
}

KeyPageRows::KeyPageRows(orm::SessionCore& session, const orm::SelectCore& query, const KeyPageOptions& options)
    : session_(session), order_(query, session.engine().dialect()), asked_(key_page_request(options, order_)) {}

void KeyPageRows::read(Sink sink) {
    const auto* place = asked_.place ? &*asked_.place : nullptr;
    auto query = order_.rows(place, asked_.backward, std::int64_t{asked_.per_page} + 1);
    session_.autoflush_for(query);
    session_.query(query, [&](std::span<void* const> objects, std::span<const orm::ValueView> values) {
        more_ = keys_.size() == static_cast<std::size_t>(asked_.per_page);
        if (more_) return;
        auto key = values.last(order_.size());
        keys_.emplace_back(key.begin(), key.end());
        sink(objects, values);
    });
    if (asked_.backward) std::reverse(keys_.begin(), keys_.end());
}

bool KeyPageRows::is_beyond(const orm::KeyPlace& place, bool backward) {
    bool found = false;
    auto query = order_.rows(&place, backward, 1);
    session_.query(query, [&](auto, auto) { found = true; });
    return found;
}

std::string KeyPageRows::cursor(std::size_t row) const {
    return orm::KeyPlace{keys_[row], false}.cursor(order_.fingerprint());
}

KeyPageEnds KeyPageRows::ends() {
    KeyPageEnds ends;
    if (keys_.empty()) {
        // Past an end, the other way leads back over the row of the cursor itself.
        if (!asked_.place) return ends;
        orm::KeyPlace back{asked_.place->values, !asked_.place->inclusive};
        auto& other = asked_.backward ? ends.next : ends.prev;
        if (is_beyond(back, !asked_.backward)) other = back.cursor(order_.fingerprint());
        return ends;
    }
    auto first = cursor(0);
    auto last = cursor(keys_.size() - 1);
    bool back = asked_.place && is_beyond({asked_.backward ? keys_.back() : keys_.front(), false}, !asked_.backward);
    if (asked_.backward ? back : more_) ends.next = last;
    if (asked_.backward ? more_ : back) ends.prev = first;
    return ends;
}

}  // namespace retort::detail
