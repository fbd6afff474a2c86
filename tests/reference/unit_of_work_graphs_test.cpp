// What a unit of work sends for trees, chains, cycles, rows between, composite keys and inheritance, against what
// SQLAlchemy 2.0.10 sent.
#include "traces.hpp"

namespace {

using namespace traces;

struct Tag;
struct post_tag : Model<post_tag> {
    static constexpr auto table_name = "post_tag__g";
    Column<int, primary_key, foreign_key<struct Post>> post_id;
    Column<int, primary_key, foreign_key<Tag>> tag_id;
};
struct Post : Model<Post> {
    static constexpr auto table_name = "post__g";
    Column<int, primary_key> id;
    Column<std::optional<std::string>> title;
    Many<Tag, secondary<post_tag>, order_by<"id">> tags;
};
struct Tag : Model<Tag> {
    static constexpr auto table_name = "tag__g";
    Column<int, primary_key> id;
    Column<std::optional<std::string>> name;
    Many<Post, secondary<post_tag>, order_by<"id">> posts;
};

struct Node : Model<Node> {
    static constexpr auto table_name = "node__g";
    Column<int, primary_key> id;
    Column<std::optional<std::string>> name;
    Column<std::optional<int>, foreign_key<Node>> parent_id;
    Many<Node, order_by<"id">> children;
    One<Node> parent;
};

struct Entry;
struct Widget : Model<Widget> {
    static constexpr auto table_name = "widget__g";
    Column<int, primary_key> id;
    Column<std::optional<std::string>> name;
    Column<std::optional<int>, foreign_key<Entry>> favorite_id;
    Many<Entry, foreign_keys<"widget_id">> entries;
    One<Entry, foreign_keys<"favorite_id">, post_update> favorite;
};
struct Entry : Model<Entry> {
    static constexpr auto table_name = "entry__g";
    Column<int, primary_key> id;
    Column<std::optional<std::string>> name;
    Column<std::optional<int>, foreign_key<Widget>> widget_id;
    One<Widget, foreign_keys<"widget_id">> widget;
};

struct Middle;
struct Leaf;
struct Top : Model<Top> {
    static constexpr auto table_name = "a__g";
    Column<int, primary_key> id;
    Column<std::optional<int>> x;
    Many<Middle, cascade<"all">> bs;
};
struct Middle : Model<Middle> {
    static constexpr auto table_name = "b__g";
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<Top>> a_id;
    One<Top> a;
    Many<Leaf, cascade<"all">> cs;
};
struct Leaf : Model<Leaf> {
    static constexpr auto table_name = "c__g";
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<Middle>> b_id;
    One<Middle> b;
};

struct Line;
struct Order : Model<Order> {
    static constexpr auto table_name = "ord__g";
    Column<int, primary_key> shop;
    Column<int, primary_key> no;
    Column<std::optional<std::string>> note;
    Many<Line, cascade<"all, delete-orphan">, order_by<"id">> lines;
};
struct Line : Model<Line> {
    static constexpr auto table_name = "line__g";
    Column<int, primary_key> id;
    Column<std::optional<int>> shop;
    Column<std::optional<int>> no;
    Column<std::optional<std::string>> what;
    One<Order> ord;
    static TableArgs table_args() {
        return {.constraints = {schemas::ForeignKey{"", {"shop", "no"}, "ord__g", {"shop", "no"}}}};
    }
};

struct Member;
struct Reader : Model<Reader> {
    static constexpr auto table_name = "user__g";
    Column<int, primary_key> id;
    Column<std::optional<std::string>> name;
    Many<Member, cascade<"all, delete-orphan">> groups;
};
struct Group : Model<Group> {
    static constexpr auto table_name = "grp__g";
    Column<int, primary_key> id;
    Column<std::optional<std::string>> name;
};
struct Member : Model<Member> {
    static constexpr auto table_name = "member__g";
    Column<int, primary_key, foreign_key<Reader>> user_id;
    Column<int, primary_key, foreign_key<Group>> grp_id;
    Column<std::optional<std::string>> role;
    One<Reader> user;
    One<Group> grp;
};

struct Employee : Model<Employee> {
    static constexpr auto table_name = "emp__g";
    static constexpr std::string_view polymorphic_identity = "emp";
    Column<int, primary_key> id;
    Column<std::string, polymorphic_on> type;
    Column<std::optional<std::string>> name;
};
struct Manager : Model<Manager, joined_table<Employee>> {
    static constexpr auto table_name = "mgr__g";
    static constexpr std::string_view polymorphic_identity = "mgr";
    static constexpr auto fields() { return Fields<&Manager::lvl>(); }
    Column<std::optional<int>> lvl;
};
struct Engineer : Model<Engineer, single_table<Employee>> {
    static constexpr std::string_view polymorphic_identity = "eng";
    static constexpr auto fields() { return Fields<&Engineer::lang>(); }
    Column<std::optional<std::string>> lang;
};

struct Slide;
struct Deck : Model<Deck> {
    static constexpr auto table_name = "deck__g";
    Column<int, primary_key> id;
    Many<Slide, ordering_list<"pos">, cascade<"all, delete-orphan">> slides;
};
struct Slide : Model<Slide> {
    static constexpr auto table_name = "slide__g";
    Column<int, primary_key> id;
    Column<std::optional<int>> pos;
    Column<std::optional<std::string>> t;
    Column<std::optional<int>, foreign_key<Deck>> deck_id;
};

}  // namespace

