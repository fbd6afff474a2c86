// What a flush must know of rows before it writes: version_id, by which an UPDATE or DELETE finds out that somebody
// else has written the row meanwhile, and the foreign keys of rows that go.
#include <algorithm>

#include "retort/orm/column.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/statement_texts.hpp"
#include "retort/orm/types_defaults.hpp"
#include "retort/orm/unit_of_work.hpp"

namespace retort::orm {

namespace {

bool is_reference(const Mapper& mapper, std::uint16_t attribute) {
    if (mapper.attributes[attribute].options.foreign_key.target != nullptr) return true;
    return std::any_of(mapper.relationships.begin(), mapper.relationships.end(), [&](const Relationship& one) {
        return one.kind == RelationKind::many_to_one &&
               std::any_of(one.pairs.begin(), one.pairs.end(),
                           [&](const auto& pair) { return pair.foreign_key->index == attribute; });
    });
}

}  // namespace

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

// The program has set a column that it never read.
void UnitOfWork::learn_old_value(void* object, std::uint32_t change) {
    const Mapper& mapper = *slab_of(object)->mapper;
    views_.clear();
    identity_of(session_.changes_, mapper, object, views_);
    auto& reader = session_.transaction(mapper).reader();
    const auto& text = mapper.texts->select(reader.dialect(), std::uint64_t{1} << session_.changes_[change].attribute);
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
            if (change.attribute == mapper.version->index && !change.known) learn_old_value(object, at);
        }
    };
    for (void* object : session_.dirty()) read(object);
    for (void* object : session_.deleting_) read(object);
    for (const Link& link : session_.links_) read(link.child);
}

// Which rows go first is told by the foreign keys that they have, not by those that they were given.
void UnitOfWork::read_going_keys() {
    if (session_.deleting_.size() < 2) return;
    for (void* object : session_.deleting_) {
        const Mapper& mapper = *slab_of(object)->mapper;
        for (auto at = header_of(object).change; at != 0; at = session_.changes_[at].previous) {
            const Change& change = session_.changes_[at];
            if (!change.known && is_reference(mapper, change.attribute)) learn_old_value(object, at);
        }
    }
}

}  // namespace retort::orm
