// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

/// Keys of what the engine stores beside rows.
namespace faultline::engine::keys {

inline Bytes text(std::string_view name) {
    return {name.begin(), name.end()};
}

/// kMeta: sequence number of the next outbox row.
inline Bytes next_outbox() {
    return text("engine/next_outbox");
}

/// kMeta: how far a bootstrap has come; absent when there is none under way.
inline Bytes bootstrap() {
    return text("engine/bootstrap");
}

inline constexpr std::string_view kBootstrapHolderPrefix = "engine/bootstrap/holder/";

/// kMeta: the holders of a market that a bootstrap is to read, in order.
inline Bytes bootstrap_holders(protocol::MarketId market) {
    Bytes key = text(kBootstrapHolderPrefix);
    const Bytes suffix = ledger::encode(market);
    key.insert(key.end(), suffix.begin(), suffix.end());
    return key;
}

inline Bytes bootstrap_holder(protocol::MarketId market, const protocol::Holder& holder) {
    Bytes key = bootstrap_holders(market);
    const Bytes suffix = ledger::encode(holder);
    key.insert(key.end(), suffix.begin(), suffix.end());
    return key;
}

inline constexpr std::string_view kOrphanPrefix = "engine/orphaned/";

/// kMeta: how often this block was applied and taken back.
inline Bytes orphaned(const eth::BlockRef& ref) {
    Bytes key = text(kOrphanPrefix);
    const Bytes suffix = ledger::encode(ref);
    key.insert(key.end(), suffix.begin(), suffix.end());
    return key;
}

/// kUndo: by height.
inline Bytes undo(eth::BlockNum number) {
    return ledger::encode(number);
}

/// kBlocks: by height.
inline Bytes kept(eth::BlockNum number) {
    return ledger::encode(number);
}

/// kGraph: rows of the exposure graph at that block, by height.
inline Bytes graph(eth::BlockNum number) {
    ledger::Encoder encoder;
    encoder.put(std::uint8_t{1});
    encoder.put(number);
    return encoder.take();
}

/// kGraph: what is told of those rows, by height; before all of them.
inline Bytes graph_index(eth::BlockNum number) {
    ledger::Encoder encoder;
    encoder.put(std::uint8_t{0});
    encoder.put(number);
    return encoder.take();
}

/// nullopt for any other key.
inline std::optional<eth::BlockNum> graph_index_of(BytesView key) {
    if (key.empty() || key.front() != 0) {
        return std::nullopt;
    }
    const auto number = ledger::decode<eth::BlockNum>(key.subspan(1));
    return number ? std::optional(*number) : std::nullopt;
}

/// kOutbox: in the order of commits.
inline Bytes outbox(std::uint64_t sequence) {
    return ledger::encode(sequence);
}

/// kRows: table, then the row's own key.
class Row {
  public:
    /// Valid until the next call; a Row that is used again allocates nothing.
    BytesView of(ledger::TableId table, BytesView key) {
        encoder_.clear();
        encoder_.put(table);
        encoder_.append(key);
        return encoder_.view();
    }

  private:
    ledger::Encoder encoder_;
};

/// A row as it is now; nullopt when it is gone.
inline void put_row(store::Batch& batch, BytesView key, std::optional<BytesView> value) {
    if (value) {
        batch.put(store::Family::kRows, key, *value);
    } else {
        batch.erase(store::Family::kRows, key);
    }
}

}  // namespace faultline::engine::keys
