// Options behind a relationship that waits until it is touched: the statements that SQLAlchemy sends then.
#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

namespace propagated {

struct Sheet;
struct Stanza;

struct Tome : Model<Tome> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<Sheet, order_by<"id">> sheets;
};
struct Sheet : Model<Sheet> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int, foreign_key<Tome>> tome_id;
    One<Tome> tome;
    Many<Stanza, order_by<"id">> stanzas;
};
struct Word;
struct Stanza : Model<Stanza> {
    Column<int, primary_key> id;
    Column<int, foreign_key<Sheet>> sheet_id;
    One<Sheet> sheet;
    Many<Word, order_by<"id">> words;
};
struct Word : Model<Word> {
    Column<int, primary_key> id;
    Column<int, foreign_key<Stanza>> stanza_id;
    One<Stanza> stanza;
};

struct Motif;
struct motif_echoes : Model<motif_echoes> {
    Column<int, primary_key, foreign_key<Motif>> motif_id;
    Column<int, primary_key, foreign_key<Motif>> echo_id;
};
struct Motif : Model<Motif> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<Motif>> theme_id;
    One<Motif> theme;
    Many<Motif, order_by<"id">> variations;
    Many<Motif, secondary<motif_echoes>, foreign_keys<"motif_id">, order_by<"id">> echoes;
};

/// Two tomes of two sheets of two stanzas of two words.
struct Library : TestDatabase {
    Library() {
        create<Tome, Sheet, Stanza, Word>();
        for (int i = 1; i <= 2; ++i) run("INSERT INTO tome VALUES (" + std::to_string(i) + ", 'b')");
        for (int i = 1; i <= 4; ++i) insert("sheet (id, tome_id, name)", i, ", 'p'");
        for (int i = 1; i <= 8; ++i) insert("stanza (id, sheet_id)", i, "");
        for (int i = 1; i <= 16; ++i) insert("word (id, stanza_id)", i, "");
        statements.clear();
    }
    void insert(const std::string& table, int i, const std::string& more) {
        run("INSERT INTO " + table + " VALUES (" + std::to_string(i) + ", " + std::to_string((i + 1) / 2) + more + ")");
    }
    template <class... Option>
    std::vector<Ptr<Tome>> tomes(const Option&... options) {
        auto all = session.scalars(select<Tome>().order_by(Tome::c.id).options(options...)).all();
        CHECK(work().size() == 1);
        return all;
    }
    Session session{engine};
};

std::string stanzas_of(const Ptr<Tome>& tome) {
    std::string text;
    for (const auto& sheet : tome->sheets) {
        for (const auto& stanza : sheet->stanzas) text += (text.empty() ? "" : ",") + std::to_string(stanza->id);
    }
    return text;
}

std::string sheets_sql(int tome) {
    return "SELECT sheet.id, sheet.name, sheet.tome_id FROM sheet WHERE ? = sheet.tome_id ORDER BY sheet.id | " +
           std::to_string(tome);
}
std::string stanzas_sql(const std::string& sheets) {
    return "SELECT stanza.id, stanza.sheet_id FROM stanza WHERE stanza.sheet_id IN (?, ?) ORDER BY stanza.id | " +
           sheets;
}

}  // namespace propagated
}  // namespace

using namespace propagated;

TEST_CASE_FIXTURE(Library, "propagated options: what is behind a lazy collection comes with it") {
    auto tomes = this->tomes(lazyload(Tome::c.sheets).selectinload(Sheet::c.stanzas));
    CHECK(stanzas_of(tomes[0]) == "1,2,3,4");
    CHECK(stanzas_of(tomes[1]) == "5,6,7,8");
    CHECK(work() == Lines{sheets_sql(1), stanzas_sql("1 | 2"), sheets_sql(2), stanzas_sql("3 | 4")});
    session.expunge_all();
    tomes = this->tomes(defaultload(Tome::c.sheets).selectinload(Sheet::c.stanzas));
    CHECK(stanzas_of(tomes[1]) == "5,6,7,8");
    CHECK(work() == Lines{sheets_sql(2), stanzas_sql("3 | 4")});
    session.expunge_all();
    tomes = this->tomes(lazyload(Tome::c.sheets).contains_eager(Sheet::c.stanzas));
    CHECK(tomes[1]->sheets.size() == 2);
    CHECK(work() == Lines{sheets_sql(2)});
}

