// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/events.hpp"
#include "sim/log_writer.hpp"
#include "sim/market_model.hpp"

#include <faultline/base/fixed_point.hpp>
#include <faultline/core/eth/keccak.hpp>

#include <algorithm>
#include <span>

namespace faultline::sim {

namespace {

constexpr std::uint64_t kPoolRevision = 10;  // Aave 3.6
constexpr std::size_t kStable = 2;

U256 part(const U256& whole, std::uint64_t percent) {
    return mul_div_floor(whole, percent, 100).value_or(U256());
}

void append_word(Bytes& out, const U256& value) {
    const auto word = value.to_be_bytes();
    out.insert(out.end(), word.begin(), word.end());
}

bool calls(BytesView data, const Hash32& selector_digest) {
    return data.size() >= 4 && std::ranges::equal(data.first(4), selector_digest.view().first(4));
}

/// Contracts that are none of ours but emit the same topics: any other Aave market.
void stranger(LogWriter& logs, runtime::Random& random) {
    namespace events = aave::events;
    Address other;
    other.bytes[0] = 0xee;
    other.bytes[19] = static_cast<std::uint8_t>(random.below(4));
    logs.begin_transaction();
    logs.emit<events::Mint>(other, {other, other, U256(random.next()), U256(), ray()});
    const std::array unwatched{eth::keccak256("Transfer(address,address,uint256)")};
    logs.add(other, unwatched, {});
}

}  // namespace

void MarketModel::live(LogWriter& logs, UnixSeconds now, runtime::Random& random) {
    move_prices(random);
    const std::uint64_t actions = random.below(4);
    for (std::uint64_t i = 0; i < actions; ++i) {
        act(logs, now, random);
    }
    if (random.chance(0.3)) {
        stranger(logs, random);
    }
}

void MarketModel::move_prices(runtime::Random& random) {
    for (std::size_t i = 0; i < kReserves; ++i) {
        ReserveModel& reserve = reserves_[i];
        if (i == kStable) {
            continue;
        }
        if (random.chance(0.12)) {
            const std::uint64_t usual = i == 0 ? 2'000'00000000ULL : 60'000'00000000ULL;
            reserve.target_e8 = usual * random.between(55, 130) / 100;
        }
        // A third of the way at each block, plus a little noise.
        reserve.price_e8 = (reserve.price_e8 * 2 + reserve.target_e8) / 3 + random.below(1000);
    }
}

void MarketModel::act(LogWriter& logs, UnixSeconds now, runtime::Random& random) {
    UserModel& user = users_[random.below(kUsers)];
    const std::size_t asset = random.below(2);
    logs.begin_transaction();
    accrue(logs, asset, now);
    accrue(logs, kStable, now);
    switch (random.below(8)) {
        case 0:
        case 1: {
            const U256 base(random.between(1'000, 40'000) * 100'000'000);
            supply(logs, user, asset, tokens_worth(asset, base));
            break;
        }
        case 2:
        case 3:
            borrow_some(logs, user, random);
            break;
        case 4:
            repay_some(logs, user, random);
            break;
        case 5:
            withdraw_some(logs, user, asset, random);
            break;
        case 6:
            transfer_some(logs, user, asset, random);
            break;
        default:
            if (debt_base(user).is_zero() && !user.supplies[asset].scaled.is_zero()) {
                toggle_collateral(logs, user, asset);
            } else {
                set_emode(logs, user, user.emode == 0 ? 1 : 0);
            }
    }
}

void MarketModel::borrow_some(LogWriter& logs, UserModel& user, runtime::Random& random) {
    // Debt up to this share of the limit: a health factor of 1.1 to 2 at today's prices.
    const U256 room = part(limit_base(user), random.between(50, 90));
    const auto left = checked_sub(room, debt_base(user));
    const U256 amount = left ? tokens_worth(kStable, *left) : U256();
    if (!amount.is_zero() && amount < reserves_[kStable].liquidity) {
        borrow(logs, user, kStable, amount);
    }
}

void MarketModel::repay_some(LogWriter& logs, UserModel& user, runtime::Random& random) {
    const U256 owed = ray_mul_ceil(user.debts[kStable].scaled, reserves_[kStable].debt_index_ray)
                          .value_or(U256());
    const U256 amount = part(owed, random.chance(0.3) ? 100 : random.between(1, 99));
    if (!amount.is_zero()) {
        repay(logs, user, kStable, amount);
    }
}

void MarketModel::withdraw_some(
    LogWriter& logs, UserModel& user, std::size_t asset, runtime::Random& random
) {
    const ReserveModel& reserve = reserves_[asset];
    const U256 held =
        ray_mul_floor(user.supplies[asset].scaled, reserve.income_index_ray).value_or(U256());
    const bool all = debt_base(user).is_zero() && random.chance(0.5);
    const U256 amount = part(held, all ? 100 : random.between(1, 20));
    if (!amount.is_zero() && amount < reserve.liquidity) {
        withdraw(logs, user, asset, amount);
    }
}

void MarketModel::transfer_some(
    LogWriter& logs, UserModel& user, std::size_t asset, runtime::Random& random
) {
    UserModel& other = users_[random.below(kUsers)];
    const U256 scaled = part(user.supplies[asset].scaled, random.between(1, 30));
    if (&other != &user && !scaled.is_zero()) {
        transfer(logs, user, other, asset, scaled);
    }
}

std::optional<Bytes> MarketModel::call(const Address& to, BytesView data) const {
    static const Hash32 kPrices = eth::keccak256("getAssetsPrices(address[])");
    static const Hash32 kRevision = eth::keccak256("POOL_REVISION()");
    if (!deployed_) {
        return Bytes{};  // No code there yet: an empty answer, not a revert.
    }
    Bytes out;
    if (to == market_config().pool && calls(data, kRevision)) {
        append_word(out, kPoolRevision);
        return out;
    }
    if (to != market_config().oracle || !calls(data, kPrices) || data.size() < 4 + 64) {
        return std::nullopt;
    }
    const std::uint64_t count = U256::from_be_bytes(data.subspan(4 + 32, 32)).low_u64();
    if (data.size() != 4 + 64 + 32 * count) {
        return std::nullopt;
    }
    append_word(out, 32);
    append_word(out, count);
    for (std::uint64_t i = 0; i < count; ++i) {
        const Address asset = Address::from_bytes(data.subspan(4 + 64 + 32 * i + 12, 20));
        const auto reserve = std::ranges::find(reserves_, asset, &ReserveModel::asset);
        if (reserve == reserves_.end()) {
            return std::nullopt;
        }
        append_word(out, reserve->price_e8);
    }
    return out;
}

}  // namespace faultline::sim
