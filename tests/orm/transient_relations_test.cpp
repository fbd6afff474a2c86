// Objects that are related before they come into a session: both sides in step, and nothing that leaks.

#include <memory>
#include <utility>

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Ballad;
struct Effigy;
struct Bard : Model<Bard> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<Ballad, ordering_list<"place">> ballads;
    One<Effigy> effigy;
};
struct Trope;
struct ballad_tropes : Model<ballad_tropes> {
    Column<int, primary_key, foreign_key<Ballad>> ballad_id;
    Column<int, primary_key, foreign_key<Trope>> trope_id;
};
struct Ballad : Model<Ballad> {
    Column<int, primary_key> id;
    Column<std::string> text;
    Column<int> place = -1;
    Column<std::optional<int>, foreign_key<Bard>> bard_id;
    One<Bard> bard;
    Many<Trope, secondary<ballad_tropes>> tropes;
};
struct Trope : Model<Trope> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<Ballad, secondary<ballad_tropes>> ballads;
};
struct Effigy : Model<Effigy> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<Bard>> bard_id;
    One<Bard> bard;
};
struct Stave : Model<Stave> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<Stave>> above_id;
    One<Stave> above;
    Many<Stave> below;
};

struct LoosePiece;
struct Loose : Model<Loose> {
    Column<int, primary_key> id;
    Many<LoosePiece, cascade<"merge">> pieces;
};
struct LoosePiece : Model<LoosePiece> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<Loose>> loose_id;
    One<Loose, cascade<"merge">> loose;
};

struct Anthology : TestDatabase {
    Anthology() { create<Bard, Trope, Ballad, ballad_tropes, Effigy, Stave, Loose, LoosePiece>(); }
    std::int64_t number(const char* text) { return session.execute(retort::text(text)).scalar_one<std::int64_t>(); }
    Session session{engine};
};

}  // namespace

TEST_CASE_FIXTURE(Anthology, "made objects: what is given to one side shows on the other, and comes along") {
    auto bard = make<Bard>({.name = "ovid"});
    auto ballad = make<Ballad>({.text = "in nova"});
    ballad->bard = bard;
    CHECK(bard->ballads.all() == std::vector{ballad});
    auto second = bard->ballads.append(Ballad{.text = "fert animus"});
    CHECK(second->bard == bard);
    CHECK(second->place == 1);
    session.add(bard);
    CHECK(session.new_count() == 3);
    session.commit();
    CHECK(number("SELECT count(*) FROM ballad WHERE bard_id = 1") == 2);
    CHECK(bard->ballads.all() == std::vector{ballad, second});
}

TEST_CASE_FIXTURE(Anthology, "made objects: the quickstart's post that nobody holds is not lost") {
    auto bard = make<Bard>({.name = "ovid"});
    make<Ballad>({.text = "in nova", .bard = bard});
    make<Ballad>({.text = "fert animus", .bard = bard});
    session.add(bard);
    session.commit();
    CHECK(number("SELECT count(*) FROM ballad WHERE bard_id = 1") == 2);
    CHECK(bard->ballads[1]->text == "fert animus");
}

TEST_CASE("made objects: who finds another partner leaves the one before") {
    auto ovid = make<Bard>({.name = "ovid"}), horace = make<Bard>({.name = "horace"});
    auto ballad = make<Ballad>({.text = "a", .bard = ovid});
    auto other = make<Ballad>({.text = "b", .bard = ovid});
    ballad->bard = horace;
    CHECK(ovid->ballads.all() == std::vector{other});
    CHECK(other->place == 0);
    CHECK(horace->ballads.all() == std::vector{ballad});
    ovid->ballads.append(ballad);
    CHECK(horace->ballads.empty());
    CHECK(ballad->bard == ovid);
    ovid->ballads = {ballad};
    CHECK(other->bard == nullptr);
    ovid->ballads.remove(ballad);
    CHECK(ballad->bard == nullptr);
    horace->ballads = {other, ballad};
    horace->ballads.clear();
    CHECK(ballad->bard == nullptr);
    CHECK(other->bard == nullptr);
    horace->ballads.append(ballad);
    horace->ballads.insert(0, other);
    CHECK(other->bard == horace);
    CHECK(other->place == 0);
    CHECK(ballad->place == 1);
}