TEST_CASE_FIXTURE(Library, "propagated options: through several lazy levels, to a join") {
    auto first_words = [&](const Ptr<Tome>& tome) {
        std::size_t words = 0;
        for (const auto& stanza : tome->sheets[1]->stanzas) words += stanza->words.size();
        return words;
    };
    const Lines of_sheet{
        "SELECT stanza.id, stanza.sheet_id, word_1.id AS id_1, word_1.stanza_id FROM stanza LEFT OUTER JOIN word AS "
        "word_1 "
        "ON "
        "stanza.id = word_1.stanza_id WHERE ? = stanza.sheet_id ORDER BY stanza.id, word_1.id | 2"};
    auto joined = tomes(lazyload(Tome::c.sheets).lazyload(Sheet::c.stanzas).joinedload(Stanza::c.words));
    CHECK(joined[0]->sheets.size() == 2);
    CHECK(work() == Lines{sheets_sql(1)});
    CHECK(first_words(joined[0]) == 4);
    CHECK(work() == of_sheet);

    session.expunge_all();
    auto eager = selectinload(Tome::c.sheets).lazyload(Sheet::c.stanzas).joinedload(Stanza::c.words);
    auto tomes = session.scalars(select<Tome>().options(eager)).all();
    work();
    CHECK(first_words(tomes[0]) == 4);
    CHECK(work() == of_sheet);
    session.expunge_all();
    auto beside = joinedload(Tome::c.sheets).defaultload(Sheet::c.stanzas).joinedload(Stanza::c.words);
    tomes = session.scalars(select<Tome>().options(beside)).all();
    work();
    CHECK(first_words(tomes[0]) == 4);
    CHECK(work() == of_sheet);
}

TEST_CASE_FIXTURE(Library, "propagated options: behind a many-to-one, by what the session does not know") {
    auto all = select<Stanza>().order_by(Stanza::c.id);
    auto joined = session.scalars(all.options(defaultload(Stanza::c.sheet).joinedload(Sheet::c.tome))).all();
    work();
    CHECK(joined[0]->sheet->tome->id == 1);
    CHECK(joined[1]->sheet->tome->id == 1);
    CHECK(work() ==
          Lines{"SELECT sheet.id, sheet.name, sheet.tome_id, tome_1.id AS id_1, tome_1.name AS name_1 FROM sheet "
                "LEFT OUTER JOIN tome AS tome_1 ON tome_1.id = sheet.tome_id WHERE sheet.id = ? | 1"});
    session.expunge_all();
    auto sheet = session.get<Sheet>(1);
    auto known = session.scalars(all.options(defaultload(Stanza::c.sheet).joinedload(Sheet::c.tome))).first();
    work();
    CHECK(known->sheet == sheet);
    CHECK(work().empty());
    auto added = session.add(Sheet{.id = 5, .name = "new", .tome_id = 1});
    auto moved = session.get<Stanza>(3);
    moved->sheet_id = 5;
    CHECK(moved->sheet == added);
    session.expunge_all();
    auto words = select<Word>().order_by(Word::c.id);
    auto far = defaultload(Word::c.stanza).lazyload(Stanza::c.sheet).selectinload(Sheet::c.stanzas);
    auto first = session.scalars(words.options(far)).all().front();
    work();
    CHECK(first->stanza->sheet->stanzas.size() == 2);
    CHECK(work() ==
          Lines{"SELECT stanza.id, stanza.sheet_id FROM stanza WHERE stanza.id = ? | 1",
                "SELECT sheet.id, sheet.name, sheet.tome_id FROM sheet WHERE sheet.id = ? | 1",
                "SELECT stanza.id, stanza.sheet_id FROM stanza WHERE stanza.sheet_id IN (?) ORDER BY stanza.id | 1"});
}

