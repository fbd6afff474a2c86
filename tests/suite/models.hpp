// The models of the suite: authors, their posts, decks of slides, and one column of each type.
#pragma once

#include "retort/retort.hpp"

struct SuitePost;

struct SuiteAuthor : retort::Model<SuiteAuthor> {
    retort::Column<int, retort::primary_key> id;
    retort::Column<std::string, retort::unique_key> name;
    retort::Column<std::optional<int>> age;
    retort::Many<SuitePost> posts;
};

struct SuitePost : retort::Model<SuitePost> {
    retort::Column<int, retort::primary_key> id;
    retort::Column<retort::Text> title;
    retort::Column<int, retort::foreign_key<SuiteAuthor>> author_id;
    retort::One<SuiteAuthor> author;
};

struct SuiteSlide;

struct SuiteDeck : retort::Model<SuiteDeck> {
    retort::Column<int, retort::primary_key> id;
    retort::Column<int, retort::version_id> version;
    retort::Column<std::optional<int>, retort::foreign_key<SuiteSlide>> cover_id;
    retort::One<SuiteSlide, retort::foreign_keys<"cover_id">, retort::post_update> cover;
    retort::Many<SuiteSlide, retort::foreign_keys<"deck_id">, retort::ordering_list<"place">,
                 retort::cascade<"all, delete-orphan">>
        slides;
};

struct SuiteSlide : retort::Model<SuiteSlide> {
    retort::Column<int, retort::primary_key> id;
    retort::Column<std::optional<int>> place;
    retort::Column<int, retort::foreign_key<SuiteDeck>> deck_id;
    retort::One<SuiteDeck, retort::foreign_keys<"deck_id">> deck;
};

enum class SuiteColour { red, green };

struct SuiteTypes : retort::Model<SuiteTypes> {
    retort::Column<std::int64_t, retort::primary_key> id;
    retort::Column<std::optional<bool>> flag;
    retort::Column<std::optional<std::int16_t>> small_number;
    retort::Column<std::optional<std::int64_t>> big_number;
    retort::Column<std::optional<double>> real;
    retort::Column<std::optional<retort::String<40>>> text;
    retort::Column<std::optional<retort::LargeBinary>> bytes;
    retort::Column<std::optional<retort::Date>> date;
    retort::Column<std::optional<retort::Time>> time;
    retort::Column<std::optional<retort::DateTime>> moment;
    retort::Column<std::optional<SuiteColour>> colour;
};
