// SPDX-License-Identifier: Apache-2.0
#include "engine/keys.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/engine/adoption.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

/// Visits the keys that begin so, without that beginning.
Result<void> scan_prefix(
    const store::Store& store, const Bytes& prefix, const std::function<void(BytesView)>& visit
) {
    return store.scan(store::Family::kMeta, prefix, [&](BytesView key, BytesView) {
        if (key.size() < prefix.size() || !std::ranges::equal(key.first(prefix.size()), prefix)) {
            return false;
        }
        visit(key.subspan(prefix.size()));
        return true;
    });
}

}  // namespace

Result<std::optional<BootstrapMark>> bootstrap_mark(const store::Store& store) {
    FAULTLINE_TRY(const auto stored, store.get(store::Family::kMeta, keys::bootstrap()));
    if (!stored) {
        return std::optional<BootstrapMark>();
    }
    FAULTLINE_TRY(BootstrapMark mark, ledger::decode<BootstrapMark>(*stored));
    return std::optional(mark);
}

void put_mark(store::Batch& batch, const BootstrapMark& mark) {
    batch.put(store::Family::kMeta, keys::bootstrap(), ledger::encode(mark));
}

void put_rows(store::Batch& batch, const std::vector<ledger::RowChange>& rows) {
    keys::Row key;
    for (const ledger::RowChange& row : rows) {
        keys::put_row(batch, key.of(row.table, row.key), row.after);
    }
}

void put_holder(store::Batch& batch, protocol::MarketId market, const protocol::Holder& holder) {
    batch.put(store::Family::kMeta, keys::bootstrap_holder(market, holder), {});
}

Result<std::vector<protocol::Holder>> bootstrap_holders(
    const store::Store& store, protocol::MarketId market
) {
    std::vector<protocol::Holder> out;
    Result<void> result;
    FAULTLINE_TRY_VOID(scan_prefix(store, keys::bootstrap_holders(market), [&](BytesView key) {
        auto holder = ledger::decode<protocol::Holder>(key);
        if (holder) {
            out.push_back(*holder);
        } else {
            result = std::move(holder).error().context("a holder that is to be read");
        }
    }));
    FAULTLINE_TRY_VOID(std::move(result));
    return out;
}

Result<void> adopt(const store::Store& store, store::Batch& batch, const BootstrapMark& mark) {
    put_rows(batch, {Fold::tip_row({.ref = mark.block, .timestamp = mark.timestamp})});
    const UndoRecord nothing{.ref = mark.block, .changes = {}, .transitions = {}};
    batch.put(store::Family::kUndo, keys::undo(mark.block.number), ledger::encode(nothing));
    batch.erase(store::Family::kMeta, keys::bootstrap());
    return forget_holders(store, batch);
}

Result<void> forget_holders(const store::Store& store, store::Batch& batch) {
    const Bytes prefix = keys::text(keys::kBootstrapHolderPrefix);
    return scan_prefix(store, prefix, [&](BytesView rest) {
        Bytes key = prefix;
        key.insert(key.end(), rest.begin(), rest.end());
        batch.erase(store::Family::kMeta, key);
    });
}

Result<void> forget_rows(const store::Store& store, store::Batch& batch) {
    return store.scan(store::Family::kRows, {}, [&](BytesView key, BytesView) {
        batch.erase(store::Family::kRows, key);
        return true;
    });
}

}  // namespace faultline::engine
