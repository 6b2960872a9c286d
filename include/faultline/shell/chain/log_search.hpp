// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <memory>
#include <vector>

namespace faultline::chain {

/// All watched logs up to a final block, in ranges as wide as the node serves. For who can tell
/// from elsewhere that nothing is missing: unlike Follower it asks for one header a range and
/// proves nothing. Thread: loop.
class LogSearch {
  public:
    LogSearch() = default;
    LogSearch(const LogSearch&) = delete;
    LogSearch& operator=(const LogSearch&) = delete;
    virtual ~LogSearch() = default;

    /// The logs of the next range. After an error the same blocks come again, maybe in a smaller
    /// range; a range that the node refuses as too wide is no error as long as a smaller one is
    /// left. @pre !done()
    virtual runtime::Task<Result<std::vector<rpc::BlockLogs>>> next() = 0;

    /// The first block that was not handed over yet.
    [[nodiscard]] virtual eth::BlockNum position() const = 0;

    /// All blocks were handed over.
    [[nodiscard]] virtual bool done() const = 0;
};

/// Node, clock and filter outlive the search.
std::unique_ptr<LogSearch> make_log_search(
    rpc::Node& node,
    runtime::Clock& clock,
    const eth::LogFilter& filter,
    eth::BlockNum first,
    eth::BlockRef last
);

}  // namespace faultline::chain
