// The application's configuration.
#pragma once

#include <retort/retort.hpp>

namespace config {

/// A relative SQLite path lies in the instance folder, which is printed when the program starts.
inline retort::json values() {
    return {
        {"SQLALCHEMY_DATABASE_URI", "sqlite:///My_Basedatos.db"},
        {"SECRET_KEY", "dev"},
    };
}

}  // namespace config
