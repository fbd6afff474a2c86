// The schema of a database as values: tables, constraints, their names, and the DDL that makes them.
#pragma once

#include "retort/schema/constraint.hpp"
#include "retort/schema/create.hpp"
#include "retort/schema/ddl.hpp"
#include "retort/schema/metadata.hpp"
#include "retort/schema/naming.hpp"
#include "retort/schema/table.hpp"
