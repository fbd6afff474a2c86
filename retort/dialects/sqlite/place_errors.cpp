// Why a database file cannot be opened, found by looking at its path (never by opening the file).
#include "retort/dialects/sqlite/place_errors.hpp"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "retort/engine/errors.hpp"

namespace retort::dialects::sqlite {

namespace {

std::string folder_of(const std::string& path) {
    auto slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

[[noreturn]] void refuse(ErrorCode code, std::string message, std::string hint, const DatabaseError& cause) {
    throw OperationalError(code, std::move(message), std::move(hint), {cause.sqlstate(), cause.native_code()});
}

void look_at_folder(const std::string& path, const DatabaseError& cause) {
    auto folder = folder_of(path);
    struct stat found{};
    if (::stat(folder.c_str(), &found) != 0) {
        refuse("missing-folder"_code,
               "the database " + path + " cannot be made: its folder " + folder + " does not exist.",
               "make it (mkdir -p '" + folder + "'), or correct the path", cause);
    }
    if (!S_ISDIR(found.st_mode)) {
        refuse("missing-folder"_code, "the database " + path + " cannot be made: " + folder + " is no folder.",
               "correct the path", cause);
    }
    if (::access(folder.c_str(), W_OK | X_OK) != 0) {
        refuse("unwritable-folder"_code,
               "the database " + path + " cannot be written: the folder " + folder + " is not writable.",
               "SQLite makes files beside the database; let the user that runs this write in the folder", cause);
    }
}

}  // namespace

void explain_failure(const std::string& path, const DatabaseError& cause) {
    if (path.empty()) return;
    if ((cause.native_code() & 0xff) == SQLITE_NOTADB) {
        refuse("not-a-database"_code, path + " is no SQLite database (or an encrypted one).",
               "correct the path, or move the file away so that a new one is made", cause);
    }
    if ((cause.native_code() & 0xff) == SQLITE_CORRUPT) {
        throw InternalError("damaged-database"_code, "the database " + path + " is damaged.",
                            "put a backup back, or save what can be read with `sqlite3 '" + path + "' .recover`",
                            {cause.sqlstate(), cause.native_code(), true, true});
    }
    struct stat found{};
    if (::stat(path.c_str(), &found) != 0) {
        look_at_folder(path, cause);
        return;
    }
    if (S_ISDIR(found.st_mode)) {
        refuse("database-is-a-folder"_code, "the database " + path + " is a folder, not a file.",
               "name a file within it, such as " + path + "/app.db", cause);
    }
    if (::access(path.c_str(), R_OK | W_OK) != 0) {
        refuse("unwritable-database"_code, "the database " + path + " cannot be opened for reading and writing.",
               "let the user that runs this read and write the file and its folder", cause);
    }
    look_at_folder(path, cause);
}

}  // namespace retort::dialects::sqlite
