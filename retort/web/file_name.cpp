// How letters beyond ASCII become the ones they are made of, and what is taken out of a file's name.
#include "retort/web/file_name.hpp"

#include <vector>

#include "retort/base/text.hpp"

namespace retort {
namespace {

struct Likeness {
    std::string_view ascii;
    std::string_view letters;
};

/// The compatibility decompositions of Unicode, up to U+2100 and the ligatures, that have ASCII in them.
constexpr Likeness likenesses[] = {
    // clang-format off
    {"(", "⁽₍"},
    {")", "⁾₎"},
    {"+", "⁺₊"},
    {".", "․"},
    {"0", "⁰₀"},
    {"1", "¹₁"},
    {"2", "²₂"},
    {"3", "³₃"},
    {"4", "⁴₄"},
    {"5", "⁵₅"},
    {"6", "⁶₆"},
    {"7", "⁷₇"},
    {"8", "⁸₈"},
    {"9", "⁹₉"},
    {";", ";"},
    {"=", "⁼₌"},
    {"A", "ÀÁÂÃÄÅĀĂĄǍǞǠǺȀȂȦᴬḀẠẢẤẦẨẪẬẮẰẲẴẶ"},
    {"B", "ᴮḂḄḆ"},
    {"C", "ÇĆĈĊČḈ"},
    {"D", "ĎᴰḊḌḎḐḒ"},
    {"E", "ÈÉÊËĒĔĖĘĚȄȆȨᴱḔḖḘḚḜẸẺẼẾỀỂỄỆ"},
    {"F", "Ḟ"},
    {"G", "ĜĞĠĢǦǴᴳḠ"},
    {"H", "ĤȞᴴḢḤḦḨḪ"},
    {"I", "ÌÍÎÏĨĪĬĮİǏȈȊᴵḬḮỈỊ"},
    {"J", "Ĵᴶ"},
    {"K", "ĶǨᴷḰḲḴ"},
    {"L", "ĹĻĽĿᴸḶḸḺḼ"},
    {"M", "ᴹḾṀṂ"},
    {"N", "ÑŃŅŇǸᴺṄṆṈṊ"},
    {"O", "ÒÓÔÕÖŌŎŐƠǑǪǬȌȎȪȬȮȰᴼṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢ"},
    {"P", "ᴾṔṖ"},
    {"R", "ŔŖŘȐȒᴿṘṚṜṞ"},
    {"S", "ŚŜŞŠȘṠṢṤṦṨ"},
    {"T", "ŢŤȚᵀṪṬṮṰ"},
    {"U", "ÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖᵁṲṴṶṸṺỤỦỨỪỬỮỰ"},
    {"V", "ṼṾ"},
    {"W", "ŴᵂẀẂẄẆẈ"},
    {"X", "ẊẌ"},
    {"Y", "ÝŶŸȲẎỲỴỶỸ"},
    {"Z", "ŹŻŽẐẒẔ"},
    {"`", "`"},
    {"a", "ªàáâãäåāăąǎǟǡǻȁȃȧᵃḁẚạảấầẩẫậắằẳẵặₐ"},
    {"b", "ᵇḃḅḇ"},
    {"c", "çćĉċčᶜḉ"},
    {"d", "ďᵈḋḍḏḑḓ"},
    {"e", "èéêëēĕėęěȅȇȩᵉḕḗḙḛḝẹẻẽếềểễệₑ"},
    {"f", "ᶠḟ"},
    {"g", "ĝğġģǧǵᵍḡ"},
    {"h", "ĥȟʰḣḥḧḩḫẖₕ"},
    {"i", "ìíîïĩīĭįǐȉȋᵢḭḯỉịⁱ"},
    {"j", "ĵǰʲ"},
    {"k", "ķǩᵏḱḳḵₖ"},
    {"l", "ĺļľŀˡḷḹḻḽₗ"},
    {"m", "ᵐḿṁṃₘ"},
    {"n", "ñńņňŉǹṅṇṉṋⁿₙ"},
    {"o", "ºòóôõöōŏőơǒǫǭȍȏȫȭȯȱᵒṍṏṑṓọỏốồổỗộớờởỡợₒ"},
    {"p", "ᵖṕṗₚ"},
    {"r", "ŕŗřȑȓʳᵣṙṛṝṟ"},
    {"s", "śŝşšſșˢṡṣṥṧṩẛₛ"},
    {"t", "ţťțᵗṫṭṯṱẗₜ"},
    {"u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗᵘᵤṳṵṷṹṻụủứừửữự"},
    {"v", "ᵛᵥṽṿ"},
    {"w", "ŵʷẁẃẅẇẉẘ"},
    {"x", "ˣẋẍₓ"},
    {"y", "ýÿŷȳʸẏẙỳỵỷỹ"},
    {"z", "źżžᶻẑẓẕ"},
    {"!!", "‼"},
    {"!?", "⁉"},
    {"..", "‥"},
    {"12", "½"},
    {"14", "¼"},
    {"34", "¾"},
    {"?!", "⁈"},
    {"??", "⁇"},
    {"DZ", "ǄǱ"},
    {"Dz", "ǅǲ"},
    {"IJ", "Ĳ"},
    {"LJ", "Ǉ"},
    {"Lj", "ǈ"},
    {"NJ", "Ǌ"},
    {"Nj", "ǋ"},
    {"Rs", "₨"},
    {"dz", "ǆǳ"},
    {"ff", "ﬀ"},
    {"fi", "ﬁ"},
    {"fl", "ﬂ"},
    {"ij", "ĳ"},
    {"lj", "ǉ"},
    {"nj", "ǌ"},
    {"st", "ﬅﬆ"},
    {"...", "…"},
    {"ffi", "ﬃ"},
    {"ffl", "ﬄ"},
    // clang-format on
};

std::string_view likeness_of(std::string_view letter) {
    for (auto& [ascii, letters] : likenesses) {
        // Sequences of UTF-8 never overlap, so a match is the letter itself.
        if (letters.find(letter) != std::string_view::npos) return ascii;
    }
    return {};
}

bool fullwidth(char32_t point) { return point >= 0xFF01 && point <= 0xFF5E; }
bool blank(char32_t point) { return point == 0xA0 || (point >= 0x2000 && point <= 0x200A) || point == 0x3000; }

void append_folded(std::string& out, std::string_view letter, char32_t point) {
    if (point < 128) {
        out += letter;
    } else if (fullwidth(point)) {
        out += static_cast<char>(point - 0xFEE0);
    } else if (blank(point)) {
        out += ' ';
    } else {
        out += likeness_of(letter);
    }
}

bool kept_in_names(char c) {
    auto lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || is_ascii_digit(c) || c == '_' || c == '.' || c == '-';
}

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '/'; }

}  // namespace

