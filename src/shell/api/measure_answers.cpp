// SPDX-License-Identifier: Apache-2.0
#include "measure_answers.hpp"

#include "answer_fields.hpp"
#include "graph_writer.hpp"
#include "measure_query.hpp"

#include <faultline/base/figure.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/limits.hpp>
#include <faultline/core/graph/look_through.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/shell/api/view.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::api {
namespace {

constexpr std::size_t kLargest = 10;

constexpr std::array<std::pair<std::string_view, std::size_t>, 3> kTops{
    {{"top_1", 1}, {"top_5", 5}, {"top_10", 10}}
};

constexpr std::array<std::pair<std::string_view, graph::Concentrated>, 3> kConcentrated{
    {{"suppliers", graph::Concentrated::kSuppliers},
     {"borrowers", graph::Concentrated::kBorrowers},
     {"collateral_tokens", graph::Concentrated::kCollateralTokens}}
};
static_assert(kConcentrated.size() == static_cast<std::size_t>(last_of(graph::Concentrated{})) + 1);

class MeasureWriter {
  public:
    MeasureWriter(JsonWriter& json, const graph::Snapshot& snapshot)
        : json_(json), writer_(json, snapshot) {}

    void pair(const graph::Measured& measured, graph::Measure measure) {
        json_.begin_object().key("from").begin_object();
        writer_.node(measured.from);
        json_.end_object().key("to").begin_object();
        writer_.node(measured.to);
        json_.end_object();
        write_status(json_, measured.figure);
        if (measured.figure.ok() && measure == graph::Measure::kUsd) {
            writer_.usd("usd", measured.figure.value);
        } else if (measured.figure.ok()) {
            write_amount(json_, std::string(measure_name(measure)) + "_bps", measured.figure.value);
        }
        writer_.usd("known_usd", measured.known_usd);
        writer_.usd("claimed_usd", measured.claimed_usd);
        json_.field("unvalued", measured.unvalued);
        json_.end_object();
    }

    void concentration(const graph::Concentration& of) {
        json_.begin_object();
        total(of);
        write_figure(json_, "hhi", "hhi_wad", of.hhi_wad());
        for (const auto& [name, count] : kTops) {
            write_figure(json_, name, "share_bps", of.top_share_bps(count));
        }
        // Whoever is not told apart would only make them larger.
        json_.field("lower_bound", !of.others_usd.is_zero());
        writer_.usd("known_usd", of.total_usd);
        json_.field("unvalued", of.unvalued);
        json_.key("largest").begin_array();
        for (const graph::ShareHolder& holder :
             std::span(of.holders).first(std::min(kLargest, of.holders.size()))) {
            json_.begin_object();
            writer_.node(holder.node);
            writer_.usd("usd", holder.usd);
            json_.end_object();
        }
        json_.end_array().end_object();
    }

  private:
    /// Sums are not whole while something in them has no value. Nothing at all is a sum, too.
    void total(const graph::Concentration& of) {
        const Figure<U256> total =
            of.unvalued == 0 ? Figure<U256>::of(of.total_usd) : of.top_share_bps(1);
        json_.key("total").begin_object();
        write_status(json_, total);
        if (total.ok()) {
            writer_.usd("total_usd", of.total_usd);
            writer_.usd("others_usd", of.others_usd);
        }
        json_.end_object();
    }

    JsonWriter& json_;
    GraphWriter writer_;
};

}  // namespace

std::string measure_json(const GraphPage& page, const MeasureQuery& query) {
    const graph::Question& question = query.question;
    const std::vector<graph::Measured> all = graph::measure(page.kept->through(), question);
    JsonWriter json;
    GraphWriter::begin(json, page);
    json.field("reach", reach_name(question.reach));
    json.field("measure", measure_name(question.measure));
    json.field("claimed", question.following.claimed);
    json.field("total", all.size());
    MeasureWriter writer(json, page.graph());
    json.key("pairs").begin_array();
    for (const graph::Measured& measured :
         std::span(all).first(std::min(query.limit, all.size()))) {
        writer.pair(measured, question.measure);
    }
    return json.end_array().end_object().take();
}

std::string market_exposure_json(const GraphPage& page, graph::NodeIndex market) {
    JsonWriter json;
    GraphWriter::begin(json, page);
    GraphWriter writer(json, page.graph());
    writer.node(page.graph().nodes[market]);
    writer.exposure(page.kept->through().of(market));
    MeasureWriter measures(json, page.graph());
    json.key("concentration").begin_object();
    for (const auto& [name, what] : kConcentrated) {
        json.key(name);
        measures.concentration(graph::concentration(page.kept->through(), market, what));
    }
    return json.end_object().end_object().take();
}

}  // namespace faultline::api
