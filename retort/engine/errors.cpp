// How a failed statement is shown: its text and its parameters, cut where they are long.
#include "retort/engine/errors.hpp"

namespace retort {

namespace {

constexpr std::size_t shown_parameters = 12;
constexpr std::size_t shown_bytes = 300;

std::string shortened(std::string text, std::size_t limit) {
    if (text.size() <= limit) return text;
    std::size_t cut = limit;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut;
    auto left = text.size() - cut;
    text.resize(cut);
    return text + "… (" + std::to_string(left) + " more bytes)";
}

std::string listed(const std::vector<sql::Value>& parameters) {
    std::string out;
    for (std::size_t i = 0; i < parameters.size() && i < shown_parameters; ++i) {
        if (i > 0) out += ", ";
        out += shortened(sql::to_string(parameters[i].view()), shown_bytes);
    }
    if (parameters.size() > shown_parameters) {
        out += ", … " + std::to_string(parameters.size() - shown_parameters) + " more";
    }
    return out;
}

}  // namespace

DatabaseError::DatabaseError(ErrorCode code, std::string message, std::string hint, DatabaseFailure failure,
                             std::source_location where)
    : StatementError(code, std::move(message), std::move(hint), where), failure_(failure) {}

IntegrityError::IntegrityError(ErrorCode code, std::string message, std::string hint, DatabaseFailure failure,
                               std::string constraint, std::source_location where)
    : DatabaseError(code, std::move(message), std::move(hint), failure, where), constraint_(std::move(constraint)) {}

void StatementError::attach(std::string_view statement, std::span<const sql::ValueView> parameters) {
    if (statement_.empty()) statement_ = statement;
    if (!parameters_.empty()) return;
    parameters_.reserve(parameters.size());
    for (const auto& parameter : parameters) parameters_.emplace_back(parameter);
}

std::string StatementError::details() const {
    if (statement_.empty()) return {};
    std::string out = "[SQL: " + shortened(statement_, 4000) + "]";
    if (!parameters_.empty()) out += "\n[parameters: (" + listed(parameters_) + ")]";
    return out;
}

std::string IntegrityError::table() const {
    auto dot = constraint_.find('.');
    return dot == std::string::npos ? std::string{} : constraint_.substr(0, dot);
}

std::string IntegrityError::column() const {
    auto dot = constraint_.find('.');
    if (dot == std::string::npos) return {};
    auto end = constraint_.find(',', dot);
    return constraint_.substr(dot + 1, end == std::string::npos ? end : end - dot - 1);
}

}  // namespace retort
