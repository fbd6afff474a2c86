// Models, relationships, rows and pages in templates.

#include "retort/retort.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

struct TemplateBook;
struct TemplateAuthor : Model<TemplateAuthor> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<std::optional<DateTime>> born;
    Column<json> extra = json{{"likes", "tea"}};
    Many<TemplateBook> books;
    Many<TemplateBook, lazy::dynamic, viewonly> all_books;

    std::string greeting(std::string word) const { return word + " " + name.value(); }
    bool wrote(const TemplateBook& book) const;
    std::string first_of(const Ptr<TemplateBook>& book, const std::string& otherwise) const;
    static void template_members(templates::Members<TemplateAuthor>& members) {
        members.add("greeting", &TemplateAuthor::greeting).add("wrote", &TemplateAuthor::wrote);
        members.add("first_of", &TemplateAuthor::first_of);
        members.property("initial", [](const TemplateAuthor& author) { return author.name.value().substr(0, 1); });
    }
};
struct TemplateBook : Model<TemplateBook> {
    Column<int, primary_key> id;
    Column<std::string> title;
    Column<Numeric<10, 2>> price = Decimal("12.50");
    Column<bool> read = false;
    Column<int, foreign_key<TemplateAuthor>> author_id;
    One<TemplateAuthor> author;
};
std::string TemplateAuthor::first_of(const Ptr<TemplateBook>& book, const std::string& otherwise) const {
    return book ? book->title.value() : otherwise;
}
bool TemplateAuthor::wrote(const TemplateBook& book) const { return book.author_id == id; }

struct TemplateVehicle : Model<TemplateVehicle> {
    Column<int, primary_key> id;
    Column<String<20>, polymorphic_on> kind;
    std::string sound() const { return "hum"; }
    static void template_members(templates::Members<TemplateVehicle>& members) {
        members.add("sound", &TemplateVehicle::sound).property("wheels", [](const TemplateVehicle&) { return 4; });
    }
};
struct TemplateBike : Model<TemplateBike, single_table<TemplateVehicle>> {
    Column<std::optional<std::string>> bell;
    static constexpr auto fields() { return Fields<&TemplateBike::bell>(); }
    std::string ring() const { return bell.value().value_or("ring"); }
    static void template_members(templates::Members<TemplateBike>& members) {
        members.add("ring", &TemplateBike::ring).property("wheels", [](const TemplateBike&) { return 2; });
    }
};

struct TemplateFigure : Model<TemplateFigure> {
    Column<int, primary_key> id;
    Column<std::string> name;
    std::string shout() const { return name.value() + "!"; }
    bool is_called(const TemplateFigure& other) const { return other.name.value() == name.value(); }
    static void template_members(templates::Members<TemplateFigure>& members) {
        members.add("shout", &TemplateFigure::shout).add("is_called", &TemplateFigure::is_called);
    }
};
struct TemplateCircle : Model<TemplateCircle, concrete_table<TemplateFigure>> {
    Column<double> radius = 1.5;
    static constexpr auto fields() { return Fields<&TemplateCircle::radius>(); }
};
struct TemplateSquare : Model<TemplateSquare, concrete_table<TemplateFigure>> {
    Column<double> side = 2.0;
    static constexpr auto fields() { return Fields<&TemplateSquare::side>(); }
    double area() const { return side * side; }
    static void template_members(templates::Members<TemplateSquare>& members) {
        members.property("area", &TemplateSquare::area);
    }
};

struct TemplateTag : Model<TemplateTag> {
    Column<int, primary_key> id;
    Column<std::string> word;
    Column<std::string> secret = "hidden";
    std::string repr() const { return "<Tag " + word.value() + ">"; }
    json to_json() const { return {{"id", id}, {"word", word}}; }
};

Database template_db;

App library() {
    App app{"library"};
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///:memory:";
    template_db.init_app(app);
    auto context = app.app_context();
    template_db.create_all();
    auto ada = template_db.session.add(TemplateAuthor{.name = "Ada <L>", .born = DateTime(1815, 12, 10)});
    ada->books.append(TemplateBook{.title = "Notes"});
    ada->books.append(TemplateBook{.title = "Letters & more", .read = true});
    template_db.session.add(TemplateAuthor{.name = "Bob"});
    template_db.session.add(TemplateTag{.word = "tea"});
    template_db.session.commit();
    return app;
}

}  // namespace

