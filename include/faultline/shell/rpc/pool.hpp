// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rpc {

struct PoolOptions {
    std::string chain_name;     ///< For logs and metrics.
    eth::ChainId chain_id = 0;  ///< Endpoints of another chain are excluded.
    /// How many endpoints have to agree on a pinned block and on view calls; 0 or 1: one is
    /// believed.
    std::size_t quorum = 0;
};

/// One endpoint of a pool.
struct PoolEndpoint {
    std::unique_ptr<Node> node;
    Role role = Role::kPrimary;
    double max_requests_per_second = 0;  ///< JSON-RPC calls; 0: no limit of our own.
};

/// The clock, log and metrics outlive the pool.
struct PoolParts {
    runtime::Clock& clock;
    obs::Log& log;
    obs::Metrics& metrics;
};

/// How one endpoint stands.
struct EndpointStatus {
    std::string name;
    Role role = Role::kPrimary;
    /// "ok", "shut_out", "quarantined", "wrong_chain" or "paused".
    std::string_view state;
    std::optional<eth::BlockNum> head;  ///< The newest it has shown.
    std::uint64_t lag_blocks = 0;       ///< Behind the best known head, when it last answered.
};

/// What one endpoint answered to view calls.
struct Testimony {
    std::string endpoint;
    std::vector<eth::ReadAnswer> answers;  ///< In the order asked.
};

/// Any number of endpoints as one Node: it asks the right one, another when that one fails, two
/// when one is slow, and several at once where they have to agree. What an endpoint lacks is asked
/// of the others before it is reported missing; what one refuses, others may serve.
///
/// Errors are those of Node. Of several endpoints that failed, the most hopeful is reported:
/// kTransient, kRateLimited and kMalformed before kMissing before kRejected, so kMissing means that
/// every endpoint worth asking said so. chain_id() answers with another id than the configured one
/// only if all endpoints but verify-only ones are of other chains.
///
/// A call has no deadline beyond the request timeout of each HTTP request; it waits at most 10 s
/// for an endpoint's budget, longer pauses are reported as kRateLimited with their length. Thread:
/// loop; calls may overlap. witnessed() views must not outlive the pool.
class Pool : public Node {
  public:
    /// Looks at the endpoints that were not asked lately: their heads, and whether those that were
    /// shut out are back. Endless; run it beside the follower. Returns at once for one endpoint.
    virtual runtime::Task<> run() = 0;

    /// View calls pinned to a block's hash, answered by one endpoint whatever the quorum: for who
    /// holds endpoints against each other. Those named in `besides` are not asked, verify-only ones
    /// are. It takes what the others leave of an endpoint's budget, and failures shut no endpoint
    /// out. An answer of no bytes is kMissing: so answers a node that lacks the state.
    virtual runtime::Task<Result<Testimony>> testimony(
        Hash32 block, std::vector<eth::Read> reads, std::vector<std::string> besides
    ) = 0;

    [[nodiscard]] virtual std::vector<EndpointStatus> status() const = 0;
};

/// @pre at least one endpoint is not verify-only; names are unique
std::unique_ptr<Pool> make_pool(
    PoolOptions options, std::vector<PoolEndpoint> endpoints, PoolParts parts
);

}  // namespace faultline::rpc
