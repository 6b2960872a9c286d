// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/url.hpp>
#include <faultline/shell/net/websocket.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/workers.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rpc {

/// Logs of a range, grouped by block; blocks without logs are absent.
struct BlockLogs {
    eth::BlockRef ref;
    eth::LogList logs;
};

/// A header and its block's watched logs, fetched in one batch pinned by the block's hash.
struct PinnedBlock {
    eth::Header header;
    eth::LogList logs;
    std::vector<std::string> checks;  ///< What was proven of it, as in eth::Evidence.
};

/// What an endpoint's blocks are held to. What does not hold is kMalformed and never used.
enum class Verification : std::uint8_t {
    kOff,
    /// The hash is that of the header, and the header's bloom includes all logs that came. Where it
    /// includes a contract of the filter no log came of, the receipts decide, if they can be had.
    kBloom,
    /// Also, the receipts have the header's root, and the watched logs in them are those that came.
    kReceiptsRoot,
    kQuorum,  ///< As kBloom; PoolOptions::quorum endpoints agree as well.
};

constexpr Verification last_of(Verification /*of*/) noexcept {
    return Verification::kQuorum;
}

/// Whether what is fetched has to pass EndpointOptions::verification.
enum class Proof : std::uint8_t {
    kAsConfigured,
    kWaived,  ///< For when no endpoint passes it.
};

enum class HeadTag : std::uint8_t {
    kLatest,
    kSafe,
    kFinalized
};

/// The names of the endpoints that answers came from, each once, in the order of their first.
class Witnesses {
  public:
    void add(const std::string& name);

    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }

  private:
    std::vector<std::string> names_;
};

/// What a chain source asks of a node. One implementation talks JSON-RPC; tests bring their own.
///
/// Errors, all naming the endpoint and the method: kTransient and kRateLimited (ask again or
/// elsewhere; retry_after_ms is honoured by the caller), kMissing (`null`, unknown block, pruned:
/// never to be read as "empty"), kMalformed (an answer that is not what the method returns),
/// kRejected (the node refuses: unknown method, range too wide).
/// A filter outlives the await. Thread: loop.
class Node {
  public:
    Node() = default;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    virtual ~Node() = default;

    /// Name from the configuration, of a pool all of them; for evidence, logs and metrics. Never
    /// the URL.
    [[nodiscard]] virtual const std::string& name() const = 0;

    virtual runtime::Task<Result<eth::ChainId>> chain_id() = 0;
    /// A node without such a block yet (finalized on a young chain) answers kMissing.
    virtual runtime::Task<Result<eth::Header>> head(HeadTag tag) = 0;
    /// These two are as the node says; what is taken from them is proven by block() or headers().
    virtual runtime::Task<Result<eth::Header>> header_by_number(eth::BlockNum number) = 0;
    virtual runtime::Task<Result<eth::Header>> header_by_hash(Hash32 hash) = 0;
    /// Headers of [first, last], in order, in batches of max_batch. Any that is absent: kMissing.
    /// One that has not its hash is kMalformed, unless that is waived or verification is off; then
    /// logs() of these blocks are not held to blooms either.
    virtual runtime::Task<Result<std::vector<eth::Header>>> headers(
        eth::BlockNum first, eth::BlockNum last, Proof proof
    ) = 0;
    /// Header and watched logs of one block, in one batch, the logs pinned by blockHash.
    virtual runtime::Task<Result<PinnedBlock>> block(Hash32 hash, const eth::LogFilter& filter) = 0;

    /// The same without EndpointOptions::verification, for when no endpoint passes it. Where the
    /// endpoint's own receipts prove other logs than it returned, those are taken, and `checks`
    /// says so. Where a proof may still be had, the error that keeps it away comes a few times
    /// first.
    virtual runtime::Task<Result<PinnedBlock>> unverified_block(
        Hash32 hash, const eth::LogFilter& filter
    ) = 0;

    /// Watched logs of [first, last.number], in order of block and log_index. In one batch with the
    /// header of that height: a node that has not got so far would leave logs out without a word,
    /// so one that lacks `last` is kMissing, and one with another block there is kTransient. Where
    /// headers() has proven a header, a log that its bloom does not include is kMalformed.
    virtual runtime::Task<Result<std::vector<BlockLogs>>> logs(
        eth::BlockNum first, eth::BlockRef last, const eth::LogFilter& filter
    ) = 0;
    /// View calls pinned to a block's hash, answers in the order asked.
    virtual runtime::Task<Result<std::vector<eth::ReadAnswer>>> reads(
        Hash32 block, std::vector<eth::Read> reads
    ) = 0;

