// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/reads.hpp"
#include "unit/core/protocol/activities_told.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocols/aave/deployment.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/valuation.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace faultline::aave {

inline Address address(std::uint8_t n) {
    Address out;
    out.bytes[19] = n;
    return out;
}

inline const Address kProvider = address(1);
inline const Address kPool = address(2);
inline const Address kConfigurator = address(3);
inline const Address kOracle = address(4);
inline const Address kAlice = address(100);
inline const Address kBob = address(101);

inline constexpr std::uint64_t kUsd = 100'000'000;
inline constexpr std::uint64_t kToken = 1'000'000;

inline void require_one_incident(
    const std::vector<Incident>& incidents, const std::string& text, bool degrades
) {
    REQUIRE(incidents.size() == 1);
    CHECK_THAT(incidents[0].text, Catch::Contains(text));
    CHECK(incidents[0].degrades() == degrades);
}

/// Underlying, aToken and debt token of the n-th reserve of the test market.
inline Address asset(std::uint8_t n) {
    return address(static_cast<std::uint8_t>(20 + (3 * n)));
}

inline Address a_token(std::uint8_t n) {
    return address(static_cast<std::uint8_t>(21 + (3 * n)));
}

inline Address v_token(std::uint8_t n) {
    return address(static_cast<std::uint8_t>(22 + (3 * n)));
}

/// A market fed with logs written in the test: one block a call to seal().
class TestMarket {
  public:
    TestMarket() : TestMarket(config()) {}

    explicit TestMarket(const MarketConfig& of) : protocols(ledger, deployments_of({of})) {}

    static MarketConfig config(Generation generation = Generation::kV3) {
        return {
            .name = "test",
            .addresses_provider = kProvider,
            .pool = kPool,
            .configurator = kConfigurator,
            .oracle = kOracle,
            .deployed_at = 7,
            .generation = generation,
        };
    }

    template <class Event>
    TestMarket& log(const Address& emitter, typename Event::Values values) {
        const eth::EncodedLog encoded = *Event::encode(values);
        return raw(emitter, encoded.topics, encoded.data);
    }

    TestMarket& raw(const Address& emitter, const std::vector<Hash32>& topics, const Bytes& data) {
        eth::Log log;
        log.address = emitter;
        log.topics = topics;
        log.data = data;
        log.tx_hash.bytes[0] = transaction_;
        log.log_index = static_cast<std::uint32_t>(next_.logs.size());
        next_.logs.add(log);
        return *this;
    }

    /// What follows is of another transaction.
    TestMarket& next_transaction() {
        ++transaction_;
        return *this;
    }

    TestMarket& read(const eth::Read& asked, Bytes result, bool reverted = false) {
        next_.reads.push_back(
            {.read = asked, .outcome = eth::outcome_of(reverted), .result = std::move(result)}
        );
        return *this;
    }

    /// Nobody carries it through.
    TestMarket& unanswered(const eth::Read& asked) {
        next_.reads.push_back({.read = asked, .outcome = eth::ReadOutcome::kNoAnswer, .result = {}}
        );
        return *this;
    }

    TestMarket& revision(std::uint64_t value, const Address& of = kPool) {
        const auto word = U256(value).to_be_bytes();
        return read(revision_read(of), Bytes(word.begin(), word.end()));
    }

    /// The provider creates the pool, running what is of that revision.
    TestMarket& created(std::uint64_t pool_revision) {
        const Address code = address(static_cast<std::uint8_t>(200 + pool_revision));
        log<events::ProxyCreated>(kProvider, {Hash32{}, kPool, code});
        return revision(pool_revision, code);
    }

    /// The pool goes on with what is of that revision.
    TestMarket& upgraded(std::uint64_t pool_revision) {
        const Address code = address(static_cast<std::uint8_t>(200 + pool_revision));
        log<events::Upgraded>(kPool, {code});
        return revision(pool_revision, code);
    }

    /// The price of the n-th reserve asked for by itself, in base units.
    TestMarket& price(std::uint8_t n, std::uint64_t price_base) {
        const auto word = U256(price_base).to_be_bytes();
        return read(price_read(kOracle, asset(n)), Bytes(word.begin(), word.end()));
    }

    /// One price for every reserve, in base units.
    TestMarket& prices(std::uint8_t reserves, std::uint64_t price_base) {
        std::vector<Address> assets;
        Bytes result;
        const auto word = [&result](std::uint64_t value) {
            const auto bytes = U256(value).to_be_bytes();
            result.insert(result.end(), bytes.begin(), bytes.end());
        };
        word(32);
        word(reserves);
        for (std::uint8_t i = 0; i < reserves; ++i) {
            assets.push_back(asset(i));
            word(price_base);
        }
        return read(prices_read(kOracle, assets), result);
    }

    /// Lists the n-th reserve: 6 decimals, LTV 80 %, threshold 85 %.
    TestMarket& list_reserve(std::uint8_t n) {
        log<events::ATokenInitialized>(
            a_token(n), {asset(n), kPool, Address{}, Address{}, 6, "a", "a", BytesView{}}
        );
        log<events::ReserveInitialized>(
            kConfigurator, {asset(n), a_token(n), Address{}, v_token(n), Address{}}
        );
        return log<events::CollateralConfigurationChanged>(
            kConfigurator, {asset(n), U256(8000), U256(8500), U256(10500)}
        );
    }

    TestMarket& supply(std::uint8_t n, const Address& user, std::uint64_t amount) {
        log<events::Supply>(kPool, {asset(n), user, user, U256(amount), 0});
        log<events::CollateralEnabled>(kPool, {asset(n), user});
        return log<events::Mint>(a_token(n), {user, user, U256(amount), U256(0), ray()});
    }

    TestMarket& borrow(std::uint8_t n, const Address& user, std::uint64_t amount) {
        log<events::Mint>(v_token(n), {user, user, U256(amount), U256(0), ray()});
        return log<events::Borrow>(kPool, {asset(n), user, user, U256(amount), 2, U256(0), 0});
    }

    /// The next block is of history.
    TestMarket& in_history() {
        next_.live = false;
        return *this;
    }

    /// Applies what was collected as the next block.
    std::vector<Incident> seal() {
        next_.header.ref.number = ++number_;
        next_.header.ref.hash.bytes[31] = static_cast<std::uint8_t>(number_);
        next_.header.timestamp = {1000 + (12 * number_)};
        std::vector<Incident> incidents;
        protocols.apply(next_, incidents);
        changes = ledger.seal();
        last = std::exchange(next_, {});
        activities = protocol::activities_of(incidents);
        return incidents;
    }

    [[nodiscard]] const eth::Block& pending() const { return next_; }

    [[nodiscard]] Figure<AccountData> account(const Address& user) const {
        return Valuation(markets.tables(), 0, last.ref().number, last.header.timestamp)
            .account(user);
    }

    ledger::Ledger ledger;
    protocol::Protocols protocols;
    const Markets& markets = *markets_of(protocols);
    std::vector<ledger::RowChange> changes;
    std::vector<Incident> activities;  ///< Of the block sealed last.
    eth::Block last;

  private:
    eth::Block next_;
    std::uint64_t number_ = 0;
    std::uint8_t transaction_ = 1;
};

}  // namespace faultline::aave
