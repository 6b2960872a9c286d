// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/engine/market_signals.hpp>
#include <faultline/engine/movers.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>

namespace faultline::engine {

/// What the figures of alerts that fire at one block are made of: Transition::contributors and
/// price_ages. What it looks at is made when the first alert needs it, so a block at which nothing
/// fires costs nothing; deterministic.
class Explanation {
  public:
    /// Contributors of an alert.
    static constexpr std::size_t kMost = 5;
    /// Price ages of an alert.
    static constexpr std::size_t kMostPrices = 10;
    /// Alerts of a block that are told which paths they are made of, the first in order of rules
    /// and labels: each costs up to kVisits beginnings of paths.
    static constexpr std::size_t kMostPathed = 32;
    static constexpr std::size_t kVisits = 10'000;

    struct Source {
        const protocol::Protocols& protocols;
        const MarketSignals& prices;
        const Movers& movers;
        protocol::At at;                         ///< The block at which they fire.
        std::function<graph::Snapshot()> graph;  ///< As rules read it: with labels.
    };

    explicit Explanation(Source source);

    /// Of a rule over signals. Only of firings.
    void of_row(
        const rules::SignalRule& rule, const signals::Row& row, alerts::Transition& transition
    );
    /// Of a rule over positions. Only of firings.
    void of_position(
        protocol::MarketId market, const protocol::Holder& holder, alerts::Transition& transition
    );

  private:
    struct Moves;

    void add_paths(const signals::Labels& exposure, alerts::Transition& transition);
    void add_largest(const signals::Labels& concentration, alerts::Transition& transition);
    void add_positions(const signals::Signal& of, alerts::Transition& transition) const;
    /// Who moved most of a signal that the rule reads over a window, and of the row's others of its
    /// name in the same currency.
    void add_movers(
        const rules::SignalRule& rule,
        const signals::Row& row,
        const signals::Signal& of,
        alerts::Transition& transition
    );
    void sum_moves(const rules::SignalRule& rule, const signals::Signal& of, Moves& moves);
    void add_prices(const signals::Labels& of, alerts::Transition& transition);
    void add_price(
        protocol::MarketId market,
        const protocol::PartExposure& part,
        alerts::Transition& transition
    ) const;
    const graph::LookThrough& graph();
    const protocol::MarketExposure& exposure(protocol::MarketId market);

    Source source_;
    std::optional<graph::Snapshot> snapshot_;
    std::optional<graph::LookThrough> graph_;
    std::map<protocol::MarketId, protocol::MarketExposure> exposures_;
    std::size_t pathed_ = 0;
};

}  // namespace faultline::engine
