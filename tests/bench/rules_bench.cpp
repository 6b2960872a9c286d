// SPDX-License-Identifier: Apache-2.0
// What a block of one changed price costs the engine with many rules, and how that grows with their
// number: rules about what does not change, and ten about what does.
#include "bench/cpu_seconds.hpp"
#include "unit/engine/scripted_chain.hpp"

#include <faultline/core/rules/kinds/rule_kinds.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/signal_rule.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/engine/fold.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace faultline::engine {
namespace {

constexpr std::size_t kConcerned = 10;
constexpr int kBlocks = 60;

rules::SignalRule rule(std::size_t number, const std::string& text) {
    rules::Arguments arguments;
    arguments.set("expression", text);
    rules::Terms terms;
    terms.name = "rule" + std::to_string(number);
    auto made = rules::make_rule(*rules::rule_kind("expression"), terms, arguments);
    if (!made) {
        std::printf("%s\n", made.error().what.c_str());
        std::exit(1);
    }
    return *std::move(made);
}

/// Each about a token of its own that no market has, but for those that the price concerns.
std::vector<rules::SignalRule> rules_of(std::size_t count, bool windows) {
    std::vector<rules::SignalRule> out;
    for (std::size_t i = 0; i < count; ++i) {
        const bool concerned = i < kConcerned;
        const std::string selector = concerned
                                         ? "price{currency=\"USD\"}"
                                         : "price{token=\"0x000000000000000000000000000000000" +
                                               std::to_string(1'000'000 + i) + "\"}";
        out.push_back(rule(i, windows ? "delta(" + selector + "[1h]) > 1000" : selector + " > 1000")
        );
    }
    return out;
}

/// Of a block, in microseconds: the best of all.
double measure(std::size_t count, bool windows) {
    FoldOptions options = fold_options();
    options.rules.signals = rules_of(count, windows);
    Fold fold(std::move(options));
    ScriptedChain chain;
    fold.apply(chain.next(100), 0);
    double best = 1e9;
    for (int block = 0; block < kBlocks; ++block) {
        const eth::Block next = chain.next(100 + static_cast<std::uint64_t>(block % 7));
        const double begin = bench::cpu_seconds();
        fold.apply(next, 0);
        best = std::min(best, bench::cpu_seconds() - begin);
    }
    return best * 1e6;
}

void report(const char* what, bool windows) {
    double before = 0;
    for (const std::size_t count :
         {std::size_t{100}, std::size_t{1'000}, std::size_t{10'000}, std::size_t{100'000}}) {
        const double now = measure(count, windows);
        std::printf("%-28s %7zu rules %10.1f us a block", what, count, now);
        if (before > 0) {
            std::printf("   exponent %5.2f", std::log10(now / before));
        }
        std::printf("\n");
        before = now;
    }
}

}  // namespace
}  // namespace faultline::engine

int main() {
    faultline::engine::report("of what is now", false);
    faultline::engine::report("over windows of an hour", true);
    return 0;
}
