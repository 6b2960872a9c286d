// SPDX-License-Identifier: Apache-2.0
#include "unit/core/protocols/aave/market_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/audit.hpp>
#include <faultline/core/protocol/comparison.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocols/aave/audit.hpp>
#include <faultline/core/protocols/aave/views.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace faultline::aave {
namespace {

using protocol::Audit;
using protocol::AuditCheck;
using protocol::AuditSample;
using protocol::AuditSuspects;
using protocol::Compared;
using protocol::draw_holders;
using protocol::names;
using protocol::Subject;
using protocol::SubjectKind;

constexpr std::uint8_t kUsers = 40;

const auto kAlways = [](const eth::BlockRef& /*block*/) {
    return true;
};

Address user(std::uint8_t n) {
    return address(static_cast<std::uint8_t>(100 + n));
}

/// Two reserves, and users of whom each holds some of the first and owes some of the second.
struct Scene {
    TestMarket market;
    std::vector<MarketConfig> configs{TestMarket::config()};

    Scene() {
        market.list_reserve(0).list_reserve(1).revision(10).supply(
            1, address(99), 100'000 * kToken
        );
        for (std::uint8_t n = 0; n < kUsers; ++n) {
            market.next_transaction().supply(0, user(n), 1000 * kToken);
            market.next_transaction().borrow(1, user(n), (100U + n) * kToken);
        }
        live();
    }

    /// The next block, with prices.
    void live() {
        market.prices(2, kUsd);
        for (const Incident& incident : market.seal()) {
            FAIL(incident.text);
        }
    }

    std::size_t capture(Audit& audit, std::uint64_t seed, const AuditSuspects& suspects = {})
        const {
        return audit.capture(market.protocols, market.last.header, seed, suspects);
    }

    [[nodiscard]] Views views() const {
        return {market.markets.tables(), configs[0], 0, market.last.header};
    }
};

std::set<Subject> subjects(const AuditSample& sample) {
    std::set<Subject> out;
    for (const AuditCheck& check : sample.checks) {
        out.insert(check.about);
    }
    return out;
}

std::set<Address> accounts(const AuditSample& sample) {
    std::set<Address> out;
    for (const Subject& one : subjects(sample)) {
        if (one.kind == SubjectKind::kAccount) {
            out.insert(one.holder.account);
        }
    }
    return out;
}

/// As a contract that agrees with us would.
eth::ReadAnswer as_we_say(const AuditCheck& check) {
    eth::ReadAnswer out{.read = check.read, .outcome = eth::ReadOutcome::kReturned, .result = {}};
    for (const std::optional<U256>& word : check.ours.value.words) {
        const auto bytes = word.value_or(U256(77)).to_be_bytes();
        out.result.insert(out.result.end(), bytes.begin(), bytes.end());
    }
    return out;
}

AuditSample only_sample(const Scene& scene, std::uint64_t seed, std::size_t accounts = 8) {
    Audit audit({.accounts_per_sample = accounts});
    REQUIRE(scene.capture(audit, seed) > 0);
    return *audit.take(kAlways);
}

}  // namespace

TEST_CASE("the same seed draws the same accounts, another one others, each as often", "[audit]") {
    const Scene scene;
    CHECK(accounts(only_sample(scene, 1)) == accounts(only_sample(scene, 1)));
    CHECK(accounts(only_sample(scene, 1)) != accounts(only_sample(scene, 2)));
    std::map<Address, int> drawn;
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
        for (const protocol::Holder& holder :
             draw_holders(scene.market.protocols.of(0), 0, seed, 8)) {
            const Address& one = holder.account;
            ++drawn[one];
        }
    }
    // 8 of 41 accounts, 4000 times: 780 each, give or take five standard deviations.
    REQUIRE(drawn.size() == kUsers + 1);
    for (const auto& [account, times] : drawn) {
        CHECK(times > 655);
        CHECK(times < 906);
    }
}

