// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <vector>
#include <zstd.h>

namespace faultline::tape {

/// The bytes within a file of zstd frames, piece by piece.
class FrameReader {
  public:
    /// kUnavailable when it cannot be opened, kInvalid when it does not begin as a zstd frame.
    static Result<FrameReader> open(const std::string& path);

    enum class More : std::uint8_t {
        kYes,
        kEnd,  ///< After a whole frame.
        kCut,  ///< Within a frame.
    };

    /// Appends the next piece to `out`. Errors without the file's name: kInvalid for corrupt
    /// frames, kUnavailable for a file that cannot be read on.
    Result<More> read(std::string& out);

    /// Frames read to their end.
    [[nodiscard]] std::size_t whole_frames() const noexcept { return whole_frames_; }

  private:
    struct Free {
        void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
    };

    FrameReader(std::ifstream file, std::unique_ptr<ZSTD_DCtx, Free> context);

    Result<bool> fill();

    std::ifstream file_;
    std::unique_ptr<ZSTD_DCtx, Free> context_;
    std::vector<char> in_;
    ZSTD_inBuffer input_{};
    bool within_ = false;  ///< A frame was begun and not ended.
    std::size_t whole_frames_ = 0;
};

}  // namespace faultline::tape
