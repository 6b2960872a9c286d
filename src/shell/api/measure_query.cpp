// SPDX-License-Identifier: Apache-2.0
#include "measure_query.hpp"

#include "queries.hpp"
#include "target.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/graph/limits.hpp>
#include <faultline/core/graph/node.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace faultline::api {
namespace {

constexpr std::size_t kMostPairs = 5000;

static_assert(graph::kReachNames.size() == static_cast<std::size_t>(last_of(graph::Reach{})) + 1);
static_assert(
    graph::kMeasureNames.size() == static_cast<std::size_t>(last_of(graph::Measure{})) + 1
);

constexpr std::array<std::string_view, 2> kClaimed{"false", "true"};

/// The place of a parameter's text among those that it may have.
Result<std::size_t> choice(
    const Target& target,
    const std::string& name,
    std::span<const std::string_view> choices,
    std::size_t otherwise
) {
    const auto found = target.query.find(name);
    if (found == target.query.end()) {
        return otherwise;
    }
    const auto choice = std::ranges::find(choices, found->second);
    if (choice == choices.end()) {
        std::string names;
        for (const std::string_view each : choices) {
            names += (names.empty() ? "" : ", ") + std::string(each);
        }
        return Error(Code::kInvalid, "the parameter " + name + " is " + quoted(found->second))
            .advise("It is one of: " + names);
    }
    return static_cast<std::size_t>(choice - choices.begin());
}

std::string what_selects() {
    std::string kinds;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(last_of(graph::NodeKind{})); ++i) {
        kinds += std::string(graph::node_kind_name(static_cast<graph::NodeKind>(i))) + ", ";
    }
    return "It is the id of a node, as in /v1/graph, or one of: " + kinds + "any";
}

Result<graph::Selection> selection(const Target& target, const std::string& name) {
    const auto found = target.query.find(name);
    if (found == target.query.end()) {
        return Error(Code::kInvalid, "the parameter " + name + " is missing")
            .advise(what_selects());
    }
    const std::string& text = found->second;
    const auto selected = graph::selection_of(text);
    if (!selected) {
        return Error(Code::kInvalid, "the parameter " + name + " is " + quoted(text))
            .advise(what_selects());
    }
    return *selected;
}

}  // namespace

std::string_view reach_name(graph::Reach reach) noexcept {
    return graph::kReachNames.at(static_cast<std::size_t>(reach));
}

std::string_view measure_name(graph::Measure measure) noexcept {
    return graph::kMeasureNames.at(static_cast<std::size_t>(measure));
}

Result<MeasureQuery> measure_query(const Target& target) {
    MeasureQuery out;
    graph::Question& question = out.question;
    FAULTLINE_TRY(question.from, selection(target, "from"));
    FAULTLINE_TRY(question.to, selection(target, "to"));
    const auto look_through = static_cast<std::size_t>(graph::Reach::kLookThrough);
    FAULTLINE_TRY(
        const std::size_t reach, choice(target, "reach", graph::kReachNames, look_through)
    );
    FAULTLINE_TRY(const std::size_t measure, choice(target, "measure", graph::kMeasureNames, 0));
    FAULTLINE_TRY(const std::size_t claimed, choice(target, "claimed", kClaimed, 1));
    FAULTLINE_TRY(out.limit, limit_parameter(target, out.limit, kMostPairs));
    question.reach = static_cast<graph::Reach>(reach);
    question.measure = static_cast<graph::Measure>(measure);
    question.following.claimed = claimed != 0;
    return out;
}

}  // namespace faultline::api
