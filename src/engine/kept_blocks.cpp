// SPDX-License-Identifier: Apache-2.0
#include "engine/keys.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/engine/kept_blocks.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

/// Rows of the batch that pruning may add to; more than one a block, so a smaller setting is
/// reached.
constexpr std::size_t kMostPruned = 64;

struct KeptLog {
    Address address;
    std::vector<Hash32> topics;
    Bytes data;
    Hash32 tx_hash;
    std::uint32_t tx_index = 0;
    std::uint32_t log_index = 0;

    auto fields(this auto& self) {
        return std::tie(
            self.address, self.topics, self.data, self.tx_hash, self.tx_index, self.log_index
        );
    }
};

struct KeptAnswer {
    Address to;
    Bytes data;
    eth::ReadOutcome outcome = eth::ReadOutcome::kReturned;
    Bytes result;
    Address from;

    auto fields(this auto& self) {
        return std::tie(self.to, self.data, self.outcome, self.result, self.from);
    }
};

struct KeptBlock {
    /// Of this layout. A block that is kept is a copy of what can be had again, so a newer layout
    /// need not read an older one.
    std::uint8_t layout = 3;
    eth::BlockRef ref;
    Hash32 parent;
    UnixSeconds timestamp;
    std::optional<U256> base_fee_wei;
    std::vector<KeptLog> logs;
    std::vector<KeptAnswer> reads;
    std::vector<std::string> endpoints;
    std::vector<std::string> checks;
    std::string doubt;
    std::uint8_t finality = 0;
    bool live = true;

    auto fields(this auto& self) {
        return std::tie(
            self.layout,
            self.ref,
            self.parent,
            self.timestamp,
            self.base_fee_wei,
            self.logs,
            self.reads,
            self.endpoints,
            self.checks,
            self.doubt,
            self.finality,
            self.live
        );
    }
};

/// The lowest block kept at or above `from`.
Result<std::optional<eth::BlockNum>> first_kept(const store::Store& store, eth::BlockNum from) {
    std::optional<eth::BlockNum> first;
    Result<void> damaged;
    const auto visit = [&](BytesView key, BytesView /*value*/) {
        const auto number = ledger::decode<eth::BlockNum>(key);
        if (number) {
            first = *number;
        } else {
            damaged = Error(number.error()).context("the key of a kept block");
        }
        return false;
    };
    FAULTLINE_TRY_VOID(store.scan(store::Family::kBlocks, keys::kept(from), visit));
    FAULTLINE_TRY_VOID(std::move(damaged));
    return first;
}

eth::Block block_of(const KeptBlock& kept) {
    eth::Block block;
    block.header = {
        .ref = kept.ref,
        .parent = kept.parent,
        .timestamp = kept.timestamp,
        .base_fee_wei = kept.base_fee_wei
    };
    for (const KeptLog& log : kept.logs) {
        block.logs.add(
            {.address = log.address,
             .topics = log.topics,
             .data = log.data,
             .tx_hash = log.tx_hash,
             .tx_index = log.tx_index,
             .log_index = log.log_index}
        );
    }
    for (const KeptAnswer& answer : kept.reads) {
        block.reads.push_back(
            {.read = {.to = answer.to, .data = answer.data, .from = answer.from},
             .outcome = answer.outcome,
             .result = answer.result}
        );
    }
    block.evidence.endpoints = kept.endpoints;
    block.evidence.checks = kept.checks;
    block.evidence.doubt = kept.doubt;
    block.evidence.finality = static_cast<eth::Finality>(kept.finality);
    block.live = kept.live;
    return block;
}

Bytes encode_kept(const eth::Block& block) {
    KeptBlock kept;
    kept.ref = block.ref();
    kept.parent = block.header.parent;
    kept.timestamp = block.header.timestamp;
    kept.base_fee_wei = block.header.base_fee_wei;
    kept.logs.reserve(block.logs.size());
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        kept.logs.push_back(
            {.address = log.address,
             .topics = {log.topics.begin(), log.topics.end()},
             .data = {log.data.begin(), log.data.end()},
             .tx_hash = log.tx_hash,
             .tx_index = log.tx_index,
             .log_index = log.log_index}
        );
    }
    for (const eth::ReadAnswer& answer : block.reads) {
        kept.reads.push_back(
            {.to = answer.read.to,
             .data = answer.read.data,
             .outcome = answer.outcome,
             .result = answer.result,
             .from = answer.read.from}
        );
    }
    kept.endpoints = block.evidence.endpoints;
    kept.checks = block.evidence.checks;
    kept.doubt = block.evidence.doubt;
    kept.finality = static_cast<std::uint8_t>(block.evidence.finality);
    kept.live = block.live;
    return ledger::encode(kept);
}

}  // namespace

Result<void> KeptBlocks::load(const store::Store& store) {
    FAULTLINE_TRY(oldest_, first_kept(store, 0));
    return {};
}

void KeptBlocks::applied(store::Batch& batch, const eth::Block& block) {
    const eth::BlockNum number = block.ref().number;
    if (keep_.newest == KeepBlocks::kAll || (keep_.newest != 0 && block.live)) {
        batch.put(store::Family::kBlocks, keys::kept(number), encode_kept(block));
        oldest_ = std::min(oldest_.value_or(number), number);
    }
    for (std::size_t i = 0; i < kMostPruned && oldest_ && *oldest_ <= number; ++i) {
        if (number - *oldest_ < keep_.newest) {
            break;
        }
        batch.erase(store::Family::kBlocks, keys::kept(*oldest_));
        ++*oldest_;
    }
}

void KeptBlocks::reverted(store::Batch& batch, eth::BlockNum number) const {
    if (oldest_ && number >= *oldest_) {
        batch.erase(store::Family::kBlocks, keys::kept(number));
    }
}

Result<std::optional<KeptRange>> kept_range(const store::Store& store) {
    FAULTLINE_TRY(const auto first, first_kept(store, 0));
    if (!first) {
        return std::optional<KeptRange>();
    }
    // A store is read forwards only. The last key is found by asking what lies at or behind a
    // number, which halves what is left each time.
    eth::BlockNum last = *first;
    eth::BlockNum most = std::numeric_limits<eth::BlockNum>::max();
    while (last < most) {
        const eth::BlockNum middle = last + ((most - last) / 2) + 1;
        FAULTLINE_TRY(const auto found, first_kept(store, middle));
        if (found) {
            last = *found;
        } else {
            most = middle - 1;
        }
    }
    return std::optional(KeptRange{.first = *first, .last = last});
}

Result<bool> can_take_back(const store::Store& store, eth::BlockNum number) {
    FAULTLINE_TRY(const auto undo, store.get(store::Family::kUndo, keys::undo(number)));
    return undo.has_value();
}

Result<eth::Block> kept_block(const store::Store& store, eth::BlockNum number) {
    FAULTLINE_TRY(const auto bytes, store.get(store::Family::kBlocks, keys::kept(number)));
    if (!bytes) {
        return Error(Code::kMissing, "block " + std::to_string(number) + " is not kept");
    }
    auto kept = ledger::decode<KeptBlock>(*bytes);
    const bool whole = kept && kept->layout == KeptBlock{}.layout && kept->ref.number == number &&
                       kept->finality <= static_cast<std::uint8_t>(last_of(eth::Finality{}));
    if (!whole) {
        return Error(Code::kCorrupt, "the copy of block " + std::to_string(number) + " is damaged")
            .advise("replay a range without it");
    }
    return block_of(*kept);
}

}  // namespace faultline::engine
