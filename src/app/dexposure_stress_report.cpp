// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/stress.hpp>

#include <algorithm>
#include <app/dexposure_stress.hpp>
#include <app/dexposure_weeks.hpp>
#include <app/exit_code.hpp>
#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace faultline::app {
namespace {

constexpr std::size_t kLosersMost = 10;

struct Loser {
    network::SnapshotId id;
    double lost = 0;
    double size = 0;
};

/// What is shown: the week itself is gone by then.
struct Report {
    network::StressOutcome outcome;
    std::size_t nodes = 0;
    std::vector<Loser> losers;  ///< Who loses most, of equal ones as in the file.
};

std::vector<Loser> losers_of(const network::Snapshot& week, const std::vector<double>& losses) {
    std::vector<Loser> out;
    for (const network::Node node : network::largest(losses, kLosersMost)) {
        if (losses[node] > 0) {
            const network::SnapshotNode& of = week.nodes[node];
            out.push_back({.id = of.id, .lost = losses[node], .size = of.size});
        }
    }
    return out;
}

Result<Report> report_of(const DexposureStress& asked) {
    Report out;
    const auto use = [&](const network::Snapshot& week) -> Result<void> {
        FAULTLINE_TRY(out.outcome, stress_week(week, asked));
        out.nodes = week.nodes.size();
        out.losers = losers_of(week, out.outcome.losses);
        return {};
    };
    FAULTLINE_TRY_VOID(use_weeks(asked.file, asked.week, use));
    return out;
}

std::string shocks_text(const DexposureStress& asked) {
    std::string out;
    for (const DexposureShock& shock : asked.shocks) {
        out += (out.empty() ? "" : ", ") + shown_id(shock.id) + " loses " + percent(shock.share);
    }
    if (asked.top) {
        out += (out.empty() ? "the largest " : ", the largest ") +
               std::to_string(asked.top->count) + " lose " + percent(asked.top->share);
    }
    return out;
}

std::string text_of(const DexposureStress& asked, const Report& report) {
    const network::StressOutcome& outcome = report.outcome;
    std::string out = asked.week.text() + ", " + asked.model + ": " + shocks_text(asked) + "\n";
    out += "  lost        " + dollars(outcome.lost) + ", " + percent(outcome.share) + " of " +
           dollars(outcome.total) + "\n";
    if (outcome.unabsorbed) {
        out += "  unabsorbed  " + dollars(*outcome.unabsorbed) + "\n";
    }
    out += "  rounds      " + std::to_string(outcome.rounds) +
           (outcome.ended ? "" : ", then cut off: more is lost than shown") + "\n";
    out += "  distressed  " + std::to_string(outcome.distressed) + " of " +
           std::to_string(report.nodes) + " nodes, " + std::to_string(outcome.shocked) +
           " of them shocked\n";
    if (outcome.defaulted) {
        out += "  in default  " + std::to_string(*outcome.defaulted) + "\n";
    }
    if (outcome.links_to_self > 0) {
        out += "  left out    " + std::to_string(outcome.links_to_self) +
               (outcome.links_to_self == 1 ? " link" : " links") + " of a node to itself\n";
    }
    if (!report.losers.empty()) {
        out += "  who loses most\n";
    }
    std::size_t width = 0;
    for (const Loser& loser : report.losers) {
        width = std::max(width, shown_id(loser.id).size());
    }
    for (const Loser& loser : report.losers) {
        std::string id = shown_id(loser.id);
        id.resize(width, ' ');
        out += "    " + id + "  " + dollars(loser.lost) + ", " + percent(loser.lost / loser.size) +
               " of its size\n";
    }
    return out;
}

void write_shocks(JsonWriter& json, const DexposureStress& asked) {
    json.key("shocks").begin_array();
    for (const DexposureShock& shock : asked.shocks) {
        json.begin_object().field("node", shock.id).key("share").real(shock.share).end_object();
    }
    json.end_array();
    if (asked.top) {
        json.key("shock_top").begin_object().field("count", asked.top->count);
        json.key("share").real(asked.top->share).end_object();
    }
}

void write_losers(JsonWriter& json, const std::vector<Loser>& losers) {
    json.key("losers").begin_array();
    for (const Loser& loser : losers) {
        json.begin_object().key("node");
        if (loser.id) {
            json.string(*loser.id);
        } else {
            json.null();
        }
        json.key("lost_usd").real(loser.lost).key("size_usd").real(loser.size);
        json.key("share").real(loser.lost / loser.size).end_object();
    }
    json.end_array();
}

std::string json_of(const DexposureStress& asked, const Report& report) {
    const network::StressOutcome& outcome = report.outcome;
    JsonWriter json;
    json.begin_object().field("file", asked.file).field("week", asked.week.text());
    json.field("model", asked.model);
    write_shocks(json, asked);
    json.key("lost_usd").real(outcome.lost).key("tvl_usd").real(outcome.total);
    json.key("lost_share").real(outcome.share);
    if (outcome.unabsorbed) {
        json.key("unabsorbed_usd").real(*outcome.unabsorbed);
    }
    json.field("rounds", outcome.rounds).field("ended", outcome.ended);
    json.field("nodes", report.nodes).field("shocked", outcome.shocked);
    json.field("distressed", outcome.distressed).field("links_to_self", outcome.links_to_self);
    if (outcome.defaulted) {
        json.field("defaulted", *outcome.defaulted);
    }
    write_losers(json, report.losers);
    json.end_object();
    return json.take() + "\n";
}

}  // namespace

int dexposure_stress(const DexposureStress& asked, std::ostream& out, std::ostream& err) {
    const auto report = report_of(asked);
    if (!report) {
        err << "faultline dexposure stress: " << report.error().message() << '\n';
        return exit_status(ExitCode::kFailed);
    }
    out << (asked.format == "json" ? json_of(asked, *report) : text_of(asked, *report));
    return exit_status(ExitCode::kOk);
}

}  // namespace faultline::app
