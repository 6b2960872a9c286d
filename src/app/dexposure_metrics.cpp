// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/core/graph/symbols.hpp>
#include <faultline/core/network/figures.hpp>
#include <faultline/core/network/sectors.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/token_spread.hpp>

#include <app/dexposure_categories.hpp>
#include <app/dexposure_issuers.hpp>
#include <app/dexposure_metrics.hpp>
#include <app/dexposure_nodes.hpp>
#include <app/dexposure_weeks.hpp>
#include <app/exit_code.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace faultline::app {
namespace {

using network::SnapshotGraph;

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

std::string spread_text(const network::Spread& spread) {
    return "HHI " + figure(spread.hhi) + ", Gini " + figure(spread.gini);
}

std::string plural(std::size_t count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string share(const std::optional<double>& value) {
    return value ? percent(*value) : figure(value);
}

std::string tokens_text(const network::TokenSpread& tokens) {
    std::string out = plural(tokens.tokens, "token") + ", HHI " + figure(tokens.hhi);
    if (tokens.top) {
        out += ", top " + shown_id(tokens.top) + " " + share(tokens.top_share);
    }
    return out;
}

std::string line(std::string name, const std::string& value) {
    constexpr std::size_t kWidth = 16;
    name.resize(kWidth, ' ');
    return "  " + name + value + "\n";
}

std::string text_of(const WeekMetrics& week) {
    std::string out = week.week.text() + ": " + plural(week.whole.nodes, "node") + ", " +
                      plural(week.whole.links, "link");
    if (week.links_to_self > 0) {
        out += ", " + std::to_string(week.links_to_self) + " of a node to itself";
    }
    if (week.links_dropped > 0) {
        out += " (" + std::to_string(week.links_dropped) + " left out: an end is no node)";
    }
    out += "\n";
    out += line("exposure", dollars(week.whole.links_usd));
    out += line("TVL", dollars(week.whole.sizes_usd));
    out += line("density", figure(week.whole.density));
    out += line("degree", spread_text(week.whole.degree));
    out += line("strength", spread_text(week.whole.strength));
    out += line("TVL by node", spread_text(week.whole.size));
    out += line(
        "top by TVL",
        "1: " + share(week.whole.top1_share) + ", 5: " + share(week.whole.top5_share) +
            ", 10: " + share(week.whole.top10_share)
    );
    out += line("tokens", tokens_text(week.tokens));
    if (week.issuers) {
        out += line(
            "known issuers",
            std::to_string(week.issuers->known) + " of " + plural(week.issuers->tokens, "token") +
                ", " + share(week.issuers->known_usd_share) + " of their value"
        );
    }
    out += line(
        "SIS",
        "mean " + figure(week.whole.importance_mean) + ", max " + figure(week.whole.importance_max)
    );
    out += line("assortativity", figure(week.whole.assortativity));
    out += line("max k-core", std::to_string(week.whole.core_max));
    out += line(
        "communities",
        std::to_string(week.whole.communities) + ", modularity " + figure(week.whole.modularity)
    );
    if (week.sectors) {
        out += line(
            "spillover HHI", figure(week.spillover_hhi) + ", " + plural(*week.sectors, "sector")
        );
    }
    return out + nodes_text(week.nodes);
}

void write(JsonWriter& json, const WeekMetrics& week, bool with_nodes) {
    json.begin_object();
    json.field("week", week.week.text());
    json.field("nodes", week.whole.nodes);
    json.field("links", week.whole.links);
    json.field("links_dropped", week.links_dropped);
    json.field("links_to_self", week.links_to_self);
    write_figure(json, "exposure_usd", week.whole.links_usd);
    write_figure(json, "tvl_usd", week.whole.sizes_usd);
    write_figure(json, "density", week.whole.density);
    write_figure(json, "degree_hhi", week.whole.degree.hhi);
    write_figure(json, "degree_gini", week.whole.degree.gini);
    write_figure(json, "strength_hhi", week.whole.strength.hhi);
    write_figure(json, "strength_gini", week.whole.strength.gini);
    write_figure(json, "tvl_hhi", week.whole.size.hhi);
    write_figure(json, "tvl_gini", week.whole.size.gini);
    write_figure(json, "top1_tvl_share", week.whole.top1_share);
    write_figure(json, "top5_tvl_share", week.whole.top5_share);
    write_figure(json, "top10_tvl_share", week.whole.top10_share);
    write_tokens(json, week.tokens);
    if (week.issuers) {
        json.field("tokens_with_known_issuer", week.issuers->known);
        write_figure(json, "known_issuer_usd_share", week.issuers->known_usd_share);
    }
    write_figure(json, "sis_mean", week.whole.importance_mean);
    write_figure(json, "sis_max", week.whole.importance_max);
    write_figure(json, "assortativity", week.whole.assortativity);
    json.field("core_max", week.whole.core_max);
    json.field("communities", week.whole.communities);
    write_figure(json, "modularity", week.whole.modularity);
    if (week.sectors) {
        json.field("sectors", *week.sectors);
        write_figure(json, "spillover_hhi", week.spillover_hhi);
    }
    if (with_nodes) {
        json.key("by_node");
        write_nodes(json, week.nodes);
    }
    json.end_object();
}

std::string json_of(const DexposureMetrics& asked, const std::vector<WeekMetrics>& weeks) {
    JsonWriter json;
    json.begin_object();
    json.field("file", asked.file);
    json.key("weeks").begin_array();
    for (const WeekMetrics& week : weeks) {
        write(json, week, asked.nodes > 0);
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
    std::optional<graph::SymbolBook> symbols;
    if (!asked.labels.empty()) {
        FAULTLINE_TRY(symbols, read_symbols(asked.labels));
    }
    std::vector<WeekMetrics> out;
    const auto use = [&](const network::Snapshot& week) -> Result<void> {
        FAULTLINE_TRY(
            out.emplace_back(), week_metrics(week, categories ? &*categories : nullptr, asked.nodes)
        );
        if (symbols) {
            out.back().issuers = known_issuers(week, *symbols);
        }
        return {};
    };
    FAULTLINE_TRY_VOID(use_weeks(asked.file, asked.week, use));
    return out;
}

}  // namespace

Result<WeekMetrics> week_metrics(
    const network::Snapshot& week, const DexposureCategories* categories, std::size_t nodes
) {
    FAULTLINE_TRY(const SnapshotGraph made, dexposure_graph(week));
    WeekMetrics out;
    out.week = week.date;
    out.links_dropped = made.links_dropped;
    out.links_to_self = made.links_to_self;
    FAULTLINE_TRY(const network::NetworkFigures figures, network::network_figures(made));
    out.whole = figures.whole;
    out.tokens = network::token_spread(week.nodes);
    if (nodes > 0) {
        FAULTLINE_TRY(out.nodes, node_metrics(week, made, figures, nodes));
    }
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
        if (!week.whole.ranks_converged) {
            err << "faultline dexposure metrics: warning: PageRank of " << week.week.text()
                << " did not converge, so its SIS is less exact\n";
        }
    }
    if (asked.format == "json") {
        out << json_of(asked, *weeks);
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