TEST_CASE("unit of work: many to many") {
    Work trace("many to many");
    trace.differences = {
        // All rows between go by one statement.
        {"delete one side",
         {"DELETE FROM post_tag WHERE post_tag.post_id = ? | 2", "DELETE FROM post WHERE post.id = ? | 2"}},
        {"delete the other",
         {"DELETE FROM post_tag WHERE post_tag.tag_id = ? | 2", "DELETE FROM tag WHERE tag.id = ? | 2"}},
    };
    trace.create<Post, Tag, post_tag>();
    auto& session = trace.session;
    auto first = make<Post>({.title = "p1"}), second = make<Post>({.title = "p2"});
    auto one = make<Tag>({.name = "t1"}), two = make<Tag>({.name = "t2"});
    trace.step("add", [&] {
        first->tags = {one, two};
        session.add_all({first, second});
        session.commit();
    });
    trace.step("both sides", [&] {
        (void)second->title.value();
        second->tags.append(one);
        return ids(one->posts);
    });
    trace.step("flush", [&] { session.flush(); });
    trace.step("append on the other side", [&] {
        two->posts.append(second);
        session.flush();
        return ids(second->tags);
    });
    trace.step("remove", [&] {
        first->tags.remove(one);
        session.flush();
        return ids(one->posts);
    });
    trace.step("append and remove", [&] {
        first->tags.append(one);
        first->tags.remove(one);
        session.flush();
    });
    trace.step("replace", [&] {
        second->tags = {two, make<Tag>({.name = "t3"})};
        session.flush();
    });
    trace.step("commit", [&] { session.commit(); });
    trace.step("delete one side", [&] {
        session.delete_(second);
        session.commit();
    });
    trace.step("delete the other", [&] {
        session.delete_(two);
        session.commit();
    });
}

TEST_CASE("unit of work: a tree") {
    Work trace("tree");
    trace.differences = {
        // What was never given a value is left out.
        {"insert",
         {"INSERT INTO node (name) VALUES (?) | 'r'", "INSERT INTO node (name, parent_id) VALUES (?, ?) | 'a' | 1",
          "INSERT INTO node (name, parent_id) VALUES (?, ?) | 'b' | 1",
          "INSERT INTO node (name, parent_id) VALUES (?, ?) | 'aa' | 2"}},
    };
    trace.create<Node>();
    auto& session = trace.session;
    auto root = make<Node>({.name = "r"});
    trace.step("insert", [&] {
        auto child = root->children.append(Node{.name = "a"});
        child->children.append(Node{.name = "aa"});
        root->children.append(Node{.name = "b"});
        session.add(root);
        session.commit();
    });
    trace.step("walk", [&] {
        auto quoted = [](const Ptr<Node>& node) { return "\"" + *node->name.value() + "\""; };
        std::vector<std::string> children;
        std::string name = quoted(root);
        for (const auto& child : root->children) {
            std::vector<std::string> below;
            for (const auto& grandchild : child->children) below.push_back(quoted(grandchild));
            children.push_back(list({quoted(child), list(below)}));
        }
        return list({name, list(children)});
    });
    trace.step("parent", [&] { return *root->children[0]->children[0]->parent->parent->name.value(); });
    trace.step("move", [&] {
        root->children[1]->children.append(root->children[0]->children[0]);
        session.commit();
    });
    trace.step("delete a leaf", [&] {
        session.delete_(session.get<Node>(4));
        session.commit();
    });
    trace.step("delete the root", [&] {
        session.delete_(root);
        session.commit();
    });
}

