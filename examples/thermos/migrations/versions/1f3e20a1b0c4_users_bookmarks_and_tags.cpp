// users, bookmarks and tags
//
// Revision ID: 1f3e20a1b0c4
// Revises: <base>
// Create Date: 2026-11-21 09:54:26.889611
// clang-format off
#include <retort/migrations.hpp>
using namespace retort::migrations;

static Revision users_bookmarks_and_tags{
    .id = "1f3e20a1b0c4",
    .message = "users, bookmarks and tags",
    .created = "2026-11-21 09:54:26.889611",
    .upgrade =
        [](Operations& op) {
            op.create_table("tag", {
                Column{"id", Integer()},
                Column{"name", String(25)},
                PrimaryKey{"pk_tag", {"id"}},
                Unique{"uq_tag_name", {"name"}},
            });
            op.create_table("user", {
                Column{"id", Integer()},
                Column{"username", String(80)},
                Column{"email", String(120), nullable()},
                PrimaryKey{"pk_user", {"id"}},
                Unique{"uq_user_username", {"username"}},
                Unique{"uq_user_email", {"email"}},
            });
            op.create_table("bookmark", {
                Column{"id", Integer()},
                Column{"url", Text()},
                Column{"date", DateTime()},
                Column{"description", String(300), nullable()},
                Column{"user_id", Integer()},
                PrimaryKey{"pk_bookmark", {"id"}},
                ForeignKey{.name = "fk_bookmark_user_id_user", .columns = {"user_id"}, .referred_table = "user", .referred_columns = {"id"}},
            });
            op.create_table("bookmark_tags", {
                Column{"bookmark_id", Integer()},
                Column{"tag_id", Integer()},
                PrimaryKey{"pk_bookmark_tags", {"bookmark_id", "tag_id"}},
                ForeignKey{.name = "fk_bookmark_tags_bookmark_id_bookmark", .columns = {"bookmark_id"}, .referred_table = "bookmark", .referred_columns = {"id"}},
                ForeignKey{.name = "fk_bookmark_tags_tag_id_tag", .columns = {"tag_id"}, .referred_table = "tag", .referred_columns = {"id"}},
            });
        },
    .downgrade =
        [](Operations& op) {
            op.drop_table("bookmark_tags");
            op.drop_table("bookmark");
            op.drop_table("user");
            op.drop_table("tag");
        },
};