TEST_CASE("a sample is about accounts, a reserve and the market, view by view", "[audit]") {
    const Scene scene;
    const AuditSample sample = only_sample(scene, 5);
    CHECK(sample.block == scene.market.last.ref());
    CHECK(accounts(sample).size() == 8);
    CHECK(subjects(sample).size() == 10);
    std::map<std::string, int> asked;
    for (const AuditCheck& check : sample.checks) {
        ++asked[call_name(check.read.data)];
        CHECK(check.ours.ok());
        CHECK(compare(check.ours, as_we_say(check)) == Compared::kEqual);
    }
    CHECK(asked.at("getUserAccountData(address)") == 8);
    CHECK(asked.at("getUserConfiguration(address)") == 8);
    CHECK(asked.at("getUserEMode(address)") == 8);
    CHECK(asked.at("scaledBalanceOf(address)") == asked.at("balanceOf(address)"));
    CHECK(asked.at("scaledBalanceOf(address)") >= 15);
    CHECK(asked.at("getReserveData(address)") == 1);
    CHECK(asked.at("getReserveNormalizedIncome(address)") == 1);
    CHECK(asked.at("getReserveNormalizedVariableDebt(address)") == 1);
    CHECK(asked.at("scaledTotalSupply()") == 2);
    CHECK(asked.at("POOL_REVISION()") == 1);
}

TEST_CASE("reserves come in turn", "[audit]") {
    Scene scene;
    Audit audit({.accounts_per_sample = 1});
    std::vector<Address> reserves;
    for (std::uint64_t i = 0; i < 4; ++i) {
        scene.live();
        REQUIRE(scene.capture(audit, i) > 0);
        for (const Subject& one : subjects(*audit.take(kAlways))) {
            if (one.kind == SubjectKind::kPart) {
                reserves.push_back(one.holder.account);
            }
        }
    }
    CHECK(reserves == std::vector{asset(0), asset(1), asset(0), asset(1)});
}

TEST_CASE("accounts that logs named lately are a quarter of a sample", "[audit]") {
    Scene scene;
    Audit audit({.accounts_per_sample = 8});
    scene.market.next_transaction().supply(0, user(3), kToken);
    scene.market.next_transaction().supply(0, user(4), kToken);
    scene.live();
    audit.saw(scene.market.last);
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
        REQUIRE(scene.capture(audit, seed) > 0);
        const std::set<Address> drawn = accounts(*audit.take(kAlways));
        CHECK(drawn.size() == 8);
        CHECK(drawn.contains(user(3)));
        CHECK(drawn.contains(user(4)));
        scene.live();
    }
}

TEST_CASE("the ring is bounded, the oldest stays, and what waits longest comes first", "[audit]") {
    Scene scene;
    Audit audit({.accounts_per_sample = 1, .most_samples = 4});
    std::vector<eth::BlockRef> blocks;
    for (std::uint64_t i = 0; i < 7; ++i) {
        scene.live();
        CHECK(scene.capture(audit, i) > 0);
        CHECK(scene.capture(audit, i) == 0);  // A block is captured once.
        CHECK(audit.waiting() <= 4);
        blocks.push_back(scene.market.last.ref());
    }
    // Not final yet.
    CHECK_FALSE(audit.take([](const eth::BlockRef& /*block*/) { return false; }));
    // 0 1 2 3, then 0 2 4 5, then 0 4 6.
    for (const std::size_t place : {0U, 4U, 6U}) {
        CHECK(audit.take(kAlways)->block == blocks[place]);
    }
    CHECK_FALSE(audit.take(kAlways));
}

TEST_CASE("a sample of a block that was orphaned is dropped", "[audit]") {
    Scene scene;
    Audit audit({.accounts_per_sample = 1});
    REQUIRE(scene.capture(audit, 1) > 0);
    const eth::BlockRef lost = scene.market.last.ref();
    scene.live();
    REQUIRE(scene.capture(audit, 2) > 0);
    audit.drop_orphans([&](const eth::BlockRef& block) { return block != lost; });
    CHECK(audit.waiting() == 1);
    CHECK(audit.take(kAlways)->block == scene.market.last.ref());
}

