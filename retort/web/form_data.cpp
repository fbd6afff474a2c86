// Where the parts of a form go: fields to text, files to their spools.
#include "retort/web/form_data.hpp"

#include <memory>
#include <span>
#include <string>
#include <utility>

#include "retort/base/text.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/header_values.hpp"
#include "retort/web/multipart.hpp"
#include "retort/web/spool.hpp"

namespace retort::detail {
namespace {

/// What the files of one request may take of memory, all together; beyond it they are on disk.
constexpr std::size_t memory_for_files = 512 * 1024;
constexpr std::size_t upload_piece = 64 * 1024;

/// The text of a field, which may say another charset than UTF-8: of those, Latin-1 is known.
std::string field_text(std::string_view bytes, std::string_view content_type) {
    auto type = parse_options_header(content_type);
    auto* charset = type.find("charset");
    if (charset == nullptr ||
        (!iequals(*charset, "iso-8859-1") && !iequals(*charset, "latin1") && !iequals(*charset, "latin-1"))) {
        return replace_invalid_utf8(bytes);
    }
    std::string text;
    for (char c : bytes) append_utf8(text, static_cast<unsigned char>(c));
    return text;
}

class FormSink final : public MultipartSink {
  public:
    explicit FormSink(const FormLimits& limits) : memory_for_fields_(limits.max_field_memory) {}

    void begin_part(PartHead head) override {
        head_ = std::move(head);
        field_.clear();
        take_memory(head_.name.size());
        if (head_.filename) content_ = std::make_shared<Spool>(file_);
    }

    void part_data(std::string_view bytes) override {
        if (head_.filename) return content_->write(bytes, memory_for_files_);
        take_memory(bytes.size());
        field_ += bytes;
    }

    void end_part() override {
        if (!head_.filename) {
            auto text = field_text(field_, head_.content_type);
            return form_.fields.add(std::move(head_.name), std::move(text));
        }
        form_.files.add(FileStorage{std::move(head_.name), std::move(*head_.filename), std::move(head_.content_type),
                                    std::move(head_.headers), std::exchange(content_, nullptr)});
    }

    FormData take() { return std::move(form_); }

  private:
    void take_memory(std::size_t size) {
        if (size > memory_for_fields_) throw RequestEntityTooLarge("The fields of the form are too large.");
        memory_for_fields_ -= size;
    }

    FormData form_;
    PartHead head_;
    std::string field_;
    std::shared_ptr<SpoolFile> file_ = std::make_shared<SpoolFile>();
    std::shared_ptr<Spool> content_;
    std::uint64_t memory_for_fields_;
    std::size_t memory_for_files_ = memory_for_files;
};

std::string boundary_of(std::string_view content_type) {
    auto header = parse_options_header(content_type);
    auto* boundary = header.find("boundary");
    return boundary == nullptr ? std::string{} : *boundary;
}

}  // namespace

FormData read_multipart(http::BodyReader& body, std::string_view content_type, const FormLimits& limits) {
    std::string piece(upload_piece, '\0');
    auto count = body.read(piece);
    if (count == 0) return {};
    FormSink sink{limits};
    MultipartParser parser{boundary_of(content_type), sink, limits.max_parts};
    for (std::uint64_t received = 0; count > 0; count = body.read(piece)) {
        received += count;
        if (limits.max_content_length && received > *limits.max_content_length) throw RequestEntityTooLarge();
        parser.feed(std::string_view{piece}.substr(0, count));
    }
    parser.finish();
    return sink.take();
}

FormData parse_multipart(std::string_view body, std::string_view content_type, const FormLimits& limits) {
    if (body.empty()) return {};
    FormSink sink{limits};
    MultipartParser parser{boundary_of(content_type), sink, limits.max_parts};
    parser.feed(body);
    parser.finish();
    return sink.take();
}

}  // namespace retort::detail
