// SPDX-License-Identifier: Apache-2.0
// A Comptroller fed with logs written in the test: one block a call to seal().
#pragma once

#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/view_calls.hpp"
#include "unit/core/protocol/activities_told.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/deployment.hpp>
#include <faultline/core/protocols/compound_v2/market_config.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace faultline::compound_v2 {

inline Address address(std::uint8_t n) {
    Address out;
    out.bytes[19] = n;
    return out;
}

inline U256 wei(const char* decimal) {
    return *U256::from_decimal(decimal);
}

inline U256 tokens(std::uint64_t whole) {
    return wrapping_mul(whole, wad());
}

inline const Address kComptroller = address(1);
inline const Address kOracle = address(2);
inline const Address kModel = address(3);
inline const Address kDai = address(10);
inline const Address kCDai = address(11);
inline const Address kUni = address(12);
inline const Address kCUni = address(13);
inline const Address kCEth = address(15);
inline const Address kAlice = address(100);
inline const Address kBob = address(101);
inline const Address kCarol = address(102);

inline Bytes word_bytes(const U256& value) {
    const auto word = value.to_be_bytes();
    return {word.begin(), word.end()};
}

inline Bytes word_bytes(const Address& value) {
    return word_bytes(U256::from_be_bytes(value.view()));
}

inline U256 word_number(const Address& value) {
    return U256::from_be_bytes(value.view());
}

class TestMarket {
  public:
    explicit TestMarket(std::vector<Address> tokens = {})
        : deployment(
              {{.name = "test",
                .comptroller = kComptroller,
                .tokens = std::move(tokens),
                .deployed_at = 1,
                .base_currency = {.symbol = "USD", .decimals = 18}}}
          ),
          quarantine(ledger),
          protocol(deployment.open(ledger, quarantine, 0)) {
        next_.header.ref.number = 1;
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

    TestMarket& next_transaction() {
        ++transaction_;
        return *this;
    }

    /// What contracts answer from here on, whenever they are asked.
    TestMarket& answers(const eth::Read& read, Bytes result) {
        node_[read] = {
            .read = read, .outcome = eth::ReadOutcome::kReturned, .result = std::move(result)
        };
        return *this;
    }

    TestMarket& answers(const eth::Read& read, const U256& value) {
        return answers(read, word_bytes(value));
    }

    TestMarket& reverts(const eth::Read& read) {
        node_[read] = {.read = read, .outcome = eth::ReadOutcome::kReverted, .result = {}};
        return *this;
    }

    /// No endpoint carries it through from here on.
    TestMarket& gives_up(const eth::Read& read) {
        node_[read] = {.read = read, .outcome = eth::ReadOutcome::kNoAnswer, .result = {}};
        return *this;
    }

    /// Nobody answers it any more.
    TestMarket& falls_silent(const eth::Read& read) {
        node_.erase(read);
        return *this;
    }

    TestMarket& price(const Address& ctoken, const U256& price_wad, const Address& of = kOracle) {
        return answers(view_read(of, View::kPrice, ctoken), price_wad);
    }

    TestMarket& history() {
        next_.live = false;
        return *this;
    }

    /// Folds the block; its incidents. Reads that were planned are in `asked`.
    std::vector<protocol::Incident> seal() {
        asked.clear();
        std::size_t before = 0;
        do {
            before = asked.size();
            for (const eth::Read& read : protocol->plan_reads(next_)) {
                ask(read);
            }
        } while (asked.size() != before);
        std::vector<protocol::Incident> incidents;
        protocol->apply(next_, incidents);
        activities = protocol::activities_of(incidents);
        changes = ledger.seal();
        at = {.number = next_.header.ref.number, .timestamp = {}};
        const eth::BlockNum number = next_.header.ref.number + 1;
        next_ = {};
        next_.header.ref.number = number;
        return incidents;
    }

    void seal_quietly() {
        for (const protocol::Incident& incident : seal()) {
            FAIL(incident.text);
        }
    }

    /// What a contract answers now; it reverts where nothing was said.
    [[nodiscard]] eth::ReadAnswer answer(const eth::Read& read) const {
        const auto found = node_.find(read);
        return found != node_.end()
                   ? found->second
                   : eth::ReadAnswer{
                         .read = read, .outcome = eth::ReadOutcome::kReverted, .result = {}
                     };
    }

    [[nodiscard]] bool was_asked(const eth::Read& read) const {
        return std::ranges::find(asked, read) != asked.end();
    }