    /// The same node for a few questions that belong together; notes in `witnesses` which endpoints
    /// served or agreed to the answers. Both `witnesses` and this outlive it.
    [[nodiscard]] virtual std::unique_ptr<Node> witnessed(Witnesses& witnesses);
};

/// A hint that the head may have moved; carries what the node said, which is not to be trusted.
struct HeadHint {
    eth::BlockRef ref;
};

/// An open newHeads subscription. Thread: loop.
class HeadStream {
  public:
    HeadStream() = default;
    HeadStream(const HeadStream&) = delete;
    HeadStream& operator=(const HeadStream&) = delete;
    virtual ~HeadStream() = default;

    /// The next hint. Endless while the socket lives; an error ends the stream.
    virtual runtime::Task<Result<HeadHint>> next() = 0;
};

/// What an endpoint is for.
enum class Role : std::uint8_t {
    kPrimary,     ///< Asked first.
    kFallback,    ///< Asked when no primary can serve.
    kVerifyOnly,  ///< Asked only where endpoints have to agree.
};

constexpr Role last_of(Role /*of*/) noexcept {
    return Role::kVerifyOnly;
}

/// Stable lower-case name: "primary", "fallback", "verify_only".
std::string_view role_name(Role role) noexcept;

struct EndpointOptions {
    std::string name;            ///< For people: "alchemy", "local".
    net::Url http;               ///< http(s) URL for requests.
    std::optional<net::Url> ws;  ///< ws(s) URL for newHeads; polling only when absent.
    Duration request_timeout = std::chrono::seconds(15);
    std::size_t max_batch = 100;  ///< Requests per JSON-RPC batch.
    Role role = Role::kPrimary;
    /// JSON-RPC calls per second, each of a batch counted; 0: no limit but the endpoint's own.
    std::uint64_t max_requests_per_second = 0;
    Verification verification = Verification::kOff;
    bool trusts_blooms = true;  ///< False for chains whose headers carry no bloom to rely on.
};

/// One HTTP request that was made, for metrics.
struct RequestObservation {
    std::string_view endpoint;
    /// The method; of a batch, its methods each once: "eth_getBlockByHash+eth_getLogs".
    std::string_view method;
    std::string_view outcome;  ///< "ok" or code_name of the error.
    std::size_t calls = 0;     ///< Requests in the batch.
    std::size_t answer_bytes = 0;
    Duration took{};
};

/// Told about every HTTP request when it has ended, parsing included. Thread: loop.
class RequestObserver {
  public:
    RequestObserver() = default;
    RequestObserver(const RequestObserver&) = delete;
    RequestObserver& operator=(const RequestObserver&) = delete;
    virtual ~RequestObserver() = default;

    /// The texts live until it returns.
    virtual void observe(const RequestObservation& request) = 0;
};

/// Headers that were proven, for heads and for the logs of their blocks, which may come from
/// another endpoint: one for all endpoints of a chain.
class ProvenHeaders;
std::shared_ptr<ProvenHeaders> make_proven_headers();

/// JSON-RPC 2.0 over HTTP. The clients, clock, workers and observer (if any) outlive it. Answers
/// larger than 1 MiB are parsed on the workers.
std::unique_ptr<Node> make_json_rpc_node(
    EndpointOptions options,
    net::HttpClient& http,
    runtime::Clock& clock,
    runtime::Workers& workers,
    RequestObserver* observer = nullptr,
    std::shared_ptr<ProvenHeaders> proven = make_proven_headers()
);

/// Connects and subscribes to newHeads. Waits for the node's answer as long as the connection
/// lives, so the caller bounds it (runtime::with_deadline). A refusal is kRejected, or
/// kRateLimited.
/// @pre options.ws; options and connector outlive the await.
runtime::Task<Result<std::unique_ptr<HeadStream>>> subscribe_heads(
    const EndpointOptions& options, net::WsConnector& connector
);

}  // namespace faultline::rpc
