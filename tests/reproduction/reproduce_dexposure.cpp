// SPDX-License-Identifier: Apache-2.0
// Computes published figures of DeXposure (arXiv 2511.22314) and of what builds on it again, from
// the published data in FOLDER, and prints expected, got and the difference of each.
// usage: reproduce_dexposure FOLDER [--all]. Exit status: 1 when a figure misses, 2 when a file
// cannot be used.
#include "reproduction/csv.hpp"
#include "reproduction/forecasts.hpp"
#include "reproduction/mapping.hpp"
#include "reproduction/report.hpp"
#include "reproduction/sector_weeks.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/network/contagion.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/topology.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reproduction {
namespace {

using namespace faultline::network;  // NOLINT(google-build-using-namespace)

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
/// Statistics are printed to six decimals.
constexpr double kSixDecimals = 0.5000001e-6;
/// Of figures printed in full: another order of the same sums.
constexpr double kRounding = 1e-9;

std::string weekly(const std::string& folder) {
    return folder + "/sector/sector_network_validation.csv";
}

void check_weeks(const std::string& folder, Report& report) {
    const Csv csv(weekly(folder));
    report.group("A1 weeks of the full data set");
    std::vector<double> nodes;
    double mondays = 0;
    for (std::size_t row = 0; row < csv.rows(); ++row) {
        const std::optional<Day> day = Day::parse(csv.text(row, "date"));
        mondays += day && day->monday() == *day ? 1 : 0;
        nodes.push_back(csv.number(row, "node_count"));
    }
    report.figure("weeks", 283, static_cast<double>(csv.rows()), 0);
    report.figure("of them Mondays", 283, mondays, 0);
    report.text("first", "2020-03-23", csv.text(0, "date"));
    report.text("last", "2025-08-18", csv.text(csv.rows() - 1, "date"));
    report.figure("nodes a week, cut to a whole number", 5'676, std::trunc(mean(nodes)), 0);
}

void check_density(const std::string& path, const char* nodes, const char* edges, Report& report) {
    const Csv csv(path);
    for (std::size_t row = 0; row < csv.rows(); ++row) {
        const auto node_count = static_cast<std::uint64_t>(csv.number(row, nodes));
        const auto edge_count = static_cast<std::uint64_t>(csv.number(row, edges));
        const double got = density(node_count, edge_count).value_or(kNone);
        report.printed(csv.text(row, "date"), csv.text(row, "density"), got);
    }
}

void check_heat_map(const SectorWeeks& all, const std::string& folder, Report& report) {
    const Csv shares(folder + "/sector/sector_exposure_heatmap_shares.csv");
    const Csv totals(folder + "/sector/sector_exposure_heatmap_totals.csv");
    const SectorMatrix total = total_of(all);
    report.group("A3 sector heat map, shares of the source's outflow");
    for (std::size_t row = 0; row < shares.rows(); ++row) {
        const std::string& source = shares.text(row, "source_category");
        const std::size_t from = all.sector(source);
        for (const std::string& target : all.sectors) {
            const double got = total.row_share(from, all.sector(target)).value_or(kNone);
            report.figure(source + " > " + target, shares.number(row, target), got, 1e-15);
        }
    }
    report.group("A3 sector heat map, dollars over the source's outflow");
    for (std::size_t row = 0; row < totals.rows(); ++row) {
        const std::string& source = totals.text(row, "source_category");
        const double scale = total.outflow(all.sector(source));
        for (const std::string& target : all.sectors) {
            const double got = total.at(all.sector(source), all.sector(target)) / scale;
            const double expected = totals.number(row, target) / scale;
            report.figure(source + " > " + target, expected, got, 1e-14);
        }
    }
}

/// What the weeks of a sector say of it.
struct Series {
    std::vector<double> contraction;
    std::vector<double> pressure;
    std::vector<double> concentration;
    std::vector<double> partners;
    std::vector<double> activity_bn;
};

/// The weeks in which the sector moved anything.
Series series_of(const SectorWeeks& all, std::size_t sector) {
    constexpr double kBillion = 1e9;
    Series out;
    for (const SectorMatrix& week : all.weeks) {
        const std::optional<double> contraction = week.contraction(sector);
        if (!contraction) {
            continue;
        }
        out.contraction.push_back(*contraction);
        out.activity_bn.push_back((week.inflow(sector) + week.outflow(sector)) / kBillion);
        out.partners.push_back(static_cast<double>(week.partners(sector)));
        if (const std::optional<double> pressure = week.pressure(sector)) {
            out.pressure.push_back(*pressure);
            out.concentration.push_back(week.connection_concentration(sector).value_or(kNone));
        }
    }
    return out;
}

void check_contraction(const SectorWeeks& all, const std::string& folder, Report& report) {
    const Csv csv(folder + "/sector/contraction_descriptive_statistics.csv");
    report.group("A4 contraction of four sectors: statistics over all weeks");
    for (std::size_t row = 0; row < csv.rows(); ++row) {
        const std::string& sector = csv.text(row, "category");
        const std::vector<double> got = series_of(all, all.sector(sector)).contraction;
        const std::map<const char*, double> statistics{
            {"valid_observations", static_cast<double>(got.size())},
            {"mean", mean(got)},
            {"standard_deviation", standard_deviation(got)},
            {"minimum", quantile(got, 0)},
            {"median", quantile(got, 0.5)},
            {"quantile_90", quantile(got, 0.9)},
            {"quantile_95", quantile(got, 0.95)},
            {"maximum", quantile(got, 1)},
        };
        for (const auto& [name, value] : statistics) {
            report.figure(sector + ": " + name, csv.number(row, name), value, kSixDecimals);
        }
    }
}

void check_connections(const SectorWeeks& all, const std::string& folder, Report& report) {
    const Csv csv(folder + "/sector/sector_activity_network_summary.csv");
    report.group("A5 pressure and concentration of connections: statistics over all weeks");
    for (std::size_t row = 0; row < csv.rows(); ++row) {
        const std::string& sector = csv.text(row, "category");
        const Series got = series_of(all, all.sector(sector));
        const std::map<const char*, double> statistics{
            {"valid_observations", static_cast<double>(got.contraction.size())},
            {"median_activity_billion", quantile(got.activity_bn, 0.5)},
            {"quantile_90_activity_billion", quantile(got.activity_bn, 0.9)},
            {"mean_network_pressure", mean(got.pressure)},
            {"standard_deviation_network_pressure", standard_deviation(got.pressure)},
            {"mean_connection_concentration", mean(got.concentration)},
            {"mean_network_degree", mean(got.partners)},
        };
        for (const auto& [name, value] : statistics) {
            report.figure(sector + ": " + name, csv.number(row, name), value, kSixDecimals);
        }
    }
}

using WeekFigure = std::optional<double> (SectorMatrix::*)(std::size_t) const;

/// A column of the weekly panel: what is empty there has to be undefined here.
void check_panel(
    const SectorWeeks& all, const Csv& panel, const char* column, WeekFigure figure, Report& report
) {
    report.group(std::string("A4, A5 ") + column + ", each sector and week of the panel");
    for (std::size_t row = 0; row < panel.rows(); ++row) {
        const std::string& date = panel.text(row, "date");
        const std::string& sector = panel.text(row, "category");
        const SectorMatrix& week = all.weeks.at(all.week(date));
        const std::optional<double> got = (week.*figure)(all.sector(sector));
        const std::optional<double> expected = panel.maybe(row, column);
        const std::string name = date + " " + sector;
        if (expected && got) {
            report.figure(name, *expected, *got, kRounding);
        } else {
            report.text(name, expected ? "a value" : "none", got ? "a value" : "none");
        }
    }
}

/// The share of all that is lost when the debtor of 100 loses half and his creditor has `size`.
double loss_share(double size) {
    const std::array edges{Edge{.source = 1, .target = 0, .weight = 10}};
    const std::array sizes{100.0, size};
    const std::array shocks{Shock{.node = 0, .share = 0.5}};
    const faultline::Result<Graph> graph = Graph::from_edges(2, edges);
    ContagionSimulator simulator(graph.value(), sizes);
    return simulator.run(shocks, {}).share;
}

void check_contagion(Report& report) {
    report.group("A8 a creditor of size 0 absorbs nothing, and losses are continuous there");
    report.figure("creditor of 0", 0.5, loss_share(0), 0);
    report.figure("creditor of 1e-9", 0.5, loss_share(1e-9), 1e-10);
    report.figure("creditor of 1e-300", 0.5, loss_share(1e-300), 0);
}

void check_events(const std::string& folder, Report& report) {
    struct Event {
        const char* date;
        double links;
    };

    constexpr std::array kEvents{
        Event{.date = "2022-04-25", .links = 17'597},
        Event{.date = "2022-05-23", .links = 19'344},
        Event{.date = "2022-10-24", .links = 26'044},
        Event{.date = "2022-11-21", .links = 25'927},
    };
    const Csv csv(weekly(folder));
    report.group("A9 links before and after Terra and FTX (TVL needs the snapshots)");
    for (const Event& event : kEvents) {
        const double got = csv.number(csv.find("date", event.date), "link_count");
        report.figure(event.date, event.links, got, 0);
    }
}

bool reproduce(const std::string& folder, bool show_all) {
    Report report(show_all);
    check_weeks(folder, report);
    report.group("A2 density, observed weeks of DeXposure-Claw");
    check_density(
        folder + "/reference/observed_weekly_2025_claw.csv", "nodes", "edges_pos", report
    );
    report.group("A2 density, common nodes of DeXposure-FM");
    check_density(
        folder + "/reference/fm_observed_common_nodes_2025.csv", "n_nodes", "n_edges", report
    );
    const SectorWeeks all = read_sector_weeks(folder + "/sector/sector_exposure_matrix.csv");
    check_heat_map(all, folder, report);
    check_contraction(all, folder, report);
    check_connections(all, folder, report);
    const Csv panel(folder + "/sector/forecasting_panel.csv");
    check_panel(all, panel, "contraction_score", &SectorMatrix::contraction, report);
    check_panel(all, panel, "network_pressure", &SectorMatrix::pressure, report);
    check_panel(
        all, panel, "connection_concentration", &SectorMatrix::connection_concentration, report
    );
    check_forecasts(all, folder, report);
    check_mapping(folder, report);
    check_contagion(report);
    check_events(folder, report);
    return report.finish();
}

}  // namespace
}  // namespace reproduction

int main(int argc, char** argv) {
    const bool show_all = argc == 3 && std::string_view(argv[2]) == "--all";
    if (argc != 2 && !show_all) {
        std::fputs("usage: reproduce_dexposure FOLDER [--all]\n", stderr);
        return 2;
    }
    try {
        return reproduction::reproduce(argv[1], show_all) ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "reproduce_dexposure: %s\n", error.what());
        return 2;
    }
}
