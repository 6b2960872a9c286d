// SPDX-License-Identifier: Apache-2.0
// The pack fits into a block: on a chain of many markets none of its rules waits for its turn.
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/activity_log.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/rule_turns.hpp>
#include <faultline/engine/signal_alerts.hpp>
#include <faultline/engine/signal_rules.hpp>
#include <faultline/shell/config/document.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <app/daemon_config.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace faultline;

namespace {

constexpr std::size_t kMarkets = 5;
constexpr std::size_t kParts = 50;  // Of each.

bool has(const signals::Kind& kind, std::string_view label) {
    return std::ranges::find(kind.labels, label) != kind.labels.end();
}

/// One signal of a kind, and for events one of each that there is.
void say(const signals::Kind& kind, const signals::Labels& of, const signals::Visit& visit) {
    signals::Labels labels;
    for (const std::string_view name : kind.labels) {
        const auto known = of.find(std::string(name));
        labels[std::string(name)] = known == of.end() ? std::string() : known->second;
    }
    const auto one = Figure<Decimal>::of(Decimal::of(1));
    if (!has(kind, "event")) {
        visit({.name = std::string(kind.name), .labels = labels, .value = one});
        return;
    }
    for (const engine::ActivityLog::Counted& counted : engine::ActivityLog::counted()) {
        labels["event"] = counted.event;
        labels["detail"] = counted.detail;
        visit({.name = std::string(kind.name), .labels = labels, .value = one});
    }
}

/// Each signal there is, of each part, as if all protocols told all of them.
void say_all(const signals::Visit& visit) {
    for (const signals::Kind& kind : signals::catalogue()) {
        const bool of_parts = has(kind, "token") || has(kind, "part");
        for (std::size_t market = 0; market < kMarkets; ++market) {
            for (std::size_t part = 0; part < (of_parts ? kParts : 1); ++part) {
                say(kind,
                    {{"market", "m" + std::to_string(market)},
                     {"protocol", "p"},
                     {"currency", market == 0 ? "ETH" : "USD"},
                     {"token", "t" + std::to_string(part)}},
                    visit);
            }
        }
    }
}

}  // namespace

TEST_CASE("the pack fits into a block of 250 parts", "[app]") {
    config::Surroundings surroundings = config::process_surroundings();
    surroundings.variable = [](const std::string&) {
        return std::optional<std::string>("wss://node.example/key");
    };
    const auto loaded = app::load_config(
        std::string(FAULTLINE_SOURCE_DIR) + "/config/faultline.yaml", surroundings
    );
    REQUIRE(loaded);
    ledger::Ledger ledger;
    engine::SignalRules rules(ledger, loaded->rules.signals);
    alerts::Book book(ledger);
    const engine::SignalAlerts of{
        .rules = rules,
        .book = book,
        .chain_name = "test",
        .more = [](const signals::Row&) { return std::string(); },
    };
    for (std::uint64_t number = 1; number <= 3; ++number) {
        eth::Block block;
        block.header.ref.number = number;
        block.header.timestamp = {12 * number};
        rules.take(
            say_all,
            {.time = block.header.timestamp, .number = number},
            engine::SignalRules::Recording::kYes
        );
        engine::Outcome outcome;
        engine::observe_signals(of, block, 0, outcome);
        static_cast<void>(ledger.seal());
        CHECK(rules.turns().put_off(number).rules == 0);
    }
    std::uint64_t all = 0;
    for (engine::SignalRules::Index index = 0; index < rules.rules().size(); ++index) {
        const engine::RuleTurnRow* const row = rules.turns().row(rules.id(index));
        REQUIRE(row != nullptr);
        UNSCOPED_INFO(rules.rules()[index].terms.name << " takes " << row->work);
        CHECK(row->work <= rules.turns().most());
        all += row->work;
    }
    CAPTURE(all);
    CHECK(all <= engine::RuleTurns::kDefaultWork);
    CHECK(all > 10'000);
}
