// SPDX-License-Identifier: Apache-2.0
// Replays simulated runs: sim_run --seed N [--verbose], or sim_run --from N --count M.
#include "sim/world.hpp"

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

namespace {

using faultline::sim::SimReport;

constexpr std::string_view kUsage =
    "usage: sim_run --seed N [--verbose]     replay one seed, with its trace when verbose\n"
    "       sim_run --from N --count M       run seeds N to N+M-1 and sum up\n"
    "Exit code: 0 all invariants held, 1 one did not, 2 wrong usage.\n";

struct Arguments {
    std::uint64_t from = 1;
    std::uint64_t count = 1;
    bool verbose = false;
    bool valid = false;
};

bool number(std::string_view text, std::uint64_t& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size();
}

Arguments parse(int argc, char** argv) {
    Arguments out;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--verbose") {
            out.verbose = true;
            continue;
        }
        std::uint64_t value = 0;
        if (i + 1 == argc || !number(argv[++i], value)) {
            out.valid = false;
            return out;
        }
        if (name == "--seed" || name == "--from") {
            out.from = value;
            out.valid = true;
        } else if (name == "--count") {
            out.count = value;
        } else {
            out.valid = false;
            return out;
        }
    }
    return out;
}

void print(std::uint64_t seed, const SimReport& report) {
    std::cout << "seed " << seed << ": "
              << (report.failure.empty() ? "ok" : "FAILED: " + report.failure) << "\n  "
              << report.options << "\n  " << report.blocks << " blocks, " << report.reverts
              << " reverts, " << report.crashes << " crashes, " << report.firings << " firings, "
              << report.retractions << " retractions, " << report.deliveries << " deliveries, "
              << report.simulated_s << " simulated s, trace " << report.trace_events << " events "
              << std::hex << report.digest << std::dec << '\n';
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments = parse(argc, argv);
    if (!arguments.valid) {
        std::cerr << kUsage;
        return 2;
    }
    SimReport sum;
    std::uint64_t failed = 0;
    for (std::uint64_t i = 0; i < arguments.count; ++i) {
        const std::uint64_t seed = arguments.from + i;
        const SimReport report = faultline::sim::run_seed(seed, arguments.verbose);
        if (arguments.count == 1 || !report.failure.empty()) {
            print(seed, report);
        }
        failed += report.failure.empty() ? 0 : 1;
        sum.blocks += report.blocks;
        sum.reverts += report.reverts;
        sum.crashes += report.crashes;
        sum.firings += report.firings;
        sum.retractions += report.retractions;
        sum.deliveries += report.deliveries;
        sum.simulated_s += report.simulated_s;
    }
    if (arguments.count > 1) {
        std::cout << arguments.count << " seeds, " << failed << " failed; " << sum.blocks
                  << " blocks, " << sum.reverts << " reverts, " << sum.crashes << " crashes, "
                  << sum.firings << " firings, " << sum.retractions << " retractions, "
                  << sum.deliveries << " deliveries, " << sum.simulated_s << " simulated s\n";
    }
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
