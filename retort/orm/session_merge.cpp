// merge: bringing the values of an object from elsewhere into the session's own.
#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "retort/orm/column.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/session_core.hpp"

namespace retort::orm {

// Every field made, none set; defaults for new objects do not run.
void* SessionCore::blank(Store& store) {
    const Mapper& mapper = *store.mapper;
    void* object = new_object(store);
    if (mapper.model->construct != nullptr) {
        construct_described(mapper, object);
        return object;
    }
    for (const auto& attribute : mapper.attributes) attribute.type->construct_unset(attribute.in(object));
    for (const auto& relationship : mapper.relationships) {
        if (relationship.is_one()) {
            (new (relationship.in(object)) OneCell)->state_ = relation_attached;
        } else {
            (new (relationship.in(object)) ManyCell)->state_ = relation_attached;
        }
    }
    return object;
}

void SessionCore::copy_values(const Mapper& mapper, void* to, void* from, bool changes, bool only_given) {
    for (const auto& attribute : mapper.attributes) {
        if (!attribute.is_set(from) || (changes && attribute.options.primary_key)) continue;
        if (changes && (attribute.state(from) & cell_expired) != 0) continue;  // the row may have another by now
        if (only_given && (attribute.state(from) & cell_defaulted) != 0) continue;
        ValueView value = attribute.view(from);
        if (changes && attribute.is_set(to) && same_value(value, attribute.view(to))) continue;
        if (changes && (attribute.state(to) & cell_watched) != 0)
            detail::before_set(attribute.in(to), attribute.in(from));
        std::uint8_t touched = attribute.state(to) & cell_touched;
        if (changes && touched == 0) {
            note_change(to, attribute);
            touched = attribute.state(to) & cell_touched;
        }
        attribute.load(to, value);
        attribute.state(to) |= touched;
    }
}

namespace {

bool has_key(const Mapper& mapper, void* object) {
    for (const auto* key : mapper.keys) {
        if (!key->is_set(object)) return false;
    }
    return true;
}

}  // namespace

class Merging {
  public:
    explicit Merging(SessionCore& session) : session_(session) {}

    void* merge(const Mapper& mapper, void* given) {
        if (auto known = done_.find(given); known != done_.end()) return known->second;
        bool own = slab_or_null(given) != nullptr && slab_of(given)->session == &session_;
        if (own && session_.contains(given)) return given;
        void* found = has_key(mapper, given) ? find(mapper, given) : nullptr;
        bool is_new = found == nullptr;
        if (is_new) {
            found = session_.blank(session_.store_of(mapper));
            made_.push_back(found);
        } else {
            require_same_version(mapper, found, given);
        }
        done_[given] = found;
        session_.copy_values(mapper, found, given, !is_new, !is_new && is_transient(given));
        if (is_new) session_.add(found);
        // Long chains go on from a list, for a fiber's stack is small.
        if (depth_ < deepest) {
            merge_all_related(mapper, found, given);
        } else {
            later_.push_back({&mapper, found, given});
        }
        return found;
    }
    /// What was too deep.
    void merge_rest() {
        for (std::size_t i = 0; i < later_.size(); ++i) {
            const auto one = later_[i];
            merge_all_related(*one.mapper, one.to, one.from);
        }
    }
    /// The objects that were given stand in slabs, all but the first one, which may be a local.
    void set_root(void* root) { root_ = root; }

