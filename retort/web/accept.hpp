// What a client would rather have: the Accept headers, read and matched as Werkzeug does.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace retort {

/// One of the Accept headers: `request->accept_mimetypes().best_match({"application/json", "text/html"})`.
class Accept {
  public:
    enum class Kind : unsigned char { plain, mimetypes, languages, charsets };

    Accept(Kind kind, std::string_view header);
    Accept(const Accept& other);
    Accept& operator=(const Accept& other) = delete;
    ~Accept();

    /// What was accepted with its quality, the most specific and best first.
    std::vector<std::pair<std::string, double>> values() const;
    /// 0 for what is not accepted.
    double quality(std::string_view offer) const;
    bool contains(std::string_view offer) const;
    /// The offer that the client likes best; of equals the first; empty when it likes none of them.
    std::optional<std::string> best_match(const std::vector<std::string>& offers) const;
    std::string best_match(const std::vector<std::string>& offers, std::string_view otherwise) const;
    /// What the client likes best of all; empty when there is no header.
    std::string best() const;
    /// Whether there is a header at all.
    bool provided() const;
    bool accept_json() const;
    bool accept_html() const;

  private:
    struct Ranges;
    Ranges* ranges_;  ///< its own; a pointer, because every application includes this
};

}  // namespace retort
