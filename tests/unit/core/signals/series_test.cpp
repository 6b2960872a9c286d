// SPDX-License-Identifier: Apache-2.0
#include "unit/core/signals/expression_maker.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/signals/memory_board.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/series.hpp>
#include <faultline/core/signals/signal.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::signals {
namespace {

constexpr std::uint64_t kBegin = 1'000'000'020;

/// One signal over blocks of 12 seconds.
struct Chain {
    explicit Chain(std::size_t most_series = Series::kMostSeries) : series(ledger, most_series) {}

    ledger::Ledger ledger;
    Series series;
    std::uint64_t number = 1'000;
    std::string name = "price";

    [[nodiscard]] At at() const {
        return {.time = {kBegin + (12 * (number - 1'000))}, .number = number};
    }

    /// A block with this price; "" is one without a value.
    void block(std::string_view price, std::string_view range) {
        ++number;
        if (!price.empty()) {
            now = signal(name, {}, price);
            series.record(now, range_of(range), at());
        } else {
            now = missing(name, {}, FigureStatus::kStale);
        }
        series.sweep(at());
        ledger.seal();
    }

    void blocks(std::uint64_t count, std::string_view price, std::string_view range) {
        for (std::uint64_t i = 0; i < count; ++i) {
            block(price, range);
        }
    }

    static Range range_of(std::string_view range) {
        return *parsed("max(x[" + std::string(range) + "])").selectors().at(0).range;
    }

    /// Of "delta" and "1h".
    [[nodiscard]] std::string window(std::string_view function, std::string_view range) const {
        MemoryBoard board(&series);
        board.at(at());
        board.set(now);
        return evaluated(
            board, std::string(function) + "(" + name + "[" + std::string(range) + "])"
        );
    }

    Signal now;
};

TEST_CASE("a delta is measured from the newest sample at or before the beginning", "[series]") {
    Chain chain;
    chain.block("100", "10m");
    CHECK(chain.window("delta", "10m") == "no_data: followed for only 0s of 10m");
    for (int i = 1; i < 50; ++i) {
        chain.block(std::to_string(100 + i), "10m");
    }
    CHECK(chain.window("delta", "10m") == "no_data: followed for only 9m48s of 10m");
    chain.block("150", "10m");
    CHECK(chain.window("delta", "10m") == "50");
    CHECK(chain.window("rate", "10m") == "0.083333333333333333");
    chain.block("200", "10m");
    CHECK(chain.window("delta", "10m") == "99");
    CHECK(chain.window("min", "10m") == "101");
    CHECK(chain.window("max", "10m") == "200");
}

TEST_CASE("a window without a sample before its beginning is stale", "[series]") {
    Chain chain;
    chain.blocks(60, "1", "10m");
    // 50 blocks are 10 minutes, and a quarter of it 12 blocks and a half.
    chain.blocks(12, "", "10m");
    CHECK(chain.window("delta", "10m") == "stale: stale");
    chain.blocks(50, "3", "10m");
    CHECK(chain.window("delta", "10m") == "2");
    chain.block("3", "10m");
    CHECK(chain.window("delta", "10m") == "0");

    Chain gap;
    gap.blocks(60, "1", "10m");
    gap.blocks(20, "", "10m");
    gap.blocks(48, "3", "10m");
    CHECK(gap.window("delta", "10m") == "stale: a gap: no sample between 12m30s and 10m ago");
    gap.blocks(2, "3", "10m");
    CHECK(gap.window("delta", "10m").starts_with("stale: a gap"));
    gap.block("4", "10m");
    CHECK(gap.window("delta", "10m") == "1");
}

TEST_CASE("of a counter at least what was counted since its first sample is known", "[series]") {
    Chain chain;
    chain.name = "events";
    chain.block("3", "10m");
    CHECK(chain.window("delta", "10m") == "0");
    CHECK(chain.window("rate", "10m").starts_with("no_data: followed for only"));
    CHECK(chain.window("max", "10m").starts_with("no_data: followed for only"));
    chain.blocks(20, "4", "10m");
    CHECK(chain.window("delta", "10m") == "1");
    chain.blocks(50, "4", "10m");
    CHECK(chain.window("delta", "10m") == "0");
    chain.blocks(20, "", "10m");
    CHECK(chain.window("delta", "10m") == "stale: stale");
    chain.block("6", "10m");
    CHECK(chain.window("delta", "10m") == "2");
    chain.blocks(47, "9", "10m");
    // What was counted in the gap may lie before the beginning.
    CHECK(chain.window("delta", "10m") == "3");
    CHECK(chain.window("rate", "10m").starts_with("stale: a gap"));

    Chain blocks;
    blocks.name = "events_value";
    blocks.block("1", "5b");
    blocks.block("2.5", "5b");
    CHECK(blocks.window("delta", "5b") == "1.5");
    Chain full(0);
    full.name = "events";
    full.block("1", "5b");
    CHECK(full.window("delta", "5b").starts_with("error: not followed"));
}

TEST_CASE("a window of blocks has each block's sample", "[series]") {
    Chain chain;
    for (int i = 0; i <= 5; ++i) {
        CHECK(
            chain.window("delta", "5b") ==
            (i == 0 ? "no_data: no signal matches price[5b]"
                    : "no_data: followed for only " + std::to_string(i - 1) + "b of 5b")
        );
        if (i == 0) {
            CHECK(chain.series.slots() == 0);
        }
        chain.block(std::to_string(i * i), "5b");
    }
    CHECK(chain.window("delta", "5b") == "25");
    CHECK(chain.window("avg", "5b") == "9.166666666666666666");
    CHECK(chain.window("rate", "5b") == "0.416666666666666666");
    chain.block("36", "5b");
    CHECK(chain.window("delta", "5b") == "35");
    CHECK(chain.window("min", "5b") == "1");
    chain.block("", "5b");
    chain.blocks(4, "1", "5b");
    CHECK(chain.window("delta", "5b") == "-35");
    chain.block("1", "5b");
    // The sample before the gap is a block older than the beginning: a quarter of 5 is 1.
    CHECK(chain.window("delta", "5b") == "-35");
}

TEST_CASE("a zscore is measured in median deviations", "[series]") {
    Chain chain;
    for (const char* const price : {"1", "2", "3", "4", "5", "6"}) {
        chain.block(price, "6b");
    }
    chain.block("10", "6b");
    // Median 3.5, deviations 0.5 0.5 1.5 1.5 2.5 2.5, so MAD 1.5: 6.5 / 2.2239.
    CHECK(chain.window("zscore", "6b") == "2.922793291065245739");
    Chain flat;
    flat.blocks(7, "1", "6b");
    CHECK(flat.window("zscore", "6b") == "0");
    flat.block("2", "6b");
    CHECK(flat.window("zscore", "6b").starts_with("error: it never moved before"));
    Chain sparse;
    sparse.blocks(3, "1", "30s");
    sparse.block("2", "30s");
    CHECK(
        sparse.window("zscore", "30s") ==
        "no_data: only 2 earlier samples of the 5 that a zscore needs"
    );
}

TEST_CASE("a series keeps a bounded number of slots", "[series]") {
    Chain chain;
    chain.blocks(3'000, "1", "7d");
    const std::size_t slots = 3'000 * 12 / 5'040;
    CHECK(chain.series.slots() >= slots);
    CHECK(chain.series.slots() <= slots + 2);

    Chain hour;
    hour.blocks(2'000, "1", "1h");
    CHECK(hour.series.slots() <= 153);
    CHECK(hour.window("delta", "1h") == "0");
    // Behind a gap two go for each that comes.
    hour.blocks(1'000, "", "1h");
    hour.blocks(2'000, "1", "1h");
    CHECK(hour.series.slots() <= 153);

    Chain blocks;
    blocks.blocks(1'000, "1", "300b");
    CHECK(blocks.series.slots() <= 377);
}

TEST_CASE("no more series are begun than may be", "[series]") {
    Chain chain(1);
    chain.block("1", "10m");
    chain.series.record(chain.now, Chain::range_of("5b"), chain.at());
    CHECK(chain.series.series() == 1);
    CHECK(
        chain.window("delta", "5b") ==
        "error: not followed: 1 windows of signals are kept already; read fewer"
    );
    CHECK(chain.window("delta", "10m").starts_with("no_data: followed for only"));
}

TEST_CASE("series of signals that are gone are swept", "[series]") {
    Chain chain;
    chain.blocks(100, "1", "10m");
    CHECK(chain.series.series() == 1);
    chain.blocks(Series::kSweepBlocks, "", "10m");
    CHECK(chain.series.series() == 0);
    CHECK(chain.series.slots() == 0);
    CHECK(chain.ledger.dump().empty());
}

TEST_CASE("sums beyond a number are an error of the average alone", "[series]") {
    Chain chain;
    const std::string large = "1" + std::string(59, '0');
    chain.blocks(4, large, "2b");
    CHECK(chain.window("max", "2b") == large);
    CHECK(
        chain.window("avg", "2b") ==
        "error: the sum of the samples is beyond what a number holds (1.2e59)"
    );
    Chain apart;
    apart.blocks(2, "-" + large, "1b");
    apart.block(large, "1b");
    CHECK(apart.window("delta", "1b") == "error: the delta is beyond what a number holds (1.2e59)");
}

}  // namespace
}  // namespace faultline::signals