TEST_CASE("history is not audited, and a degraded market by what its rows would give", "[audit]") {
    Scene scene;
    Audit audit({.accounts_per_sample = 1});
    REQUIRE(scene.market.seal().empty());  // No prices are read in history.
    CHECK(scene.capture(audit, 1) == 0);
    scene.live();
    CHECK(scene.capture(audit, 1) > 0);
    scene.market.log<events::Upgraded>(kPool, {address(9)}).revision(3, address(9)).prices(2, kUsd);
    scene.market.seal();
    REQUIRE_FALSE(usability(scene.market.markets.tables().markets.find({0})).ok());
    static_cast<void>(audit.take(kAlways));
    CHECK(scene.capture(audit, 1) > 0);
    const AuditSample sample = *audit.take(kAlways);
    CHECK(sample.degraded);
    for (const AuditCheck& check : sample.checks) {
        CHECK(check.ours.ok());
        CHECK(check.about.kind != SubjectKind::kMarket);  // It runs something else, as is known.
    }
}

TEST_CASE("figures are of the block they were captured at, whatever comes after", "[audit]") {
    Scene scene;
    Audit audit({.accounts_per_sample = kUsers + 1});
    REQUIRE(scene.capture(audit, 1) > 0);
    const Figure<ViewFigure> then = *scene.views().answer(account_data_read(kPool, user(3)));
    scene.market.next_transaction().supply(0, user(3), 5 * kToken);
    scene.live();
    const AuditSample sample = *audit.take(kAlways);
    const auto check = std::ranges::find_if(sample.checks, [](const AuditCheck& one) {
        return one.read == account_data_read(kPool, user(3));
    });
    REQUIRE(check != sample.checks.end());
    CHECK(check->ours.value == then.value);
    CHECK(*scene.views().answer(check->read) != then);
}

TEST_CASE("a row that is wrong is found, with both figures", "[audit]") {
    Scene right;
    Scene wrong;
    // A log that the other one never saw.
    right.live();
    wrong.market.next_transaction().supply(0, user(3), 1);
    wrong.live();
    const AuditSample sample = only_sample(wrong, 1, kUsers + 1);
    std::set<std::string> differ;
    for (const AuditCheck& check : sample.checks) {
        AuditCheck truth = check;
        truth.ours = *right.views().answer(check.read);
        const eth::ReadAnswer answer = as_we_say(truth);
        if (compare(check.ours, answer) != Compared::kDiffers) {
            continue;
        }
        CHECK((check.about.holder.account == user(3) || check.about.kind == SubjectKind::kPart));
        differ.insert(call_name(check.read.data));
        const auto words = protocol::different_words(check.ours.value, answer);
        REQUIRE_FALSE(words.empty());
        CHECK(protocol::text_of(check.ours.value).contains(words[0].ours.to_string()));
        CHECK(protocol::text_of(answer, false).contains(words[0].theirs.to_string()));
    }
    CHECK(differ.contains("scaledBalanceOf(address)"));
    CHECK(differ.contains("balanceOf(address)"));
}

TEST_CASE("who mismatched before is in every sample, with the views that differed", "[audit]") {
    Scene scene;
    Audit audit({.accounts_per_sample = 1});
    const Subject stranger{
        .market = 0, .kind = SubjectKind::kAccount, .holder = {.account = address(7), .part = {}}
    };
    // The rows have no such position any more, or never had: that is what has to be looked at.
    eth::Read balance = account_data_read(a_token(1), address(7));
    balance.data = {0x70, 0xa0, 0x82, 0x31};  // balanceOf(address)
    balance.data.resize(35);
    balance.data.push_back(7);
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
        scene.live();
        REQUIRE(scene.capture(audit, seed, {{stranger, {balance}}}) > 0);
        const AuditSample sample = *audit.take(kAlways);
        CHECK(accounts(sample).contains(address(7)));
        CHECK(std::ranges::count(sample.checks, balance, &AuditCheck::read) == 1);
    }
}

TEST_CASE("a log names an address as its emitter, in a topic, or in its data", "[audit]") {
    TestMarket market;
    market.supply(0, kAlice, kToken);
    const eth::LogList& logs = market.pending().logs;
    CHECK(names(logs[0], kPool));
    CHECK(names(logs[0], asset(0)));
    CHECK(names(logs[0], kAlice));
    CHECK(names(logs[2], kAlice));
    CHECK_FALSE(names(logs[0], kBob));
}

}  // namespace faultline::aave
