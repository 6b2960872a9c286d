// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/network/contagion.hpp>
#include <faultline/core/network/graph.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/stress.hpp>

#include <algorithm>
#include <app/dexposure_stress.hpp>
#include <app/dexposure_weeks.hpp>
#include <charconv>
#include <cstddef>
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
    const auto share = network::parse_share(text.substr(at + 1));
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
        for (const Node node : network::largest(sizes, asked.top->count)) {
            out.push_back({.node = node, .share = asked.top->share});
        }
    }
    return out;
}

}  // namespace

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

Result<network::StressOutcome> stress_week(
    const network::Snapshot& week, const DexposureStress& asked
) {
    FAULTLINE_TRY(const SnapshotGraph made, dexposure_graph(week));
    FAULTLINE_TRY(const auto shocks, shocks_of(week, made.sizes, asked));
    const auto model = network::stress_model_of(asked.model);
    FAULTLINE_ASSERT(model);
    return network::stress(made, shocks, *model);
}

}  // namespace faultline::app
