// The ORM: models as plain structs, sessions with an identity map and a unit of work, typed queries.
#pragma once

#include "retort/orm/association_proxy.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/events.hpp"
#include "retort/orm/expressions.hpp"
#include "retort/orm/func.hpp"
#include "retort/orm/inspect.hpp"
#include "retort/orm/model.hpp"
#include "retort/orm/ptr.hpp"
#include "retort/orm/query.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/result.hpp"
#include "retort/orm/select.hpp"
#include "retort/orm/session.hpp"
#include "retort/orm/table_args.hpp"
#include "retort/orm/types_json.hpp"
