// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/move.hpp>
#include <faultline/core/protocol/activity.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/seizure.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/engine/movers.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

bool is_within(const Mover& mover, std::uint64_t seconds, UnixSeconds at) {
    return mover.at.value + seconds > at.value;
}

/// Where what an activity says is kept; nullopt: it is no liquidation, or nobody's, or has no
/// value.
std::optional<MoverKey> key_of(const protocol::Incident& incident) {
    if (!incident.activity || incident.activity->account.is_zero() ||
        !incident.activity->value.ok()) {
        return std::nullopt;
    }
    const protocol::Activity& activity = *incident.activity;
    if (activity.event == "liquidation") {
        return MoverKey{.market = incident.market, .moved = Moved::kLiquidated, .part = {}};
    }
    const auto part = activity.event == protocol::kSeized
                          ? Hash32::from_hex(activity.detail)
                          : Result<Hash32>(Error(Code::kMissing, ""));
    return part ? std::optional(
                      MoverKey{.market = incident.market, .moved = Moved::kSeized, .part = *part}
                  )
                : std::nullopt;
}

}  // namespace

void Movers::took(
    const std::vector<graph::Move>& moves,
    const std::vector<protocol::Incident>& incidents,
    const eth::Block& block
) {
    std::map<std::pair<MoverKey, protocol::Holder>, U256> sums;
    const auto add = [&](const MoverKey& key, const protocol::Holder& holder, const U256& amount) {
        U256& sum = sums[{key, holder}];
        sum = checked_add(sum, amount).value_or(sum);
    };
    for (const graph::Move& move : moves) {
        const Moved moved = move.owed ? Moved::kBorrowed : Moved::kLeft;
        add({.market = move.market, .moved = moved, .part = move.part}, move.holder, move.units);
    }
    for (const protocol::Incident& incident : incidents) {
        if (const auto key = key_of(incident)) {
            const protocol::Activity& activity = *incident.activity;
            add(*key, {.account = activity.account, .part = {}}, activity.value.value.magnitude());
        }
    }
    for (const auto& [of, amount] : sums) {
        keep(
            of.first,
            {.holder = of.second,
             .amount = amount,
             .number = block.ref().number,
             .at = block.header.timestamp}
        );
    }
}

void Movers::keep(MoverKey key, const Mover& mover) {
    for (std::size_t i = 0; i < std::size(kHorizons); ++i) {
        key.horizon = static_cast<std::uint8_t>(i);
        const MoverRow* kept = rows_.find(key);
        const auto is_kept = [&](const Mover& one) {
            return is_within(one, kHorizons[i], mover.at);
        };
        if (kept != nullptr && kept->largest.size() == kKept &&
            mover.amount <= kept->largest.back().amount &&
            std::ranges::all_of(kept->largest, is_kept)) {
            continue;
        }
        std::vector<Mover> largest;
        if (kept != nullptr) {
            std::ranges::copy_if(kept->largest, std::back_inserter(largest), is_kept);
        }
        const auto place = std::ranges::find_if(largest, [&mover](const Mover& one) {
            return one.amount < mover.amount;
        });
        largest.insert(place, mover);
        if (largest.size() > kKept) {
            largest.pop_back();
        }
        rows_.put(key, {.largest = std::move(largest)});
    }
}

std::vector<Movers::Sum> Movers::within(
    protocol::MarketId market,
    Moved moved,
    const Hash32& part,
    const signals::Range& window,
    eth::BlockNum number,
    UnixSeconds at
) const {
    const bool in_blocks = window.unit == signals::RangeUnit::kBlocks;
    // How long blocks take is not known; a window has 300 at most, an hour of Ethereum's.
    const std::uint64_t seconds = in_blocks ? kHorizons[1] : std::uint64_t{window.length};
    std::uint8_t horizon = 0;
    while (horizon + 1U < std::size(kHorizons) && kHorizons[horizon] < seconds) {
        ++horizon;
    }
    const MoverRow* row =
        rows_.find({.market = market, .moved = moved, .part = part, .horizon = horizon});
    std::map<protocol::Holder, U256> sums;
    for (const Mover& one : row == nullptr ? std::vector<Mover>() : row->largest) {
        const bool counts =
            in_blocks ? one.number + window.length > number : is_within(one, window.length, at);
        if (counts) {
            U256& sum = sums[one.holder];
            sum = checked_add(sum, one.amount).value_or(sum);
        }
    }
    std::vector<Sum> out;
    out.reserve(sums.size());
    for (const auto& [holder, amount] : sums) {
        out.push_back({.holder = holder, .amount = amount});
    }
    return out;
}

}  // namespace faultline::engine
