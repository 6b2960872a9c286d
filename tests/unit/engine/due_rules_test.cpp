// SPDX-License-Identifier: Apache-2.0
// Which rules a block has to look at: whoever is left out would have said the same again.
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/rules/kinds/rule_kinds.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/core/signals/series.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/signal_rules.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

rules::SignalRule rule(const std::string& text) {
    rules::Arguments arguments;
    arguments.set("expression", text);
    arguments.set("above", Decimal::of(1'000'000));
    rules::Terms terms;
    terms.name = text;
    auto made = rules::make_rule(*rules::rule_kind("expression"), terms, arguments);
    INFO((made ? "" : made.error().what));
    REQUIRE(made);
    return *std::move(made);
}

std::vector<rules::SignalRule> all_rules() {
    std::vector<rules::SignalRule> out;
    for (const std::string range : {"30s", "10m", "1h", "3b", "40b"}) {
        for (const std::string function : {"min", "max", "avg", "delta", "rate", "zscore"}) {
            if (function != "zscore" || range.back() != 'b' || range.size() > 2) {
                out.push_back(rule(function + "(price[" + range + "])"));
            }
        }
    }
    out.push_back(rule("price"));
    out.push_back(rule("price{token=\"t1\"} + delta(price{token=\"t1\"}[10m])"));
    return out;
}

std::vector<std::string> said(const SignalRules& rules, SignalRules::Index rule) {
    std::vector<std::string> out;
    for (const signals::Row& row : rules.evaluate(rule)) {
        const std::string value = row.value.ok() ? row.value.value.text() : row.value.reason;
        out.push_back(signals::text({}, row.labels) + " " + value);
    }
    return out;
}

/// Signals that rest and move by turns, come and go, and blocks that come late now and then.
class Life {
  public:
    explicit Life(std::uint64_t seed) : random_(seed) {}

    void block(SignalRules& rules) {
        const bool late = below(60) == 0;
        at_.number += 1;
        at_.time.value += late ? 60 + below(3'600) : 12;
        if (below(150) == 0) {
            rests_ = !rests_;
        }
        rules.take(
            [this](const signals::Visit& visit) {
                for (std::size_t i = 0; i < values_.size(); ++i) {
                    if (below(rests_ ? 2'000 : 20) == 0) {
                        values_.at(i) = below(5);
                    }
                    if (below(500) == 0) {
                        there_.at(i) = !there_.at(i);
                    }
                    if (there_.at(i)) {
                        visit(signal(i));
                    }
                }
            },
            at_,
            SignalRules::Recording::kYes
        );
    }

    [[nodiscard]] const signals::At& at() const noexcept { return at_; }

  private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    [[nodiscard]] signals::Signal signal(std::size_t i) const {
        const std::uint64_t value = values_.at(i);
        return {
            .name = "price",
            .labels =
                {{"currency", "USD"},
                 {"market", "m"},
                 {"protocol", "p"},
                 {"token", "t" + std::to_string(i)}},
            .value = value == 0 ? Figure<Decimal>::without(FigureStatus::kNoData, "none")
                                : Figure<Decimal>::of(Decimal::of(value)),
        };
    }

    std::mt19937_64 random_;
    signals::At at_{.time = {1'000'000}, .number = 100};
    std::array<std::uint64_t, 4> values_{1, 2, 3, 4};
    std::array<bool, 4> there_{true, true, true, false};
    bool rests_ = false;
};

}  // namespace

TEST_CASE("who is not due would say what he said before", "[engine]") {
    const auto seed = GENERATE(range<std::uint64_t>(1, 9));
    CAPTURE(seed);
    ledger::Ledger ledger;
    SignalRules rules(ledger, all_rules());
    Life life(seed);
    std::map<SignalRules::Index, std::vector<std::string>> before;
    std::size_t due = 0;
    std::size_t looked = 0;
    for (int block = 0; block < 1'500; ++block) {
        life.block(rules);
        ledger.seal();
        for (SignalRules::Index index = 0; index < rules.rules().size(); ++index) {
            const std::vector<std::string> now = said(rules, index);
            if (rules.due().contains(index)) {
                before[index] = now;
                ++due;
            }
            ++looked;
            if (before[index] != now) {
                CAPTURE(rules.rules()[index].terms.name, life.at().number);
                REQUIRE(before[index] == now);
            }
        }
    }
    // And some are left out.
    CHECK(due < looked);
}

TEST_CASE("windows over what rests are looked at until they are full, and then no more") {
    ledger::Ledger ledger;
    SignalRules rules(ledger, {rule("delta(price[10m])"), rule("avg(price[40b])")});
    std::size_t due = 0;
    for (std::uint64_t number = 1; number <= 1'000; ++number) {
        rules.take(
            [](const signals::Visit& visit) {
                visit(
                    {.name = "price",
                     .labels =
                         {{"currency", "USD"}, {"market", "m"}, {"protocol", "p"}, {"token", "t"}},
                     .value = Figure<Decimal>::of(Decimal::of(1))}
                );
            },
            {.time = {1'000 + (12 * number)}, .number = number},
            SignalRules::Recording::kYes
        );
        ledger.seal();
        due += rules.due().size();
        if (number == 150) {
            CHECK(rules.due().empty());
        }
    }
    CHECK(due <= 2 * 110);
}

}  // namespace faultline::engine