TEST_CASE("models show their columns and what they are related to") {
    App app = library();
    auto context = app.app_context();
    auto ada = template_db.session.get<TemplateAuthor>(1);
    CHECK(render_template_string("{{ a.id }} {{ a.name }} {{ a.born.year }} {{ a.extra.likes }} {{ a }} {{ a.nope }}|",
                                 {{"a", ada}}) == "1 Ada &lt;L&gt; 1815 tea &lt;TemplateAuthor 1&gt; |");
    CHECK(render_template_string("{{ a.books|length }} {% for b in a.books %}{{ loop.index }}{{ b.title }}{{ b.price "
                                 "}}{{ b.read }}{{ b.author.name }};{% endfor %}",
                                 {{"a", ada}}) ==
          "2 1Notes12.50FalseAda &lt;L&gt;;2Letters &amp; more12.50TrueAda &lt;L&gt;;");
    CHECK(render_template_string("{{ a.books[0].title }} {{ a.books|map(attribute='title')|join(', ') }}",
                                 {{"a", ada}}) == "Notes Notes, Letters &amp; more");
    CHECK(render_template_string("{{ a.books|selectattr('read')|list|length }} {{ a.books|sum(attribute='id') }}",
                                 {{"a", ada}}) == "1 3");
}

TEST_CASE("results are lists, an empty handle is none") {
    App app = library();
    auto context = app.app_context();
    auto authors = template_db.session.scalars(select<TemplateAuthor>().order_by(TemplateAuthor::c.name));
    CHECK(render_template_string("{% for a in authors %}{{ a.name }}{{ a.books|length }} {% endfor %}",
                                 {{"authors", authors}}) == "Ada &lt;L&gt;2 Bob0 ");
    auto none = template_db.session.get<TemplateAuthor>(99);
    CHECK(render_template_string("{{ a is none }} {{ a }}", {{"a", none}}) == "True None");
    auto rows =
        template_db.session.execute(select(TemplateAuthor::c.name, func::count(TemplateBook::c.id).label("books"))
                                        .join(TemplateAuthor::c.books)
                                        .group_by(TemplateAuthor::c.name));
    CHECK(render_template_string("{% for r in rows %}{{ r.name }} {{ r[1] }} {{ r.books }}{% endfor %}",
                                 {{"rows", rows}}) == "Ada &lt;L&gt; 2 2");
}

TEST_CASE("a dynamic relationship is queried when it is shown") {
    App app = library();
    auto context = app.app_context();
    auto ada = template_db.session.get<TemplateAuthor>(1);
    CHECK(render_template_string("{% for b in a.all_books %}{{ b.title }} {% endfor %}{{ a.all_books.count() }} "
                                 "{{ a.all_books.first().id }}",
                                 {{"a", ada}}) == "Notes Letters &amp; more 2 1");
}

TEST_CASE("what a session let go of is read again") {
    App app = library();
    auto context = app.app_context();
    auto ada = template_db.session.get<TemplateAuthor>(1);
    template_db.session.expire(ada);
    CHECK(render_template_string("{{ a.name }}", {{"a", ada}}) == "Ada &lt;L&gt;");
    TemplateAuthor fresh{.name = "new"};
    CHECK(render_template_string("{{ a.name }} {{ a.id }} {{ a.born }}", {{"a", fresh}}) == "new None None");
}

TEST_CASE("a page knows its numbers") {
    App app = library();
    auto context = app.app_context();
    auto page = template_db.paginate(select<TemplateBook>().order_by(TemplateBook::c.id), {.page = 1, .per_page = 1});
    CHECK(render_template_string(
              "{% for b in page %}{{ b.title }}{% endfor %} {{ page.page }}/{{ page.pages }} {{ page.total }} "
              "{{ page.has_next }} {{ page.prev_num }} {{ page.next_num }} "
              "{% for n in page.iter_pages() %}{{ n }},{% endfor %} {{ page.items|length }}",
              {{"page", page}}) == "Notes 1/2 2 True None 2 1,2, 1");
}

TEST_CASE("a model shows its own repr, and its own to_json as JSON") {
    App app = library();
    auto context = app.app_context();
    auto tag = template_db.session.get<TemplateTag>(1);
    CHECK(render_template_string("{{ t }} {{ [t] }} {{ t|tojson }} {{ [t]|tojson }}", {{"t", tag}}) ==
          "&lt;Tag tea&gt; [&lt;Tag tea&gt;] {\"id\": 1, \"word\": \"tea\"} [{\"id\": 1, \"word\": \"tea\"}]");
    CHECK(render_template_string("{{ t }} {{ t|tojson }}", {{"t", TemplateTag{.word = "new"}}}) ==
          "&lt;Tag new&gt; {\"id\": null, \"word\": \"new\"}");
}

