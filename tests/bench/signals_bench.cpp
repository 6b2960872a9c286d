// SPDX-License-Identifier: Apache-2.0
// Time a block costs with many signals and as many expressions, of which few concern what changed,
// and how it grows.
#include "bench/cpu_seconds.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/memory_board.hpp>
#include <faultline/core/signals/readers.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/series.hpp>
#include <faultline/core/signals/signal.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::signals {
namespace {

constexpr std::size_t kChanged = 200;
constexpr int kBlocks = 200;

Signal position(std::size_t number, std::uint64_t value) {
    return {
        .name = "health_factor",
        .labels =
            {{"account", "0x00000000000000000000000000000000" + std::to_string(10'000'000 + number)
             },
             {"chain", "ethereum"},
             {"market", "market" + std::to_string(number % 10)}},
        .value = Figure<Decimal>::of(Decimal::of(value)),
    };
}

Expression parse(std::string_view text) {
    auto expression = Expression::parse(text);
    if (!expression) {
        std::printf("%s\n", expression.error().what.c_str());
        std::exit(1);
    }
    return *std::move(expression);
}

std::string selector_of(const Signal& signal) {
    return text(signal.name, signal.labels);
}

template <class Work>
double microseconds(int times, Work work) {
    const double begin = bench::cpu_seconds();
    for (int i = 0; i < times; ++i) {
        work(i);
    }
    return (bench::cpu_seconds() - begin) * 1e6 / times;
}

/// Seconds that a block takes in which 200 of so many signals change.
double changes(std::size_t count) {
    MemoryBoard board;
    std::vector<Expression> expressions;
    Readers readers;
    for (std::size_t i = 0; i < count; ++i) {
        const Signal signal = position(i, i % 7);
        expressions.push_back(parse(selector_of(signal) + " < 1.05"));
        readers.add(static_cast<Readers::Number>(i), expressions.back().selectors());
        board.set(signal);
    }
    std::mt19937_64 random(1);
    std::size_t rows = 0;
    const double block = microseconds(kBlocks, [&](int) {
        std::set<Readers::Number> found;
        for (std::size_t i = 0; i < kChanged; ++i) {
            const Signal signal = position(random() % count, random() % 7);
            readers.of(signal.name, signal.labels, found);
            board.set(signal);
        }
        for (const Readers::Number number : found) {
            rows += expressions[number].evaluate(board).size();
        }
    });
    const double all = microseconds(3, [&](int) {
        for (const Expression& expression : expressions) {
            rows += expression.evaluate(board).size();
        }
    });
    const Expression sum = parse("sum by (market) (health_factor) > 10");
    const double one = microseconds(3, [&](int) { rows += sum.evaluate(board).size(); });
    std::printf(
        "%7zu signals and expressions: %8.0f us a block with %zu changes; all %8.0f us; one that "
        "reads all %8.0f us (%zu rows)\n",
        count,
        block,
        kChanged,
        all,
        one,
        rows
    );
    return block;
}

/// What windows cost: recording, and each function over an hour that is full.
void windows(std::size_t count) {
    ledger::Ledger ledger;
    Series series(ledger);
    const Range hour{.unit = RangeUnit::kSeconds, .length = 3'600};
    std::vector<SeriesKey> keys;
    std::vector<Signal> signals;
    for (std::size_t i = 0; i < count; ++i) {
        signals.push_back(position(i, i));
        keys.push_back(series_key(signals.back().name, signals.back().labels, hour));
    }
    At at{.time = {1'700'000'000}, .number = 1};
    const auto block = [&](int i) {
        ++at.number;
        at.time.value += 12;
        for (std::size_t j = 0; j < count; ++j) {
            series.record(keys[j], Decimal::of(j + static_cast<std::uint64_t>(i % 9)), at);
        }
        series.sweep(at);
    };
    double recording = 0;
    double sealing = 0;
    for (int i = 0; i < 400; ++i) {
        recording += microseconds(1, [&](int) { block(i); });
        sealing += microseconds(1, [&](int) { ledger.seal(); });
    }
    const double samples = 400.0 * static_cast<double>(count);
    std::printf(
        "%7zu series, %zu slots: recording %.2f us a sample, sealing %.2f us\n",
        count,
        series.slots(),
        recording / samples,
        sealing / samples
    );
    for (const WindowFunction function :
         {WindowFunction::kDelta,
          WindowFunction::kRate,
          WindowFunction::kMin,
          WindowFunction::kAvg,
          WindowFunction::kZscore}) {
        std::size_t values = 0;
        const double all = microseconds(1, [&](int) {
            for (const Signal& signal : signals) {
                values += series.window(signal, function, hour, at).ok() ? 1 : 0;
            }
        });
        std::printf(
            "        %s of an hour: %.2f us (%zu values)\n",
            std::string(window_function_name(function)).c_str(),
            all / static_cast<double>(count),
            values
        );
    }
}

}  // namespace
}  // namespace faultline::signals

int main() {
    const double few = faultline::signals::changes(10'000);
    const double many = faultline::signals::changes(100'000);
    std::printf("a block grows with signals to the power of %.2f\n", std::log10(many / few));
    faultline::signals::windows(1'000);
    faultline::signals::windows(10'000);
    return 0;
}
