// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/network/cascade.hpp>
#include <faultline/core/network/clearing.hpp>
#include <faultline/core/network/contagion.hpp>
#include <faultline/core/network/debt_rank.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/stress.hpp>
#include <faultline/core/network/sum.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <vector>

namespace faultline::network {

namespace {

constexpr double kDistressShare = 0.1;

constexpr std::array<std::string_view, 4> kModels{"contagion", "debtrank", "cascade", "clearing"};
static_assert(kModels.size() == static_cast<std::size_t>(last_of(StressModel{})) + 1);

/// By node, what it loses at first as a share of its size.
std::vector<double> first_shares(std::span<const Shock> shocks, std::size_t nodes) {
    std::vector<double> out(nodes);
    for (const Shock& shock : shocks) {
        out[shock.node] = std::min(1.0, out[shock.node] + shock.share);
    }
    return out;
}

StressOutcome contagion(const SnapshotGraph& made, std::span<const Shock> shocks) {
    ContagionSimulator simulator(made.graph, made.sizes);
    ContagionOptions options;
    options.distress_share = kDistressShare;
    const Contagion run = simulator.run(shocks, options);
    StressOutcome out;
    out.unabsorbed = run.unabsorbed;
    out.rounds = run.rounds;
    out.ended = !run.exhausted;
    out.losses.assign(simulator.losses().begin(), simulator.losses().end());
    return out;
}

StressOutcome debt_rank(
    const SnapshotGraph& made, std::span<const Shock> shocks, std::uint32_t most_rounds
) {
    DebtRankOptions options;
    options.most_rounds = most_rounds;
    StressOutcome out;
    out.losses = first_shares(shocks, made.sizes.size());
    DebtRank model(made.graph, made.sizes);
    const Distress run = model.run(out.losses, options);
    out.rounds = run.rounds;
    out.ended = run.converged;
    for (std::size_t node = 0; node < out.losses.size(); ++node) {
        out.losses[node] *= made.sizes[node];
    }
    return out;
}

Result<StressOutcome> cascade(const SnapshotGraph& made, std::span<const Shock> shocks) {
    StressOutcome out;
    out.defaulted = 0;
    out.losses.resize(made.sizes.size());
    if (shocks.empty()) {
        return out;
    }
    const double share = shocks.front().share;
    if (!std::ranges::all_of(shocks, [&](const Shock& one) { return one.share == share; })) {
        return Error(Code::kInvalid, "a cascade has one share: what creditors lose of a default")
            .advise("Give each shock the same share, or take the model contagion");
    }
    std::vector<Node> seeds;
    for (const Shock& shock : shocks) {
        seeds.push_back(shock.node);
    }
    std::ranges::sort(seeds);
    const auto repeated = std::ranges::unique(seeds);
    seeds.erase(repeated.begin(), repeated.end());
    Cascade model(made.graph, made.sizes, share);
    out.rounds = model.run(seeds).rounds;
    out.defaulted = model.defaulted().size();
    for (const Node debtor : model.defaulted()) {
        const Row claims = made.graph.in().row(debtor);
        for (std::size_t at = 0; at < claims.size(); ++at) {
            const Node creditor = claims.nodes[at];
            out.losses[creditor] =
                std::min(made.sizes[creditor], out.losses[creditor] + share * claims.weights[at]);
        }
    }
    for (const Node node : model.defaulted()) {
        out.losses[node] = made.sizes[node];
    }
    return out;
}

/// The network after a shock: what was taken of a claim is of one node more, who is outside.
Result<Graph> with_claims_taken(const Graph& graph, std::span<const double> shares) {
    const Node outside = graph.node_count();
    std::vector<Edge> edges;
    edges.reserve(graph.edge_count());
    for (Node node = 0; node < outside; ++node) {
        const Row claims = graph.out().row(node);
        for (std::size_t at = 0; at < claims.size(); ++at) {
            const double taken = shares[node] * claims.weights[at];
            edges.push_back(
                {.source = node, .target = claims.nodes[at], .weight = claims.weights[at] - taken}
            );
            if (taken > 0) {
                edges.push_back({.source = outside, .target = claims.nodes[at], .weight = taken});
            }
        }
    }
    return Graph::from_edges(outside + 1, edges);
}

Result<StressOutcome> clearing(
    const SnapshotGraph& made, std::span<const Shock> shocks, std::uint32_t most_rounds
) {
    ClearingOptions options;
    options.most_rounds = most_rounds;
    const std::size_t nodes = made.sizes.size();
    const std::vector<double> shares = first_shares(shocks, nodes);
    const std::vector<double> claims = strengths(made.graph, Side::kOut);
    const std::vector<double> dues = strengths(made.graph, Side::kIn);
    std::vector<double> external(nodes + 1);
    for (std::size_t node = 0; node < nodes; ++node) {
        const double beyond = std::max({made.sizes[node], dues[node], claims[node]}) - claims[node];
        external[node] = beyond * (1 - shares[node]);
    }
    FAULTLINE_TRY(const Graph left, with_claims_taken(made.graph, shares));
    const Clearing cleared = clear(left, external, options);
    const std::vector<double> due = strengths(left, Side::kIn);
    StressOutcome out;
    out.rounds = cleared.rounds;
    out.ended = cleared.converged;
    out.defaulted = static_cast<std::size_t>(std::ranges::count(cleared.defaulted, 1));
    out.losses.resize(nodes);
    Sum unabsorbed;
    for (Node node = 0; node < nodes; ++node) {
        const double had = std::max({made.sizes[node], dues[node], claims[node]});
        // What is lost, and not what is left of what there was: sums that round give no losses. Of
        // what a node is taken to have beyond its size, nothing is its loss.
        Sum lost;
        lost.add(shares[node] * made.sizes[node]);
        const Row kept = left.out().row(node);
        for (std::size_t at = 0; at < kept.size(); ++at) {
            const Node debtor = kept.nodes[at];
            if (cleared.defaulted[debtor] != 0) {
                lost.add(kept.weights[at] * (1 - cleared.payments[debtor] / due[debtor]));
            }
        }
        out.losses[node] = std::min(made.sizes[node], lost.value());
        unabsorbed.add(lost.value() - out.losses[node]);
        unabsorbed.add(shares[node] * (had - made.sizes[node]));
    }
    out.unabsorbed = unabsorbed.value();
    return out;
}

void add_sums(std::span<const double> sizes, std::span<const Shock> shocks, StressOutcome& out) {
    std::vector<bool> is_shocked(sizes.size());
    for (const Shock& shock : shocks) {
        is_shocked[shock.node] = true;
    }
    Sum lost;
    Sum total;
    for (std::size_t node = 0; node < sizes.size(); ++node) {
        lost.add(out.losses[node]);
        total.add(sizes[node]);
        out.shocked += is_shocked[node] ? 1 : 0;
        const bool hit = out.losses[node] > kDistressShare * sizes[node];
        out.distressed += hit || is_shocked[node] ? 1 : 0;
    }
    out.lost = lost.value();
    out.total = total.value();
    out.share = out.total > 0 ? out.lost / out.total : 0;
}

}  // namespace

std::string_view stress_model_name(StressModel model) noexcept {
    return kModels[static_cast<std::size_t>(model)];
}

std::optional<StressModel> stress_model_of(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(kModels, name);
    return found == kModels.end()
               ? std::nullopt
               : std::optional(static_cast<StressModel>(found - kModels.begin()));
}

Result<StressOutcome> stress(
    const SnapshotGraph& network,
    std::span<const Shock> shocks,
    StressModel model,
    std::uint32_t most_rounds
) {
    if (const std::size_t loops = loop_count(network.graph); loops > 0) {
        const SnapshotGraph others{
            .graph = without_loops(network.graph),
            .sizes = network.sizes,
            .links_dropped = network.links_dropped,
            .links_to_self = 0,
        };
        FAULTLINE_TRY(StressOutcome of_others, stress(others, shocks, model, most_rounds));
        of_others.links_to_self = loops;
        return of_others;
    }
    StressOutcome out;
    switch (model) {
        case StressModel::kContagion:
            out = contagion(network, shocks);
            break;
        case StressModel::kDebtRank:
            out = debt_rank(network, shocks, most_rounds);
            break;
        case StressModel::kCascade: {
            FAULTLINE_TRY(out, cascade(network, shocks));
            break;
        }
        case StressModel::kClearing: {
            FAULTLINE_TRY(out, clearing(network, shocks, most_rounds));
            break;
        }
    }
    add_sums(network.sizes, shocks, out);
    return out;
}

std::optional<double> parse_share(std::string_view text) {
    const bool in_percent = text.ends_with('%');
    text.remove_suffix(in_percent ? 1 : 0);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    constexpr double kHundred = 100;
    value /= in_percent ? kHundred : 1;
    const bool is_share = value >= 0 && value <= 1;  // Not of NaN.
    return error == std::errc{} && end == text.data() + text.size() && is_share
               ? std::optional(value)
               : std::nullopt;
}

std::vector<Node> largest(std::span<const double> values, std::size_t count) {
    std::vector<Node> out(values.size());
    std::iota(out.begin(), out.end(), Node{0});
    std::ranges::sort(out, [&](Node a, Node b) {
        return values[a] > values[b] || (values[a] == values[b] && a < b);
    });
    out.resize(std::min(out.size(), count));
    return out;
}

}  // namespace faultline::network
