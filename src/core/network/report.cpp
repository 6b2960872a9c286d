// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/network/cascade.hpp>
#include <faultline/core/network/contagion.hpp>
#include <faultline/core/network/debt_rank.hpp>
#include <faultline/core/network/figures.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/importance.hpp>
#include <faultline/core/network/protocol_network.hpp>
#include <faultline/core/network/report.hpp>
#include <faultline/core/network/sectors.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/stress.hpp>
#include <faultline/core/network/sum.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace faultline::network {

namespace {

using Exact = std::optional<U256>;

Exact plus(const Exact& a, const Exact& b) {
    return a && b ? checked_add(*a, *b) : std::nullopt;
}

Sectors sectors_of(const LiveNetwork& live, const Graph& graph) {
    Sectors out;
    std::map<std::string, std::uint32_t> numbers;
    for (const LiveNode& node : live.nodes) {
        numbers[node.sector] = 0;
    }
    for (auto& [name, number] : numbers) {
        number = static_cast<std::uint32_t>(out.names.size());
        out.names.push_back(name);
    }
    std::map<SnapshotId, std::uint32_t> sectors;
    for (std::size_t at = 0; at < live.nodes.size(); ++at) {
        out.of.push_back(numbers.at(live.nodes[at].sector));
        sectors[live.network.nodes[at].id] = out.of.back();
    }
    const std::size_t count = out.names.size();
    out.matrix = SectorMatrix(graph, out.of, count);
    out.usd.assign(count * count, U256());
    for (std::size_t at = 0; at < live.links_usd.size(); ++at) {
        const SnapshotLink& link = live.network.links[at];
        Exact& cell = out.usd[(sectors.at(link.source) * count) + sectors.at(link.target)];
        cell = plus(cell, live.links_usd[at]);
    }
    return out;
}

void add_sums(NetworkReport& report) {
    Exact held = U256();
    Exact derivative = U256();
    for (const LiveNode& node : report.live.nodes) {
        held = plus(held, node.held_usd);
        derivative = plus(derivative, node.derivative_usd);
    }
    Exact links = U256();
    for (const Exact& link : report.live.links_usd) {
        links = plus(links, link);
    }
    report.held_usd = held;
    report.links_usd = links;
    report.redeemable_usd = held && derivative ? checked_sub(*held, *derivative) : std::nullopt;
    report.locked = locked_of(report.live, report.made);
}

/// Tries failures of a network, and counts what they cost.
class Failures {
  public:
    Failures(const SnapshotGraph& made, std::uint64_t most_steps)
        : made_(made),
          most_steps_(most_steps),
          step_(made.graph.node_count() + made.graph.edge_count()),
          contagion_(made.graph, made.sizes, 1.0),
          debt_rank_(made.graph, made.sizes) {}

    [[nodiscard]] bool may_go_on() const noexcept { return steps_ < most_steps_; }

    Result<WhatIf> of(Node node) {
        WhatIf out;
        const std::array seed{node};
        const CascadeOutcome cascade = contagion_.run(seed);
        out.contagion = {
            .reach = cascade.defaults - 1, .radius = cascade.rounds, .loss = cascade.loss
        };
        out.debt_rank = debt_rank(node);
        FAULTLINE_TRY(out.clearing_loss_usd, clearing_loss(node));
        return out;
    }

  private:
    std::optional<double> debt_rank(Node node) {
        std::vector<double> before(made_.sizes.size());
        before[node] = 1;
        std::vector<double> after = before;
        DebtRankOptions options;
        options.most_rounds = kMostRounds;
        const Distress run = debt_rank_.run(after, options);
        steps_ += step_ * run.rounds;
        return run.converged ? std::optional(debt_rank_value(before, after, made_.sizes))
                             : std::nullopt;
    }

    /// What the others lose.
    Result<std::optional<double>> clearing_loss(Node node) {
        const std::array shock{Shock{.node = node, .share = 1}};
        FAULTLINE_TRY(
            const StressOutcome cleared, stress(made_, shock, StressModel::kClearing, kMostRounds)
        );
        steps_ += step_ * (cleared.rounds + kPreparing);
        Sum lost;
        for (Node other = 0; other < cleared.losses.size(); ++other) {
            lost.add(other == node ? 0 : cleared.losses[other]);
        }
        return cleared.ended ? std::optional(lost.value()) : std::nullopt;
    }

    static constexpr std::uint32_t kMostRounds = 1'000;
    /// Rounds that a graph of its own costs.
    static constexpr std::uint32_t kPreparing = 20;

    const SnapshotGraph& made_;
    std::uint64_t most_steps_;
    std::uint64_t step_;
    std::uint64_t steps_ = 0;
    Cascade contagion_;
    DebtRank debt_rank_;
};

}  // namespace

ValueLocked locked_of(const LiveNetwork& live, const SnapshotGraph& made) {
    std::vector<double> derivatives;
    derivatives.reserve(live.nodes.size());
    for (std::size_t at = 0; at < live.nodes.size(); ++at) {
        const LiveNode& node = live.nodes[at];
        // As numbers both are sums that were rounded, each its own way.
        const double size = made.sizes[at];
        derivatives.push_back(
            node.derivative_usd == node.held_usd
                ? size
                : std::min(size, dollars(node.derivative_usd.value_or(U256())))
        );
    }
    return value_locked(made.sizes, derivatives);
}

Result<std::vector<std::optional<WhatIf>>> what_ifs(
    const SnapshotGraph& network, std::span<const Node> order, std::uint64_t most_steps
) {
    SnapshotGraph made = network;
    if (loop_count(network.graph) > 0) {
        made.graph = without_loops(network.graph);
    }
    std::vector<std::optional<WhatIf>> out(made.sizes.size());
    Failures failures(made, most_steps);
    for (const Node node : order) {
        if (!failures.may_go_on()) {
            break;
        }
        FAULTLINE_TRY(out[node], failures.of(node));
    }
    return out;
}

Result<NetworkReport> network_report(const graph::Snapshot& labelled) {
    NetworkReport out;
    out.live = live_network(labelled);
    FAULTLINE_TRY(out.made, snapshot_graph(out.live.network));
    FAULTLINE_TRY(out.figures, network_figures(out.made));
    out.sectors = sectors_of(out.live, out.made.graph);
    add_sums(out);
    const std::vector<double> dues = strengths(out.made.graph, Side::kIn);
    FAULTLINE_TRY(out.what_if, what_ifs(out.made, largest(dues, dues.size()), kMostSteps));
    return out;
}

}  // namespace faultline::network
