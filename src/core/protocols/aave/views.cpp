// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/reads.hpp"
#include "core/protocols/aave/valuation_sums.hpp"
#include "core/protocols/aave/view_answer.hpp"
#include "core/protocols/aave/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>
#include <faultline/core/protocols/aave/views.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline::aave {
namespace {

/// Whether the pool of that generation has the view, as far as the rows tell.
bool pool_has(Generation generation, View view) {
    switch (view) {
        case View::kUserAccountData:
        case View::kUserConfiguration:
        case View::kConfiguration:
        case View::kReserveData:
        case View::kNormalizedIncome:
        case View::kNormalizedDebt:
        case View::kReservesList:
            return true;
        case View::kLendingPoolRevision:
        case View::kPaused:
            return generation == Generation::kV2;
        default:
            return generation == Generation::kV3;
    }
}

}  // namespace

Views::Views(
    const Tables& tables,
    const MarketConfig& config,
    MarketId market,
    const eth::Header& at,
    Trust trust
)
    : tables_(tables),
      config_(config),
      market_(market),
      time_(at.timestamp),
      rules_(rules_in_force(tables.markets.find({market}))),
      valuation_(tables, market, at.ref.number, at.timestamp, trust) {}

std::optional<Answer> Views::answer(const eth::Read& read) const {
    const MarketRow* market = tables_.markets.find({market_});
    const bool to_oracle = read.to == (market == nullptr ? config_.oracle : market->oracle);
    const ContractRow* token = tables_.contracts.find({.market = market_, .address = read.to});
    const bool to_token = token != nullptr && token->role != ContractRole::kAsset;
    if (read.to != config_.pool && !to_oracle && !to_token) {
        return std::nullopt;
    }
    const KnownView* known = find_view(read.data);
    if (known == nullptr) {
        return no_figure(read.data);
    }
    if (!valuation_.usable().ok()) {
        return Answer::without(valuation_.usable().status, valuation_.usable().reason);
    }
    const Call call{.view = known->view, .data = read.data};
    if (to_oracle) {
        return prices(read);
    }
    return to_token ? of_token(call, *token) : of_pool(call);
}

bool Views::is_unfollowed(ReserveId id) const {
    const ReserveRow* row = tables_.reserves.find({.market = market_, .reserve = id});
    return row != nullptr && row->unfollowed;
}

UserRow Views::user(const Address& account) const {
    const UserRow* found = tables_.users.find({.market = market_, .account = account});
    return found == nullptr ? UserRow{} : *found;
}

/// The views without an argument.
Answer Views::of_market(const Call& call) const {
    const MarketRow& market = *tables_.markets.find({market_});
    const auto fee = [](const std::optional<std::uint16_t>& bps) {
        return bps ? word(U256(*bps))
                   : Answer::without(FigureStatus::kNoData, "it was set before what was followed");
    };
    switch (call.view) {
        case View::kPoolRevision:
        case View::kLendingPoolRevision:
            return word(U256(market.pool_revision));
        case View::kPaused:
            return word(U256(market.paused ? 1 : 0));
        case View::kFlashPremium:
            return fee(market.flash_premium_bps);
        case View::kFlashPremiumToProtocol:
            return fee(market.flash_premium_to_protocol_bps);
        case View::kBridgeFee:
            return fee(market.bridge_fee_bps);
        case View::kReservesList: {
            Answer out = Answer::of({.words = {U256()}, .array = true});
            for (ReserveId id = 0; id < market.reserve_count; ++id) {
                if (const ReserveRow* row =
                        tables_.reserves.find({.market = market_, .reserve = id})) {
                    out.value.words.emplace_back(address_word(row->asset));
                }
            }
            out.value.words.front() = U256(out.value.words.size() - 1);
            return out;
        }
        default:
            return no_figure(call.data);
    }
}

Answer Views::of_pool(const Call& call) const {
    if (!pool_has(rules_.generation, call.view)) {
        return no_figure(call.data);
    }
    if (!call.has_argument()) {
        return of_market(call);
    }
    switch (call.view) {
        case View::kUserAccountData: {
            const Figure<AccountData> data = valuation_.account(call.address());
            if (!data.ok()) {
                return Answer::without(data.status, data.reason);
            }
            return words(
                {data.value.total_collateral_base,
                 data.value.total_debt_base,
                 data.value.available_borrows_base,
                 data.value.current_liquidation_threshold_bps,
                 data.value.ltv_bps,
                 data.value.health_factor_wad}
            );
        }
        case View::kUserEMode:
            return word(U256(user(call.address()).emode));
        case View::kUserConfiguration: {
            const UserRow row = user(call.address());
            U256 bits;
            for (unsigned id = 0; id < kMaxReserves; ++id) {
                if (is_unfollowed(static_cast<ReserveId>(id)) &&
                    (row.debt_bits.bit(id) || row.collateral_bits.bit(id))) {
                    return Answer::without(
                        FigureStatus::kNoData, unfollowed_text(static_cast<ReserveId>(id))
                    );
                }
                bits.set_bit(2 * id, row.debt_bits.bit(id));
                bits.set_bit((2 * id) + 1, row.collateral_bits.bit(id));
            }
            return word(bits);
        }
        case View::kEModeCategoryData:
        case View::kEModeCollateralConfig:
        case View::kEModeCollateralBits:
        case View::kEModeBorrowableBits:
        case View::kEModeLtvZeroBits:
        case View::kEModeIsolated:
            return of_emode(call);
        default:
            return of_reserve(call);
    }
}

Answer Views::prices(const eth::Read& read) const {
    const auto price_of = [&](const Address& asset) {
        const ContractRow* row = tables_.contracts.find({.market = market_, .address = asset});
        return row == nullptr || row->role != ContractRole::kAsset
                   ? valuation_.category_price(asset)
                   : valuation_.price(row->reserve);
    };
    if (find_view(read.data)->view == View::kAssetPrice && read.data.size() == kSelector + kWord) {
        const Figure<U256> price =
            price_of(Address::from_bytes(BytesView(read.data).last(Address::kSize)));
        return price.ok() ? word(price.value) : Answer::without(price.status, price.reason);
    }
    const auto assets = prices_asked(read);
    if (!assets) {
        return no_figure(read.data);
    }
    Answer out = Answer::of({.words = {U256(assets->size())}, .array = true});
    for (const Address& asset : *assets) {
        const Figure<U256> price = price_of(asset);
        if (!price.ok()) {
            return Answer::without(price.status, price.reason);
        }
        out.value.words.emplace_back(price.value);
    }
    return out;
}

}  // namespace faultline::aave
