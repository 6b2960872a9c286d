// SPDX-License-Identifier: Apache-2.0
#include "network_answers.hpp"

#include "graph_writer.hpp"
#include "network_query.hpp"

#include <faultline/base/assert.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/network/contagion.hpp>
#include <faultline/core/network/figures.hpp>
#include <faultline/core/network/report.hpp>
#include <faultline/core/network/stress.hpp>
#include <faultline/shell/api/view.hpp>

#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace faultline::api {
namespace {

using network::LiveNode;
using network::NetworkReport;
using network::WhatIf;
using network::WholeFigures;

// Why figures are not defined.
constexpr std::string_view kTooLarge = "the sum exceeds 256 bits";
constexpr std::string_view kTwoNodes = "there are fewer than two nodes";
constexpr std::string_view kNoNodes = "there are no nodes";
constexpr std::string_view kNoLinks = "there are no links";
constexpr std::string_view kNoValue = "no link has a value";
constexpr std::string_view kNothingHeld = "nothing is held that has a value";
constexpr std::string_view kNeverVaries =
    "there are no links, or all have the same number of links at one end";
constexpr std::string_view kNoPairs = "nothing is held across sectors that has a value";
constexpr std::string_view kNotRedeemable = "all that is held stands for something else";
constexpr std::string_view kTooMany =
    "it was not tried, as others owe more and there are many; /v1/network/stress tries one";
constexpr std::string_view kGrows = "losses still grew after 1000 rounds";
constexpr std::string_view kNotOfModel = "this model has no such figure";

/// A figure of a model, to the cent: what it is computed in carries no more.
std::string cents(double usd) {
    // Room for the 309 digits before the point.
    std::array<char, 400> room{};
    const auto [end, failure] =
        std::to_chars(room.data(), room.data() + room.size(), usd, std::chars_format::fixed, 2);
    FAULTLINE_ASSERT(failure == std::errc{});
    return {room.data(), end};
}

class NetworkWriter {
  public:
    explicit NetworkWriter(JsonWriter& json) : json_(json) {}

    /// {"value": …, "reason": ""}, or null and why.
    void figure(std::string_view name, std::optional<double> value, std::string_view why) {
        json_.key(name).begin_object().key("value");
        if (value) {
            json_.real(*value);
        } else {
            json_.null();
        }
        end(value.has_value(), why);
    }

    void text(std::string_view name, std::optional<std::string> value, std::string_view why) {
        json_.key(name).begin_object().key("value");
        if (value) {
            json_.string(*value);
        } else {
            json_.null();
        }
        end(value.has_value(), why);
    }

    void usd(std::string_view name, const std::optional<U256>& value) {
        text(name, value ? std::optional(graph::usd_text(*value)) : std::nullopt, kTooLarge);
    }

    void spread(std::string_view name, const network::Spread& spread, std::string_view why) {
        json_.key(name).begin_object();
        figure("hhi", spread.hhi, why);
        figure("gini", spread.gini, why);
        json_.end_object();
    }

    void leverage(
        const std::optional<U256>& redeemable, std::optional<double> multiplier, bool anything
    ) {
        json_.key("leverage").begin_object();
        usd("redeemable_usd", redeemable);
        figure("multiplier", multiplier, anything ? kNotRedeemable : kNothingHeld);
        json_.end_object();
    }

    void whole(const NetworkReport& report) {
        const WholeFigures& of = report.figures.whole;
        json_.key("whole").begin_object();
        json_.field("nodes", of.nodes).field("links", of.links);
        json_.field("unvalued_tokens", report.live.unvalued_tokens);
        usd("held_usd", report.held_usd);
        usd("links_usd", report.links_usd);
        figure("density", of.density, kTwoNodes);
        figure("degree_assortativity", of.assortativity, kNeverVaries);
        spread("degree", of.degree, kNoLinks);
        spread("strength", of.strength, kNoValue);
        spread("link", of.link, kNoValue);
        json_.key("held").begin_object();
        figure("hhi", of.held.hhi, kNothingHeld);
        figure("gini", of.held.gini, kNothingHeld);
        figure("top_1", of.top1_share, kNothingHeld);
        figure("top_5", of.top5_share, kNothingHeld);
        figure("top_10", of.top10_share, kNothingHeld);
        json_.end_object();
        figure("systemic_importance_mean", of.importance_mean, kNoNodes);
        figure("systemic_importance_max", of.importance_max, kNoNodes);
        json_.field("page_rank_converged", of.ranks_converged);
        json_.field("max_core", of.core_max).field("communities", of.communities);
        figure("modularity", of.modularity, kNoValue);
        leverage(report.redeemable_usd, report.locked.multiplier, report.locked.total > 0);
        json_.end_object();
    }

    void sectors(const network::Sectors& sectors) {
        json_.key("sectors").begin_object().key("names").begin_array();
        for (const std::string& name : sectors.names) {
            json_.string(name);
        }
        json_.end_array().key("links").begin_array();
        const std::size_t count = sectors.names.size();
        for (std::size_t at = 0; at < sectors.usd.size(); ++at) {
            if (sectors.usd[at] && sectors.usd[at]->is_zero()) {
                continue;
            }
            json_.begin_object();
            json_.field("from", sectors.names[at / count]);
            json_.field("to", sectors.names[at % count]);
            usd("usd", sectors.usd[at]);
            json_.end_object();
        }
        json_.end_array();
        figure("density", sectors.matrix.density(), kNoNodes);
        figure("cross_sector_ratio", sectors.matrix.cross_sector_ratio(), kNoValue);
        figure("spillover_hhi", sectors.matrix.spillover_hhi(), kNoPairs);
        json_.end_object();
    }