TEST_CASE("a model without to_json does not become JSON by itself, and what is missing is said") {
    App app = library();
    auto context = app.app_context();
    auto ada = template_db.session.get<TemplateAuthor>(1);
    CHECK_THROWS_WITH_AS(render_template_string("{{ a|tojson }}", {{"a", ada}}),
                         doctest::Contains("give it a member json to_json() const"), templates::TypeError);
}

TEST_CASE("a model shows the functions that it names, through relationships too") {
    App app = library();
    auto context = app.app_context();
    auto ada = template_db.session.get<TemplateAuthor>(1);
    auto bob = template_db.session.get<TemplateAuthor>(2);
    const templates::Argument list[] = {{"a", ada}, {"b", bob}};
    const templates::TemplateArguments both{std::span(list)};
    CHECK(render_template_string("{{ a.greeting('hi') }} {{ a.initial }} {{ a.books[0].author.greeting('yes,') }}",
                                 both) == "hi Ada &lt;L&gt; A yes, Ada &lt;L&gt;");
    CHECK(render_template_string("{{ a.wrote(a.books[0]) }} {{ b.wrote(a.books[0]) }}", both) == "True False");
    CHECK(render_template_string("{{ a.books|map(attribute='author.initial')|join }}", both) == "AA");
    CHECK(render_template_string("{{ n.greeting('new') }}", {{"n", TemplateAuthor{.name = "Eve"}}}) == "new Eve");
    CHECK_THROWS_WITH_AS(render_template_string("{{ a.wrote(b) }}", both),
                         doctest::Contains("takes a TemplateBook, and was given"), templates::TypeError);
}

TEST_CASE("functions take handles of objects, and are given an empty one for none") {
    App app = library();
    app.template_global("same", [](Ptr<TemplateAuthor> a, Ptr<TemplateAuthor> b) { return a == b; });
    auto context = app.app_context();
    auto ada = template_db.session.get<TemplateAuthor>(1);
    CHECK(render_template_string(
              "{{ a.first_of(a.books[1], 'nothing') }}, {{ a.first_of(none, 'nothing at all, not a word') "
              "}} {{ same(a, a.books[0].author) }} {{ same(a, none) }}",
              {{"a", ada}}) == "Letters &amp; more, nothing at all, not a word True False");
    for (const char* text : {"{{ same(a, a.books[0]) }}", "{{ same(a, 'Ada') }}"}) {
        CAPTURE(text);
        CHECK_THROWS_WITH_AS(render_template_string(text, {{"a", ada}}),
                             doctest::Contains("takes a TemplateAuthor, and was given"), templates::TypeError);
    }
    // A handle cannot hold a variable.
    const TemplateAuthor eve{.name = "Eve"};
    const templates::Argument list[] = {{"a", ada}, {"eve", eve}};
    CHECK_THROWS_AS(render_template_string("{{ same(a, eve) }}", templates::TemplateArguments{std::span(list)}),
                    templates::TypeError);
}

TEST_CASE("a model below another shows that one's functions too, or its own in their place") {
    App app = library();
    auto context = app.app_context();
    template_db.session.add(TemplateVehicle{});
    template_db.session.add(TemplateBike{});
    template_db.session.commit();
    auto all = template_db.session.scalars(select<TemplateVehicle>().order_by(TemplateVehicle::c.id)).all();
    CHECK(render_template_string("{% for v in all %}{{ v.sound() }} {{ v.wheels }} {{ v.ring is defined }};{% endfor %}"
                                 "{{ all[1].ring() }}",
                                 {{"all", all}}) == "hum 4 False;hum 2 True;ring");
}

TEST_CASE("a model with a table of its own shows the functions of the one that it inherits from") {
    App app = library();
    auto context = app.app_context();
    TemplateCircle circle;
    circle.name = "c";
    auto added = template_db.session.add(std::move(circle));
    TemplateSquare square;
    square.name = "s";
    const templates::Argument list[] = {{"c", added}, {"s", square}};
    const templates::TemplateArguments both{std::span(list)};
    CHECK(render_template_string("{{ c.shout() }} {{ s.shout() }} {{ s.area }}", both) == "c! s! 4.0");
    CHECK(render_template_string("{{ c.is_called(c) }} {{ c.is_called(s) }} {{ s.is_called(c) }}", both) ==
          "True False False");
}
