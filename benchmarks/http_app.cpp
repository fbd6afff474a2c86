// The application that benchmarks/run http measures, on nothing but Retort's public interface.
#include <cstdlib>

#include <retort/retort.hpp>

using namespace retort;

Database db;

struct World : Model<World> {
    Column<int, primary_key> id;
    Column<int> random_number;

    json to_json() const { return {{"id", id}, {"random_number", random_number}}; }
};

struct Entry : Model<Entry> {
    Column<int, primary_key> id;
    Column<String<80>> note;
};

struct Fortune : Model<Fortune> {
    Column<int, primary_key> id;
    Column<String<200>> message;
};

struct Book;

struct Author : Model<Author> {
    Column<int, primary_key> id;
    Column<String<80>> name;
    Many<Book> books;

    json to_json() const;
};

struct Book : Model<Book> {
    Column<int, primary_key> id;
    Column<String<80>> title;
    Column<int, foreign_key<Author>, indexed> author_id;
    One<Author> author;

    json to_json() const { return {{"id", id}, {"title", title}}; }
};

json Author::to_json() const {
    json list = json::array();
    for (const auto& book : books) list.push_back(book->to_json());
    return {{"id", id}, {"name", name}, {"books", std::move(list)}};
}

namespace views {

/// The same sequence in every server.
std::uint64_t next_random() {
    thread_local std::uint64_t state = 42;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return state >> 33;
}

/// The ids of /queries: four digits each, so that all answers have one length.
int next_row() { return 1000 + static_cast<int>(next_random() % 9000); }

Response plain() { return {"Hello, World!", {{"Content-Type", "text/plain"}}}; }

Response hello() { return jsonify({{"message", "Hello, World!"}}); }

Response row(int id) { return jsonify(db.session.get<World>(id)); }

Response queries() {
    std::vector<Ptr<World>> rows;
    for (int i = 0; i < 20; ++i) rows.push_back(db.session.get<World>(next_row()));
    return jsonify(rows);
}

/// Two authors of ten books each. All ids have as many digits, so that all answers have one length.
Response shelf(const Load& option) {
    int first = 1000 + next_row() % 999;
    return jsonify(db.session.scalars(select<Author>()
                                          .where(Author::c.id >= first, Author::c.id <= first + 1)
                                          .order_by(Author::c.id)
                                          .options(option)));
}

Response joined() { return shelf(joinedload(Author::c.books)); }
Response selectin() { return shelf(selectinload(Author::c.books)); }
Response batch() { return shelf(batchload(Author::c.books)); }

/// The rows, one that is only made for the page, in the order of their messages, through a template with a layout.
Response fortunes() {
    auto list = db.session.scalars(select<Fortune>()).all();
    list.push_back(make<Fortune>({.id = 0, .message = "Additional fortune added at request time."}));
    std::sort(list.begin(), list.end(), [](auto& a, auto& b) { return a->message.value() < b->message.value(); });
    return render_template("fortunes.html", {{"fortunes", list}});
}

/// Five rows read, then changed, then committed durably. (A change before a read would be written before it.)
Response updates() {
    std::vector<Ptr<World>> rows;
    for (int i = 0; i < 5; ++i) rows.push_back(db.session.get<World>(next_row()));
    json list = json::array();
    for (auto& world : rows) {
        world->random_number = 10'000 + static_cast<int>(next_random() % 90'000);
        list.push_back(world->to_json());
    }
    db.session.commit();
    return jsonify(list);
}

/// The sizes of all fields of a form of ten.
Response form() {
    std::size_t size = 0;
    for (int i = 0; i < 10; ++i) size += request.form["field" + std::to_string(i)].size();
    return {std::to_string(size), {{"Content-Type", "text/plain"}}};
}

Response upload() {
    auto& file = request.files["file"];
    return {std::to_string(file.size()), {{"Content-Type", "text/plain"}}};
}

Response insert() {
    db.session.add(Entry{.note = "a durable note"});
    db.session.commit();
    return {jsonify({{"ok", true}}), 201};
}

}  // namespace views

const std::vector<std::string> fortune_messages{
    "fortune: No such file or directory",
    "A computer scientist is someone who fixes things that aren't broken.",
    "After enough decimal places, nobody gives a damn.",
    "A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1",
    "A computer program does what you tell it to do, not what you want it to do.",
    "Emacs is a nice operating system, but I prefer UNIX. — Tom Christaensen",
    "Any program that runs right is obsolete.",
    "A list is only as strong as its weakest link. — Donald Knuth",
    "Feature: A bug with seniority.",
    "Computers make very fast, very accurate mistakes.",
    "<script>alert(\"This should not be displayed in a browser alert box.\");</script>",
    "フレームワークのベンチマーク",
};

/// The same 10,000 rows as the peers read, and 1,000 authors of ten books each.
void fill() {
    db.create_all();
    for (int id = 1; id <= 10'000; ++id) db.session.add(World{.id = id, .random_number = 10'000 + id * 7919 % 90'000});
    for (int id = 1000; id < 2000; ++id) db.session.add(Author{.id = id, .name = "author " + std::to_string(id)});
    for (int id = 10'000; id < 20'000; ++id) {
        db.session.add(Book{.id = id, .title = "the book " + std::to_string(id), .author_id = id / 10});
    }
    for (auto& message : fortune_messages) db.session.add(Fortune{.message = message});
    db.session.commit();
}

/// The folder of /static, which the benchmark makes.
std::string folder_of_files() {
    const char* folder = std::getenv("BENCHMARK_FILES");
    return folder == nullptr ? "" : folder;
}

App create_app() {
    App app{"http_benchmark", {.static_folder = folder_of_files(), .static_url_path = "/static"}};
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///benchmark.db";
    app.config["ACCESS_LOG"] = false;
    app.config.from_prefixed_env("RETORT");
    db.init_app(app);
    app.route<views::plain>("/plain");
    app.route<views::hello>("/json");
    app.route<views::row>("/row/<int:id>");
    app.route<views::queries>("/queries");
    app.route<views::joined>("/joined");
    app.route<views::selectin>("/selectin");
    app.route<views::batch>("/batch");
    app.route<views::fortunes>("/fortunes");
    app.route<views::updates>("/updates");
    app.route<views::insert>("/insert", {POST});
    app.route<views::form>("/form", {POST});
    app.route<views::upload>("/upload", {POST});
    app.cli.command("fill", "Makes the tables and the rows that the benchmark reads.",
                    [](const Invocation&) { fill(); });
    return app;
}

int main(int argc, char** argv) { return create_app().main(argc, argv); }
