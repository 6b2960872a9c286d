// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::tape {

enum class LineKind : std::uint8_t {
    kManifest,  ///< {"tape":1,...}: the first line and no other.
    kApplied,   ///< {"header":..,"logs":..,"calls":..,"truth":..}
    kReverted,  ///< {"reverted":{"number","hash"}}
};

struct Line {
    LineKind kind = LineKind::kManifest;
    std::size_t number = 0;  ///< From 1, for messages.
    /// The line's JSON as it stands in the file, without the line break; valid until the next call
    /// of next(). Its kind was told from its first field's name alone.
    std::string_view json;
};

/// Reads a tape (zstd-compressed JSON Lines) from front to back in bounded memory: one line, one
/// zstd window. Blocks on the file. One thread at a time.
///
/// Errors name the file and the line and say what to do: kUnavailable when the file cannot be read,
/// kInvalid when it is not a tape, is corrupt, or ends within its first frame.
class LineReader {
  public:
    LineReader() = default;
    LineReader(const LineReader&) = delete;
    LineReader& operator=(const LineReader&) = delete;
    virtual ~LineReader() = default;

    /// The next line, or nullopt after the last one. After an error or the end: the same again.
    virtual Result<std::optional<Line>> next() = 0;

    /// What to say, once next() came to the end, of a tape whose recording was killed: its last
    /// frame is not whole. All lines before were given; a part of one at the end was left out.
    [[nodiscard]] virtual const std::optional<std::string>& cut() const = 0;

    /// "FILE:LINE", the line given last; for errors about its content.
    [[nodiscard]] virtual std::string place() const = 0;

    [[nodiscard]] virtual const std::string& path() const = 0;
};

/// Opens the file and checks that it is zstd-compressed.
Result<std::unique_ptr<LineReader>> open_tape(const std::string& path);

}  // namespace faultline::tape
