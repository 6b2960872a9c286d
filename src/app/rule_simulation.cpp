// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/signal_alerts.hpp>
#include <faultline/engine/signal_rules.hpp>

#include <app/rule_simulation.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

eth::BlockRef ref_of(std::uint64_t number) {
    constexpr unsigned kByteBits = 8;
    eth::BlockRef out{.number = number, .hash = {}};
    std::uint64_t rest = number + 1;  // No hash of a block is zero.
    for (std::size_t i = out.hash.bytes.size(); rest > 0; rest >>= kByteBits) {
        out.hash.bytes[--i] = static_cast<std::uint8_t>(rest);
    }
    return out;
}

}  // namespace

RuleSimulation::RuleSimulation(
    std::vector<rules::SignalRule> rules,
    std::vector<SimulatedSignal> signals,
    std::uint64_t every_seconds
)
    : rules_(ledger_, std::move(rules)),
      book_(ledger_),
      signals_(std::move(signals)),
      every_seconds_(every_seconds) {}

void RuleSimulation::step() {
    eth::Block block;
    block.header.ref = ref_of(next_);
    block.header.parent = next_ == 0 ? Hash32{} : ref_of(next_ - 1).hash;
    block.header.timestamp = {kStart.value + (next_ * every_seconds_)};
    rules_.take(
        [this](const signals::Visit& visit) {
            for (const SimulatedSignal& one : signals_) {
                if (next_ < one.values.size() && one.values[next_]) {
                    visit({.name = one.name, .labels = one.labels, .value = *one.values[next_]});
                }
            }
        },
        {.time = block.header.timestamp, .number = next_},
        engine::SignalRules::Recording::kYes
    );
    engine::Outcome outcome;
    const engine::SignalAlerts of{
        .rules = rules_,
        .book = book_,
        .chain_name = "test",
        .more = [](const signals::Row&) { return std::string(); },
        .explain = nullptr
    };
    engine::observe_signals(of, block, 0, outcome);
    static_cast<void>(ledger_.seal());
    ++next_;
}

std::vector<StandingAlert> RuleSimulation::alerts(alerts::Phase phase) const {
    std::vector<StandingAlert> out;
    for (const alerts::AlertKey& key : book_.rows().sorted_keys()) {
        const alerts::AlertRow& row = *book_.rows().find(key);
        if (row.phase != phase) {
            continue;
        }
        StandingAlert alert{.rule = row.rule, .labels = {}, .summary = row.summary};
        for (const alerts::LabelText& label : row.labels) {
            alert.labels[label.name] = label.value;
        }
        out.push_back(std::move(alert));
    }
    return out;
}

}  // namespace faultline::app