TEST_CASE_FIXTURE(Library, "propagated options: columns of what is touched") {
    auto only = tomes(defaultload(Tome::c.sheets).load_only(Sheet::c.name));
    CHECK(only[0]->sheets[1]->name == "p");
    CHECK(only[0]->sheets[1]->tome == only[0]);
    CHECK(only[0]->sheets[1]->tome_id == 1);
    CHECK(work() == Lines{"SELECT sheet.id, sheet.name FROM sheet WHERE ? = sheet.tome_id ORDER BY sheet.id | 1",
                          "SELECT sheet.tome_id FROM sheet WHERE sheet.id = ? | 2"});
    session.expunge_all();
    auto without = tomes(lazyload(Tome::c.sheets).defer(Sheet::c.name));
    CHECK(without[1]->sheets.size() == 2);
    CHECK(work() == Lines{"SELECT sheet.id, sheet.tome_id FROM sheet WHERE ? = sheet.tome_id ORDER BY sheet.id | 2"});
    session.expunge_all();
    auto stanza =
        session.scalars(select<Stanza>().options(defaultload(Stanza::c.sheet).load_only(Sheet::c.tome_id))).first();
    work();
    CHECK(stanza->sheet->id == 1);
    CHECK(work() == Lines{"SELECT sheet.id, sheet.tome_id FROM sheet WHERE sheet.id = ? | 1"});
}

TEST_CASE_FIXTURE(Library, "propagated options: raise behind a lazy relationship") {
    for (const auto& option :
         {defaultload(Tome::c.sheets).raiseload(Sheet::c.stanzas), lazyload(Tome::c.sheets).raiseload("*")}) {
        session.expunge_all();
        auto tome = tomes(option)[0];
        CHECK(tome->sheets.size() == 2);
        CHECK_THROWS_AS((void)tome->sheets[0]->stanzas.size(), InvalidRequestError);
        CHECK(work() == Lines{sheets_sql(1)});
    }
    session.expunge_all();
    auto stanza =
        session.scalars(select<Stanza>().options(defaultload(Stanza::c.sheet).raiseload(Sheet::c.tome))).first();
    CHECK_THROWS_AS((void)stanza->sheet->tome->id, InvalidRequestError);
}

TEST_CASE_FIXTURE(Library, "propagated options: batch and immediate take them along too") {
    auto batched = tomes(batchload(Tome::c.sheets).selectinload(Sheet::c.stanzas));
    CHECK(stanzas_of(batched[0]) == "1,2,3,4");
    CHECK(stanzas_of(batched[1]) == "5,6,7,8");
    CHECK(work() == Lines{"SELECT sheet.id, sheet.name, sheet.tome_id FROM sheet WHERE sheet.tome_id IN (?, ?) ORDER "
                          "BY sheet.id | 1 | 2",
                          "SELECT stanza.id, stanza.sheet_id FROM stanza WHERE stanza.sheet_id IN (?, ?, ?, ?) ORDER "
                          "BY stanza.id | 1 | 2 | "
                          "3 | 4"});
    session.expunge_all();
    auto now = select<Tome>().options(immediateload(Tome::c.sheets).selectinload(Sheet::c.stanzas));
    auto tome = session.scalars(now.where(Tome::c.id == 1)).one();
    CHECK(stanzas_of(tome) == "1,2,3,4");
    CHECK(work() ==
          Lines{"SELECT tome.id, tome.name FROM tome WHERE tome.id = ? | 1", sheets_sql(1), stanzas_sql("1 | 2")});
}

