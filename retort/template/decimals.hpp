// Decimals as templates see them: numbers that are added, compared and rounded without a loss.
#pragma once

#include "retort/base/decimal.hpp"
#include "retort/template/convert.hpp"

namespace retort::templates {

template <>
struct ValueTraits<Decimal> {
    static Value borrow(const Decimal& number);
    /// Of whole numbers too. Throws TypeError for anything else.
    static Decimal from(const Value& value);
};

}  // namespace retort::templates