TEST_CASE("unit of work: rows that refer to each other") {
    Work trace("post update");
    trace.differences = {
        // What was never given a value is left out.
        {"insert",
         {"INSERT INTO widget (name) VALUES (?) | 'w'", "INSERT INTO entry (name, widget_id) VALUES (?, ?) | 'e1' | 1",
          "INSERT INTO entry (name, widget_id) VALUES (?, ?) | 'e2' | 1",
          "UPDATE widget SET favorite_id=? WHERE widget.id = ? | 1 | 1"}},
    };
    trace.create<Widget, Entry>();
    auto& session = trace.session;
    auto widget = make<Widget>({.name = "w"});
    trace.step("insert", [&] {
        widget->favorite = widget->entries.append(Entry{.name = "e1"});
        widget->entries.append(Entry{.name = "e2"});
        session.add(widget);
        session.commit();
    });
    trace.step("change", [&] {
        (void)widget->name.value();
        widget->favorite = widget->entries[1];
        session.commit();
    });
    trace.step("delete all", [&] {
        (void)widget->name.value();
        for (const auto& entry : widget->entries.all()) session.delete_(entry);
        session.delete_(widget);
        session.commit();
    });
}

TEST_CASE("unit of work: a chain of tables") {
    Work trace("chain");
    trace.create<Top, Middle, Leaf>();
    auto& session = trace.session;
    auto leaf = [](int x) { return make<Leaf>({.b = Middle{.a = Top{.x = x}}}); };
    auto first = leaf(1), second = leaf(2);
    trace.step("insert", [&] {
        session.add_all({first, second});
        session.commit();
    });
    trace.step("delete one a", [&] {
        session.delete_(session.get<Top>(1));
        session.commit();
    });
    trace.step("insert, update, delete in one flush", [&] {
        auto top = session.get<Top>(2);
        top->x = 9;
        session.add(Top{.x = 3});
        session.delete_(second);
        session.commit();
    });
}

TEST_CASE("unit of work: a composite key") {
    Work trace("composite key");
    trace.differences = {
        // What was never given a value is left out.
        {"add",
         {"INSERT INTO ord (shop, no) VALUES (?, ?) | 1 | 2",
          "INSERT INTO line (shop, no, what) VALUES (?, ?, ?) | 1 | 2 | 'x'",
          "INSERT INTO line (shop, no, what) VALUES (?, ?, ?) | 1 | 2 | 'y'"}},
    };
    trace.create<Order, Line>();
    auto& session = trace.session;
    auto order = make<Order>({.shop = 1, .no = 2});
    trace.step("add", [&] {
        for (const char* what : {"x", "y"}) order->lines.append(Line{.what = what});
        session.add(order);
        session.commit();
    });
    trace.step("get", [&] {
        session.expunge_all();
        order = session.get<Order>(1, 2);
        return std::to_string(order->lines.size());
    });
    trace.step("update", [&] {
        order->note = "n";
        session.commit();
    });
    trace.step("remove a line", [&] {
        (void)order->note.value();
        order->lines.remove(order->lines[0]);
        session.commit();
    });
    trace.step("delete", [&] {
        session.delete_(order);
        session.commit();
    });
}

