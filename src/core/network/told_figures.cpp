// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/network/figures.hpp>
#include <faultline/core/network/protocol_network.hpp>
#include <faultline/core/network/report.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/told_figures.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::network {
namespace {

constexpr unsigned kPlaces = 12;
constexpr double kUnit = 1e12;
/// Where a double still tells whole numbers apart from their neighbours.
constexpr double kLargest = 9e15;

Figure<Decimal> decimal(std::optional<double> value) {
    if (!value || !std::isfinite(*value)) {
        return Figure<Decimal>::without(
            FigureStatus::kNoData, "it is not defined for this network"
        );
    }
    const double scaled = std::abs(*value) * kUnit;
    // Beyond, what lies behind the point is noise.
    const bool whole = scaled > kLargest;
    const double cut = std::floor(whole ? std::abs(*value) : scaled);
    if (cut > kLargest) {
        return Figure<Decimal>::without(FigureStatus::kError, "it is too large");
    }
    const auto amount = Decimal::of(U256(static_cast<std::uint64_t>(cut)), whole ? 0 : kPlaces);
    if (!amount) {
        return Figure<Decimal>::without(FigureStatus::kError, "it does not fit");
    }
    return Figure<Decimal>::of(*value < 0 ? amount->negated() : *amount);
}

class Telling {
  public:
    void whole(std::string_view metric, std::optional<double> value) {
        out_.push_back({.metric = metric, .node = {}, .value = decimal(value)});
    }

    void of(const std::string& node, std::string_view metric, double value) {
        out_.push_back({.metric = metric, .node = node, .value = decimal(value)});
    }

    std::vector<ToldFigure> take() { return std::move(out_); }

  private:
    std::vector<ToldFigure> out_;
};

void tell_whole(Telling& telling, const WholeFigures& of) {
    telling.whole("density", of.density);
    telling.whole("degree_hhi", of.degree.hhi);
    telling.whole("degree_gini", of.degree.gini);
    telling.whole("strength_hhi", of.strength.hhi);
    telling.whole("strength_gini", of.strength.gini);
    telling.whole("link_hhi", of.link.hhi);
    telling.whole("held_hhi", of.held.hhi);
    telling.whole("held_gini", of.held.gini);
    telling.whole("top_1", of.top1_share);
    telling.whole("top_5", of.top5_share);
    telling.whole("assortativity", of.assortativity);
    telling.whole("max_core", of.core_max);
    telling.whole("modularity", of.modularity);
    telling.whole("systemic_importance_max", of.importance_max);
}

}  // namespace

std::vector<ToldFigure> told_figures(const graph::Snapshot& labelled) {
    Telling telling;
    const LiveNetwork live = live_network(labelled);
    const auto made = snapshot_graph(live.network);
    if (!made) {
        return {};
    }
    const auto figures = network_figures(*made);
    if (!figures) {
        return {};
    }
    tell_whole(telling, figures->whole);
    telling.whole("leverage_ratio", locked_of(live, *made).multiplier);
    for (std::size_t at = 0; at < live.nodes.size(); ++at) {
        if (live.nodes[at].kind != "protocol") {
            continue;
        }
        const std::string& node = live.nodes[at].id;
        telling.of(node, "page_rank", figures->ranks[at]);
        telling.of(node, "systemic_importance", figures->importance[at]);
        telling.of(node, "interconnectedness", figures->interconnectedness[at]);
    }
    return telling.take();
}

}  // namespace faultline::network
