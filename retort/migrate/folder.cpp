// Reading and writing revisions' files.
#include "retort/migrate/folder.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <random>

#include "retort/base/text.hpp"
#include "retort/base/time.hpp"
#include "retort/migrate/errors.hpp"
#include "retort/migrate/render.hpp"

namespace retort::migrations {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view file_template = R"(// ${message}
//
// Revision ID: ${id}
// Revises: ${revises}
// Create Date: ${created}
// clang-format off
)"
                                           "#include <retort/migrations.hpp>\n"
                                           R"(using namespace retort::migrations;

static Revision ${name}{
    .id = ${id_literal},
${head}    .upgrade =
        [](Operations& op) {
${upgrade}        },
${downgrade}};
)";

constexpr std::string_view readme =
    R"(This folder is the history of the database's schema, one C++ file a revision in versions/.

    ./app db migrate -m "what changed"    writes the next revision by comparing models and database
    ./app db upgrade                      brings a database to the newest one
    ./app db --help                       and all the rest

Build after a file came or changed: the revisions are a part of the program. revision.cpp.in is the text of new files.
)";

}  // namespace

std::optional<std::string> read_file(const std::string& path) {
    auto* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) return std::nullopt;
    std::string out;
    char part[4096];
    for (std::size_t size; (size = std::fread(part, 1, sizeof part, file)) > 0;) out.append(part, size);
    std::fclose(file);
    return out;
}

void write_file(const std::string& path, std::string_view text) {
    auto* file = std::fopen(path.c_str(), "wb");
    bool written = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
    if (file != nullptr) written = std::fclose(file) == 0 && written;
    if (written) return;
    throw MigrationError("cannot-write"_code, "The file \"" + path + "\" cannot be written",
                         "look at the folder's permissions, and whether the disk is full");
}

bool Folder::exists() const {
    std::error_code ignored;
    return fs::is_directory(path_, ignored);
}

void Folder::require() const {
    if (exists()) return;
    throw MigrationError("no-migrations-folder"_code,
                         "Path doesn't exist: '" + path_ + "'.  Please use the 'init' command to create it",
                         "run `db init`, or say where it is: -d FOLDER");
}

std::vector<std::pair<std::string, std::string>> Folder::templates() {
    return {{"retort", "One database."}, {"retort-multidb", "Several databases: op.on(\"key\") says which."}};
}

std::vector<std::string> Folder::make(std::string_view template_name) const {
    std::error_code ignored;
    if (fs::exists(path_, ignored) && !fs::is_empty(path_, ignored)) {
        throw MigrationError("folder-not-empty"_code, "Directory " + path_ + " already exists and is not empty",
                             "it is set up already; or name another one: -d FOLDER");
    }
    auto text = std::string(file_template);
    auto all = templates();
    bool known = std::any_of(all.begin(), all.end(), [&](auto& one) { return one.first == template_name; });
    auto own = template_name.find('/') == std::string_view::npos
                   ? std::nullopt
                   : read_file(std::string(template_name) + "/revision.cpp.in");
    if (!known && !own) {
        throw MigrationError("unknown-template"_code, "No such template '" + std::string(template_name) + '\'',
                             "see `db list-templates`, or give a folder with a revision.cpp.in");
    }
    if (own) text = *own;
    std::error_code error;
    fs::create_directories(versions(), error);
    if (error) {
        throw MigrationError("cannot-write"_code,
                             "The folder \"" + versions() + "\" cannot be made: " + error.message(),
                             "look at the permissions of the folder above it");
    }
    write_file(path_ + "/README", readme);
    write_file(path_ + "/revision.cpp.in", text);
    return {path_, versions(), path_ + "/README", path_ + "/revision.cpp.in"};
}

