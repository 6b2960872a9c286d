// SPDX-License-Identifier: Apache-2.0
// What ilks are tokens of, and whether the listed urns have all that there is of them.
#include "core/protocols/maker/collateral.hpp"
#include "core/protocols/maker/joins.hpp"
#include "core/protocols/maker/market_reading.hpp"
#include "core/protocols/maker/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace faultline::maker {
namespace {

constexpr unsigned kWadDecimals = 18;

/// In units of the gem; nullopt where one of them is not answered.
std::optional<U256> held_by_joins(const std::vector<GemClaim>& claims, const eth::Block& told) {
    std::optional<U256> sum = U256();
    for (const GemClaim& claim : claims) {
        const auto held =
            answered_word(told, view_read(claim.gem, View::kBalanceOf, {word_of(claim.join)}));
        sum = sum && held ? checked_add(*sum, *held) : std::nullopt;
    }
    return sum;
}

}  // namespace

std::vector<Address> MakerReading::join_candidates() const {
    std::set<Address> out(config_.joins.begin(), config_.joins.end());
    for (const protocol::Holder& holder : options_.holders) {
        if (holder.part == ward_part()) {
            out.insert(holder.account);
        }
    }
    return {out.begin(), out.end()};
}

void MakerReading::plan_joins() {
    for (const Address& join : join_candidates()) {
        calls_.push_back(view_read(config_.vat, View::kWards, {word_of(join)}));
        for (eth::Read& read : join_reads(join)) {
            calls_.push_back(std::move(read));
        }
    }
}

void MakerReading::take_joins(const std::vector<eth::ReadAnswer>& answers) {
    eth::Block told;
    told.reads = answers;
    for (const Address& join : join_candidates()) {
        const auto ward =
            answered_word(told, view_read(config_.vat, View::kWards, {word_of(join)}));
        const bool configured = std::ranges::find(config_.joins, join) != config_.joins.end();
        if (configured || (ward && !ward->is_zero())) {
            tables_.joins.put(contract(join), join_answers(join, told));
        } else {
            tables_.joins.erase(contract(join));
        }
    }
}

bool MakerReading::saw_init(const Hash32& ilk) const {
    return std::binary_search(
        options_.holders.begin(),
        options_.holders.end(),
        protocol::Holder{.account = everybody(), .part = ilk}
    );
}

void MakerReading::plan_gems() {
    const auto claims = gem_claims(tables_, market());
    for (const Hash32& ilk : ilks_) {
        const auto found = claims.find(ilk);
        if (found == claims.end() || saw_init(ilk) || !agreed_gem(found->second).ok()) {
            continue;
        }
        for (const GemClaim& claim : found->second) {
            calls_.push_back(view_read(claim.gem, View::kBalanceOf, {word_of(claim.join)}));
        }
    }
}

void MakerReading::take_gems(const std::vector<eth::ReadAnswer>& answers) {
    eth::Block told;
    told.reads = answers;
    for (const auto& [ilk, claims] : gem_claims(tables_, market())) {
        const Figure<IlkGem> gem = agreed_gem(claims);
        const auto held = gem.ok() && !saw_init(ilk) ? held_by_joins(claims, told) : std::nullopt;
        const auto wads =
            held ? checked_mul(*held, pow10(kWadDecimals - gem.value.decimals)) : std::nullopt;
        if (wads) {
            in_joins_wad_[ilk] = *wads;
        }
    }
}

void MakerReading::sum_collateral() {
    maker::sum_collateral(tables_, market(), options_.block.number);
    for (const Hash32& ilk : ilks_) {
        const IlkKey key{.market = market(), .ilk = ilk};
        const CollateralRow* row = tables_.collaterals.find(key);
        const auto sum =
            row != nullptr ? checked_add(row->ink_wad, row->gem_wad) : std::optional(U256());
        const auto held = in_joins_wad_.find(ilk);
        // Urns that are missing would have something in the joins, too.
        const bool is_all = held != in_joins_wad_.end() && sum == held->second;
        if (is_all || saw_init(ilk)) {
            tables_.collateral_doubts.erase(key);
        } else {
            tables_.collateral_doubts.put(key, {.read_at = options_.block.number});
        }
    }
}

}  // namespace faultline::maker
