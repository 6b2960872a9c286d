// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/rules/health_factor_rule.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace faultline::alerts {
namespace {

using rules::Verdict;

eth::Block block(std::uint64_t number, std::uint8_t branch = 0) {
    eth::Block out;
    out.header.ref.number = number;
    out.header.ref.hash.bytes[0] = static_cast<std::uint8_t>(number);
    out.header.ref.hash.bytes[1] = branch;
    out.header.timestamp = {1000 + (12 * number)};
    return out;
}

Observation says(Verdict verdict, std::uint32_t for_blocks = 2) {
    Observation out;
    out.rule = "low";
    out.key.rule = rule_id(out.rule);
    out.patience.for_blocks = for_blocks;
    out.verdict = verdict;
    out.summary = "s";
    out.labels = {{"account", "0xa"}};
    return out;
}

std::optional<Kind> step(
    Book& book, Verdict verdict, std::uint64_t number, std::uint32_t for_blocks = 2
) {
    const auto transition = book.observe(says(verdict, for_blocks), block(number));
    return transition ? std::optional(transition->kind) : std::nullopt;
}

}  // namespace

TEST_CASE("an alert is pending until the breach has lasted, fires once, and resolves once") {
    ledger::Ledger ledger;
    Book book(ledger);
    REQUIRE_FALSE(step(book, Verdict::kClear, 1));
    REQUIRE(step(book, Verdict::kBreach, 2) == Kind::kPending);
    REQUIRE(step(book, Verdict::kBreach, 3) == Kind::kFiring);
    REQUIRE_FALSE(step(book, Verdict::kBreach, 4));
    REQUIRE_FALSE(step(book, Verdict::kHold, 5));
    REQUIRE(step(book, Verdict::kClear, 6) == Kind::kResolved);
    REQUIRE_FALSE(step(book, Verdict::kClear, 7));
    REQUIRE(book.rows().size() == 0);
}

TEST_CASE("for_blocks 1 fires at once, without a pending transition") {
    ledger::Ledger ledger;
    Book book(ledger);
    REQUIRE(step(book, Verdict::kBreach, 1, 1) == Kind::kFiring);
}

TEST_CASE("a breach that lapses before it fires resolves from pending and starts anew") {
    ledger::Ledger ledger;
    Book book(ledger);
    REQUIRE(step(book, Verdict::kBreach, 1, 3) == Kind::kPending);
    REQUIRE_FALSE(step(book, Verdict::kBreach, 2, 3));
    const auto lapsed = book.observe(says(Verdict::kHold, 3), block(3));
    REQUIRE(lapsed->kind == Kind::kResolved);
    REQUIRE(lapsed->retracts == Kind::kPending);
    REQUIRE(step(book, Verdict::kBreach, 4, 3) == Kind::kPending);
}

TEST_CASE(
    "an episode is named by the block its breach began in, a key by the block of its transition"
) {
    ledger::Ledger ledger;
    Book book(ledger);
    static_cast<void>(book.observe(says(Verdict::kBreach), block(2)));
    const auto fired = *book.observe(says(Verdict::kBreach), block(3));
    REQUIRE(fired.episode == block(2).ref().tag());
    REQUIRE(
        fired.key() == fired.fingerprint + "/" + fired.episode + "/firing@" + block(3).ref().tag()
    );
    REQUIRE(fired.fingerprint.size() == 16);
}

TEST_CASE("retractions come newest first and have keys of their own") {
    ledger::Ledger ledger;
    Book book(ledger);
    const Transition pending = *book.observe(says(Verdict::kBreach), block(2));
    const Transition fired = *book.observe(says(Verdict::kBreach), block(3));
    const auto taken_back = Book::retract({pending, fired});
    REQUIRE(taken_back.size() == 2);
    REQUIRE(taken_back[0].kind == Kind::kRetracted);
    REQUIRE(taken_back[0].retracts == Kind::kFiring);
    REQUIRE(taken_back[1].retracts == Kind::kPending);
    REQUIRE(taken_back[0].episode == fired.episode);
    REQUIRE(taken_back[0].key().ends_with("/retracted-firing@" + block(3).ref().tag()));
}

TEST_CASE("random chains with reorgs give unique keys and the state of the surviving branch") {
    std::mt19937_64 random(11);
    for (int round = 0; round < 200; ++round) {
        ledger::Ledger ledger;
        Book book(ledger);

        struct Applied {
            eth::Block block;
            Verdict verdict;
            std::vector<ledger::RowChange> changes;
            std::vector<Transition> transitions;
        };

        std::vector<Applied> chain;
        std::set<std::string> keys;
        std::uint8_t branch = 0;
        for (int step_index = 0; step_index < 40; ++step_index) {
            if (!chain.empty() && random() % 4 == 0) {
                ++branch;
                for (std::uint64_t depth = 1 + (random() % chain.size()); depth > 0; --depth) {
                    for (const Transition& lost : Book::retract(chain.back().transitions)) {
                        REQUIRE(keys.insert(lost.key()).second);
                    }
                    REQUIRE(ledger.undo(chain.back().changes));
                    chain.pop_back();
                }
            }
            Applied next{
                block(chain.size() + 1, branch), static_cast<Verdict>(random() % 3), {}, {}
            };
            if (auto transition = book.observe(says(next.verdict), next.block)) {
                REQUIRE(keys.insert(transition->key()).second);
                next.transitions.push_back(*transition);
            }
            next.changes = ledger.seal();
            chain.push_back(std::move(next));
        }
        ledger::Ledger fresh_ledger;
        Book fresh(fresh_ledger);
        for (const Applied& applied : chain) {
            static_cast<void>(fresh.observe(says(applied.verdict), applied.block));
            static_cast<void>(fresh_ledger.seal());
        }
        REQUIRE(fresh_ledger.dump() == ledger.dump());
    }
}

}  // namespace faultline::alerts
