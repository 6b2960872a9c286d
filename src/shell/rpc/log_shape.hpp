// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rpc {

/// The logs of a JSON array, and where it ends.
struct ShapedLogs {
    std::vector<BlockLogs> blocks;  ///< In order; each with at least one log.
    std::size_t size = 0;           ///< Of the array's text, brackets included.
};

/// Reads an array of logs that all look like its first one: the same keys in the same order and
/// spelling, which is what one node sends. Every byte is checked, so what it returns is what a JSON
/// parser would find there.
///
/// nullopt whenever anything is not as expected, good or bad: another shape, white space, logs not
/// in order, a log that the clause does not want (without one: none is refused), one that is
/// removed, wrong hex, two hashes of one block. Then the caller has to parse the text. `text` may
/// go on behind the array.
std::optional<ShapedLogs> read_shaped_logs(std::string_view text, const eth::LogClause* clause);

}  // namespace faultline::rpc
