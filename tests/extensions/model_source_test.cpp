// Models written for a database: the text is legacy_models.inc, which is compiled here and used on that database.
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "legacy_models.inc"
#include "retort/engine/dialect.hpp"
#include "retort/engine/result.hpp"
#include "retort/schema/compare.hpp"
#include "retort/schema/model_source.hpp"

using namespace retort;

namespace {

const std::string path = std::string(RETORT_SOURCE_DIR) + "/tests/extensions/legacy_models.inc";

engines::Engine legacy_database() {
    auto engine = create_engine("sqlite://");
    auto connection = engine.connect();
    for (const char* sql : {
             "CREATE TABLE shop_customer (id INTEGER PRIMARY KEY, \"e-mail\" VARCHAR(80) NOT NULL UNIQUE, "
             "class TEXT DEFAULT 'new \"one\"' CHECK (class <> ''), joined DATETIME NOT NULL DEFAULT "
             "CURRENT_TIMESTAMP)",
             "CREATE TABLE \"ShopOrder\" (number INTEGER PRIMARY KEY AUTOINCREMENT, "
             "customer_id INT NOT NULL REFERENCES shop_customer ON DELETE CASCADE, "
             "payer_id INT REFERENCES shop_customer(id), price NUMERIC(10, 2), quantity SMALLINT DEFAULT 1, "
             "total NUMERIC AS (price * quantity) STORED, stamp TEXT DEFAULT (lower('A') || 'b'), "
             "CONSTRAINT positive CHECK (quantity > 0), CONSTRAINT uq_pair UNIQUE (customer_id, stamp))",
             "CREATE INDEX ix_price ON \"ShopOrder\" (price DESC, lower(stamp)) WHERE price > 0",
             "CREATE TABLE shop_stock (place TEXT, shelf INT, weight REAL, photo BLOB, PRIMARY KEY (place, shelf)) "
             "WITHOUT ROWID",
             "CREATE TABLE shop_move (id INTEGER PRIMARY KEY, place TEXT COLLATE nocase, shelf INT, "
             "FOREIGN KEY (place, shelf) REFERENCES shop_stock ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED)",
             "CREATE TABLE shop_log (line TEXT)",
             "CREATE TABLE session (id INTEGER PRIMARY KEY, \"Date\" DATE, \"Text\" TEXT, \"Column\" INTEGER)",
         }) {
        connection->run(sql);
    }
    return engine;
}

schemas::MetaData reflected(const engines::Engine& engine) {
    schemas::MetaData metadata;
    metadata.reflect(*engines::inspect(engine));
    return metadata;
}

std::string file_text() {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("the models of a database are the text that is compiled here") {
    auto text = schemas::to_model_source(reflected(legacy_database()), {.namespace_name = "legacy"});
    if (std::getenv("UPDATE_SNAPSHOTS") != nullptr) std::ofstream(path) << text;
    CHECK(file_text() == text);
}

TEST_CASE("they read and write that database") {
    auto engine = legacy_database();
    Session session(engine);
    auto ada = session.add(legacy::ShopCustomer{.e_mail = "ada@example.com"});
    session.flush();
    CHECK(ada->class_ == "new \"one\"");
    auto order = session.add(legacy::ShopOrder{.customer_id = ada->id, .price = Decimal("2.50"), .quantity = 3});
    session.add(legacy::ShopStock{.place = "cellar", .shelf = 3, .weight = 1.5});
    session.commit();
    CHECK(order->total == Decimal("7.5"));
    CHECK(order->stamp == "ab");
    CHECK(order->customer->e_mail == "ada@example.com");
    CHECK(ada->shop_order_collection_by_customer_id.size() == 1);
    CHECK(ada->shop_order_collection_by_payer_id.empty());
    CHECK(session.get<legacy::ShopStock>("cellar", 3)->weight == 1.5);
    auto row = session.add(legacy::Session_{.Date_ = Date(2024, 1, 1), .Text_ = "t", .Column_ = 3});
    session.commit();
    CHECK(row->Date_ == Date(2024, 1, 1));
}

TEST_CASE("tables that the models make differ from those of the database in names of constraints only") {
    auto engine = legacy_database();
    const auto& ddl = engine.dialect().ddl();
    auto metadata = reflected(engine);
    for (const char* name : {"shop_customer", "ShopOrder", "shop_stock", "shop_move", "session"}) {
        CAPTURE(name);
        std::string told;
        for (const auto& one : schemas::compare_tables(metadata.table(name), orm::metadata().table(name), ddl)) {
            bool named = one.subject == schemas::Subject::primary_key || one.subject == schemas::Subject::foreign_key ||
                         one.subject == schemas::Subject::unique || one.subject == schemas::Subject::check;
            // A model has no word for collations; a comment tells.
            if (one.subject == schemas::Subject::collation && one.before == "nocase") continue;
            if (!named || one.before.empty() || one.after.empty()) told += schemas::to_string(one) + '\n';
        }
        CHECK(told == "");
    }
}
