// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/reads.hpp"
#include "core/protocols/aave/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/interest.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/revisions.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>
#include <faultline/core/protocols/aave/views.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::aave {
namespace {

using Answer = Figure<ViewFigure>;

Answer words(std::vector<std::optional<U256>> all) {
    return Answer::of({.words = std::move(all)});
}

Answer word(const std::optional<U256>& one) {
    return one ? words({one})
               : Answer::without(FigureStatus::kError, "the contract's own view overflows");
}

/// What a scaled balance comes to: an aToken rounds down, a debt token up.
std::optional<U256> actual_balance(
    const ReserveRow& row, bool a_token, const U256& scaled, UnixSeconds now
) {
    const auto index = a_token ? normalized_income_ray(row, now) : normalized_debt_ray(row, now);
    if (!index) {
        return std::nullopt;
    }
    return a_token ? ray_mul_floor(scaled, *index) : ray_mul_ceil(scaled, *index);
}

Answer no_figure(BytesView call_data) {
    return Answer::without(FigureStatus::kNoData, "no figure for " + call_name(call_data));
}

U256 address_word(const Address& address) {
    return U256::from_be_bytes(address.view());
}

/// ReserveConfigurationMap: bit positions of aave-v3-origin 3.6.0 ReserveConfiguration.sol.
U256 config_word(const ReserveConfig& config) {
    U256 out;
    const auto put = [&](unsigned at, unsigned width, const U256& value) {
        for (unsigned bit = 0; bit < width; ++bit) {
            out.set_bit(at + bit, value.bit(bit));
        }
    };
    put(0, 16, U256(config.ltv_bps));
    put(16, 16, U256(config.liquidation_threshold_bps));
    put(32, 16, U256(config.liquidation_bonus_bps));
    put(48, 8, U256(config.decimals));
    put(56, 1, U256(config.active ? 1 : 0));
    put(57, 1, U256(config.frozen ? 1 : 0));
    put(58, 1, U256(config.borrowing ? 1 : 0));
    put(60, 1, U256(config.paused ? 1 : 0));
    put(61, 1, U256(config.borrowable_in_isolation ? 1 : 0));
    put(62, 1, U256(config.siloed_borrowing ? 1 : 0));
    put(63, 1, U256(config.flash_loans ? 1 : 0));
    put(64, 16, U256(config.reserve_factor_bps));
    put(80, 36, config.borrow_cap_tokens);
    put(116, 36, config.supply_cap_tokens);
    put(152, 16, U256(config.liquidation_protocol_fee_bps));
    put(212, 40, config.debt_ceiling_cents);
    put(252, 1, U256(1));  // Virtual accounting: of every reserve since 3.4.
    return out;
}

}  // namespace

struct Views::Call {
    View view = View::kNone;
    BytesView data;

    /// The only argument.
    [[nodiscard]] U256 argument() const { return U256::from_be_bytes(data.last(kWord)); }

    [[nodiscard]] Address address() const { return Address::from_bytes(data.last(Address::kSize)); }

    [[nodiscard]] bool has_argument() const { return data.size() == kSelector + kWord; }
};

Views::Views(
    const Tables& tables, const MarketConfig& config, MarketId market, const eth::Header& at
)
    : tables_(tables),
      config_(config),
      market_(market),
      time_(at.timestamp),
      valuation_(tables, market, at.ref.number, at.timestamp) {}

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

/// The word is 0 since isolation mode went with 3.7, whatever it was before the upgrade.
U256 Views::isolation_debt_cents(const ReserveRow& reserve) const {
    const MarketRow* market = tables_.markets.find({market_});
    return market->pool_revision >= kRevisionV37 ? U256() : reserve.isolation_debt_cents;
}

UserRow Views::user(const Address& account) const {
    const UserRow* found = tables_.users.find({.market = market_, .account = account});
    return found == nullptr ? UserRow{} : *found;
}

Answer Views::of_pool(const Call& call) const {
    if (call.view == View::kPoolRevision) {
        return word(U256(tables_.markets.find({market_})->pool_revision));
    }
    if (!call.has_argument()) {
        return no_figure(call.data);
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
                bits.set_bit(2 * id, row.debt_bits.bit(id));
                bits.set_bit((2 * id) + 1, row.collateral_bits.bit(id));
            }
            return word(bits);
        }
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

