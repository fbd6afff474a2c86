// Decimals as templates see them: numbers that are added, compared and rounded without a loss.
#pragma once

#include "retort/base/decimal.hpp"
#include "retort/template/convert.hpp"

namespace retort::templates {

template <>
struct ValueTraits<Decimal> {
    static Value borrow(const Decimal& number);
};

}  // namespace retort::templates
