// SPDX-License-Identifier: Apache-2.0
// One block, and what proves it.
#include "block_proof.hpp"
#include "json_decode.hpp"
#include "json_encode.hpp"
#include "json_rpc_node.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/full_header.hpp>
#include <faultline/core/eth/receipt.hpp>
#include <faultline/shell/rpc/client.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

/// So often an endpoint is asked for the proof of a doubted block before one is taken without it.
constexpr int kUnprovenMost = 6;
/// An endpoint that refuses receipts, or those of one large block, is asked again after this.
constexpr Duration kReceiptsRefused = std::chrono::minutes(10);

}  // namespace

runtime::Task<Result<PinnedBlock>> JsonRpcNode::fetch_block(
    Hash32 hash, const eth::LogFilter& filter, eth::FullHeader* full
) {
    std::vector<Call> calls = one(block_by_hash_call(hash));
    for (const eth::LogClause& clause : filter.clauses()) {
        calls.push_back(logs_at_call(hash, clause));
    }
    Decoder<PinnedBlock> decode = [hash, &filter, full](const Exchange& exchange) {
        return decode_block(exchange, hash, filter, full);
    };
    co_return co_await ask(std::move(calls), std::move(decode));
}

runtime::Task<Result<PinnedBlock>> JsonRpcNode::unverified_block(
    Hash32 hash, const eth::LogFilter& filter
) {
    if (options_.verification == Verification::kOff) {
        co_return co_await fetch_block(hash, filter, nullptr);
    }
    eth::FullHeader header;
    auto block = co_await fetch_block(hash, filter, &header);
    if (!block && block.error().code() != Code::kMalformed) {
        co_return block;
    }
    std::optional<Error> unproven;
    if (!block) {
        unproven = block.error();
    } else if (auto has_hash = check_header_hash(header, block->header.ref); !has_hash) {
        unproven = named(has_hash.error());
    } else if (clock_.now() >= receipts_again_) {
        auto logs = co_await logs_by_receipts(block->header.ref, header, filter);
        if (logs && *logs) {
            // What the receipts prove is better than what the endpoint says.
            block->logs = **std::move(logs);
            block->checks = {"header_hash", "receipts_root"};
            unproven_ = 0;
            co_return block;
        }
        if (!logs) {
            unproven = logs.error();
        }
    }
    if (unproven && unproven_ + 1 < kUnprovenMost) {
        ++unproven_;
        co_return *std::move(unproven);
    }
    // From here on no block waits for a proof, until one has it.
    if (block) {
        co_return block;
    }
    co_return co_await fetch_block(hash, filter, nullptr);
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
    if (demanded || (suspicious && clock_.now() >= receipts_again_)) {
        FAULTLINE_CO_TRY(
            const auto proven, co_await logs_by_receipts(block.header.ref, header, filter)
        );
        if (proven) {
            if (auto same = check_logs(header, block.logs, *proven); !same) {
                co_return named(same.error());
            }
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

runtime::Task<Result<std::optional<eth::LogList>>> JsonRpcNode::logs_by_receipts(
    eth::BlockRef ref, const eth::FullHeader& header, const eth::LogFilter& filter
) {
    Decoder<eth::ReceiptList> decode = [ref](const Exchange& exchange) {
        return decode_receipts(exchange, ref);
    };
    const auto receipts = co_await ask(one(receipts_call(ref.hash)), std::move(decode));
    if (!receipts) {
        if (receipts.error().code() != Code::kRejected) {
            co_return receipts.error();
        }
        receipts_again_ = clock_.now() + kReceiptsRefused;
        co_return std::optional<eth::LogList>();
    }
    auto proven = proven_logs(header, *receipts, filter);
    if (!proven) {
        co_return named(proven.error());
    }
    co_return std::optional(*std::move(proven));
}

runtime::Task<Result<void>> JsonRpcNode::spot_check(
    Hash32 hash, const eth::LogFilter& filter, const std::vector<BlockLogs>& range
) {
    const auto whole = co_await block(hash, filter);
    if (!whole) {
        // An endpoint that no longer has receipts of so old a block proves nothing either way.
        co_return whole.error().code() == Code::kMalformed ? Result<void>(whole.error())
                                                           : Result<void>();
    }
    const auto group = std::ranges::find(range, whole->header.ref, &BlockLogs::ref);
    const std::size_t came = group == range.end() ? 0 : group->logs.size();
    if (group == range.end() ? !whole->logs.empty() : group->logs != whole->logs) {
        co_return named(about(
            Code::kMalformed,
            "eth_getLogs",
            "verification: block " + whole->header.ref.text() + " has " +
                std::to_string(whole->logs.size()) + " logs of those asked for, but " +
                std::to_string(came) + " came with its range"
        ));
    }
    co_return Result<void>();
}

}  // namespace faultline::rpc
