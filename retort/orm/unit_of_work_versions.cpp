// version_id: the column by which an UPDATE or DELETE finds out that somebody else has written the row meanwhile.
#include <algorithm>

#include "retort/orm/column.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/statement_texts.hpp"
#include "retort/orm/types_defaults.hpp"
#include "retort/orm/unit_of_work.hpp"

namespace retort::orm {

sql::Value next_version(const Mapper& mapper, void* object) {
    const auto* made = mapper.version->options.next_version;
    if (made != nullptr) return made->make_value();
    ValueView now = mapper.version->view(object);
    return sql::Value(ValueView::of(now.is_null() ? std::int64_t{1} : now.integer + 1));
}

/// The version that the row has, as far as the session knows.
ValueView UnitOfWork::row_version(const Mapper& mapper, void* object) const {
    for (auto at = header_of(object).change; at != 0; at = session_.changes_[at].previous) {
        const Change& change = session_.changes_[at];
        if (change.attribute == mapper.version->index && change.known) return change.old;
    }
    return mapper.version->view(object);
}

// A version that the program has set itself is written as it is.
std::uint64_t UnitOfWork::raise_version(const Mapper& mapper, void* object, std::uint64_t mask) {
    const Attribute& version = *mapper.version;
    const auto bit = std::uint64_t{1} << version.index;
    if ((mask & bit) != 0) return mask;
    auto next = next_version(mapper, object);
    if ((version.state(object) & cell_touched) == 0) session_.note_change(object, version);
    const std::uint8_t touched = version.state(object) & cell_touched;
    version.load(object, next.view());
    version.state(object) |= touched;
    return mask | bit;
}

// The program has set a version that it never read.
void UnitOfWork::learn_version(void* object, std::uint32_t change) {
    const Mapper& mapper = *slab_of(object)->mapper;
    views_.clear();
    identity_of(session_.changes_, mapper, object, views_);
    auto& reader = session_.transaction(mapper).reader();
    const auto& text = mapper.texts->select(reader.dialect(), std::uint64_t{1} << mapper.version->index);
    reader.each(text, views_, [&](std::span<const ValueView> row) { session_.changes_.learn(change, row[0]); });
}

// What is to be written must know its version. Reading it is over before the writing begins.
void UnitOfWork::read_versions() {
    bool versioned = std::any_of(session_.stores_.begin(), session_.stores_.end(), [](const auto& store) {
        return store != nullptr && store->mapper->version != nullptr;
    });
    if (!versioned) return;
    auto read = [&](void* object) {
        const Mapper& mapper = *slab_of(object)->mapper;
        if (mapper.version == nullptr || header_of(object).state != ObjectState::persistent) return;
        if ((mapper.version->state(object) & cell_expired) != 0) session_.load_expired(object);
        for (auto at = header_of(object).change; at != 0; at = session_.changes_[at].previous) {
            const Change& change = session_.changes_[at];
            if (change.attribute == mapper.version->index && !change.known) learn_version(object, at);
        }
    };
    for (void* object : session_.dirty()) read(object);
    for (void* object : session_.deleting_) read(object);
    for (const Link& link : session_.links_) read(link.child);
}

}  // namespace retort::orm
