// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/limits.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/shell/obs/metrics.hpp>

#include <app/concentration_metrics.hpp>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace faultline::app {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kWad = 1e18;
constexpr double kBasisPoints = 1e4;
constexpr std::size_t kTop = 10;

double ratio(const Figure<U256>& figure, double one) {
    return figure.ok() ? std::strtod(figure.value.to_string().c_str(), nullptr) / one : kNone;
}

}  // namespace

ConcentrationMetrics::ConcentrationMetrics(
    obs::Metrics& registry, const std::string& chain, const std::vector<Market>& markets
) {
    for (const Market& market : markets) {
        const auto gauge = [&](const char* name, const char* text) {
            obs::Gauge& made = registry.gauge(
                name,
                text,
                {{"chain", chain}, {"protocol", market.protocol}, {"market", market.name}}
            );
            made.set(kNone);
            return &made;
        };
        markets_.push_back({
            .suppliers = gauge(
                "faultline_market_suppliers_hhi",
                "Herfindahl-Hirschman index of what suppliers have in a market, 0 to 1."
            ),
            .borrowers = gauge(
                "faultline_market_borrowers_hhi",
                "Herfindahl-Hirschman index of what borrowers owe a market, 0 to 1."
            ),
            .collateral = gauge(
                "faultline_market_collateral_hhi",
                "Herfindahl-Hirschman index of a market's collateral by token, 0 to 1."
            ),
            .top_suppliers = gauge(
                "faultline_market_top10_suppliers_ratio",
                "Share of what is supplied to a market that its ten largest suppliers have."
            ),
        });
    }
}

void ConcentrationMetrics::show(
    const graph::LookThrough& through, const std::vector<std::optional<graph::NodeKey>>& nodes
) {
    const graph::Snapshot& snapshot = through.snapshot();
    for (std::size_t i = 0; i < markets_.size(); ++i) {
        const auto node = i < nodes.size() && nodes[i] ? snapshot.find(*nodes[i]) : std::nullopt;
        const auto of = [&](graph::Concentrated what) {
            return node ? graph::concentration(through, *node, what) : graph::Concentration{};
        };
        const graph::Concentration suppliers = of(graph::Concentrated::kSuppliers);
        const OfMarket& gauges = markets_[i];
        gauges.suppliers->set(ratio(suppliers.hhi_wad(), kWad));
        gauges.borrowers->set(ratio(of(graph::Concentrated::kBorrowers).hhi_wad(), kWad));
        gauges.collateral->set(ratio(of(graph::Concentrated::kCollateralTokens).hhi_wad(), kWad));
        gauges.top_suppliers->set(ratio(suppliers.top_share_bps(kTop), kBasisPoints));
    }
}

}  // namespace faultline::app
