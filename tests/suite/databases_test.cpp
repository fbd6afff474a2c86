// Where the suite's databases come from.
#include "databases.hpp"

#include "retort/dialects/create_engine.hpp"
#include "retort/engine/ddl_target.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/schema/create.hpp"

namespace suite {

const std::vector<std::string>& kinds() {
    static const std::vector<std::string> all{"sqlite in memory", "sqlite in a file"};
    return all;
}

FreshDatabase::FreshDatabase(const std::string& kind)
    : engine(retort::create_engine(kind == "sqlite in memory" ? "sqlite://"
                                                              : "sqlite:///" + folder.path() + "/suite.db")) {
    auto connection = engine.connect();
    retort::engines::ConnectionDdlTarget target(*connection);
    retort::schemas::create_all(retort::orm::metadata(), target);
}

}  // namespace suite

TEST_CASE("every kind of database opens and has its tables") {
    suite::on_every_database([](const retort::engines::Engine& engine) {
        auto connection = engine.connect();
        CHECK(engine.dialect().inspect(*connection)->has_table("suite_author"));
        CHECK_FALSE(engine.dialect().inspect(*connection)->has_table("nobody"));
    });
}
