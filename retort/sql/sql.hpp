// SQL as values: types, expressions and statements, and the compiler that writes them down.
#pragma once

#include "retort/sql/compiler.hpp"
#include "retort/sql/delete.hpp"
#include "retort/sql/expression.hpp"
#include "retort/sql/insert.hpp"
#include "retort/sql/printing.hpp"
#include "retort/sql/select.hpp"
#include "retort/sql/table.hpp"
#include "retort/sql/types.hpp"
#include "retort/sql/update.hpp"
#include "retort/sql/value.hpp"