Answer Views::of_emode(const Call& call) const {
    const U256 category = call.argument();
    const EModeRow* found =
        category > U256(UINT8_MAX)
            ? nullptr
            : tables_.emodes.find(
                  {.market = market_, .category = static_cast<std::uint8_t>(category.low_u64())}
              );
    const EModeRow row = found == nullptr ? EModeRow{} : *found;
    switch (call.view) {
        case View::kEModeIsolated:
            return word(U256(row.isolated ? 1 : 0));
        case View::kEModeCollateralConfig:
            return words(
                {U256(row.ltv_bps),
                 U256(row.liquidation_threshold_bps),
                 U256(row.liquidation_bonus_bps)}
            );
        case View::kEModeCollateralBits:
            return word(row.collateral_bits);
        case View::kEModeBorrowableBits:
            return word(row.borrowable_bits);
        default:
            return word(row.ltv_zero_bits);
    }
}

Answer Views::of_reserve(const Call& call) const {
    const ContractRow* asset =
        tables_.contracts.find({.market = market_, .address = call.address()});
    const ReserveRow* reserve =
        asset == nullptr || asset->role != ContractRole::kAsset
            ? nullptr
            : tables_.reserves.find({.market = market_, .reserve = asset->reserve});
    if (reserve == nullptr) {
        return Answer::without(FigureStatus::kNoData, "an asset that was never listed");
    }
    switch (call.view) {
        case View::kConfiguration:
            return word(config_word(reserve->config));
        case View::kReserveData:
            return words(
                {config_word(reserve->config),
                 reserve->liquidity_index_ray,
                 reserve->liquidity_rate_ray,
                 reserve->variable_borrow_index_ray,
                 reserve->variable_borrow_rate_ray,
                 U256(),  // currentStableBorrowRate, gone since 3.2
                 U256(reserve->last_update.value),
                 U256(asset->reserve),
                 address_word(reserve->a_token),
                 address_word(tables_.markets.find({market_})->mock_stable_token),
                 address_word(reserve->v_token),
                 address_word(reserve->strategy),
                 reserve->treasury_unknown ? std::nullopt
                                           : std::optional(reserve->accrued_to_treasury),
                 U256(),  // unbacked, gone since 3.4
                 isolation_debt_cents(*reserve)}
            );
        case View::kNormalizedIncome:
            return word(normalized_income_ray(*reserve, time_));
        case View::kNormalizedDebt:
            return word(normalized_debt_ray(*reserve, time_));
        case View::kDeficit:
            return word(reserve->deficit);
        case View::kVirtualBalance:
            return word(reserve->virtual_underlying_balance);
        case View::kGracePeriod:
            return word(U256(reserve->config.liquidation_grace_until_s));
        default:
            return no_figure(call.data);
    }
}

Answer Views::of_token(const Call& call, const ContractRow& token) const {
    const ReserveRow* reserve =
        tables_.reserves.find({.market = market_, .reserve = token.reserve});
    if (reserve == nullptr) {
        return Answer::without(FigureStatus::kNoData, "a token of a reserve that was dropped");
    }
    const bool a_token = token.role == ContractRole::kAToken;
    const U256& scaled_total = a_token ? reserve->scaled_supply : reserve->scaled_debt;
    if (call.view == View::kScaledSupply) {
        return word(scaled_total);
    }
    if (call.view == View::kSupply) {
        return word(actual_balance(*reserve, a_token, scaled_total, time_));
    }
    if (!call.has_argument() ||
        (call.view != View::kScaledBalance && call.view != View::kBalance)) {
        return no_figure(call.data);
    }
    const PositionRow* found = tables_.positions.find(
        {.market = market_, .account = call.address(), .reserve = token.reserve}
    );
    const PositionRow held = found == nullptr ? PositionRow{} : *found;
    const U256& scaled = a_token ? held.scaled_supply : held.scaled_debt;
    return word(
        call.view == View::kScaledBalance ? scaled
                                          : actual_balance(*reserve, a_token, scaled, time_)
    );
}

Answer Views::prices(const eth::Read& read) const {
    const auto price_of = [&](const Address& asset) {
        const ContractRow* row = tables_.contracts.find({.market = market_, .address = asset});
        return row == nullptr || row->role != ContractRole::kAsset
                   ? Figure<U256>::without(FigureStatus::kNoData, "an asset that was never listed")
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