  private:
    /// One that was made just now: its defaults are for a new row.
    bool is_transient(void* object) const {
        return object == root_ || header_of(object).state == ObjectState::transient;
    }
    /// What the session has under the key, or was made for it by this merge.
    void* find(const Mapper& mapper, void* given) {
        std::vector<ValueView> key;
        key.reserve(mapper.keys.size());
        for (const auto* attribute : mapper.keys) key.push_back(attribute->view(given));
        if (void* found = session_.get(mapper, key)) return found;
        for (void* made : made_) {
            const Mapper& other = *slab_of(made)->mapper;
            bool same = other.root == mapper.root && has_key(other, made);
            for (std::size_t i = 0; same && i < key.size(); ++i) same = same_value(key[i], other.keys[i]->view(made));
            if (same) return made;
        }
        return nullptr;
    }
    /// One that was read before its row changed must not overwrite it.
    void require_same_version(const Mapper& mapper, void* found, void* given) {
        const Attribute* version = mapper.version;
        if (version == nullptr || !version->is_set(given)) return;
        if ((version->state(found) & cell_expired) != 0) session_.load_expired(found, version);
        if (!version->is_set(found)) return;
        if (same_value(version->view(given), version->view(found))) return;
        throw StaleDataError("stale-version"_code,
                             "the " + std::string(mapper.name()) + " to be merged has version " +
                                 sql::to_string(version->view(given)) + ", and its row has version " +
                                 sql::to_string(version->view(found)) + ".",
                             "read it again and repeat what was done to it, or leave its version out");
    }
    Slab* slab_or_null(void* object) const { return object == root_ ? nullptr : slab_of(object); }

    void merge_all_related(const Mapper& mapper, void* to, void* from) {
        ++depth_;
        for (const auto& relationship : mapper.relationships) {
            if (relationship.options.cascades.merge && relationship.holds_objects())
                merge_related(relationship, to, from);
        }
        --depth_;
    }
    void merge_related(const Relationship& relationship, void* to, void* from) {
        if (came_by(relationship.reverse, from)) return;  // it would bring all that hangs on the one it came from
        if (relationship.is_one()) {
            auto& one = SessionCore::one_of(relationship, from);
            if (!one.is_loaded()) return;
            void* target = one.target_ == nullptr ? nullptr : merge_along(relationship, one.target_);
            session_.set_one(SessionCore::one_of(relationship, to), to, target);
            return;
        }
        auto& many = SessionCore::many_of(relationship, from);
        // What was never given anything takes nothing away: a new object's, be it that it was looked at or has been
        // written.
        if (many.collection_ == nullptr) return;
        const bool given = (many.state_ & relation_given) != 0 || !many.collection_->items.empty();
        if (is_transient(from) && !given) return;
        Items targets;
        for (void* item : Items(many.here().items)) targets.push_back(merge_along(relationship, item));
        session_.read_if_refused(relationship, to);  // merging is no touch
        SessionCore::many_of(relationship, to).assign(std::move(targets));
    }

    void* merge_along(const Relationship& relationship, void* other) {
        ways_[other].push_back(&relationship);
        return merge(*slab_of(other)->mapper, other);
    }
    bool came_by(const Relationship* relationship, void* object) const {
        const auto ways = ways_.find(object);
        if (relationship == nullptr || ways == ways_.end()) return false;
        return std::any_of(ways->second.begin(), ways->second.end(), [&](const Relationship* way) {
            return way->name == relationship->name &&
                   (way->owner->is_a(*relationship->owner) || relationship->owner->is_a(*way->owner));
        });
    }

    SessionCore& session_;
    std::unordered_map<void*, std::vector<const Relationship*>> ways_;  ///< by which each was come to
    void* root_ = nullptr;
    std::unordered_map<void*, void*> done_;
    std::vector<void*> made_;
    struct Later {
        const Mapper* mapper;
        void* to;
        void* from;
    };
    static constexpr int deepest = 100;
    int depth_ = 0;
    std::vector<Later> later_;
};

void* SessionCore::merge(void* held) { return merge(*slab_of(held)->mapper, held); }

void* SessionCore::merge(const Mapper& mapper, void* given) {
    require_usable();
    Merging merging(*this);
    // A local object is in no slab, so its address must not be asked for one.
    bool local = mapper.attributes.empty() || (mapper.attributes[0].state(given) & cell_attached) == 0;
    if (local) merging.set_root(given);
    this->autoflush();
    bool autoflush = std::exchange(options_.autoflush, false);
    void* merged = nullptr;
    try {
        merged = merging.merge(mapper, given);
        merging.merge_rest();
    } catch (...) {
        options_.autoflush = autoflush;
        throw;
    }
    options_.autoflush = autoflush;
    return merged;
}

}  // namespace retort::orm
