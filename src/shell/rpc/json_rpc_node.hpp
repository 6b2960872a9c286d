// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "json_encode.hpp"
#include "json_reply.hpp"
#include "proven_headers.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/full_header.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/workers.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace faultline::rpc {

struct Unsettled;

inline constexpr std::size_t kParsedOnLoopBytes = 1UL << 20U;
template <class T>
using Decoder = std::function<Result<T>(const Exchange&)>;

/// Node over JSON-RPC 2.0. Blocks and what proves them: json_rpc_blocks.cpp. View calls:
/// json_rpc_reads.cpp.
class JsonRpcNode final : public Node {
  public:
    JsonRpcNode(
        EndpointOptions options,
        net::HttpClient& http,
        runtime::Clock& clock,
        runtime::Workers& workers,
        RequestObserver* observer,
        std::shared_ptr<ProvenHeaders> proven
    )
        : options_(std::move(options)),
          http_(http),
          clock_(clock),
          workers_(workers),
          observer_(observer),
          proven_(std::move(proven)) {
        FAULTLINE_ASSERT(options_.max_batch > 0);
    }

    [[nodiscard]] const std::string& name() const override { return options_.name; }

    runtime::Task<Result<eth::ChainId>> chain_id() override;
    runtime::Task<Result<eth::Header>> head(HeadTag tag) override;
    runtime::Task<Result<eth::Header>> header_by_number(eth::BlockNum number) override;
    runtime::Task<Result<eth::Header>> header_by_hash(Hash32 hash) override;
    runtime::Task<Result<std::vector<eth::Header>>> headers(
        eth::BlockNum first, eth::BlockNum last, Proof proof
    ) override;
    runtime::Task<Result<PinnedBlock>> block(Hash32 hash, const eth::LogFilter& filter) override;
    runtime::Task<Result<PinnedBlock>> unverified_block(Hash32 hash, const eth::LogFilter& filter)
        override;
    runtime::Task<Result<std::vector<BlockLogs>>> logs(
        eth::BlockNum first, eth::BlockRef last, const eth::LogFilter& filter
    ) override;
    runtime::Task<Result<std::vector<eth::ReadAnswer>>> reads(
        Hash32 block, std::vector<eth::Read> reads
    ) override;

  private:
    /// The reads of one block on their way to answers.
    struct ReadRound;

    /// One HTTP request for all calls, or one each where there are no batches, and what was
    /// answered decoded. Whether anything was answered goes to `heard`, if given.
    template <class T>
    runtime::Task<Result<T>> ask(std::vector<Call> calls, Decoder<T> decode, bool* heard = nullptr);
    /// Batches of all reads; what has been slow before is asked alone.
    [[nodiscard]] ReadRound divided(Hash32 block, std::span<const eth::Read> reads) const;
    /// Asks some of them in one batch: answers, or asks for less at a time.
    runtime::Task<Result<void>> read_group(ReadRound& round, std::vector<std::size_t> group);
    /// What a batch was answered, and what of it is to be asked again.
    Result<void> take(
        ReadRound& round,
        const std::vector<std::size_t>& group,
        std::vector<eth::ReadAnswer> answers,
        const Unsettled& unsettled
    );
    /// After a batch that failed, and whether that was for our patience.
    runtime::Task<Result<void>> read_less(
        ReadRound& round, const std::vector<std::size_t>& group, Error failure, bool too_late
    );
    /// Whether the endpoint answers a view call that costs nothing.
    runtime::Task<bool> answers_calls(Hash32 block);
    /// How often in a row it has been slow, with this time. It is asked alone from now on.
    int slow_again(const eth::Read& read);
    runtime::Task<Result<net::HttpResponse>> send(std::string body);
    /// Asks one call after the other; what comes is the answer to a batch of them.
    runtime::Task<Result<net::HttpResponse>> send_singly(const Exchange& exchange);
    /// Header and logs; all of the header goes to `full`, if given.
    runtime::Task<Result<PinnedBlock>> fetch_block(
        Hash32 hash, const eth::LogFilter& filter, eth::FullHeader* full
    );
    /// Holds the logs of one block of a range to the block itself.
    runtime::Task<Result<void>> spot_check(
        Hash32 hash, const eth::LogFilter& filter, const std::vector<BlockLogs>& range
    );
    /// The logs that the receipts prove; nullopt when the endpoint does not serve receipts.
    runtime::Task<Result<std::optional<eth::LogList>>> logs_by_receipts(
        eth::BlockRef ref, const eth::FullHeader& header, const eth::LogFilter& filter
    );
    template <class T>
    runtime::Task<Result<T>> parse(const Exchange& exchange, const Decoder<T>& decode);
    [[nodiscard]] Error named(const Error& error) const;

    EndpointOptions options_;
    net::HttpClient& http_;
    runtime::Clock& clock_;
    runtime::Workers& workers_;
    RequestObserver* observer_;
    std::shared_ptr<ProvenHeaders> proven_;
    /// Never repeats, so an answer to another request is recognised.
    std::uint64_t next_id_ = 1;
    Instant receipts_again_;  ///< Not asked for on suspicion before.
    std::size_t reads_at_once_ = options_.max_batch;
    /// Reads that this endpoint took too long for, and how often in a row.
    std::map<eth::Read, int> slow_;
    int unproven_ = 0;  ///< How often in a row no proof of a doubted block was to be had.
};

inline std::vector<Call> one(Call call) {
    std::vector<Call> calls;
    calls.push_back(std::move(call));
    return calls;
}

template <class T>
runtime::Task<Result<T>> JsonRpcNode::parse(const Exchange& exchange, const Decoder<T>& decode) {
    if (exchange.body.size() <= kParsedOnLoopBytes) {
        co_return decode(exchange);
    }
    std::optional<Result<T>> decoded;
    std::move_only_function<void()> work = [&] {
        decoded = decode(exchange);
    };
    co_await workers_.run(std::move(work));
    co_return *std::move(decoded);
}

template <class T>
runtime::Task<Result<T>> JsonRpcNode::ask(std::vector<Call> calls, Decoder<T> decode, bool* heard) {
    const Instant started = clock_.now();
    const std::string methods = method_names(calls);
    Exchange exchange;
    exchange.calls = calls;
    exchange.first_id = next_id_;
    next_id_ += calls.size();
    const bool fits = calls.size() <= options_.max_batch;
    const Result<net::HttpResponse> response =
        fits ? co_await send(encode(exchange.calls, exchange.first_id))
             : co_await send_singly(exchange);
    if (heard != nullptr) {
        *heard = response.has_value();
    }
    std::optional<Result<T>> decoded;
    if (response) {
        exchange.body = response->body;
        exchange.http_status = response->status;
        exchange.retry_after_ms = response->retry_after_ms(clock_.wall_now());
        decoded = co_await parse(exchange, decode);
    } else {
        decoded = Error(response.error().code(), methods + ": " + response.error().message())
                      .after_ms(response.error().retry_after_ms());
    }
    if (observer_ != nullptr) {
        RequestObservation seen;
        seen.endpoint = options_.name;
        seen.method = methods;
        seen.outcome = *decoded ? "ok" : code_name(decoded->error().code());
        seen.calls = calls.size();
        seen.answer_bytes = exchange.body.size();
        seen.took = clock_.now() - started;
        observer_->observe(seen);
    }
    if (!*decoded) {
        co_return named(decoded->error());
    }
    co_return *std::move(decoded);
}

}  // namespace faultline::rpc
