// The three packers, each a thin rim over its library.
#include "retort/web/packing.hpp"

#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <new>

namespace retort::detail {
namespace {

constexpr std::size_t packed_piece = 16 * 1024;

class Gzip final : public Packer {
  public:
    explicit Gzip(int level) {
        constexpr int gzip_window = 15 + 16;
        if (::deflateInit2(&stream_, level, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
            throw std::bad_alloc();
        }
    }
    ~Gzip() override { ::deflateEnd(&stream_); }
    void pack(std::string_view bytes, bool last, std::string& out) override {
        // zlib counts in 32 bits.
        constexpr std::size_t most = std::size_t{1} << 30;
        do {
            auto part = bytes.substr(0, most);
            bytes.remove_prefix(part.size());
            pack_part(part, !bytes.empty() ? Z_NO_FLUSH : last ? Z_FINISH : Z_SYNC_FLUSH, out);
        } while (!bytes.empty());
    }

  private:
    void pack_part(std::string_view bytes, int how, std::string& out) {
        unsigned char piece[packed_piece];
        stream_.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
        stream_.avail_in = static_cast<unsigned>(bytes.size());
        do {
            stream_.next_out = piece;
            stream_.avail_out = sizeof piece;
            ::deflate(&stream_, how);
            out.append(reinterpret_cast<char*>(piece), sizeof piece - stream_.avail_out);
        } while (stream_.avail_out == 0);
    }
    z_stream stream_{};
};

class Brotli final : public Packer {
  public:
    explicit Brotli(int level) : state_(::BrotliEncoderCreateInstance(nullptr, nullptr, nullptr)) {
        if (state_ == nullptr) throw std::bad_alloc();
        // Its 5 takes about the time of gzip's 6; beyond 9 it is for files that are packed once.
        ::BrotliEncoderSetParameter(state_, BROTLI_PARAM_QUALITY, static_cast<std::uint32_t>(level - 1));
        ::BrotliEncoderSetParameter(state_, BROTLI_PARAM_LGWIN, 18);
    }
    ~Brotli() override { ::BrotliEncoderDestroyInstance(state_); }
    void pack(std::string_view bytes, bool last, std::string& out) override {
        auto* in = reinterpret_cast<const std::uint8_t*>(bytes.data());
        auto left = bytes.size();
        std::uint8_t piece[packed_piece];
        do {
            auto* to = piece;
            auto room = sizeof piece;
            auto how = last ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_FLUSH;
            if (!::BrotliEncoderCompressStream(state_, how, &left, &in, &room, &to, nullptr)) throw std::bad_alloc();
            out.append(reinterpret_cast<char*>(piece), sizeof piece - room);
        } while (left != 0 || ::BrotliEncoderHasMoreOutput(state_));
    }

  private:
    BrotliEncoderState* state_;
};

class Zstd final : public Packer {
  public:
    explicit Zstd(int level) : context_(::ZSTD_createCCtx()) {
        if (context_ == nullptr) throw std::bad_alloc();
        // Its 3 packs like gzip's 6 in a fraction of the time.
        ::ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, std::max(1, level - 3));
        ::ZSTD_CCtx_setParameter(context_, ZSTD_c_windowLog, 18);
    }
    ~Zstd() override { ::ZSTD_freeCCtx(context_); }
    void pack(std::string_view bytes, bool last, std::string& out) override {
        ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
        char piece[packed_piece];
        std::size_t left = 0;
        do {
            ZSTD_outBuffer to{piece, sizeof piece, 0};
            left = ::ZSTD_compressStream2(context_, &to, &in, last ? ZSTD_e_end : ZSTD_e_flush);
            if (::ZSTD_isError(left)) throw std::bad_alloc();
            out.append(piece, to.pos);
        } while (left != 0);
    }

  private:
    ZSTD_CCtx* context_;
};

}  // namespace

std::unique_ptr<Packer> make_packer(std::string_view encoding, int level) {
    if (encoding == "gzip") return std::make_unique<Gzip>(level);
    if (encoding == "br") return std::make_unique<Brotli>(level);
    if (encoding == "zstd") return std::make_unique<Zstd>(level);
    return nullptr;
}

}  // namespace retort::detail