TEST_CASE("made objects: one-to-one from either side, and many-to-many") {
    auto ovid = make<Bard>({.name = "ovid"}), horace = make<Bard>({.name = "horace"});
    auto first = make<Effigy>({.bard = ovid}), second = make<Effigy>({});
    CHECK(ovid->effigy == first);
    ovid->effigy = second;
    CHECK(first->bard == nullptr);
    CHECK(second->bard == ovid);
    second->bard = horace;
    CHECK(ovid->effigy == nullptr);
    CHECK(horace->effigy == second);
    first->bard = horace;
    CHECK(second->bard == nullptr);
    horace->effigy = nullptr;
    CHECK(first->bard == nullptr);

    auto change = make<Trope>({.name = "change"});
    auto ballad = make<Ballad>({.text = "a", .tropes = {change}});
    CHECK(change->ballads.contains(ballad));
    change->ballads.remove(ballad);
    CHECK(ballad->tropes.empty());
    auto more = change->ballads.append(Ballad{.text = "b"});
    CHECK(more->tropes.all() == std::vector{change});
}

TEST_CASE_FIXTURE(Anthology, "made objects: a whole graph comes with any of them, each row once") {
    auto change = make<Trope>({.name = "change"});
    auto bard = make<Bard>({.name = "ovid", .effigy = Effigy{}});
    auto ballad = make<Ballad>({.text = "a", .bard = bard, .tropes = {change}});
    auto other = change->ballads.append(Ballad{.text = "b", .bard = bard});
    SUBCASE("the bard") { session.add(bard); }
    SUBCASE("a ballad") { session.add(other); }
    SUBCASE("the trope") { session.add(change); }
    SUBCASE("the effigy") { session.add(bard->effigy.get()); }
    CHECK(session.new_count() == 5);
    session.flush();
    CHECK(number("SELECT count(*) FROM ballad_tropes") == 2);
    CHECK(bard->ballads.all() == std::vector{ballad, other});
    session.commit();
    CHECK(number("SELECT count(*) FROM ballad WHERE bard_id = 1") == 2);
    CHECK(number("SELECT count(*) FROM effigy WHERE bard_id = 1") == 1);
    CHECK(bard->ballads.all() == std::vector{ballad, other});
    CHECK(change->ballads.size() == 2);
}

TEST_CASE("made objects: they live as long as any of them is held, also when they name each other") {
    Ptr<Ballad> kept;
    {
        auto bard = make<Bard>({.name = "ovid"});
        bard->effigy = make<Effigy>({.bard = bard});
        kept = bard->ballads.append(Ballad{.text = "a"});
        for (int i = 0; i < 300; ++i) bard->ballads.append(Ballad{.text = "more"});
    }
    CHECK(kept->bard->ballads.size() == 301);
    CHECK(kept->bard->ballads[300]->place == 300);
    CHECK(kept->bard->effigy->bard == kept->bard.get());
    auto stave = make<Stave>({});
    stave->above = stave;
    CHECK(stave->below.size() == 1);
}

TEST_CASE("made objects: long chains, joined in any order, are freed") {
    std::vector<Ptr<Stave>> staves;
    for (int i = 0; i < 2000; ++i) staves.push_back(make<Stave>({}));
    for (int i = 0; i < 2000; i += 2) staves[i]->above = staves[i + 1];
    for (int i = 0; i + 2 < 2000; i += 2) staves[i + 3]->above = staves[i];
    auto last = staves[1998];
    staves.clear();
    int length = 0;
    for (auto stave = last; stave; stave = stave->above.get()) ++length;
    CHECK(length == 2000);
}

TEST_CASE_FIXTURE(Anthology, "made objects: one that is moved away is replaced by the new one") {
    auto bard = make<Bard>({.name = "ovid"});
    auto trope = make<Trope>({.name = "m"});
    auto ballad = make<Ballad>({.text = "a", .bard = bard, .tropes = {trope}});
    auto moved = session.add(std::move(*ballad));
    CHECK(bard->ballads.all() == std::vector{moved});
    CHECK(trope->ballads.all() == std::vector{moved});
    CHECK(ballad->bard == nullptr);
    CHECK(ballad->tropes.empty());
    session.commit();
    CHECK(number("SELECT count(*) FROM ballad") == 1);
}

TEST_CASE_FIXTURE(Anthology, "made objects: a copy has the same parent, and no children") {
    auto bard = make<Bard>({.name = "ovid"});
    auto ballad = make<Ballad>({.text = "a", .bard = bard});
    auto copy = make<Ballad>(Ballad(*ballad));
    CHECK(copy->bard == bard);
    CHECK(bard->ballads.all() == std::vector{ballad, copy});
    auto other = make<Bard>(Bard(*bard));
    CHECK(other->ballads.empty());
    session.add(bard);
    session.commit();
    CHECK(number("SELECT count(*) FROM ballad") == 2);
    CHECK(number("SELECT count(*) FROM bard") == 1);
}

