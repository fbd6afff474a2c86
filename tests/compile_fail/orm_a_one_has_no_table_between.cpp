// expect: a One has no table between
// control: RETORT_CONTROL
#include "retort/orm/orm.hpp"

using namespace retort;

struct Answer : Model<Answer> {
    Column<int, primary_key> id;
};
struct answers;
struct Question : Model<Question> {
    Column<int, primary_key> id;
#ifdef RETORT_CONTROL
    Many<Answer, secondary<answers>> answer;
#else
    One<Answer, secondary<answers>> answer;
#endif
};
struct answers : Model<answers> {
    Column<int, primary_key, foreign_key<Question>> question_id;
    Column<int, primary_key, foreign_key<Answer>> answer_id;
};

void look(Question& question) { (void)question.answer; }
