// SPDX-License-Identifier: Apache-2.0
#include "frames.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/error.hpp>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <ios>
#include <string>
#include <system_error>
#include <utility>
#include <zstd.h>

namespace faultline::tape {
namespace {

/// The first bytes of a zstd frame (RFC 8878, 3.1.1).
constexpr std::array<unsigned char, 4> kMagic{0x28, 0xb5, 0x2f, 0xfd};

Result<void> check_begin(std::ifstream& file) {
    std::array<char, kMagic.size()> begin{};
    file.read(begin.data(), begin.size());
    if (file.gcount() == 0) {
        return Error(Code::kInvalid, "the file is empty, not a tape")
            .advise("copy or record it again");
    }
    const bool whole = file.gcount() == static_cast<std::streamsize>(begin.size());
    if (!whole || std::memcmp(begin.data(), kMagic.data(), kMagic.size()) != 0) {
        return Error(Code::kInvalid, "not a tape: it is not compressed with zstd")
            .advise("name a file that faultline record wrote, or compress the JSON lines: zstd FILE"
            );
    }
    file.clear();
    file.seekg(0);
    return {};
}

}  // namespace

FrameReader::FrameReader(std::ifstream file, std::unique_ptr<ZSTD_DCtx, Free> context)
    : file_(std::move(file)), context_(std::move(context)), in_(ZSTD_DStreamInSize()) {}

Result<FrameReader> FrameReader::open(const std::string& path) {
    std::error_code status;
    if (std::filesystem::is_directory(path, status)) {
        return Error(Code::kUnavailable, "it is a folder").advise("name a tape file");
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return Error(
                   Code::kUnavailable, "cannot open it: " + std::generic_category().message(errno)
        )
            .advise("check the path");
    }
    FAULTLINE_TRY_VOID(check_begin(file));
    std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
    FAULTLINE_ASSERT(context != nullptr);
    return FrameReader(std::move(file), std::move(context));
}

/// More input; false at the file's end.
Result<bool> FrameReader::fill() {
    file_.read(in_.data(), static_cast<std::streamsize>(in_.size()));
    if (file_.bad()) {
        return Error(
                   Code::kUnavailable, "cannot read on: " + std::generic_category().message(errno)
        )
            .advise("check the disk");
    }
    input_ = {.src = in_.data(), .size = static_cast<std::size_t>(file_.gcount()), .pos = 0};
    return input_.size != 0;
}

Result<FrameReader::More> FrameReader::read(std::string& out) {
    const std::size_t before = out.size();
    out.resize(before + ZSTD_DStreamOutSize());
    ZSTD_outBuffer output{.dst = out.data() + before, .size = out.size() - before, .pos = 0};
    More more = More::kYes;
    while (output.pos == 0 && more == More::kYes) {
        if (input_.pos == input_.size) {
            Result<bool> filled = fill();
            if (!filled) {
                out.resize(before);
                return std::move(filled).error();
            }
            if (!*filled && !within_) {
                more = More::kEnd;
                break;
            }
        }
        const std::size_t consumed_before = input_.pos;
        const std::size_t hint = ZSTD_decompressStream(context_.get(), &output, &input_);
        if (ZSTD_isError(hint) != 0) {
            out.resize(before + output.pos);
            return Error(
                       Code::kInvalid,
                       std::string("the compressed data is damaged: ") + ZSTD_getErrorName(hint)
            )
                .advise("copy or record the tape again; zstd -t FILE checks it");
        }
        within_ = hint != 0;
        whole_frames_ += within_ ? 0 : 1;
        if (within_ && output.pos == 0 && input_.pos == consumed_before &&
            input_.pos == input_.size) {
            more = More::kCut;  // Nothing went in, nothing came out.
        }
    }
    out.resize(before + output.pos);
    return more;
}

}  // namespace faultline::tape
