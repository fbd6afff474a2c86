// expect: SQL of your own is text(…): session.execute(text("SELECT 1"))
// expect: say what type the text gives: text("SELECT 1").columns<int>()
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

#ifdef GOOD
auto good(const Session& session) {
    session.execute(text("DELETE FROM log WHERE id = :id"), {{"id", 1}});
    return session.scalar(text("SELECT 1").columns<int>());
}
#else
auto bare(const Session& session) { return session.execute("SELECT 1"); }
auto untyped(const Session& session) { return session.scalar(text("SELECT 1")); }
#endif
