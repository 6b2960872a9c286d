// SPDX-License-Identifier: Apache-2.0
// What the rules of a block may take together, and whose turn it is.
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/rules/kinds/rule_kinds.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/signals/series.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/rule_turns.hpp>
#include <faultline/engine/signal_alerts.hpp>
#include <faultline/engine/signal_rules.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

constexpr std::uint64_t kNoBound = std::numeric_limits<std::uint64_t>::max();

rules::SignalRule rule(
    const std::string& name,
    const std::string& text,
    rules::Severity severity = rules::Severity::kWarning
) {
    rules::Arguments arguments;
    arguments.set("expression", text);
    rules::Terms terms;
    terms.name = name;
    terms.severity = severity;
    auto made = rules::make_rule(*rules::rule_kind("expression"), terms, arguments);
    INFO((made ? "" : made.error().what));
    REQUIRE(made);
    return *std::move(made);
}

/// Small ones, windows, and joins of all prices with all healths.
std::vector<rules::SignalRule> mixed() {
    std::vector<rules::SignalRule> out;
    for (int i = 0; i < 6; ++i) {
        const std::string number = std::to_string(i);
        out.push_back(rule("small" + number, "price{token=\"t" + number + "\"} > 3"));
        out.push_back(rule(
            "join" + number,
            "price + accounts_below_health > " + number,
            i == 3 ? rules::Severity::kCritical : rules::Severity::kWarning
        ));
        out.push_back(rule("window" + number, "max(price[" + number + "1s]) + 1 > 3"));
    }
    return out;
}

struct BlockOf {
    signals::At at;
    std::vector<signals::Signal> signals;
};

signals::Signal price(std::size_t number, std::uint64_t value) {
    return {
        .name = "price",
        .labels =
            {{"currency", "USD"},
             {"market", "m"},
             {"part", ""},
             {"protocol", "p"},
             {"token", "t" + std::to_string(number)}},
        .value = Figure<Decimal>::of(Decimal::of(value))
    };
}

signals::Signal accounts(std::size_t number, std::uint64_t value) {
    return {
        .name = "accounts_below_health",
        .labels = {{"health", std::to_string(number)}, {"market", "m"}, {"protocol", "p"}},
        .value = Figure<Decimal>::of(Decimal::of(value))
    };
}

