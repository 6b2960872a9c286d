// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/error.hpp>
#include <faultline/shell/tape/line_writer.hpp>

#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>
#include <zstd.h>

namespace faultline::tape {
namespace {

/// A frame's check sum proves its lines, so what a damaged frame takes with it is bounded; and what
/// comes in the same frame compresses together, so it is not one line.
constexpr std::size_t kLinesPerFrame = 256;
constexpr int kLevel = 9;
constexpr mode_t kMode = 0644;

struct FreeContext {
    void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
};

class ZstdLineWriter final : public LineWriter {
  public:
    ZstdLineWriter(std::string path, int file)
        : path_(std::move(path)),
          file_(file),
          context_(ZSTD_createCCtx()),
          out_(ZSTD_CStreamOutSize()) {
        FAULTLINE_ASSERT(context_ != nullptr);
        ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kLevel);
        ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
    }

    ZstdLineWriter(const ZstdLineWriter&) = delete;
    ZstdLineWriter& operator=(const ZstdLineWriter&) = delete;

    ~ZstdLineWriter() override { ::close(file_); }

    Result<void> write(std::string_view json) override {
        FAULTLINE_ASSERT(json.find('\n') == std::string_view::npos);
        ++lines_;
        FAULTLINE_TRY_VOID(compress(json, ZSTD_e_continue));
        // The manifest's frame ends at once: LineReader takes a tape with a whole frame for one
        // whose recording was killed, and one without for a bad copy.
        const bool ends = lines_ % kLinesPerFrame == 1;
        return compress("\n", ends ? ZSTD_e_end : ZSTD_e_flush);
    }

    Result<void> close() override {
        FAULTLINE_TRY_VOID(compress("", ZSTD_e_end));
        if (::fsync(file_) != 0) {
            return failed("make durable");
        }
        return {};
    }

  private:
    [[nodiscard]] Error failed(const std::string& what) const {
        return Error(
                   Code::kUnavailable,
                   path_ + ": cannot " + what + ": " + std::generic_category().message(errno)
        )
            .advise("check the disk; the lines before can be read");
    }

    Result<void> compress(std::string_view text, ZSTD_EndDirective then) {
        ZSTD_inBuffer input{.src = text.data(), .size = text.size(), .pos = 0};
        std::size_t left = 1;
        while (left != 0 || input.pos < input.size) {
            ZSTD_outBuffer output{.dst = out_.data(), .size = out_.size(), .pos = 0};
            left = ZSTD_compressStream2(context_.get(), &output, &input, then);
            FAULTLINE_ASSERT(ZSTD_isError(left) == 0);
            FAULTLINE_TRY_VOID(append(std::string_view(out_.data(), output.pos)));
            if (then == ZSTD_e_continue && input.pos == input.size) {
                break;
            }
        }
        return {};
    }

    Result<void> append(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t written = ::write(file_, bytes.data(), bytes.size());
            if (written < 0 && errno != EINTR) {
                return failed("write");
            }
            bytes.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
        }
        return {};
    }

    std::string path_;
    int file_;
    std::unique_ptr<ZSTD_CCtx, FreeContext> context_;
    std::vector<char> out_;
    std::size_t lines_ = 0;
};

}  // namespace

Result<std::unique_ptr<LineWriter>> create_tape(const std::string& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
    if (file >= 0) {
        return std::unique_ptr<LineWriter>(std::make_unique<ZstdLineWriter>(path, file));
    }
    if (errno == EEXIST) {
        return Error(Code::kInvalid, path + ": there is such a file already")
            .advise("name another one, or delete it: a tape is never overwritten");
    }
    return Error(
               Code::kUnavailable,
               path + ": cannot create it: " + std::generic_category().message(errno)
    )
        .advise("check the path and the folder's permissions");
}

}  // namespace faultline::tape