TEST_CASE_FIXTURE(Anthology, "made objects: given an object of a session, they come when they are added") {
    auto bard = session.add(Bard{.name = "ovid"});
    session.commit();
    auto ballad = make<Ballad>({.text = "a", .bard = bard});
    CHECK(session.new_count() == 0);
    CHECK(bard->ballads.empty());
    session.add(ballad);
    CHECK(bard->ballads.all() == std::vector{ballad});
    session.commit();
    CHECK(number("SELECT count(*) FROM ballad WHERE bard_id = 1") == 1);

    auto anew = make<Bard>({.name = "horace"});
    anew->ballads.append(ballad);
    CHECK(ballad->bard == bard);
    session.add(anew);
    CHECK(ballad->bard == anew);
    CHECK(bard->ballads.empty());
    session.commit();
    CHECK(number("SELECT count(*) FROM ballad WHERE bard_id = 2") == 1);
}

TEST_CASE_FIXTURE(Anthology, "made objects: one that goes to a parent in a session leaves the made one behind") {
    auto bard = session.add(Bard{.name = "ovid"});
    session.commit();
    auto other = make<Bard>({.name = "horace"});
    auto ballad = make<Ballad>({.text = "a", .bard = other});
    bard->ballads.append(ballad);
    CHECK(other->ballads.empty());
    CHECK(session.new_count() == 1);
    auto effigy = make<Effigy>({.bard = other});
    bard->effigy = effigy;
    CHECK(other->effigy == nullptr);
    session.commit();
    CHECK(number("SELECT count(*) FROM bard") == 1);
    CHECK(number("SELECT count(*) FROM ballad WHERE bard_id = 1") == 1);
    CHECK(number("SELECT count(*) FROM effigy WHERE bard_id = 1") == 1);
}

TEST_CASE_FIXTURE(Anthology, "made objects: what a rollback has undone is in step, and comes again") {
    auto bard = session.add(Bard{.name = "ovid"});
    auto ballad = bard->ballads.append(Ballad{.text = "a"});
    session.flush();
    session.rollback();
    auto other = make<Bard>({.name = "horace"});
    ballad->bard = other;
    CHECK(bard->ballads.empty());
    CHECK(other->ballads.all() == std::vector{ballad});
    session.add(other);
    session.commit();
    CHECK(number("SELECT count(*) FROM bard WHERE name = 'horace'") == 1);
    CHECK(number("SELECT count(*) FROM bard") == 1);
    CHECK(number("SELECT count(*) FROM ballad WHERE bard_id = 1") == 1);
}

TEST_CASE_FIXTURE(Anthology, "made objects: what is related outlives the session that it was expunged from") {
    Ptr<Ballad> ballad;
    {
        auto inner = std::make_unique<Session>(engine);
        auto bard = inner->add(Bard{.name = "ovid"});
        inner->expunge(bard);
        ballad = make<Ballad>({.text = "a", .bard = bard});
        CHECK(bard->ballads.all() == std::vector{ballad});
    }
    CHECK(ballad->bard->name == "ovid");
    session.add(ballad);
    session.commit();
    CHECK(number("SELECT count(*) FROM ballad WHERE bard_id = 1") == 1);
}

TEST_CASE_FIXTURE(Anthology, "made objects: none refers to objects of two sessions") {
    Session other(engine);
    auto mine = session.add(Bard{.name = "ovid"});
    auto theirs = other.add(Trope{.name = "change"});
    auto ballad = make<Ballad>({.text = "a", .bard = mine});
    CHECK(code_of([&] { ballad->tropes.append(theirs); }) == "other-session");
    CHECK(ballad->tropes.empty());
    CHECK(code_of([&] { make<Ballad>({.text = "b", .bard = mine, .tropes = {theirs}}); }) == "other-session");
    other.close();
    ballad->tropes.append(theirs);
    CHECK(ballad->tropes.size() == 1);
}

TEST_CASE_FIXTURE(Anthology, "made objects: detached ones take what they are given along") {
    Ptr<Ballad> ballad;
    {
        Session inner(engine);
        ballad = inner.add(Ballad{.text = "a"});
        inner.commit();
        (void)ballad->text.value();
    }
    ballad->bard = make<Bard>({.name = "ovid"});
    ballad->bard->effigy = make<Effigy>({.bard = ballad->bard.get()});
    CHECK(ballad->bard->name == "ovid");
    session.add(ballad);
    CHECK(session.new_count() == 2);
    session.commit();
    CHECK(number("SELECT count(*) FROM ballad WHERE bard_id = 1") == 1);
}

