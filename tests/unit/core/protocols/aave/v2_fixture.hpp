// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/aave/reads.hpp"
#include "core/protocols/aave/v2_events.hpp"
#include "unit/core/protocols/aave/market_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <cstdint>

namespace faultline::aave {

inline Address s_token(std::uint8_t n) {
    return address(static_cast<std::uint8_t>(150 + n));
}

/// A market of V2 fed with logs as LendingPool and its tokens write them.
class V2Market : public TestMarket {
  public:
    V2Market() : TestMarket(config(Generation::kV2)) { pool(2); }

    explicit V2Market(const Address& unfollowed) : TestMarket(without(unfollowed)) { pool(2); }

    static MarketConfig without(const Address& unfollowed) {
        MarketConfig out = config(Generation::kV2);
        out.unfollowed_assets = {unfollowed};
        return out;
    }

    /// setLendingPoolImpl with what is of that revision.
    V2Market& pool(std::uint64_t pool_revision) {
        const Address code = address(static_cast<std::uint8_t>(200 + pool_revision));
        log<events::v2::LendingPoolUpdated>(kProvider, {code});
        word(revision_read(code, Generation::kV2), pool_revision);
        return *this;
    }

    V2Market& word(const eth::Read& asked, std::uint64_t value) {
        const auto bytes = U256(value).to_be_bytes();
        read(asked, Bytes(bytes.begin(), bytes.end()));
        return *this;
    }

    /// Lists the n-th reserve: 6 decimals, LTV 80 %, threshold 85 %, bonus 5 %.
    V2Market& list(std::uint8_t n) {
        log<events::ATokenInitialized>(
            a_token(n), {asset(n), kPool, Address{}, Address{}, 6, "a", "a", BytesView{}}
        );
        return list_silently(n);
    }

    /// The same where the aToken logged nothing of itself.
    V2Market& list_silently(std::uint8_t n) {
        log<events::ReserveInitialized>(
            kConfigurator, {asset(n), a_token(n), s_token(n), v_token(n), Address{}}
        );
        log<events::CollateralConfigurationChanged>(
            kConfigurator, {asset(n), U256(8000), U256(8500), U256(10500)}
        );
        return *this;
    }

    V2Market& deposit(
        std::uint8_t n, const Address& user, std::uint64_t amount, const U256& index = ray()
    ) {
        log<events::v2::ATokenMint>(a_token(n), {user, U256(amount), index});
        log<events::CollateralEnabled>(kPool, {asset(n), user});
        log<events::v2::Deposit>(kPool, {asset(n), user, user, U256(amount), 0});
        return *this;
    }

    V2Market& lend(
        std::uint8_t n, const Address& user, std::uint64_t amount, const U256& index = ray()
    ) {
        log<events::v2::DebtMint>(v_token(n), {user, user, U256(amount), index});
        log<events::v2::Borrow>(kPool, {asset(n), user, user, U256(amount), 2, U256(0), 0});
        return *this;
    }

    /// What updateInterestRates tells: indexes as they are, rates in percent.
    V2Market& rates(
        std::uint8_t n,
        std::uint64_t liquidity_percent,
        std::uint64_t variable_percent,
        const U256& index = ray()
    ) {
        const auto percent = [](std::uint64_t rate) {
            return *checked_mul(U256(rate), pow10(25));
        };
        log<events::ReserveDataUpdated>(
            kPool,
            {asset(n), percent(liquidity_percent), 0, percent(variable_percent), index, index}
        );
        return *this;
    }

    [[nodiscard]] const ReserveRow& reserve(ReserveId id = 0) const {
        return *markets.tables().reserves.find({0, id});
    }

    [[nodiscard]] PositionRow position(const Address& user, ReserveId id = 0) const {
        return markets.tables().positions.find({0, user, id}).value_or(PositionRow{});
    }

    [[nodiscard]] UserRow user(const Address& account) const {
        const UserRow* row = markets.tables().users.find({0, account});
        return row == nullptr ? UserRow{} : *row;
    }

    [[nodiscard]] MarketRow row() const { return *markets.tables().markets.find({0}); }
};

/// An index at which one scaled unit is a unit and a half.
inline U256 one_and_a_half() {
    return *checked_mul(U256(15), pow10(26));
}

}  // namespace faultline::aave