/// Signals that move, come and go.
std::vector<BlockOf> life(std::uint64_t seed, std::size_t blocks) {
    std::mt19937_64 random(seed);
    std::vector<std::uint64_t> values(24, 1);
    std::vector<BlockOf> out;
    std::size_t there = 4;
    for (std::size_t number = 1; number <= blocks; ++number) {
        BlockOf block{.at = {.time = {1'000 + (12 * number)}, .number = number}, .signals = {}};
        there = random() % 25 == 0 ? random() % 12 : there;
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = random() % 8 == 0 ? random() % 6 : values[i];
            if (i / 2 < there) {
                block.signals.push_back(
                    i % 2 == 0 ? price(i / 2, values[i]) : accounts(i, values[i])
                );
            }
        }
        out.push_back(std::move(block));
    }
    return out;
}

/// A chain of which only the signals are known.
struct Judge {
    explicit Judge(std::vector<rules::SignalRule> all, std::uint64_t work)
        : rules(ledger, std::move(all), work), book(ledger) {}

    /// What was told of a block.
    std::vector<std::string> apply(const BlockOf& block) {
        rules.take(
            [&block](const signals::Visit& visit) {
                for (const signals::Signal& signal : block.signals) {
                    visit(signal);
                }
            },
            block.at,
            SignalRules::Recording::kYes
        );
        eth::Block at;
        at.header.ref.number = block.at.number;
        at.header.timestamp = block.at.time;
        Outcome outcome;
        const SignalAlerts of{
            .rules = rules,
            .book = book,
            .chain_name = "test",
            .more = [](const signals::Row&) { return std::string(); },
        };
        observe_signals(of, at, 0, outcome);
        changes = ledger.seal();
        std::vector<std::string> told;
        for (const alerts::Transition& one : outcome.transitions) {
            told.push_back(
                one.rule + " " + std::string(alerts::kind_name(one.kind)) + " " + one.fingerprint
            );
        }
        return told;
    }

    void load(const Judge& other) {
        for (const ledger::RowChange& row : other.ledger.dump()) {
            REQUIRE(ledger.load(row.table, row.key, *row.after));
        }
    }

    ledger::Ledger ledger;
    SignalRules rules;
    alerts::Book book;
    std::vector<ledger::RowChange> changes = {};
};

std::uint64_t since_of(const Judge& judge, SignalRules::Index rule, std::uint64_t block) {
    const RuleTurnRow* const row = judge.rules.turns().row(judge.rules.id(rule));
    REQUIRE(row != nullptr);
    return row->since ? block - *row->since + 1 : 0;
}

}  // namespace

TEST_CASE("without a bound nothing is put off", "[engine]") {
    const auto seed = GENERATE(range<std::uint64_t>(1, 4));
    Judge one(mixed(), kNoBound);
    Judge other(mixed(), RuleTurns::kDefaultWork);
    for (const BlockOf& block : life(seed, 300)) {
        REQUIRE(one.apply(block) == other.apply(block));
        REQUIRE(one.rules.turns().put_off(block.at.number).rules == 0);
    }
    CHECK(one.ledger.dump() == other.ledger.dump());
}

TEST_CASE("whatever a block may take, it takes no more, and each rule has its turn", "[engine]") {
    const auto work = GENERATE(std::uint64_t{40}, 200U, 700U, 1'500U, 40'000U);
    const auto seed = GENERATE(range<std::uint64_t>(1, 4));
    CAPTURE(work, seed);
    Judge judge(mixed(), work);
    const std::size_t rules = judge.rules.rules().size();
    // While signals come and go, one that was cut may take twice as much each time.
    const std::uint64_t longest = rules * 13;
    std::size_t put_off = 0;
    for (const BlockOf& block : life(seed, 600)) {
        judge.apply(block);
        std::uint64_t all = 0;
        for (SignalRules::Index index = 0; index < rules; ++index) {
            const std::uint64_t age = since_of(judge, index, block.at.number);
            const RuleTurnRow& row = *judge.rules.turns().row(judge.rules.id(index));
            constexpr std::uint64_t kNotCounted = 16;
            const bool counts = age == 0 && row.work > kNotCounted;
            all += counts ? std::min(row.work, judge.rules.turns().most()) : 0;
            REQUIRE(age <= longest);
            put_off += age > 0 ? 1 : 0;
        }
        REQUIRE(all <= work);
    }
    CHECK((put_off > 0) == (work < 40'000));
}

TEST_CASE("who was restarted or took blocks back comes to the same turns", "[engine]") {
    const auto work = GENERATE(std::uint64_t{200}, 900U, 1'500U);
    const auto seed = GENERATE(range<std::uint64_t>(1, 5));
    CAPTURE(work, seed);
    std::mt19937_64 random(seed);
    Judge steady(mixed(), work);
    auto shaken = std::make_unique<Judge>(mixed(), work);
    for (const BlockOf& block : life(seed, 250)) {
        const auto told = steady.apply(block);
        REQUIRE(shaken->apply(block) == told);
        if (random() % 4 == 0) {
            REQUIRE(shaken->ledger.undo(shaken->changes));
            shaken->rules.forget();
            REQUIRE(shaken->apply(block) == told);
        }
        if (random() % 4 == 0) {
            auto restarted = std::make_unique<Judge>(mixed(), work);
            restarted->load(*shaken);
            shaken = std::move(restarted);
        }
        REQUIRE(shaken->ledger.dump() == steady.ledger.dump());
    }
}

TEST_CASE("small rules never wait for large ones, and critical ones go first", "[engine]") {
    std::vector<rules::SignalRule> all;
    for (int i = 0; i < 8; ++i) {
        all.push_back(rule("join" + std::to_string(i), "price + accounts_below_health > 0"));
    }
    all.push_back(rule("urgent", "price + accounts_below_health > 0", rules::Severity::kCritical));
    all.push_back(rule("small", "price{token=\"t0\"} > 0"));
    Judge judge(std::move(all), 1'000);
    BlockOf block{.at = {.time = {1'000}, .number = 1}, .signals = {}};
    for (std::size_t i = 0; i < 8; ++i) {
        block.signals.push_back(price(i, 1));
        block.signals.push_back(accounts(i, 1));
    }
    std::uint64_t urgent = 0;
    std::map<std::string, std::uint64_t> longest;
    for (std::uint64_t number = 1; number <= 100; ++number) {
        block.at = {.time = {1'000 + number}, .number = number};
        judge.apply(block);
        // Until what each takes is known.
        for (SignalRules::Index index = 0; number > 30 && index < 10; ++index) {
            std::uint64_t& age = longest[judge.rules.rules()[index].terms.name];
            age = std::max(age, since_of(judge, index, number));
        }
        urgent = longest["urgent"];
    }
    CHECK(longest["small"] == 0);
    CHECK(urgent < longest["join0"]);
    CHECK(longest["join7"] <= 10);
    CHECK(judge.rules.turns().put_off(100).rules > 0);
    CHECK(judge.rules.turns().put_off(100).oldest_blocks <= 10);
}

TEST_CASE("an alert of a rule that is put off stands", "[engine]") {
    std::vector<rules::SignalRule> all;
    for (int i = 0; i < 4; ++i) {
        all.push_back(rule("join" + std::to_string(i), "price + accounts_below_health > 1"));
    }
    Judge judge(std::move(all), 400);
    BlockOf block{.at = {.time = {1'000}, .number = 1}, .signals = {}};
    const auto set = [&block](std::uint64_t value) {
        block.signals = {};
        for (std::size_t i = 0; i < 6; ++i) {
            block.signals.push_back(price(i, value));
            block.signals.push_back(accounts(i, value));
        }
    };
    const auto next = [&] {
        ++block.at.number;
        block.at.time.value += 12;
        return judge.apply(block);
    };
    set(1);
    std::size_t fired = 0;
    for (int i = 0; i < 30; ++i) {
        fired += next().size();
    }
    REQUIRE(fired == 4U * 36U);
    set(0);
    std::size_t ended = 0;
    for (int i = 0; i < 2; ++i) {
        const std::size_t now = next().size();
        // Two rules a block; the others stand.
        CHECK(now == 2U * 36U);
        ended += now;
        CHECK(judge.book.rows().size() == fired - ended);
    }
    CHECK(ended == fired);
}

TEST_CASE("what fires because a rule takes too much ends when it does not", "[engine]") {
    rules::SignalRule made = rule("join", "price + accounts_below_health > 100");
    made.terms.on_error = rules::WithoutFigure::kFire;
    Judge judge({std::move(made)}, 600);
    const auto told = [&judge](std::uint64_t number, std::size_t signals) {
        BlockOf block{.at = {.time = {1'000 + number}, .number = number}, .signals = {}};
        for (std::size_t i = 0; i < signals; ++i) {
            block.signals.push_back(price(i, 1));
            block.signals.push_back(accounts(i, 1));
        }
        const auto lines = judge.apply(block);
        return lines.empty() ? std::string() : lines.front().substr(0, lines.front().rfind(' '));
    };
    CHECK(told(1, 2).empty());
    CHECK(told(2, 40) == "join firing");
    CHECK(told(3, 40).empty());
    CHECK(told(4, 2) == "join resolved");
    CHECK(judge.book.rows().size() == 0);
}

TEST_CASE("signals that are looked at in vain are work, too", "[engine]") {
    Judge judge({rule("rare", "price{token=~\"*7\"} > 100")}, 10'000);
    BlockOf block{.at = {.time = {1'000}, .number = 1}, .signals = {}};
    for (std::size_t i = 0; i < 1'000; ++i) {
        block.signals.push_back(price(i * 10, 1));
    }
    block.signals.push_back(price(7, 1));
    judge.apply(block);
    // An eighth of a row each, beside the few of the one that was found.
    CHECK(judge.rules.turns().row(judge.rules.id(0))->work > 125);
    CHECK(judge.rules.turns().row(judge.rules.id(0))->work < 135);
}

TEST_CASE("a rule that takes more than a rule may says so, and its alerts stand", "[engine]") {
    Judge judge({rule("join", "events + account_debt > 1")}, 600);
    const auto block = [](std::uint64_t number, std::size_t healths) {
        BlockOf out{.at = {.time = {1'000 + number}, .number = number}, .signals = {}};
        for (std::size_t i = 0; i < healths; ++i) {
            out.signals.push_back(
                {.name = "account_debt",
                 .labels =
                     {{"account", std::to_string(i)},
                      {"currency", "USD"},
                      {"market", "m"},
                      {"part", ""},
                      {"protocol", "p"}},
                 .value = Figure<Decimal>::of(Decimal::of(1))}
            );
            out.signals.push_back(
                {.name = "events",
                 .labels =
                     {{"detail", std::to_string(i)},
                      {"event", "e"},
                      {"market", "m"},
                      {"protocol", "p"}},
                 .value = Figure<Decimal>::of(Decimal::of(1))}
            );
        }
        return out;
    };
    CHECK(judge.apply(block(1, 3)).size() == 9);
    CHECK(judge.apply(block(2, 30)).empty());
    const auto rows = judge.rules.evaluate(0);
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().value.status == FigureStatus::kError);
    CHECK(rows.front().value.reason.find("rule_work_per_block") != std::string::npos);
    CHECK(judge.apply(block(3, 30)).empty());
    CHECK(judge.book.rows().size() == 9);
    CHECK(judge.apply(block(4, 2)).size() == 5);
}

}  // namespace faultline::engine
