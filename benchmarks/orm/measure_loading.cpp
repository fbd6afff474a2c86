// The rounds over authors and their books.
#include "shelves.hpp"

void measure_loading(measure::Table& table, int times, RawShelves& raw, OurShelves& ours) {
    auto forget_raw = [&] { raw.forget(); };
    auto forget_ours = [&] { ours.forget(); };
    auto add = [&](const char* id, void (RawShelves::*hers)(), void (OurShelves::*his)()) {
        table.add(id, times, {forget_raw, [&, hers] { (raw.*hers)(); }}, {forget_ours, [&, his] { (ours.*his)(); }});
        measure::require_same(id, raw.checksum(), ours.checksum());
    };
    add("orm.joined", &RawShelves::joined, &OurShelves::joined);
    add("orm.selectin", &RawShelves::selectin, &OurShelves::selectin);
    add("orm.subquery", &RawShelves::subquery, &OurShelves::subquery);
    add("orm.batch", &RawShelves::selectin, &OurShelves::batch);
}