TEST_CASE_FIXTURE(Anthology, "made objects: merge brings both sides") {
    auto bard = make<Bard>({.name = "ovid"});
    auto ballad = make<Ballad>({.text = "a", .bard = bard});
    auto merged = session.merge(ballad);
    CHECK(session.new_count() == 2);
    CHECK(merged->bard->ballads.all() == std::vector{merged});
    session.commit();
    CHECK(number("SELECT count(*) FROM ballad WHERE bard_id = 1") == 1);
}

TEST_CASE_FIXTURE(Anthology, "made objects: they stand where they were put, whoever of them is added") {
    auto bard = make<Bard>({.name = "ovid"});
    auto trope = make<Trope>({.name = "t"});
    std::vector<Ptr<Ballad>> ballads;
    for (const char* text : {"a", "b", "c", "d"}) ballads.push_back(bard->ballads.append(Ballad{.text = text}));
    trope->ballads = {ballads[1], ballads[3]};
    bard->ballads.insert(0, ballads[2]);
    session.add(ballads[3]);
    const std::vector wanted{ballads[2], ballads[0], ballads[1], ballads[3]};
    CHECK(bard->ballads.all() == wanted);
    session.commit();
    CHECK(bard->ballads.all() == wanted);
    CHECK(number("SELECT CAST(group_concat(place, '') AS INTEGER) FROM (SELECT place FROM ballad ORDER BY text)") ==
          1203);
}

TEST_CASE_FIXTURE(Anthology, "made objects: one that left a session reads nothing by its key") {
    auto bard = session.add(Bard{.name = "ovid"});
    session.commit();
    auto ballad = session.add(Ballad{.text = "a", .bard_id = bard->id.value()});
    session.expunge(ballad);
    (void)work();
    CHECK(ballad->bard == nullptr);
    CHECK(work().empty());
    session.add(ballad);
    CHECK(ballad->bard == bard);
}

TEST_CASE_FIXTURE(Anthology, "made objects: merge brings what they had before a rollback, and no siblings") {
    auto bard = session.add(Bard{.name = "ovid"});
    auto ballad = bard->ballads.append(Ballad{.text = "a"});
    auto other = bard->ballads.append(Ballad{.text = "b"});
    auto bare = session.add(Bard{.name = "bare"});
    session.rollback();
    SUBCASE("from the parent") {
        auto merged = session.merge(bard);
        CHECK(merged->ballads.size() == 2);
        CHECK(session.new_count() == 3);
    }
    SUBCASE("from a child") {
        auto merged = session.merge(ballad);
        CHECK(merged->bard->ballads.all() == std::vector{merged});
        CHECK(session.new_count() == 2);
    }
    SUBCASE("what was never given children takes none away") {
        auto row = session.add(Bard{.id = 7, .name = "row", .ballads = {Ballad{.text = "a"}}});
        session.commit();
        bare->id = 7;
        session.merge(bare);
        CHECK(row->name == "bare");
        CHECK(row->ballads.size() == 1);
    }
}

TEST_CASE_FIXTURE(Anthology, "made objects: what is refused leaves all as it was") {
    Session second(engine);
    auto theirs = second.add(Bard{.name = "theirs"});
    auto mine = session.add(Trope{.name = "mine"});
    auto bard = make<Bard>({.name = "ovid"});
    auto ballad = make<Ballad>({.text = "a", .bard = bard, .tropes = {mine}});
    CHECK(code_of([&] { theirs->ballads.append(ballad); }) == "other-session");
    CHECK(ballad->bard == bard);
    CHECK(bard->ballads.all() == std::vector{ballad});
    CHECK(theirs->ballads.empty());
}

TEST_CASE_FIXTURE(Anthology, "made objects: add() of one that waits already brings what has come to hang on it") {
    auto bard = session.add(Bard{.name = "ovid"});
    auto ballad = bard->ballads.append(Ballad{.text = "a"});
    session.expunge(ballad);
    session.add(bard);
    CHECK(session.contains(ballad));
    session.commit();
    CHECK(number("SELECT count(*) FROM ballad WHERE bard_id = 1") == 1);
}

TEST_CASE_FIXTURE(Anthology, "made objects: without the cascade they stay out of the session, and live as long as it") {
    auto loose = session.add(Loose{});
    loose->pieces.append(make<LoosePiece>({}));
    CHECK(session.new_count() == 1);
    CHECK(loose->pieces.all().size() == 1);
    auto piece = session.add(LoosePiece{});
    piece->loose = make<Loose>({});
    CHECK(repr(piece->loose.get()).starts_with("<Loose (transient"));
}
