// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace faultline::delivery;
using namespace faultline::delivery::testing;

namespace {

/// What stands between each `opens` and the next `closes`.
std::set<std::string> between(
    const std::string& text, std::string_view opens, std::string_view closes
) {
    std::set<std::string> out;
    for (std::size_t at = text.find(opens); at != std::string::npos; at = text.find(opens, at)) {
        at += opens.size();
        const std::size_t end = text.find(closes, at);
        out.insert(text.substr(at, end - at));
        at = end + closes.size();
    }
    return out;
}

/// What a row of a table in docs/webhook.md says of a metric.
std::string said_of(std::string_view metric) {
    std::ifstream page(std::string(FAULTLINE_SOURCE_DIR) + "/docs/webhook.md");
    const std::string begins = "| `" + std::string(metric);
    for (std::string line; std::getline(page, line);) {
        if (line.starts_with(begins)) {
            return line.substr(line.find('|', 1));
        }
    }
    return {};
}

std::string metrics_with(std::vector<Receiver> receivers) {
    Bench bench(std::move(receivers));
    bench.start();
    return bench.metrics.text();
}

}  // namespace

TEST_CASE("The page names each outcome of a delivery, and no other", "[delivery]") {
    const std::string text = metrics_with({receiver("a")}) + metrics_with({});
    const auto counted = between(text, ",outcome=\"", "\"");
    CHECK(between(said_of("faultline_deliveries_total"), "`", "`") == counted);
}