std::string ascii_folded(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        auto step = read_utf8(text);
        auto size = std::max<std::size_t>(step.size, 1);
        if (step.valid) append_folded(out, text.substr(0, size), step.point);
        text.remove_prefix(size);
    }
    return out;
}

std::string secure_filename(std::string_view filename) {
    std::string name;
    bool gap = false;
    for (char c : ascii_folded(filename)) {
        if (is_blank(c)) {
            gap = !name.empty();
            continue;
        }
        if (gap) name += '_';
        gap = false;
        if (kept_in_names(c)) name += c;
    }
    auto from = name.find_first_not_of("._");
    if (from == std::string::npos) return {};
    return name.substr(from, name.find_last_not_of("._") - from + 1);
}

std::optional<std::string> safe_join(std::string_view folder, std::string_view path) {
    if (path.find('\0') != std::string_view::npos || path.find('\\') != std::string_view::npos) return std::nullopt;
    if (path.starts_with('/')) return std::nullopt;
    std::string joined{folder.empty() ? "." : folder};
    joined += '/';
    // Nothing to leave out: neither an empty part nor one of dots.
    bool plain = !path.starts_with('.') && path.find("/.") == std::string_view::npos &&
                 path.find("//") == std::string_view::npos && !path.ends_with('/');
    if (plain) return joined.append(path);
    std::vector<std::string> parts;
    for (auto part : split(path, '/')) {
        if (part.empty() || part == ".") continue;
        if (part != "..") {
            parts.emplace_back(part);
        } else if (parts.empty()) {
            return std::nullopt;
        } else {
            parts.pop_back();
        }
    }
    return joined + join(parts, "/");
}

}  // namespace retort
