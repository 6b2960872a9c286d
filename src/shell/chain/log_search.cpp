// SPDX-License-Identifier: Apache-2.0
#include "shell/chain/range_size.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/chain/log_search.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace faultline::chain {
namespace {

/// One header is asked for a range, so only what the node serves bounds it. The first has 64
/// blocks.
constexpr std::uint64_t kMostSearchedBlocks = 131'072;

class AdaptiveSearch final : public LogSearch {
  public:
    AdaptiveSearch(
        rpc::Node& node,
        runtime::Clock& clock,
        const eth::LogFilter& filter,
        eth::BlockNum first,
        eth::BlockRef last
    )
        : node_(node),
          clock_(clock),
          filter_(filter),
          next_(first),
          last_(last),
          size_(kMostSearchedBlocks) {}

    runtime::Task<Result<std::vector<rpc::BlockLogs>>> next() override {
        // Ends: each refusal halves the range, and that of a single block is reported.
        for (;;) {
            const eth::BlockNum to = std::min(last_.number, next_ + size_.blocks() - 1);
            const std::uint64_t blocks = to - next_ + 1;
            const Instant began = clock_.now();
            auto logs = co_await logs_to(to);
            if (logs) {
                std::size_t count = 0;
                for (const rpc::BlockLogs& block : *logs) {
                    count += block.logs.size();
                }
                size_.worked(blocks, count, clock_.now() - began);
                next_ = to + 1;
                co_return logs;
            }
            const Error& error = logs.error();
            if (error.code() == Code::kRejected && blocks > 1) {
                size_.refused(next_, to, error.suggestion());
                continue;
            }
            if (error.code() != Code::kRateLimited) {
                size_.failed(blocks);
            }
            co_return std::move(logs).error().context(
                "search the logs of blocks " + std::to_string(next_) + " to " + std::to_string(to)
            );
        }
    }

    [[nodiscard]] eth::BlockNum position() const override { return next_; }

    [[nodiscard]] bool done() const override { return next_ > last_.number; }

  private:
    runtime::Task<Result<std::vector<rpc::BlockLogs>>> logs_to(eth::BlockNum to) {
        eth::BlockRef ref = last_;
        if (to != last_.number) {
            FAULTLINE_CO_TRY(const eth::Header header, co_await node_.header_by_number(to));
            ref = header.ref;
        }
        co_return co_await node_.logs(next_, ref, filter_);
    }

    rpc::Node& node_;
    runtime::Clock& clock_;
    const eth::LogFilter& filter_;
    eth::BlockNum next_;
    eth::BlockRef last_;
    RangeSize size_;
};

}  // namespace

std::unique_ptr<LogSearch> make_log_search(
    rpc::Node& node,
    runtime::Clock& clock,
    const eth::LogFilter& filter,
    eth::BlockNum first,
    eth::BlockRef last
) {
    return std::make_unique<AdaptiveSearch>(node, clock, filter, first, last);
}

}  // namespace faultline::chain
