// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/tape/line_reader.hpp>

#include <map>
#include <optional>
#include <string>

namespace faultline::tape {

/// The version of the format that this build reads and writes.
inline constexpr std::uint64_t kVersion = 1;

/// A tape's first line.
struct Manifest {
    eth::ChainId chain_id = 0;
    std::string about;  ///< For people; may be empty.
    /// What is said of the deployment, by its path: "aave.pool" -> "0x…".
    std::map<std::string, std::string> facts;

    /// nullptr when nothing is said of it.
    [[nodiscard]] const std::string* find(const std::string& path) const;
};

/// Reads the first line. kInvalid, naming file and line, when it is no manifest or of another
/// version; else as LineReader::next. @pre nothing was read yet
Result<Manifest> read_manifest(LineReader& reader);

}  // namespace faultline::tape
