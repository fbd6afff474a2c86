// expect: write Column<String<1>> for a letter
// expect: a column's type stands first and alone, as in Column<String<30>>
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

#ifdef GOOD
using Letter = String<1>;
using Named = Column<String<30>, unique_key>;
#else
using Letter = char;
using Named = Column<std::string, String<30> >;
#endif
struct Tag : Model<Tag> {
    Column<int, primary_key> id;
    Column<Letter> letter;
    Named name;
};
auto all() { return select<Tag>(); }
