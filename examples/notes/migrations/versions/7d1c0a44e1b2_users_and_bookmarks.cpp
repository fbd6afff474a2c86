// users and bookmarks
//
// Revision ID: 7d1c0a44e1b2
// Revises: <base>
// Create Date: 2026-11-21 09:54:26.857601
// clang-format off
#include <retort/migrations.hpp>
using namespace retort::migrations;

static Revision users_and_bookmarks{
    .id = "7d1c0a44e1b2",
    .message = "users and bookmarks",
    .created = "2026-11-21 09:54:26.857601",
    .upgrade =
        [](Operations& op) {
            op.create_table("usuarios", {
                Column{"id", Integer()},
                Column{"nombre", String(80)},
                Column{"email", String(120), nullable()},
                PrimaryKey{"pk_usuarios", {"id"}},
                Unique{"uq_usuarios_email", {"email"}},
            });
            op.create_table("bookmark", {
                Column{"id", Integer()},
                Column{"url", Text()},
                Column{"date", DateTime(), nullable()},
                Column{"description", String(300), nullable()},
                Column{"user_id", Integer()},
                PrimaryKey{"pk_bookmark", {"id"}},
                ForeignKey{.name = "fk_bookmark_user_id_usuarios", .columns = {"user_id"}, .referred_table = "usuarios", .referred_columns = {"id"}},
            });
        },
    .downgrade =
        [](Operations& op) {
            op.drop_table("bookmark");
            op.drop_table("usuarios");
        },
};
