// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/network/cascade.hpp>
#include <faultline/core/network/contagion.hpp>
#include <faultline/core/network/debt_rank.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/sum.hpp>

#include <algorithm>
#include <app/dexposure_stress.hpp>
#include <app/dexposure_weeks.hpp>
#include <charconv>
#include <cstddef>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using network::Node;
using network::Shock;
using network::SnapshotGraph;

constexpr double kDistressShare = 0.1;

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

Error no_shock(const char* option, const char* what, std::string_view text) {
    return Error(
               Code::kInvalid,
               std::string(option) + " takes " + what + "=SHARE, not \"" + std::string(text) + "\""
    )
        .advise("SHARE is what is lost at first, 0 to 1 or in percent: 0.5 or 50%");
}

/// What is around the last '='; nullopt when there is none or a part is empty.
std::optional<std::pair<std::string_view, double>> parts(std::string_view text) {
    const std::size_t at = text.rfind('=');
    if (at == std::string_view::npos || at == 0) {
        return std::nullopt;
    }
    const auto share = parse_share(text.substr(at + 1));
    return share ? std::optional(std::pair(text.substr(0, at), *share)) : std::nullopt;
}

Result<std::vector<Shock>> shocks_of(
    const network::Snapshot& week, std::span<const double> sizes, const DexposureStress& asked
) {
    std::vector<Shock> out;
    for (const DexposureShock& shock : asked.shocks) {
        const auto found = std::ranges::find(
            week.nodes, network::SnapshotId(shock.id), &network::SnapshotNode::id
        );
        if (found == week.nodes.end()) {
            return Error(
                       Code::kMissing,
                       "snapshot of " + week.date.text() + ": there is no node \"" +
                           shown_id(shock.id) + "\""
            )
                .advise("Give --shock the id of a node as the file has it, such as 182");
        }
        out.push_back({.node = static_cast<Node>(found - week.nodes.begin()), .share = shock.share}
        );
    }
    if (asked.top) {
        for (const Node node : largest(sizes, asked.top->count)) {
            out.push_back({.node = node, .share = asked.top->share});
        }
    }
    return out;
}

/// By node, what it loses at first as a share of its size.
std::vector<double> first_shares(std::span<const Shock> shocks, std::size_t nodes) {
    std::vector<double> out(nodes);
    for (const Shock& shock : shocks) {
        out[shock.node] = std::min(1.0, out[shock.node] + shock.share);
    }
    return out;
}

StressOutcome contagion(const SnapshotGraph& made, std::span<const Shock> shocks) {
    network::ContagionSimulator simulator(made.graph, made.sizes);
    network::ContagionOptions options;
    options.distress_share = kDistressShare;
    const network::Contagion run = simulator.run(shocks, options);
    StressOutcome out;
    out.unabsorbed = run.unabsorbed;
    out.rounds = run.rounds;
    out.ended = !run.exhausted;
    out.losses.assign(simulator.losses().begin(), simulator.losses().end());
    return out;
}

StressOutcome debt_rank(const SnapshotGraph& made, std::span<const Shock> shocks) {
    StressOutcome out;
    out.losses = first_shares(shocks, made.sizes.size());
    network::DebtRank model(made.graph, made.sizes);
    const network::Distress run = model.run(out.losses, {});
    out.rounds = run.rounds;
    out.ended = run.converged;
    for (std::size_t node = 0; node < out.losses.size(); ++node) {
        out.losses[node] *= made.sizes[node];
    }
    return out;
}

Result<StressOutcome> cascade(const SnapshotGraph& made, std::span<const Shock> shocks) {
    if (shocks.empty()) {
        StressOutcome out;
        out.defaulted = 0;
        out.losses.resize(made.sizes.size());
        return out;
    }
    const double share = shocks.front().share;
    if (!std::ranges::all_of(shocks, [&](const Shock& one) { return one.share == share; })) {
        return Error(Code::kInvalid, "a cascade has one share: what creditors lose of a default")
            .advise("Give each shock the same share, or take --model contagion");
    }
    std::vector<Node> seeds;
    for (const Shock& shock : shocks) {
        seeds.push_back(shock.node);
    }
    std::ranges::sort(seeds);
    const auto repeated = std::ranges::unique(seeds);
    seeds.erase(repeated.begin(), repeated.end());
    network::Cascade model(made.graph, made.sizes, share);
    StressOutcome out;
    out.rounds = model.run(seeds).rounds;
    out.defaulted = model.defaulted().size();
    out.losses.resize(made.sizes.size());
    for (const Node debtor : model.defaulted()) {
        const network::Row claims = made.graph.in().row(debtor);
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

void add_sums(std::span<const double> sizes, std::span<const Shock> shocks, StressOutcome& out) {
    std::vector<bool> is_shocked(sizes.size());
    for (const Shock& shock : shocks) {
        is_shocked[shock.node] = true;
    }
    network::Sum lost;
    network::Sum total;
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

std::vector<network::Node> largest(std::span<const double> values, std::size_t count) {
    std::vector<Node> out(values.size());
    std::iota(out.begin(), out.end(), Node{0});
    std::ranges::sort(out, [&](Node a, Node b) {
        return values[a] > values[b] || (values[a] == values[b] && a < b);
    });
    out.resize(std::min(out.size(), count));
    return out;
}

Result<DexposureShock> parse_shock(std::string_view text) {
    const auto found = parts(text);
    if (!found) {
        return no_shock("--shock", "ID", text);
    }
    return DexposureShock{.id = std::string(found->first), .share = found->second};
}

Result<DexposureTopShock> parse_top_shock(std::string_view text) {
    const auto found = parts(text);
    std::size_t count = 0;
    if (found) {
        const std::string_view number = found->first;
        const auto [end, error] =
            std::from_chars(number.data(), number.data() + number.size(), count);
        count = error == std::errc{} && end == number.data() + number.size() ? count : 0;
    }
    if (count == 0) {
        return no_shock("--shock-top", "N", text);
    }
    return DexposureTopShock{.count = count, .share = found->second};
}

Result<StressOutcome> stress_week(const network::Snapshot& week, const DexposureStress& asked) {
    FAULTLINE_TRY(const SnapshotGraph made, dexposure_graph(week));
    FAULTLINE_TRY(const auto shocks, shocks_of(week, made.sizes, asked));
    StressOutcome out;
    if (asked.model == "cascade") {
        FAULTLINE_TRY(out, cascade(made, shocks));
    } else {
        out = asked.model == "debtrank" ? debt_rank(made, shocks) : contagion(made, shocks);
    }
    add_sums(made.sizes, shocks, out);
    return out;
}

}  // namespace faultline::app
