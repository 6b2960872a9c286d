// SPDX-License-Identifier: Apache-2.0
#include "block_proof.hpp"
#include "json_decode.hpp"
#include "json_encode.hpp"
#include "json_reply.hpp"
#include "scrub.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/full_header.hpp>
#include <faultline/core/eth/receipt.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/workers.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

constexpr std::size_t kParsedOnLoopBytes = 1UL << 20U;

template <class T>
using Decoder = std::function<Result<T>(const Exchange&)>;

class JsonRpcNode final : public Node {
  public:
    JsonRpcNode(
        EndpointOptions options,
        net::HttpClient& http,
        runtime::Clock& clock,
        runtime::Workers& workers,
        RequestObserver* observer
    )
        : options_(std::move(options)),
          http_(http),
          clock_(clock),
          workers_(workers),
          observer_(observer) {
        FAULTLINE_ASSERT(options_.max_batch > 0);
    }

    [[nodiscard]] const std::string& name() const override { return options_.name; }

    runtime::Task<Result<eth::ChainId>> chain_id() override;
    runtime::Task<Result<eth::Header>> head(HeadTag tag) override;
    runtime::Task<Result<eth::Header>> header_by_number(eth::BlockNum number) override;
    runtime::Task<Result<eth::Header>> header_by_hash(Hash32 hash) override;
    runtime::Task<Result<std::vector<eth::Header>>> headers(eth::BlockNum first, eth::BlockNum last)
        override;
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
    /// One HTTP request for all calls, and its answer decoded.
    template <class T>
    runtime::Task<Result<T>> ask(std::vector<Call> calls, Decoder<T> decode);
    runtime::Task<Result<net::HttpResponse>> send(std::string body);
    /// Header and logs; all of the header goes to `full`, if given.
    runtime::Task<Result<PinnedBlock>> fetch_block(
        Hash32 hash, const eth::LogFilter& filter, eth::FullHeader* full
    );
    /// Holds the logs to the receipts. False: the endpoint does not serve receipts.
    runtime::Task<Result<bool>> prove_by_receipts(
        const PinnedBlock& block, const eth::FullHeader& header, const eth::LogFilter& filter
    );
    template <class T>
    runtime::Task<Result<T>> parse(const Exchange& exchange, const Decoder<T>& decode);
    [[nodiscard]] Error named(const Error& error) const;

    EndpointOptions options_;
    net::HttpClient& http_;
    runtime::Clock& clock_;
    runtime::Workers& workers_;
    RequestObserver* observer_;
    /// Never repeats, so an answer to another request is recognised.
    std::uint64_t next_id_ = 1;
    bool serves_receipts_ = true;  ///< Until it refuses to.
};

std::vector<Call> one(Call call) {
    std::vector<Call> calls;
    calls.push_back(std::move(call));
    return calls;
}

Error JsonRpcNode::named(const Error& error) const {
    return Error(error.code(), scrub(error.detail(), options_.http))
        .context("endpoint " + options_.name)
        .advise(error.advice())
        .after_ms(error.retry_after_ms())
        .suggest(error.suggestion());
}

