// The rounds over users: both sides do the same, and what they have in memory is compared.
#include <cstdio>

#include "people.hpp"

void measure_people(measure::Table& table, const std::string& prefix, RawPeople& raw, OurPeople& ours) {
    auto forget_raw = [&] { raw.forget(); };
    auto forget_ours = [&] { ours.forget(); };
    auto add = [&](const char* name, void (RawPeople::*hers)(), void (OurPeople::*his)()) {
        table.add(prefix + name, 1, {forget_raw, [&, hers] { (raw.*hers)(); }},
                  {forget_ours, [&, his] { (ours.*his)(); }});
        measure::require_same(name, raw.checksum(), ours.checksum());
    };
    ours.forget();
    raw.clear();
    ours.clear();
    add("insert", &RawPeople::insert, &OurPeople::insert);
    add("get", &RawPeople::get, &OurPeople::get);
    add("select_one", &RawPeople::get, &OurPeople::select_one);
    add("rows", &RawPeople::all, &OurPeople::rows);
    add("all", &RawPeople::all, &OurPeople::all);
    double inserted = table.newest_raw(prefix + "insert");
    table.add_against(prefix + "flush_unchanged", inserted, {[] {}, [&] { ours.flush(); }});
    table.add_against(prefix + "flush_read", inserted, {[] {}, [&] { ours.read_and_flush(); }});
    table.add(prefix + "update", 1, {[] {}, [&] { raw.update(); }}, {[] {}, [&] { ours.update(); }});
    ours.forget();
    ours.all();
    measure::require_same("update", raw.checksum(), ours.checksum());
}

void measure_memory(measure::Table& table, int rows) {
    OurPeople ours(":memory:", rows);
    RawPeople raw(":memory:", rows);
    ours.fill();
    raw.fill();
    auto before = static_cast<double>(measure::allocated_bytes());
    raw.all();
    raw.shrink();
    auto structs = static_cast<double>(measure::allocated_bytes()) - before;
    before = static_cast<double>(measure::allocated_bytes());
    ours.all();
    auto with_handles = static_cast<double>(measure::allocated_bytes()) - before;
    measure::require_same("memory", raw.checksum(), ours.checksum());
    ours.drop_handles();
    auto objects = static_cast<double>(measure::allocated_bytes()) - before;
    std::printf("memory of %d rows: %.1f bytes a struct, %.1f an object, %.1f with its handle in a vector\n", rows,
                structs / rows, objects / rows, with_handles / rows);
    table.add_ratio("orm.memory", structs, objects);
    table.add_ratio("orm.memory_handles", structs, with_handles);
}