namespace {

/// The texts behind `.name =`: one literal, or several in braces.
std::vector<std::string> texts_behind(std::string_view text, std::string_view member) {
    std::vector<std::string> out;
    auto at = text.find(std::string(".") + std::string(member) + " =");
    if (at == std::string_view::npos) return out;
    at = text.find('=', at) + 1;
    bool braces = false;
    while (at < text.size()) {
        char c = text[at];
        if (c == '{') braces = true;
        if (c == '}' || (c == ',' && !braces)) break;
        if (c != '"') {
            ++at;
            continue;
        }
        std::string one;
        for (++at; at < text.size() && text[at] != '"'; ++at) {
            if (text[at] == '\\' && at + 1 < text.size()) {
                ++at;
                one += text[at] == 'n' ? '\n' : text[at];
            } else {
                one += text[at];
            }
        }
        ++at;
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace

std::optional<Script> Folder::read_head(std::string_view text) {
    auto start = text.find("Revision ");
    while (start != std::string_view::npos && (start == 0 || text[text.rfind('\n', start) + 1] == '/')) {
        start = text.find("Revision ", start + 1);
    }
    if (start == std::string_view::npos) return std::nullopt;
    auto head = text.substr(start, text.find(".upgrade", start) - start);
    auto ids = texts_behind(head, "id");
    if (ids.size() != 1) return std::nullopt;
    auto first = [&](std::string_view member) {
        auto all = texts_behind(head, member);
        return all.empty() ? std::string() : all.front();
    };
    return Script{.id = ids.front(),
                  .down_revisions = texts_behind(head, "down_revision"),
                  .message = first("message"),
                  .branch_labels = texts_behind(head, "branch_labels"),
                  .depends_on = texts_behind(head, "depends_on"),
                  .created = first("created"),
                  .built = false};
}

std::vector<Script> Folder::scan() const {
    std::vector<Script> out;
    std::error_code error;
    for (const auto& file : fs::directory_iterator(versions(), error)) {
        if (file.path().extension() != ".cpp") continue;
        auto text = read_file(file.path().string());
        auto script = text ? read_head(*text) : std::nullopt;
        if (!script) continue;
        script->path = file.path().string();
        out.push_back(std::move(*script));
    }
    std::sort(out.begin(), out.end(), [](auto& a, auto& b) { return a.path < b.path; });
    return out;
}

namespace {

std::string literals(const std::vector<std::string>& names) {
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "" : ", ") + cpp_literal(name);
    return names.size() == 1 ? out : '{' + out + '}';
}

std::string head_of(const NewRevision& revision, const std::string& created) {
    std::string out;
    auto member = [&](const char* name, const std::string& value) {
        out += "    ." + std::string(name) + " = " + value + ",\n";
    };
    if (!revision.down_revisions.empty()) member("down_revision", literals(revision.down_revisions));
    member("message", cpp_literal(revision.message));
    if (!revision.branch_labels.empty()) member("branch_labels", literals(revision.branch_labels));
    if (!revision.depends_on.empty()) member("depends_on", literals(revision.depends_on));
    member("created", cpp_literal(created));
    return out;
}

std::string body_of(const std::vector<Operation>& operations) {
    auto text = render(operations, "            ");
    return text.empty() ? "            (void)op;\n" : text;
}

/// One line, so that nothing of it leaves the comment.
std::string one_line(std::string_view text) {
    std::string out;
    for (char c : text) out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    // A backslash at the end would draw the next line into the comment.
    while (!out.empty() && (out.back() == '\\' || out.back() == ' ')) out.pop_back();
    return out;
}

/// The template with its marks replaced, in one pass: what is put in is not looked through again.
std::string filled(std::string_view text, const std::map<std::string, std::string, std::less<>>& values) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        auto end = text.substr(at, 2) == "${" ? text.find('}', at) : std::string_view::npos;
        auto value = end == std::string_view::npos ? values.end() : values.find(text.substr(at + 2, end - at - 2));
        if (value == values.end()) {
            out += text[at++];
        } else {
            out += value->second;
            at = end + 1;
        }
    }
    return out;
}

}  // namespace

std::string Folder::text_of(const NewRevision& revision) const {
    auto text = read_file(path_ + "/revision.cpp.in").value_or(std::string(file_template));
    auto created = now_text();
    std::map<std::string, std::string, std::less<>> values;
    std::string downgrade;
    if (revision.downgrade) {
        downgrade = "    .downgrade =\n        [](Operations& op) {\n" + body_of(*revision.downgrade) + "        },\n";
    } else {
        downgrade = "    // No .downgrade: a step of it cannot be undone.\n";
    }
    std::string title = one_line(revision.message.empty() ? "empty message" : revision.message);
    for (const auto& note : revision.notes) title += "\n// " + one_line(note);
    values["name"] = cpp_name(revision.message.empty() ? revision.id : revision.message);
    values["id_literal"] = cpp_literal(revision.id);
    values["id"] = revision.id;
    values["revises"] = revision.down_revisions.empty() ? "<base>" : join(revision.down_revisions, ", ");
    values["created"] = created;
    values["head"] = head_of(revision, created);
    values["upgrade"] = body_of(revision.upgrade);
    values["downgrade"] = downgrade;
    values["message"] = title;
    return filled(text, values);
}

std::string Folder::path_of(const NewRevision& revision) const {
    return versions() + '/' + revision.id + '_' + slug_of(revision.message) + ".cpp";
}

std::string Folder::write(const NewRevision& revision) const {
    auto path = path_of(revision);
    write_file(path, text_of(revision));
    return path;
}

std::string new_revision_id() {
    std::random_device random;
    std::string out;
    while (out.size() < 12) out += "0123456789abcdef"[random() % 16];
    return out;
}

std::string slug_of(std::string_view message) {
    std::string out;
    for (std::size_t at = 0; at < message.size();) {
        auto step = read_utf8(message.substr(at));
        auto size = std::max<std::size_t>(1, step.size);
        auto point = step.point;
        bool letter = step.valid &&
                      (point >= 0xC0 || (point < 0x80 && (is_ascii_digit(static_cast<char>(point)) || point == '_' ||
                                                          (ascii_lower(static_cast<char>(point)) >= 'a' &&
                                                           ascii_lower(static_cast<char>(point)) <= 'z'))));
        if (letter) {
            out += ascii_lower(message.substr(at, size));
        } else if (!out.empty() && out.back() != '_') {
            out += '_';
        }
        at += size;
    }
    // As Alembic cuts it: whole words, forty characters.
    if (utf8_length(out) > 40) {
        auto cut = out.rfind('_', 40);
        out = cut == std::string::npos || cut == 0 ? out.substr(0, 40) : out.substr(0, cut);
        while (!is_utf8(out)) out.pop_back();
        return out + '_';
    }
    while (!out.empty() && out.back() == '_') out.pop_back();
    return out;
}

std::string now_text() {
    auto now = std::chrono::system_clock::now().time_since_epoch();
    return retort::DateTime::from_microseconds(std::chrono::duration_cast<std::chrono::microseconds>(now).count())
        .to_string();
}

}  // namespace retort::migrations