runtime::Task<Result<net::HttpResponse>> JsonRpcNode::send(std::string body) {
    net::HttpRequest request;
    request.method = "POST";
    request.url = options_.http;
    request.headers.emplace_back("Content-Type", "application/json");
    request.headers.emplace_back("Accept", "application/json");
    request.body = std::move(body);
    co_return co_await http_.send(std::move(request), options_.request_timeout);
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
runtime::Task<Result<T>> JsonRpcNode::ask(std::vector<Call> calls, Decoder<T> decode) {
    const Instant started = clock_.now();
    const std::string methods = method_names(calls);
    Exchange exchange;
    exchange.calls = calls;
    exchange.first_id = next_id_;
    next_id_ += calls.size();
    const Result<net::HttpResponse> response =
        co_await send(encode(exchange.calls, exchange.first_id));
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

runtime::Task<Result<eth::ChainId>> JsonRpcNode::chain_id() {
    Decoder<eth::ChainId> decode = decode_chain_id;
    co_return co_await ask(one(chain_id_call()), std::move(decode));
}

runtime::Task<Result<eth::Header>> JsonRpcNode::head(HeadTag tag) {
    Decoder<eth::Header> decode = [tag](const Exchange& exchange) {
        return decode_header(exchange, std::string(tag_name(tag)) + " block");
    };
    co_return co_await ask(one(block_by_tag_call(tag)), std::move(decode));
}

runtime::Task<Result<eth::Header>> JsonRpcNode::header_by_number(eth::BlockNum number) {
    Decoder<eth::Header> decode = [number](const Exchange& exchange) -> Result<eth::Header> {
        FAULTLINE_TRY(auto headers, decode_headers(exchange, number));
        return std::move(headers.front());
    };
    co_return co_await ask(one(block_by_number_call(number)), std::move(decode));
}

runtime::Task<Result<eth::Header>> JsonRpcNode::header_by_hash(Hash32 hash) {
    Decoder<eth::Header> decode = [hash](const Exchange& exchange) -> Result<eth::Header> {
        const eth::LogFilter none;
        FAULTLINE_TRY(const PinnedBlock block, decode_block(exchange, hash, none));
        return block.header;
    };
    co_return co_await ask(one(block_by_hash_call(hash)), std::move(decode));
}

runtime::Task<Result<std::vector<eth::Header>>> JsonRpcNode::headers(
    eth::BlockNum first, eth::BlockNum last
) {
    FAULTLINE_ASSERT(first <= last);
    std::vector<eth::Header> all;
    while (all.size() <= last - first) {
        const eth::BlockNum next = first + all.size();
        const std::size_t count = std::min<eth::BlockNum>(options_.max_batch, last - next + 1);
        std::vector<Call> calls;
        for (std::size_t i = 0; i < count; ++i) {
            calls.push_back(block_by_number_call(next + i));
        }
        Decoder<std::vector<eth::Header>> decode = [next](const Exchange& exchange) {
            return decode_headers(exchange, next);
        };
        FAULTLINE_CO_TRY(auto some, co_await ask(std::move(calls), std::move(decode)));
        all.insert(all.end(), some.begin(), some.end());
    }
    for (std::size_t i = 1; i < all.size(); ++i) {
        if (all[i].parent != all[i - 1].ref.hash) {
            co_return named(about(
                Code::kTransient,
                "eth_getBlockByNumber",
                "the chain changed while reading: block " + all[i].ref.text() +
                    " is not a child of " + all[i - 1].ref.text()
            ));
        }
    }
    co_return all;
}

runtime::Task<Result<PinnedBlock>> JsonRpcNode::fetch_block(
    Hash32 hash, const eth::LogFilter& filter, eth::FullHeader* full
) {
    std::vector<Call> calls = one(block_by_hash_call(hash));
    if (!filter.topics0.empty()) {
        calls.push_back(logs_at_call(hash, filter));
    }
    Decoder<PinnedBlock> decode = [hash, &filter, full](const Exchange& exchange) {
        return decode_block(exchange, hash, filter, full);
    };
    co_return co_await ask(std::move(calls), std::move(decode));
}

runtime::Task<Result<PinnedBlock>> JsonRpcNode::unverified_block(
    Hash32 hash, const eth::LogFilter& filter
) {
    return fetch_block(hash, filter, nullptr);
}

runtime::Task<Result<PinnedBlock>> JsonRpcNode::block(Hash32 hash, const eth::LogFilter& filter) {
    if (options_.verification == Verification::kOff) {
        co_return co_await fetch_block(hash, filter, nullptr);
    }
    eth::FullHeader header;
    FAULTLINE_CO_TRY(PinnedBlock block, co_await fetch_block(hash, filter, &header));
    if (auto proven = check_header_hash(header, block.header.ref); !proven) {
        co_return named(proven.error());
    }
    block.checks.emplace_back("header_hash");
    bool suspicious = false;
    if (options_.trusts_blooms) {
        const auto included = check_bloom(header, block.logs, filter);
        if (!included) {
            co_return named(included.error());
        }
        suspicious = *included;
        block.checks.emplace_back("bloom");
    }
    const bool demanded = options_.verification == Verification::kReceiptsRoot;
    if (demanded || (suspicious && serves_receipts_)) {
        FAULTLINE_CO_TRY(const bool proven, co_await prove_by_receipts(block, header, filter));
        if (proven) {
            block.checks.emplace_back("receipts_root");
        } else if (demanded) {
            co_return named(about(
                Code::kRejected,
                "eth_getBlockReceipts",
                "verification: the endpoint does not serve receipts, which receipts_root needs"
            ));
        }
    }
    co_return block;
}

runtime::Task<Result<bool>> JsonRpcNode::prove_by_receipts(
    const PinnedBlock& block, const eth::FullHeader& header, const eth::LogFilter& filter
) {
    const eth::BlockRef ref = block.header.ref;
    Decoder<eth::ReceiptList> decode = [ref](const Exchange& exchange) {
        return decode_receipts(exchange, ref);
    };
    const auto receipts = co_await ask(one(receipts_call(ref.hash)), std::move(decode));
    if (!receipts) {
        if (receipts.error().code() != Code::kRejected) {
            co_return receipts.error();
        }
        serves_receipts_ = false;
        co_return false;
    }
    if (auto proven = check_receipts(header, *receipts, block.logs, filter); !proven) {
        co_return named(proven.error());
    }
    co_return true;
}

runtime::Task<Result<std::vector<BlockLogs>>> JsonRpcNode::logs(
    eth::BlockNum first, eth::BlockRef last, const eth::LogFilter& filter
) {
    FAULTLINE_ASSERT(first <= last.number);
    if (filter.topics0.empty()) {
        co_return std::vector<BlockLogs>();
    }
    std::vector<Call> calls = one(logs_between_call(first, last.number, filter));
    calls.push_back(block_by_number_call(last.number));
    Decoder<std::vector<BlockLogs>> decode = [first, last, &filter](const Exchange& exchange) {
        const LogRange range{.first = first, .last = last.number, .last_hash = last.hash};
        return decode_logs(exchange, range, filter);
    };
    co_return co_await ask(std::move(calls), std::move(decode));
}

runtime::Task<Result<std::vector<eth::ReadAnswer>>> JsonRpcNode::reads(
    Hash32 block, std::vector<eth::Read> reads
) {
    std::vector<eth::ReadAnswer> all;
    while (all.size() < reads.size()) {
        const std::span<const eth::Read> rest = std::span(reads).subspan(all.size());
        const std::span<const eth::Read> some =
            rest.first(std::min(rest.size(), options_.max_batch));
        std::vector<Call> calls;
        for (const eth::Read& read : some) {
            calls.push_back(view_call(block, read));
        }
        Decoder<std::vector<eth::ReadAnswer>> decode = [some](const Exchange& exchange) {
            return decode_reads(exchange, some);
        };
        FAULTLINE_CO_TRY(auto answers, co_await ask(std::move(calls), std::move(decode)));
        std::ranges::move(answers, std::back_inserter(all));
    }
    co_return all;
}

}  // namespace

std::unique_ptr<Node> make_json_rpc_node(
    EndpointOptions options,
    net::HttpClient& http,
    runtime::Clock& clock,
    runtime::Workers& workers,
    RequestObserver* observer
) {
    return std::make_unique<JsonRpcNode>(std::move(options), http, clock, workers, observer);
}

}  // namespace faultline::rpc