TEST_CASE_FIXTURE(Library, "propagated options: back to where they came from") {
    auto back = defaultload(Tome::c.sheets).selectinload(Sheet::c.tome).selectinload(Tome::c.sheets);
    auto tome = tomes(back)[0];
    CHECK(tome->sheets.size() == 2);
    CHECK(tome->sheets[0]->tome == tome);
    CHECK(
        work() ==
        Lines{
            sheets_sql(1), "SELECT tome.id, tome.name FROM tome WHERE tome.id IN (?) | 1",
            "SELECT sheet.id, sheet.name, sheet.tome_id FROM sheet WHERE sheet.tome_id IN (?) ORDER BY sheet.id | 1"});
    session.expunge_all();
    auto joined = tomes(defaultload(Tome::c.sheets).joinedload(Sheet::c.tome))[0];
    CHECK(joined->sheets[1]->tome == joined);
    CHECK(work() ==
          Lines{"SELECT sheet.id, sheet.name, sheet.tome_id, tome_1.id AS id_1, tome_1.name AS name_1 FROM sheet "
                "LEFT OUTER JOIN tome AS tome_1 ON tome_1.id = sheet.tome_id WHERE ? = sheet.tome_id ORDER BY "
                "sheet.id | 1"});
}

TEST_CASE_FIXTURE(Library, "propagated options: of a model with itself, and over a table between") {
    create<Motif, motif_echoes>();
    for (auto row : {"(1, NULL)", "(2, 1)", "(3, 1)", "(4, 2)"}) run("INSERT INTO motif VALUES " + std::string(row));
    run("INSERT INTO motif_echoes VALUES (1, 2), (1, 3)");
    auto down = lazyload(Motif::c.variations).lazyload(Motif::c.variations).selectinload(Motif::c.variations);
    auto first = session.scalars(select<Motif>().where(Motif::c.id == 1).options(down)).one();
    work();
    CHECK(first->variations[0]->variations[0]->id == 4);
    CHECK(work() ==
          Lines{"SELECT motif.id, motif.theme_id FROM motif WHERE ? = motif.theme_id ORDER BY motif.id | 1",
                "SELECT motif.id, motif.theme_id FROM motif WHERE ? = motif.theme_id ORDER BY motif.id | 2",
                "SELECT motif.id, motif.theme_id FROM motif WHERE motif.theme_id IN (?) ORDER BY motif.id | 4"});
    session.expunge_all();
    auto beside = defaultload(Motif::c.echoes).selectinload(Motif::c.variations);
    first = session.scalars(select<Motif>().where(Motif::c.id == 1).options(beside)).one();
    work();
    CHECK(first->echoes[0]->variations.size() == 1);
    CHECK(work() ==
          Lines{"SELECT motif.id, motif.theme_id FROM motif, motif_echoes WHERE ? = motif_echoes.motif_id AND motif.id "
                "= motif_echoes.echo_id ORDER BY motif.id | 1",
                "SELECT motif.id, motif.theme_id FROM motif WHERE motif.theme_id IN (?, ?) ORDER BY motif.id | 2 | 3"});
    session.expunge_all();
    using Other = aliased<Motif, "other">;
    auto aliased = lazyload(Other::c.variations).lazyload(Other::c.variations).raiseload(Other::c.echoes);
    first = session.scalars(select<Other>().where(Other::c.id == 1).options(aliased)).one();
    CHECK_THROWS_AS((void)first->variations[0]->variations[0]->echoes.size(), InvalidRequestError);
}

TEST_CASE_FIXTURE(Library, "propagated options: they outlast what expires, until a query says otherwise") {
    auto tome = tomes(defaultload(Tome::c.sheets).selectinload(Sheet::c.stanzas))[0];
    const Lines both{sheets_sql(1), stanzas_sql("1 | 2")};
    CHECK(stanzas_of(tome) == "1,2,3,4");
    CHECK(work() == both);
    for (int how = 0; how < 3; ++how) {
        if (how == 0) session.commit();
        if (how == 1) session.rollback();
        if (how == 2) session.expire_all();
        (void)session.scalars(select<Tome>()).all();
        work();
        CHECK(stanzas_of(tome) == "1,2,3,4");
        CHECK(work() == both);
    }
    session.expire_all();
    tome = tomes(lazyload(Tome::c.sheets))[0];
    CHECK(stanzas_of(tome) == "1,2,3,4");
    CHECK(work().size() == 3);
    session.expire_all();
    tome = tomes(lazyload(Tome::c.sheets).selectinload(Sheet::c.stanzas))[0];
    session.expunge_all();
    CHECK(stanzas_of(session.get<Tome>(1)) == "1,2,3,4");
    CHECK(work().size() == 4);
}

