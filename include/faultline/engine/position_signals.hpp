// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/evaluation_counts.hpp>

#include <string>
#include <vector>

namespace faultline::engine {

/// The signals of positions that exist because a rule names what they are of:
/// `accounts_below_health` and `debt_below_health` of a health factor. They are counted while a
/// block's positions are valued anyhow: a comparison a position, whatever the number of factors.
class PositionSignals {
  public:
    /// What the rules name, from the next block on.
    void ask(const std::vector<rules::SignalRule>& rules);

    /// Whether the positions of each block have to be valued for them.
    [[nodiscard]] bool counts() const noexcept { return !levels_.empty(); }

    /// Counts a position into MarketValued::below of its market, if it has a figure.
    void count(std::vector<BelowHealth>& below, const Figure<protocol::PositionHealth>& figure)
        const;

    struct Source {
        const protocol::Protocols& protocols;
        const signals::Wanted& wanted;
        const std::vector<MarketValued>& valued;  ///< By market; empty where none were.
        protocol::At at;
    };

    void each(const Source& source, const signals::Visit& visit) const;

  private:
    /// A health factor that a rule asks about.
    struct Level {
        U256 wad;
        std::string text;  ///< As the rule wrote it: the label `health`.
    };

    std::vector<Level> levels_;  ///< Sorted, each text once.
};

/// What is wrong with a selector of such a signal; empty: nothing, or it is of another. It has to
/// say with `=` which health factor, as there is no signal but of those that are asked about.
std::string position_fault(const signals::Selector& selector);

}  // namespace faultline::engine