    void node(const NetworkReport& report, std::size_t at) {
        const LiveNode& of = report.live.nodes[at];
        const auto place = static_cast<network::Node>(at);
        json_.begin_object();
        json_.field("id", of.id).field("kind", of.kind).field("sector", of.sector);
        usd("held_usd", of.held_usd);
        usd("own_usd", of.own_usd);
        usd("claimed_derivative_usd", of.claimed_derivative_usd);
        json_.field("unvalued_tokens", of.unvalued_tokens);
        json_.field("links_out", report.made.graph.out().row(place).size());
        json_.field("links_in", report.made.graph.in().row(place).size());
        json_.key("page_rank").real(report.figures.ranks[at]);
        json_.key("systemic_importance").real(report.figures.importance[at]);
        json_.key("interconnectedness").real(report.figures.interconnectedness[at]);
        json_.field("core", report.figures.cores[at]);
        json_.field("community", report.figures.communities[at]);
        const auto redeemable = of.held_usd && of.derivative_usd
                                    ? checked_sub(*of.held_usd, *of.derivative_usd)
                                    : std::nullopt;
        const bool has_some = redeemable && !redeemable->is_zero();
        leverage(
            redeemable,
            has_some ? std::optional(report.made.sizes[at] / network::dollars(*redeemable))
                     : std::nullopt,
            report.made.sizes[at] > 0
        );
        what_if(report.what_if[at]);
        json_.end_object();
    }

    void loser(const NetworkReport& report, std::size_t at, double lost) {
        const double size = report.made.sizes[at];
        json_.begin_object();
        json_.field("id", report.live.nodes[at].id);
        json_.field("lost_usd", cents(lost));
        usd("held_usd", report.live.nodes[at].held_usd);
        json_.key("share").real(lost / size);
        json_.end_object();
    }

  private:
    void end(bool defined, std::string_view why) {
        json_.field("reason", defined ? std::string_view() : why).end_object();
    }

    void what_if(const std::optional<WhatIf>& of) {
        using Text = std::optional<std::string>;
        using Number = std::optional<double>;
        const bool tried = of.has_value();
        json_.key("if_it_fails").begin_object();
        figure("contagion_reach", tried ? Number(of->contagion.reach) : Number(), kTooMany);
        figure("contagion_radius", tried ? Number(of->contagion.radius) : Number(), kTooMany);
        text("contagion_loss_usd", tried ? Text(cents(of->contagion.loss)) : Text(), kTooMany);
        figure("debt_rank", tried ? of->debt_rank : Number(), tried ? kGrows : kTooMany);
        const Number cleared = tried ? of->clearing_loss_usd : Number();
        text(
            "clearing_loss_usd", cleared ? Text(cents(*cleared)) : Text(), tried ? kGrows : kTooMany
        );
        json_.end_object();
    }

    JsonWriter& json_;
};

}  // namespace

std::string network_json(const GraphPage& page, const NetworkReport& report) {
    JsonWriter json;
    GraphWriter::begin(json, page);
    NetworkWriter writer(json);
    writer.whole(report);
    writer.sectors(report.sectors);
    json.key("nodes").begin_array();
    for (std::size_t at = 0; at < report.live.nodes.size(); ++at) {
        writer.node(report, at);
    }
    return json.end_array().end_object().take();
}

std::string stress_json(
    const GraphPage& page,
    const NetworkReport& report,
    const StressQuery& query,
    std::span<const network::Shock> shocks,
    const network::StressOutcome& outcome
) {
    JsonWriter json;
    GraphWriter::begin(json, page);
    NetworkWriter writer(json);
    json.field("model", network::stress_model_name(query.model));
    json.key("share").real(query.share);
    json.key("shocks").begin_array();
    for (const network::Shock& shock : shocks) {
        json.begin_object().field("id", report.live.nodes[shock.node].id);
        writer.usd("held_usd", report.live.nodes[shock.node].held_usd);
        json.end_object();
    }
    json.end_array();
    json.field("lost_usd", cents(outcome.lost));
    writer.usd("held_usd", report.held_usd);
    json.field("unvalued_tokens", report.live.unvalued_tokens);
    writer.figure(
        "lost_share", outcome.total > 0 ? std::optional(outcome.share) : std::nullopt, kNothingHeld
    );
    writer.text(
        "unabsorbed_usd",
        outcome.unabsorbed ? std::optional(cents(*outcome.unabsorbed)) : std::nullopt,
        kNotOfModel
    );
    writer.figure(
        "defaulted",
        outcome.defaulted ? std::optional(static_cast<double>(*outcome.defaulted)) : std::nullopt,
        kNotOfModel
    );
    json.field("rounds", outcome.rounds).field("ended", outcome.ended);
    json.field("nodes", report.live.nodes.size());
    json.field("shocked", outcome.shocked).field("distressed", outcome.distressed);
    json.key("losers").begin_array();
    for (const network::Node node : network::largest(outcome.losses, query.limit)) {
        if (outcome.losses[node] > 0) {
            writer.loser(report, node, outcome.losses[node]);
        }
    }
    return json.end_array().end_object().take();
}

}  // namespace faultline::api