TEST_CASE_FIXTURE(Library, "propagated options: a part of a stream takes its own away with it") {
    for (int i = 17; i <= 200; ++i) run("INSERT INTO word VALUES (" + std::to_string(i) + ", 8)");
    auto words = select<Word>().order_by(Word::c.id).yield_per(10);
    for (const auto& word :
         session.stream_scalars(words.options(defaultload(Word::c.stanza).joinedload(Stanza::c.sheet)))) {
        if (word->id == 1) CHECK(word->stanza->sheet->id == 1);
    }
    CHECK(work().size() == 2);
    for (const auto& word : session.stream_scalars(words)) {
        if (word->id < 100) (void)word->stanza->id.value();
    }
    for (const auto& statement : work()) CHECK(statement.find("JOIN") == statement.npos);
}

TEST_CASE_FIXTURE(Library, "propagated options: and_() of a relationship that waits") {
    auto later = Tome::c.sheets.and_(Sheet::c.id > 1);
    for (const auto& way : {lazyload(later), batchload(later), immediateload(later)}) {
        session.expunge_all();
        auto all = session.scalars(select<Tome>().order_by(Tome::c.id).options(way)).all();
        CHECK(all[0]->sheets.size() == 1);
        CHECK(all[0]->sheets[0]->id == 2);
        CHECK(all[1]->sheets.size() == 2);
        session.expire(all[0]);
        CHECK(all[0]->sheets.size() == 1);
    }
    session.expunge_all();
    work();
    auto tome = tomes(lazyload(later))[0];
    CHECK(tome->sheets.size() == 1);
    CHECK(work() == Lines{"SELECT sheet.id, sheet.name, sheet.tome_id FROM sheet WHERE ? = sheet.tome_id AND "
                          "sheet.id > ? ORDER BY sheet.id | 1 | 1"});
    // A row that is in memory is asked for too, because it need not be meant.
    auto own = Sheet::c.tome.and_(Tome::c.id == 2);
    auto sheets = session
                      .scalars(select<Sheet>()
                                   .order_by(Sheet::c.id)
                                   .options(lazyload(own))
                                   .execution_options({.populate_existing = true}))
                      .all();
    work();
    CHECK(sheets[0]->tome == nullptr);
    CHECK(sheets[3]->tome->id == 2);
    CHECK(work() == Lines{"SELECT tome.id, tome.name FROM tome WHERE tome.id = ? AND tome.id = ? | 1 | 2",
                          "SELECT tome.id, tome.name FROM tome WHERE tome.id = ? AND tome.id = ? | 2 | 2"});
}

TEST_CASE_FIXTURE(Library, "propagated options: criteria of a model hold for what waits, however far away") {
    auto tome = tomes(with_loader_criteria<Stanza>(Stanza::c.id > 2), with_loader_criteria<Sheet>(Sheet::c.id < 3))[0];
    CHECK(stanzas_of(tome) == "3,4");
    session.expunge_all();
    auto option = with_loader_criteria<Stanza>(Stanza::c.id != 3);
    for (const auto& way : {selectinload(Tome::c.sheets), joinedload(Tome::c.sheets), batchload(Tome::c.sheets)}) {
        session.expunge_all();
        tome = session.scalars(select<Tome>().where(Tome::c.id == 1).options(way, option)).one();
        CHECK(stanzas_of(tome) == "1,2,4");
    }
}
