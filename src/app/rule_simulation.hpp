// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/signal_rules.hpp>

#include <app/rule_test_series.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace faultline::app {

/// A signal and what it is at each block.
struct SimulatedSignal {
    std::string name;
    signals::Labels labels;
    SeriesValues values;
};

/// An alert as it stands.
struct StandingAlert {
    std::string rule;
    std::map<std::string, std::string> labels;
    std::string summary;
};

/// Rules over signals on blocks of a test: what the engine does at a live block, without a chain.
/// The first block is of a Monday, 2024-01-01T00:00:00Z. Pure.
class RuleSimulation {
  public:
    static constexpr UnixSeconds kStart{1'704'067'200};

    RuleSimulation(
        std::vector<rules::SignalRule> rules,
        std::vector<SimulatedSignal> signals,
        std::uint64_t every_seconds
    );

    /// Applies the next block.
    void step();

    [[nodiscard]] std::vector<StandingAlert> alerts(alerts::Phase phase) const;

  private:
    ledger::Ledger ledger_;
    engine::SignalRules rules_;
    alerts::Book book_;
    std::vector<SimulatedSignal> signals_;
    std::uint64_t every_seconds_;
    std::uint64_t next_ = 0;
};

}  // namespace faultline::app