TEST_CASE("unit of work: an association object") {
    Work trace("association object");
    trace.create<Reader, Group, Member>();
    auto& session = trace.session;
    auto user = make<Reader>({.name = "a"});
    trace.step("add", [&] {
        user->groups.append(Member{.role = "r", .grp = Group{.name = "g1"}});
        user->groups.append(Member{.role = "s", .grp = Group{.name = "g2"}});
        session.add(user);
        session.commit();
    });
    trace.step("read", [&] {
        (void)user->name.value();
        std::vector<std::string> rows;
        for (const auto& member : user->groups) {
            rows.push_back(list({"\"" + *member->role.value() + "\"", "\"" + *member->grp->name.value() + "\""}));
        }
        return list(rows);
    });
    trace.step("change", [&] {
        user->groups[0]->role = "t";
        session.commit();
    });
    trace.step("remove", [&] {
        (void)user->name.value();
        user->groups.remove(user->groups[0]);
        session.commit();
    });
    trace.step("delete", [&] {
        session.delete_(user);
        session.commit();
    });
}

TEST_CASE("unit of work: inheritance") {
    Work trace("inheritance");
    trace.differences = {
        // The key of a joined table is not read twice.
        {"select joined", {"SELECT emp.id, emp.name, emp.type, mgr.lvl FROM emp JOIN mgr ON emp.id = mgr.id"}},
        {"get below",
         {"SELECT emp.id, emp.name, emp.type, mgr.lvl FROM emp JOIN mgr ON emp.id = mgr.id WHERE emp.id = ? | 2"}},
        // What a kind has beyond its base is read for all objects of the result.
        {"get base",
         {"SELECT emp.id, emp.name, emp.type FROM emp WHERE emp.id = ? | 2",
          "SELECT mgr.id, mgr.lvl FROM mgr WHERE mgr.id IN (?) | 2"}},
    };
    trace.create<Employee, Manager>();
    auto& session = trace.session;
    trace.step("insert", [&] {
        Manager manager;
        manager.name = "m", manager.lvl = 2;
        Engineer engineer;
        engineer.name = "g", engineer.lang = "c++";
        session.add_all({Employee{.name = "e"}, std::move(manager), std::move(engineer)});
        session.commit();
    });
    trace.step("select base", [&] {
        session.expunge_all();
        std::vector<std::string> kinds;
        for (const auto& one : session.scalars(select<Employee>().order_by(Employee::c.id)).all()) {
            kinds.push_back(one.as<Manager>() != nullptr ? "\"M\"" : one.as<Engineer>() != nullptr ? "\"G\"" : "\"E\"");
        }
        return list(kinds);
    });
    session.expunge_all();
    trace.step("select joined",
               [&] { return list({std::to_string(*session.scalars(select<Manager>()).one()->lvl.value())}); });
    trace.step("select single",
               [&] { return list({"\"" + *session.scalars(select<Engineer>()).one()->lang.value() + "\""}); });
    auto manager = session.scalars(select<Manager>()).one();
    trace.statements.clear();
    trace.step("update both tables", [&] {
        manager->name = "n";
        manager->lvl = 3;
        session.commit();
    });
    trace.step("update the base's column", [&] {
        manager->name = "o";
        session.commit();
    });
    trace.step("get below", [&] {
        session.expunge_all();
        return std::to_string(*session.get<Manager>(2)->lvl.value());
    });
    trace.step("get base", [&] {
        session.expunge_all();
        return std::to_string(*session.get<Employee>(2).as<Manager>()->lvl.value());
    });
    trace.step("delete", [&] {
        session.delete_(session.get<Manager>(2));
        session.commit();
    });
}

TEST_CASE("unit of work: an ordered collection") {
    Work trace("ordering list");
    trace.create<Deck, Slide>();
    auto& session = trace.session;
    auto deck = make<Deck>({});
    trace.step("add", [&] {
        for (const char* text : {"a", "b"}) deck->slides.append(Slide{.t = text});
        session.add(deck);
        session.commit();
    });
    trace.step("insert first", [&] {
        deck->slides.insert(0, Slide{.t = "c"});
        session.commit();
    });
    trace.step("remove", [&] {
        deck->slides.remove(deck->slides[0]);
        session.commit();
    });
}
