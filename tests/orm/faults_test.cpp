// Failures at each call of a flush: the database holds all of it or nothing, and the session goes on after rollback().
#include <unistd.h>

#include <filesystem>

#include "faulty_vfs.hpp"
#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Paper;
struct Topic;
struct paper_topics : Model<paper_topics> {
    Column<int, primary_key, foreign_key<Paper>> paper_id;
    Column<int, primary_key, foreign_key<Topic>> topic_id;
};
struct Writer : Model<Writer> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<Paper> papers;
};
struct Paper : Model<Paper> {
    Column<int, primary_key> id;
    Column<std::string> title;
    Column<int, foreign_key<Writer>> writer_id;
    One<Writer> writer;
    Many<Topic, secondary<paper_topics>> topics;
};
struct Topic : Model<Topic> {
    Column<int, primary_key> id;
    Column<std::string> name;
};

/// A database in a file whose disk can fail, with one writer, two papers and a topic.
class FaultyDatabase {
  public:
    explicit FaultyDatabase(engines::StatementHook hook = {}) {
        faulty::Disk::get();
        std::string pattern = (std::filesystem::temp_directory_path() / "retort_faults_XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        EngineOptions options;
        options.on_statement = std::move(hook);
        engine = create_engine("sqlite:///file:" + folder_ + "/a.db?uri=true&vfs=faulty", options);
        create_tables();
        Session session{engine};
        auto ada = session.add(Writer{.name = "ada"});
        for (auto title : {"first", "second"}) ada->papers.append(Paper{.title = title});
        session.add(Topic{.name = "old"});
        session.commit();
    }
    ~FaultyDatabase() {
        engine.dispose();
        std::filesystem::remove_all(folder_);
    }
    FaultyDatabase(const FaultyDatabase&) = delete;
    FaultyDatabase& operator=(const FaultyDatabase&) = delete;

    /// What is in the file, told by a session that knows nothing: "before" or "after", or what else it holds.
    std::string content() {
        Session session{engine};
        std::string text;
        for (const auto& paper : session.scalars(select<Paper>().order_by(Paper::c.title))) {
            text += paper->title.value() + " by " + paper->writer->name.value() + " on " +
                    std::to_string(paper->topics.size()) + ";";
        }
        if (text == "first by ada on 0;second by ada on 0;") return "before";
        if (text == "first, again by ada on 1;third by bob on 2;") return "after";
        return text;
    }

    Engine engine;

  private:
    void create_tables() {
        auto connection = engine.connect();
        for (const auto* mapper : {&orm::mapper_of<Writer>(), &orm::mapper_of<Paper>(), &orm::mapper_of<Topic>(),
                                   &orm::mapper_of<paper_topics>()}) {
            const auto& table = orm::metadata().table(mapper->table_name);
            connection->run(engine.dialect().ddl().compile(schemas::CreateTable{table}));
        }
    }

    std::string folder_;
};

/// Every kind of work that a flush has: inserts in two tables, an update, a delete, rows between.
void change(Session& session) {
    auto papers = session.scalars(select<Paper>().order_by(Paper::c.id)).all();
    auto old = session.scalars(select<Topic>()).one();
    papers[0]->title = "first, again";
    papers[0]->topics.append(old);
    session.delete_(papers[1]);
    auto bob = session.add(Writer{.name = "bob"});
    auto third = bob->papers.append(Paper{.title = "third"});
    third->topics.append(old);
    third->topics.append(Topic{.name = "new"});
}

/// Commits the work with a failure at one place after the other, until the place is never reached; returns how many
/// places there were.
template <class Arm, class Disarm>
int fail_everywhere(engines::StatementHook hook, bool lasting, Arm arm, Disarm disarm) {
    for (int place = 0;; ++place) {
        CAPTURE(place);
        FaultyDatabase database(hook);
        Session session{database.engine};
        change(session);
        arm(place);
        bool failed = false;
        try {
            session.commit();
        } catch (const std::exception&) {
            failed = true;
        }
        bool struck = disarm();
        if (failed) {
            CHECK_THROWS_AS((void)session.scalars(select<Writer>()), PendingRollbackError);
            session.rollback();
        }
        CHECK(database.content() == (failed ? "before" : "after"));
        CHECK((struck || !failed));
        auto extra = session.add(Topic{.name = "afterwards"});
        session.commit();
        CHECK(extra->id > 0);
        if (!struck || place > 200) return place;
        if (lasting && !failed) return place;
    }
}

int fail_disk(const faulty::Fault& fault) {
    return fail_everywhere(
        {}, fault.lasting, [&](int place) { faulty::Disk::get().arm(fault, place); },
        [] { return faulty::Disk::get().disarm(); });
}

}  // namespace

TEST_CASE("faults: a disk that is full at any write of a commit") {
    CHECK(fail_disk({.writes = true, .code = SQLITE_FULL}) > 1);
    CHECK(fail_disk({.writes = true, .code = SQLITE_FULL, .lasting = true}) > 1);
}

TEST_CASE("faults: a write that fails, and a sync") {
    CHECK(fail_disk({.writes = true, .code = SQLITE_IOERR_WRITE}) > 1);
    CHECK(fail_disk({.syncs = true, .code = SQLITE_IOERR_FSYNC}) >= 1);
}

TEST_CASE("faults: any statement of a commit") {
    int left = -1;
    bool struck = false;
    int places = fail_everywhere(
        [&](const engines::StatementEvent&) {
            if (left < 0 || left-- > 0) return;
            struck = true;
            throw std::runtime_error("the statement was made to fail");
        },
        false,
        [&](int place) {
            left = place;
            struck = false;
        },
        [&] {
            left = -1;
            return struck;
        });
    CHECK(places >= 8);
}
