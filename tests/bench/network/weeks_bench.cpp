// SPDX-License-Identifier: Apache-2.0
// Weeks of the size that DeXposure has: 4,300 protocols and 24,300 tokens, of which 11,000 are
// nodes in a week, with 74,000 links. Prints CPU time of a week's steps (made of observations, its
// file read, its graph made, its figures), what a link takes in memory, and how all of it grows to
// ten times as many of everything. The weeks are drawn, and of each link one token.
// usage: weeks_bench [WEEKS=283] [WEEKS_OF_TEN_TIMES=10]
#include "bench/cpu_seconds.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/network/communities.hpp>
#include <faultline/core/network/figures.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/weekly_flow.hpp>
#include <faultline/shell/dexposure/reader.hpp>
#include <faultline/shell/dexposure/writer.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <malloc.h>
#include <random>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <utility>
#include <vector>

namespace faultline::network {
namespace {

constexpr std::int64_t kWeekSeconds = 7 * 86'400;
constexpr std::int64_t kFirstMonday = 1'584'921'600;  // 2020-03-23, the data set's.

struct World {
    std::uint64_t protocols = 4'300;
    std::uint64_t tokens = 24'300;
    std::uint64_t tokens_a_week = 6'700;
    std::size_t links = 74'000;

    [[nodiscard]] World times(std::uint64_t by) const {
        return {
            .protocols = by * protocols,
            .tokens = by * tokens,
            .tokens_a_week = by * tokens_a_week,
            .links = by * links,
        };
    }
};

template <class Value>
Value unwrap(Result<Value> result) {
    if (!result) {
        throw std::runtime_error(result.error().message());
    }
    return std::move(*result);
}

/// Each link of the week as what a holder had at its beginning and end. Few have many, as in DeFi;
/// which tokens there are moves on with the weeks.
std::vector<Observation> drawn(const World& world, std::uint64_t week) {
    std::mt19937_64 random(week + 1);
    const auto few_first = [&random](std::uint64_t count) {
        const double share = std::ldexp(static_cast<double>(random() >> 11U), -53);
        return static_cast<std::uint64_t>(share * share * static_cast<double>(count)) % count;
    };
    const std::uint64_t first_token = week * 7 * world.tokens_a_week / 283;
    const std::int64_t monday = kFirstMonday + static_cast<std::int64_t>(week) * kWeekSeconds;
    std::set<std::pair<std::uint64_t, std::uint64_t>> pairs;
    // Everybody has one, so that there are as many nodes as there should be.
    for (std::uint64_t i = 0; i < std::max(world.protocols, world.tokens_a_week); ++i) {
        pairs.emplace(i % world.protocols, i % world.tokens_a_week);
    }
    while (pairs.size() < world.links) {
        pairs.emplace(few_first(world.protocols), few_first(world.tokens_a_week));
    }
    std::vector<Observation> out;
    out.reserve(2 * pairs.size());
    for (const auto& [holder, token] : pairs) {
        const std::string symbol = "TKN" + std::to_string((first_token + token) % world.tokens);
        for (const std::int64_t at : {monday, monday + kWeekSeconds - 1}) {
            out.push_back({
                .holder = std::to_string(holder),
                .chain = "Ethereum",
                .token = symbol,
                .issuer = symbol,
                .at = at,
                .value_usd = static_cast<double>(random() % 1'000'000'000) / 100,
            });
        }
    }
    return out;
}

/// Of a week, CPU seconds and bytes.
struct Cost {
    static constexpr std::size_t kSteps = 4;  ///< That make a week.
    static constexpr std::array<const char*, kSteps> kNames{
        "made of observations", "file read", "graph made", "figures"
    };
    std::array<double, kSteps> seconds{};
    double leiden_seconds = 0;  ///< Of the figures.
    double file_bytes = 0;
    double week_bytes = 0;
    double graph_bytes = 0;
    double nodes = 0;
    double links = 0;
};

double heap_bytes() {
    const auto info = ::mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
}

template <class Step>
auto timed(double& seconds, Step step) {
    const double start = bench::cpu_seconds();
    auto out = step();
    seconds += bench::cpu_seconds() - start;
    return out;
}

Snapshot read_back(const std::string& text) {
    std::istringstream in(text);
    Snapshot out;
    unwrap(dexposure::read_weeks(in, "drawn.json", [&out](Snapshot&& week) {
        out = std::move(week);
        return Result<void>();
    }));
    return out;
}

std::string written(const Snapshot& week) {
    std::ostringstream out;
    dexposure::SnapshotWriter writer(out);
    if (!writer.add(week) || !writer.finish()) {
        throw std::runtime_error("a drawn week was not written");
    }
    return std::move(out).str();
}

void add_week(const World& world, std::uint64_t week, Cost& to) {
    std::string text;
    {
        const std::vector<Observation> seen = drawn(world, week);
        const auto made = timed(to.seconds[0], [&seen] { return unwrap(weekly_flows(seen)); });
        text = written(made.at(0));
    }
    to.file_bytes += static_cast<double>(text.size());
    const double before = heap_bytes();
    const Snapshot read = timed(to.seconds[1], [&text] { return read_back(text); });
    const double with_week = heap_bytes();
    const SnapshotGraph graph =
        timed(to.seconds[2], [&read] { return unwrap(snapshot_graph(read)); });
    to.week_bytes += with_week - before;
    to.graph_bytes += heap_bytes() - with_week;
    const NetworkFigures figures =
        timed(to.seconds[3], [&graph] { return unwrap(network_figures(graph)); });
    static_cast<void>(timed(to.leiden_seconds, [&graph] { return communities(graph.graph, {}); }));
    to.nodes += static_cast<double>(figures.whole.nodes);
    to.links += static_cast<double>(figures.whole.links);
}

Cost measured(const World& world, std::uint64_t weeks) {
    Cost out;
    for (std::uint64_t week = 0; week < weeks; ++week) {
        add_week(world, week, out);
    }
    const double share = 1 / static_cast<double>(weeks);
    std::ranges::for_each(out.seconds, [share](double& seconds) { seconds *= share; });
    for (double* figure :
         {&out.leiden_seconds,
          &out.file_bytes,
          &out.week_bytes,
          &out.graph_bytes,
          &out.nodes,
          &out.links}) {
        *figure *= share;
    }
    return out;
}

void print(const Cost& cost, std::uint64_t weeks) {
    double sum = 0;
    std::printf(
        "%llu weeks of %.0f nodes and %.0f links, %.1f MB of file each\n",
        static_cast<unsigned long long>(weeks),
        cost.nodes,
        cost.links,
        cost.file_bytes * 1e-6
    );
    for (std::size_t step = 0; step < Cost::kSteps; ++step) {
        std::printf("  %-22s %9.2f ms\n", Cost::kNames[step], cost.seconds[step] * 1e3);
        sum += cost.seconds[step];
    }
    std::printf(
        "  %-22s %9.2f ms, %.1f s for all of them; igraph's Leiden %.2f ms of the figures\n",
        "a week",
        sum * 1e3,
        sum * static_cast<double>(weeks),
        cost.leiden_seconds * 1e3
    );
    std::printf(
        "  a link takes %.0f bytes of file, %.0f as a week with its names, %.0f in the graph\n",
        cost.file_bytes / cost.links,
        cost.week_bytes / cost.links,
        cost.graph_bytes / cost.links
    );
}

void run(std::uint64_t weeks, std::uint64_t weeks_of_ten_times) {
    const World world;
    const Cost one = measured(world, weeks);
    print(one, weeks);
    const Cost ten = measured(world.times(10), weeks_of_ten_times);
    print(ten, weeks_of_ten_times);
    std::printf("growth exponents to 10x:");
    for (std::size_t step = 0; step < Cost::kSteps; ++step) {
        std::printf(
            " %s %.2f,", Cost::kNames[step], std::log10(ten.seconds[step] / one.seconds[step])
        );
    }
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    std::printf(
        " Leiden %.2f, bytes of graph %.2f; peak memory %.0f MB\n",
        std::log10(ten.leiden_seconds / one.leiden_seconds),
        std::log10(ten.graph_bytes / one.graph_bytes),
        static_cast<double>(used.ru_maxrss) * 1e-3
    );
}

}  // namespace
}  // namespace faultline::network

int main(int argc, char** argv) {
    try {
        const auto argument = [&](int place, std::uint64_t otherwise) {
            return argc > place ? std::strtoull(argv[place], nullptr, 10) : otherwise;
        };
        faultline::network::run(argument(1, 283), argument(2, 10));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "weeks_bench: %s\n", error.what());
        return 1;
    }
    return 0;
}
