// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/chain/source.hpp>
#include <faultline/shell/net/websocket.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/random.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace faultline::chain {

/// Wider ranges of logs gain nothing; rpc remembers the blooms of as many headers as four such
/// ranges have (ProvenHeaders::kMost).
inline constexpr std::uint64_t kMostRangeBlocks = 4096;

struct FollowerOptions {
    std::string chain_name;  ///< For logs and metrics.
    /// What a person types to follow again from the start, for messages.
    std::string resync_command = "faultline resync";
    eth::ChainId chain_id = 0;      ///< Refused when the node says otherwise.
    eth::BlockNum start_block = 0;  ///< First block to apply when nothing is applied yet.
    eth::LogFilter filter;
    Duration poll_interval = std::chrono::seconds(4);  ///< Polling when no hint comes.
    Duration max_head_age = std::chrono::minutes(5);   ///< With an older head, not ready.
    std::uint64_t undo_window_blocks = 256;            ///< Deepest reorg that can be followed.
    std::uint64_t second_look_blocks = 6;  ///< When to look at a block once more; 0: never.
    /// Largest eth_getLogs range, at most kMostRangeBlocks; shrinks by itself.
    std::uint64_t backfill_range_blocks = 2000;
};

/// What the follower knows of the chain's head, for readiness and metrics.
struct HeadStatus {
    std::optional<eth::BlockRef> latest;
    UnixSeconds latest_at;                   ///< The latest block's own time.
    std::optional<eth::BlockRef> safe;       ///< As the node says; may be of another branch.
    std::optional<eth::BlockRef> finalized;  ///< As the node says; may be of another branch.
    Instant last_contact;                    ///< When the node last answered.
    std::uint64_t reorgs = 0;
    std::string last_error;  ///< Empty when the last request worked.
    std::string doubt;  ///< Why the last unverified block was taken; empty when one passes after
                        ///< ten minutes without.
};

/// Follows one chain through one node, which may be a pool of endpoints. newHeads is a hint;
/// polling runs when it is silent; blocks are fetched pinned by hash and chained by parent hash;
/// history up to the finalized block comes in ranges. The same code path emits both, so there is no
/// seam.
class Follower : public Source {
  public:
    [[nodiscard]] virtual const HeadStatus& status() const = 0;
    /// Keeps a newHeads subscription open at each endpoint that has a WebSocket URL, and feeds
    /// hints to next(). Endless; run it beside the engine in one TaskGroup. Returns at once when
    /// there is no such endpoint.
    virtual runtime::Task<> run_hints() = 0;
};

struct FollowerParts {
    rpc::Node& node;
    /// For their sockets; requests go through `node`.
    std::vector<rpc::EndpointOptions> endpoints;
    net::WsConnector& connector;
    runtime::Clock& clock;
    runtime::Random& random;
    const AppliedChain& applied;
    obs::Log& log;
    obs::Metrics& metrics;
};

std::unique_ptr<Follower> make_follower(FollowerOptions options, FollowerParts parts);

}  // namespace faultline::chain
