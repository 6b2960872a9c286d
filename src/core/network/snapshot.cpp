// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/snapshot.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace faultline::network {

namespace {

constexpr std::int32_t kDaysOf400Years = 146'097;
constexpr std::int32_t kDaysOf100Years = 36'524;
constexpr std::int32_t kDaysOf4Years = 1'461;
constexpr std::int32_t kDaysOfYear = 365;
/// From 0000-03-01, where the arithmetic below begins, to 1970-01-01.
constexpr std::int32_t kFirstMarchTo1970 = 719'468;
constexpr std::int32_t kWeek = 7;
constexpr std::int32_t kMondayTo1970 = 3;  // 1970-01-01 was a Thursday

struct Date {
    std::int32_t year = 0;
    std::int32_t month = 0;
    std::int32_t day = 0;
    bool operator==(const Date&) const = default;
};

constexpr std::int32_t floor_div(std::int32_t value, std::int32_t by) {
    return value / by - (value % by < 0 ? 1 : 0);
}

/// The days of a year that begins in March before the given month, counted from March.
constexpr std::int32_t days_before(std::int32_t month_from_march) {
    return (153 * month_from_march + 2) / 5;
}

constexpr std::int32_t days_since_1970(const Date& date) {
    const std::int32_t year = date.year - (date.month <= 2 ? 1 : 0);
    const std::int32_t month = date.month + (date.month > 2 ? -3 : 9);
    return year * kDaysOfYear + floor_div(year, 4) - floor_div(year, 100) + floor_div(year, 400) +
           days_before(month) + date.day - 1 - kFirstMarchTo1970;
}

constexpr Date date_of(std::int32_t since_1970) {
    const std::int32_t days = since_1970 + kFirstMarchTo1970;
    const std::int32_t era = floor_div(days, kDaysOf400Years);
    const std::int32_t of_era = days - era * kDaysOf400Years;
    const std::int32_t year_of_era = (of_era - of_era / (kDaysOf4Years - 1) +
                                      of_era / kDaysOf100Years - of_era / (kDaysOf400Years - 1)) /
                                     kDaysOfYear;
    const std::int32_t of_year =
        of_era - (kDaysOfYear * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int32_t month_from_march = (5 * of_year + 2) / 153;
    const std::int32_t month = month_from_march + (month_from_march < 10 ? 3 : -9);
    return {
        .year = year_of_era + era * 400 + (month <= 2 ? 1 : 0),
        .month = month,
        .day = of_year - days_before(month_from_march) + 1,
    };
}

std::optional<std::int32_t> digits(std::string_view text) {
    std::int32_t out = 0;
    for (const char letter : text) {
        if (letter < '0' || letter > '9') {
            return std::nullopt;
        }
        out = out * 10 + (letter - '0');
    }
    return out;
}

std::string padded(std::int32_t value, std::size_t width) {
    const std::string plain = std::to_string(value);
    return std::string(width - std::min(width, plain.size()), '0') + plain;
}

std::string shown(const SnapshotId& id) {
    return id ? "\"" + *id + "\"" : "null";
}

bool is_amount(double value) {
    return std::isfinite(value) && value >= 0;
}

using Places = std::unordered_map<std::string_view, Node>;

Result<Places> places_of(const Snapshot& snapshot) {
    Places places;
    places.reserve(snapshot.nodes.size());
    bool null_seen = false;
    for (std::size_t at = 0; at < snapshot.nodes.size(); ++at) {
        const SnapshotNode& node = snapshot.nodes[at];
        const bool fresh = node.id ? places.emplace(*node.id, static_cast<Node>(at)).second
                                   : !std::exchange(null_seen, true);
        if (fresh && is_amount(node.size)) {
            continue;
        }
        return Error(
                   Code::kInvalid,
                   "snapshot of " + snapshot.date.text() + ": node " + shown(node.id) +
                       (fresh ? " has the size " + std::to_string(node.size) : " is there twice")
        )
            .advise("give each node once, with a finite size of 0 and more");
    }
    return places;
}

std::optional<Node> place_of(const Places& places, const SnapshotId& id) {
    if (!id) {
        return std::nullopt;
    }
    const auto found = places.find(*id);
    return found == places.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

std::string Day::text() const {
    const Date date = date_of(since_1970);
    FAULTLINE_ASSERT(date.year >= 0 && date.year <= 9999);
    return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2);
}

std::optional<Day> Day::parse(std::string_view text) {
    constexpr std::size_t kLength = std::string_view("YYYY-MM-DD").size();
    if (text.size() != kLength || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const auto year = digits(text.substr(0, 4));
    const auto month = digits(text.substr(5, 2));
    const auto day = digits(text.substr(8, 2));
    if (!year || !month || !day) {
        return std::nullopt;
    }
    const Date date{.year = *year, .month = *month, .day = *day};
    const Day out{.since_1970 = days_since_1970(date)};
    // A month 13 or a 30 February is another day, counted.
    return date_of(out.since_1970) == date ? std::optional(out) : std::nullopt;
}

Day Day::monday() const {
    const std::int32_t weeks = floor_div(since_1970 + kMondayTo1970, kWeek);
    return {.since_1970 = weeks * kWeek - kMondayTo1970};
}

Result<SnapshotGraph> snapshot_graph(const Snapshot& snapshot) {
    FAULTLINE_TRY(const Places places, places_of(snapshot));
    SnapshotGraph out;
    out.sizes.reserve(snapshot.nodes.size());
    for (const SnapshotNode& node : snapshot.nodes) {
        out.sizes.push_back(node.size);
    }
    std::vector<Edge> edges;
    edges.reserve(snapshot.links.size());
    for (const SnapshotLink& link : snapshot.links) {
        const std::optional<Node> source = place_of(places, link.source);
        const std::optional<Node> target = place_of(places, link.target);
        if (!source || !target) {
            ++out.links_dropped;
            continue;
        }
        if (!is_amount(link.size)) {
            return Error(
                       Code::kInvalid,
                       "snapshot of " + snapshot.date.text() + ": the link from " +
                           shown(link.source) + " to " + shown(link.target) + " has the size " +
                           std::to_string(link.size)
            )
                .advise("give finite sizes of 0 and more");
        }
        edges.push_back({.source = *source, .target = *target, .weight = link.size});
    }
    const auto count = static_cast<Node>(snapshot.nodes.size());
    FAULTLINE_TRY(out.graph, Graph::from_edges(count, edges));
    out.links_to_self = loop_count(out.graph);
    return out;
}

}  // namespace faultline::network
