// Chains of new objects that are longer than a stack is deep.
#include "retort/fiber/loop.hpp"
#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct ChainLink : Model<ChainLink> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<ChainLink>> before_id;
    One<ChainLink> before;
    Many<ChainLink> nexts;
};

constexpr int long_enough = 20'000;

Ptr<ChainLink> chain_of(int count) {
    auto first = make<ChainLink>({});
    auto last = first;
    for (int i = 1; i < count; ++i) last = last->nexts.append(ChainLink{});
    return first;
}

struct Chains : TestDatabase {
    Chains() { create<ChainLink>(); }
    std::int64_t rows() { return Session(engine).scalar(select(func::count(ChainLink::c.id))).value(); }
};

}  // namespace

TEST_CASE_FIXTURE(Chains, "long chains: are added, merged and let go in a fiber") {
    fibers::run([&] {
        {
            auto let_go = chain_of(long_enough);
        }
        Session session{engine};
        session.add(chain_of(long_enough));
        session.commit();
        CHECK(rows() == long_enough);
        session.merge(chain_of(long_enough));
        session.commit();
        CHECK(rows() == 2 * long_enough);
        auto last = make<ChainLink>({});
        for (int i = 1; i < long_enough; ++i) last = make<ChainLink>({.before = last});
        session.add(last);
        last = nullptr;
        session.commit();
        CHECK(rows() == 3 * long_enough);
    });
}