    [[nodiscard]] Figure<protocol::ViewFigure> view(const eth::Read& read) const {
        const auto figure = protocol->views(at, protocol::Trust::kWithhold)->answer(read);
        REQUIRE(figure);
        return *figure;
    }

    /// The n-th word of a view that has a figure.
    [[nodiscard]] U256 word(const eth::Read& read, std::size_t n = 0) const {
        const auto figure = view(read);
        INFO(call_text(read.data) << ": " << figure.reason);
        REQUIRE(figure.ok());
        REQUIRE(figure.value.words.size() > n);
        return *figure.value.words[n];
    }

    [[nodiscard]] U256 word(const Address& of, View view) const {
        return word(view_read(of, view));
    }

    [[nodiscard]] U256 word(const Address& of, View view, const Address& about) const {
        return word(view_read(of, view, about));
    }

    [[nodiscard]] Figure<protocol::PositionHealth> health(const Address& account) const {
        return protocol->health(0, at)->of({.account = account, .part = {}});
    }

    /// A cToken of that underlying comes to be: initial rate 1e18, price 1, collateral factor 75 %.
    TestMarket& lists(const Address& ctoken, const Address& underlying) {
        if (underlying.is_zero()) {
            reverts(view_read(ctoken, View::kUnderlying));
        } else {
            answers(view_read(ctoken, View::kUnderlying), word_bytes(underlying));
        }
        answers(view_read(ctoken, View::kRateStored), wad());
        price(ctoken, wad());
        log<events::NewComptroller>(ctoken, {Address{}, kComptroller});
        log<events::NewMarketInterestRateModel>(ctoken, {Address{}, kModel});
        log<events::NewImplementation>(ctoken, {Address{}, address(200)});
        log<events::MarketListed>(kComptroller, {ctoken});
        return log<events::NewCollateralFactor>(
            kComptroller, {ctoken, U256(), wei("750000000000000000")}
        );
    }

    /// An oracle, a model of 5 % a block at full use in whole ppb, and cDAI and cUNI.
    TestMarket& begins() {
        log<events::NewPriceOracle>(kComptroller, {Address{}, kOracle});
        log<events::NewCloseFactor>(kComptroller, {U256(), wei("500000000000000000")});
        log<events::NewLiquidationIncentive>(kComptroller, {U256(), wei("1080000000000000000")});
        log<events::NewParams>(kModel, {U256(1'000'000'000), U256(2'000'000'000)});
        lists(kCDai, kDai);
        lists(kCUni, kUni);
        seal();
        return *this;
    }

    /// `amount` of the underlying and as many cTokens, as at a rate of 1.
    TestMarket& mints(
        const Address& ctoken, const Address& underlying, const Address& who, const U256& amount
    ) {
        log<events::Transfer>(underlying, {who, ctoken, amount});
        log<events::Mint>(ctoken, {who, amount, amount});
        return log<events::Transfer>(ctoken, {ctoken, who, amount});
    }

    TestMarket& enters(const Address& ctoken, const Address& who) {
        return log<events::MarketEntered>(kComptroller, {ctoken, who});
    }

    TestMarket& borrows(
        const Address& ctoken, const Address& underlying, const Address& who, const U256& amount
    ) {
        log<events::Transfer>(underlying, {ctoken, who, amount});
        return log<events::Borrow>(ctoken, {who, amount, amount, amount});
    }

    Deployment deployment;
    ledger::Ledger ledger;
    protocol::Quarantine quarantine;
    std::unique_ptr<protocol::Protocol> protocol;
    std::vector<eth::Read> asked;                ///< For the block sealed last.
    protocol::At at;                             ///< The block sealed last.
    std::vector<protocol::Incident> activities;  ///< Of it.
    std::vector<ledger::RowChange> changes;      ///< The same.

  private:
    void ask(const eth::Read& read) {
        if (was_asked(read)) {
            return;
        }
        asked.push_back(read);
        if (const auto found = node_.find(read); found != node_.end()) {
            next_.reads.push_back(found->second);
        }
    }

    eth::Block next_;
    std::map<eth::Read, eth::ReadAnswer> node_;
    std::uint8_t transaction_ = 1;
};

inline void require_incident(
    const std::vector<protocol::Incident>& incidents,
    protocol::IncidentKind kind,
    const std::string& text
) {
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].kind == kind);
    CHECK_THAT(incidents[0].text, Catch::Contains(text));
}

}  // namespace faultline::compound_v2
