// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/core/network/communities.hpp>
#include <faultline/core/network/concentration.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/importance.hpp>
#include <faultline/core/network/page_rank.hpp>
#include <faultline/core/network/sectors.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/sum.hpp>
#include <faultline/core/network/topology.hpp>

#include <algorithm>
#include <app/dexposure_categories.hpp>
#include <app/dexposure_metrics.hpp>
#include <app/dexposure_weeks.hpp>
#include <app/exit_code.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::app {
namespace {

using network::SnapshotGraph;

constexpr std::size_t kTop = 10;

double sum_of(std::span<const double> values) {
    network::Sum sum;
    for (const double value : values) {
        sum.add(value);
    }
    return sum.value();
}

Spread spread_of(std::span<const double> values) {
    return {.hhi = network::hhi(values), .gini = network::gini(values)};
}

void add_importance(const SnapshotGraph& made, WeekMetrics& to) {
    const auto ranks = network::page_rank(made.graph, {});
    to.ranks_converged = ranks.converged;
    const auto importance = network::systemic_importance(made.graph, ranks.ranks, made.sizes, {});
    if (importance.empty()) {
        return;
    }
    to.sis_mean = sum_of(importance) / static_cast<double>(importance.size());
    to.sis_max = std::ranges::max(importance);
}

void add_sectors(
    const network::Snapshot& week,
    const SnapshotGraph& made,
    const DexposureCategories& categories,
    WeekMetrics& to
) {
    std::vector<std::uint32_t> sector_of;
    sector_of.reserve(week.nodes.size());
    for (const network::SnapshotNode& node : week.nodes) {
        sector_of.push_back(categories.sector_of(node.id));
    }
    to.sectors = std::set(sector_of.begin(), sector_of.end()).size();
    to.spillover_hhi =
        network::SectorMatrix(made.graph, sector_of, categories.sectors().size()).spillover_hhi();
}

std::string figure(const std::optional<double>& value) {
    constexpr int kDecimals = 6;
    return value ? decimals(*value, kDecimals) : "not defined";
}

std::string spread_text(const Spread& spread) {
    return "HHI " + figure(spread.hhi) + ", Gini " + figure(spread.gini);
}

std::string line(std::string name, const std::string& value) {
    constexpr std::size_t kWidth = 16;
    name.resize(kWidth, ' ');
    return "  " + name + value + "\n";
}

std::string plural(std::size_t count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string text_of(const WeekMetrics& week) {
    std::string out =
        week.week.text() + ": " + plural(week.nodes, "node") + ", " + plural(week.links, "link");
    if (week.links_dropped > 0) {
        out += " (" + std::to_string(week.links_dropped) + " left out: an end is no node)";
    }
    out += "\n";
    out += line("exposure", dollars(week.exposure_usd));
    out += line("TVL", dollars(week.tvl_usd));
    out += line("density", figure(week.density));
    out += line("degree", spread_text(week.degree));
    out += line("strength", spread_text(week.strength));
    out += line("TVL by node", spread_text(week.tvl));
    out += line(
        "top 10 by TVL",
        week.top10_tvl_share ? percent(*week.top10_tvl_share) : figure(week.top10_tvl_share)
    );
    out += line("SIS", "mean " + figure(week.sis_mean) + ", max " + figure(week.sis_max));
    out += line("assortativity", figure(week.assortativity));
    out += line("max k-core", std::to_string(week.core_max));
    out += line(
        "communities", std::to_string(week.communities) + ", modularity " + figure(week.modularity)
    );
    if (week.sectors) {
        out += line(
            "spillover HHI", figure(week.spillover_hhi) + ", " + plural(*week.sectors, "sector")
        );
    }
    return out;
}

void write(JsonWriter& json, std::string_view name, const std::optional<double>& value) {
    json.key(name);
    if (value) {
        json.real(*value);
    } else {
        json.null();
    }
}

void write(JsonWriter& json, const WeekMetrics& week) {
    json.begin_object();
    json.field("week", week.week.text());
    json.field("nodes", week.nodes);
    json.field("links", week.links);
    json.field("links_dropped", week.links_dropped);
    write(json, "exposure_usd", week.exposure_usd);
    write(json, "tvl_usd", week.tvl_usd);
    write(json, "density", week.density);
    write(json, "degree_hhi", week.degree.hhi);
    write(json, "degree_gini", week.degree.gini);
    write(json, "strength_hhi", week.strength.hhi);
    write(json, "strength_gini", week.strength.gini);
    write(json, "tvl_hhi", week.tvl.hhi);
    write(json, "tvl_gini", week.tvl.gini);
    write(json, "top10_tvl_share", week.top10_tvl_share);
    write(json, "sis_mean", week.sis_mean);
    write(json, "sis_max", week.sis_max);
    write(json, "assortativity", week.assortativity);
    json.field("core_max", week.core_max);
    json.field("communities", week.communities);
    write(json, "modularity", week.modularity);
    if (week.sectors) {
        json.field("sectors", *week.sectors);
        write(json, "spillover_hhi", week.spillover_hhi);
    }
    json.end_object();
}

std::string json_of(const std::string& file, const std::vector<WeekMetrics>& weeks) {
    JsonWriter json;
    json.begin_object();
    json.field("file", file);
    json.key("weeks").begin_array();
    for (const WeekMetrics& week : weeks) {
        write(json, week);
    }
    json.end_array();
    json.end_object();
    return json.take() + "\n";
}

Result<std::vector<WeekMetrics>> all_metrics(const DexposureMetrics& asked) {
    std::optional<DexposureCategories> categories;
    if (!asked.categories.empty()) {
        FAULTLINE_TRY(categories, DexposureCategories::open(asked.categories));
    }
    std::vector<WeekMetrics> out;
    const auto use = [&](const network::Snapshot& week) -> Result<void> {
        FAULTLINE_TRY(out.emplace_back(), week_metrics(week, categories ? &*categories : nullptr));
        return {};
    };
    FAULTLINE_TRY_VOID(use_weeks(asked.file, asked.week, use));
    return out;
}

}  // namespace

Result<WeekMetrics> week_metrics(
    const network::Snapshot& week, const DexposureCategories* categories
) {
    FAULTLINE_TRY(const SnapshotGraph made, dexposure_graph(week));
    const network::Graph& graph = made.graph;
    WeekMetrics out;
    out.week = week.date;
    out.nodes = graph.node_count();
    out.links = graph.edge_count();
    out.links_dropped = made.links_dropped;
    out.exposure_usd = sum_of(graph.out().weights);
    out.tvl_usd = sum_of(made.sizes);
    out.density = network::density(graph);
    out.degree = spread_of(network::degrees(graph, network::Side::kBoth));
    out.strength = spread_of(network::strengths(graph, network::Side::kBoth));
    out.tvl = spread_of(made.sizes);
    out.top10_tvl_share = network::top_share(made.sizes, kTop);
    add_importance(made, out);
    out.assortativity = network::degree_assortativity(graph);
    const auto cores = network::core_numbers(graph);
    out.core_max = cores.empty() ? 0 : std::ranges::max(cores);
    FAULTLINE_TRY(const auto communities, network::communities(graph, {}));
    out.communities = communities.count;
    out.modularity = communities.modularity;
    if (categories != nullptr) {
        add_sectors(week, made, *categories, out);
    }
    return out;
}

int dexposure_metrics(const DexposureMetrics& asked, std::ostream& out, std::ostream& err) {
    const auto weeks = all_metrics(asked);
    if (!weeks) {
        err << "faultline dexposure metrics: " << weeks.error().message() << '\n';
        return exit_status(ExitCode::kFailed);
    }
    for (const WeekMetrics& week : *weeks) {
        if (!week.ranks_converged) {
            err << "faultline dexposure metrics: warning: PageRank of " << week.week.text()
                << " did not converge, so its SIS is less exact\n";
        }
    }
    if (asked.format == "json") {
        out << json_of(asked.file, *weeks);
    } else if (weeks->empty()) {
        out << "no weeks in " << asked.file << '\n';
    } else {
        for (const WeekMetrics& week : *weeks) {
            out << text_of(week);
        }
    }
    return exit_status(ExitCode::kOk);
}

}  // namespace faultline::app
