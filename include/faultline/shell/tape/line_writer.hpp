// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace faultline::tape {

/// Writes a tape line by line. Every line is handed to the operating system before write() returns,
/// so that a killed process leaves a tape that LineReader reads to the last line written. Blocks on
/// the file. One thread at a time. Errors name the file: kUnavailable.
class LineWriter {
  public:
    LineWriter() = default;
    LineWriter(const LineWriter&) = delete;
    LineWriter& operator=(const LineWriter&) = delete;
    /// Without close() the tape looks like that of a killed process.
    virtual ~LineWriter() = default;

    /// Appends one line. @pre `json` is one JSON object without line breaks; the first is the
    /// manifest
    virtual Result<void> write(std::string_view json) = 0;

    /// Ends the last frame and makes the file durable. Nothing is written afterwards.
    virtual Result<void> close() = 0;
};

/// Creates the file; kInvalid when there is one already: a tape is never overwritten.
Result<std::unique_ptr<LineWriter>> create_tape(const std::string& path);

}  // namespace faultline::tape
