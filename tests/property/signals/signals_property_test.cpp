// SPDX-License-Identifier: Apache-2.0
// Expressions and windows at random against docs/expressions.md done slowly, and series that are
// undone against those that never were.
#include "property/signals/random_expression.hpp"
#include "property/signals/reference.hpp"

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/memory_board.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/series.hpp>
#include <faultline/core/signals/signal.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace faultline::signals {
namespace {

Labels labels(const reference::Labels& of) {
    return {of.begin(), of.end()};
}

using Random = std::mt19937_64;

constexpr Range kRanges[]{
    {.unit = RangeUnit::kSeconds, .length = 30},
    {.unit = RangeUnit::kSeconds, .length = 600},
    {.unit = RangeUnit::kSeconds, .length = 3'600},
    {.unit = RangeUnit::kBlocks, .length = 7},
    {.unit = RangeUnit::kBlocks, .length = 40},
};

Decimal decimal(const reference::Big& scaled) {
    reference::Big magnitude = abs(scaled);
    std::string digits = magnitude.str();
    digits.insert(0, 19 - std::min<std::size_t>(19, digits.size()), '0');
    digits.insert(digits.size() - 18, ".");
    return *Decimal::parse((scaled < 0 ? "-" : "") + digits);
}

Figure<Decimal> figure(const reference::Value& value) {
    return value.ok() ? Figure<Decimal>::of(decimal(value.number))
                      : Figure<Decimal>::without(value.status, "because");
}

reference::Value some_value(Random& random) {
    constexpr std::uint64_t kOne = 1'000'000'000'000'000'000;
    switch (random() % 30) {
        case 0:
            return reference::without(FigureStatus::kNoData);
        case 1:
            return reference::without(FigureStatus::kStale);
        case 2:
            return random() % 4 == 0 ? reference::without(FigureStatus::kError)
                                     : reference::number(0);
        case 3:
            return reference::number(reference::Big(random()) << 190);
        case 4:
            return reference::number(-reference::Big(random() % kOne));
        case 5:
            return reference::number(1);
        default:
            return reference::number(reference::Big(random() % 5) * kOne);
    }
}

/// The same chain for both: boards and series, and everything that ever was.
struct Worlds {
    explicit Worlds(Random& random) : series(ledger), board(&series) {
        for (const std::string& name : reference::signal_names()) {
            for (const char* const labels : {"", "a", "b", "ab", "ac", "c"}) {
                for (int i = 0; i < 2; ++i) {
                    add(random, name, labels);
                }
            }
        }
    }

    void add(Random& random, const std::string& name, const std::string& labels) {
        // Some names have labels of one kind only, so that lookups of all kinds are taken.
        if (random() % 3 != 0 || (name == "q" && labels != "ab")) {
            return;
        }
        reference::Reading reading{.name = name, .labels = {}, .moments = {}};
        for (const char label : labels) {
            reading.labels[std::string(1, label)] = random() % 2 == 0 ? "1" : "22";
        }
        const bool there = std::ranges::any_of(world, [&reading](const auto& other) {
            return other.name == reading.name && other.labels == reading.labels;
        });
        if (!there) {
            world.push_back(reading);
        }
    }

    void block(Random& random) {
        ++at.number;
        const std::uint64_t steps[]{0, 1, 2, 12, 12, 12, 12, 24, 60, random() % 900};
        at.time.value += steps[random() % std::size(steps)];
        board.at(at);
        for (reference::Reading& reading : world) {
            const bool moves = reading.moments.empty() || random() % 3 == 0;
            const reference::Value value =
                moves ? some_value(random) : reading.moments.back().value;
            reading.moments.push_back({.time = at.time.value, .block = at.number, .value = value});
            const Signal signal{
                .name = reading.name, .labels = labels(reading.labels), .value = figure(value)
            };
            board.set(signal);
            for (const Range& range : kRanges) {
                series.record(signal, range, at);
            }
        }
        series.sweep(at);
        ledger.seal();
    }

    ledger::Ledger ledger;
    Series series;
    MemoryBoard board;
    reference::World world;
    At at{.time = {1'700'000'000}, .number = 10};
};

/// Says how many rows are values.
std::size_t check_rows(const std::vector<Row>& rows, const reference::Lines& lines) {
    std::size_t values = 0;
    REQUIRE(rows.size() == lines.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CAPTURE(i, rows[i].value.reason);
        CHECK(rows[i].labels == labels(lines[i].labels));
        REQUIRE(rows[i].value.status == lines[i].value.status);
        CHECK(rows[i].value.ok() == rows[i].value.reason.empty());
        if (rows[i].value.ok()) {
            ++values;
            CHECK(rows[i].value.value == decimal(lines[i].value.number));
        }
        CHECK(rows[i].inputs.size() <= Expression::kMostInputs);
    }
    return values;
}

/// Says how many values were compared.
std::size_t check_expression(const Worlds& worlds, Random& random) {
    reference::Writer writer(random);
    const bool truth = random() % 2 == 0;
    const reference::Meant meant = truth ? writer.truth() : writer.number();
    CAPTURE(meant.text);
    const auto expression = Expression::parse(meant.text);
    if (!expression) {
        CAPTURE(expression.error().what);
        REQUIRE(expression.error().what.find("more than") != std::string::npos);
        return 0;
    }
    CHECK((expression->type() == Type::kTruth) == truth);
    const auto again = Expression::parse(expression->text());
    REQUIRE(again.has_value());
    CHECK(again->text() == expression->text());
    try {
        const reference::Lines lines = meant.lines(worlds.world);
        check_rows(again->evaluate(worlds.board), lines);
        return check_rows(expression->evaluate(worlds.board), lines);
    } catch (const reference::TooLarge&) {
        return 0;
    }
}

TEST_CASE("expressions at random are what the page says", "[signals]") {
    std::size_t values = 0;
    for (unsigned seed = 0; seed < 45; ++seed) {
        Random random(seed);
        Worlds worlds(random);
        for (int blocks = 0; blocks < 250; ++blocks) {
            worlds.block(random);
            for (int i = 0; blocks % 25 == 24 && i < 12; ++i) {
                CAPTURE(seed, blocks, i);
                values += check_expression(worlds, random);
            }
        }
    }
    CHECK(values > 3'000);
}

TEST_CASE("windows at random are what the page says", "[signals]") {
    std::size_t values = 0;
    for (unsigned seed = 100; seed < 115; ++seed) {
        Random random(seed);
        Worlds worlds(random);
        for (int blocks = 0; blocks < 400; ++blocks) {
            worlds.block(random);
            const reference::Reading& reading = worlds.world[random() % worlds.world.size()];
            const Signal signal{
                .name = reading.name,
                .labels = labels(reading.labels),
                .value = figure(reading.moments.back().value)
            };
            for (const Range& range : kRanges) {
                const WindowFunction function = static_cast<WindowFunction>(random() % 6);
                const auto wanted = reference::window(
                    std::string(window_function_name(function)),
                    reading,
                    {.length = range.length, .blocks = range.unit == RangeUnit::kBlocks}
                );
                const auto got = worlds.series.window(signal, function, range, worlds.at);
                CAPTURE(seed, blocks, text(range), window_function_name(function), got.reason);
                REQUIRE(got.status == wanted.status);
                values += got.ok() ? 1 : 0;
                if (got.ok()) {
                    CHECK(got.value == decimal(wanted.number));
                }
            }
        }
    }
    CHECK(values > 5'000);
}

/// What a block records.
struct Recorded {
    At at;
    std::vector<Signal> signals;
};

Recorded random_block(Random& random, const At& before) {
    Recorded block{.at = before, .signals = {}};
    block.at.number += random() % 50 == 0 ? 1'000 : 1;
    block.at.time.value += random() % 60 == 0 ? 5'000 : random() % 30;
    for (const char* const name : {"p", "q", "r", "s"}) {
        // Now and then a signal is gone for long enough to be swept.
        const auto letter = static_cast<unsigned>(name[0] - 'p');
        const bool gone = letter != 0 && (block.at.number / 500) % 3 == letter - 1;
        block.signals.push_back(
            {.name = name,
             .labels = {{"a", "1"}},
             .value = gone ? Figure<Decimal>::without(FigureStatus::kNoData, "gone")
                           : figure(some_value(random))}
        );
    }
    return block;
}

void apply(Series& series, const Recorded& block) {
    for (const Signal& signal : block.signals) {
        for (const Range& range : kRanges) {
            series.record(signal, range, block.at);
        }
    }
    series.sweep(block.at);
}

/// From the oldest slot of each series one comes to the newest, over all that there are.
void check_chains(const std::vector<ledger::RowChange>& rows) {
    std::map<SlotKey, Slot> slots;
    std::map<SeriesKey, SeriesHead> heads;
    for (const ledger::RowChange& row : rows) {
        if (row.table == Series::kSlotsId) {
            slots[*ledger::decode<SlotKey>(row.key)] = *ledger::decode<Slot>(*row.after);
        } else {
            heads[*ledger::decode<SeriesKey>(row.key)] = *ledger::decode<SeriesHead>(*row.after);
        }
    }
    std::size_t reached = 0;
    for (const auto& [key, head] : heads) {
        std::uint64_t at = head.oldest;
        while (true) {
            const auto slot = slots.find({.series = key, .slot = at});
            REQUIRE(slot != slots.end());
            CHECK(slot->second.count > 0);
            ++reached;
            if (slot->second.next == at) {
                break;
            }
            REQUIRE(slot->second.next > at);
            at = slot->second.next;
        }
        CHECK(at == head.newest);
    }
    CHECK(reached == slots.size());
}

TEST_CASE("series that were undone are those that never were", "[signals]") {
    std::size_t most = 0;
    std::size_t least = 1'000'000;
    for (unsigned seed = 0; seed < 40; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        ledger::Ledger ledger;
        Series series(ledger, seed % 4 == 0 ? 11 : Series::kMostSeries);
        std::vector<Recorded> blocks;
        std::vector<std::vector<ledger::RowChange>> changes;
        for (int step = 0; step < 700; ++step) {
            if (!blocks.empty() && random() % 3 == 0) {
                REQUIRE(ledger.undo(changes.back()));
                changes.pop_back();
                blocks.pop_back();
                continue;
            }
            At before{.time = {1'700'000'000}, .number = 4'000};
            before = blocks.empty() ? before : blocks.back().at;
            blocks.push_back(random_block(random, before));
            apply(series, blocks.back());
            changes.push_back(ledger.seal());
            most = std::max(most, series.series());
        }
        ledger::Ledger rebuilt_ledger;
        Series rebuilt(rebuilt_ledger, seed % 4 == 0 ? 11 : Series::kMostSeries);
        for (const Recorded& block : blocks) {
            apply(rebuilt, block);
            rebuilt_ledger.seal();
        }
        least = std::min(least, series.series());
        REQUIRE(ledger.dump() == rebuilt_ledger.dump());
        check_chains(ledger.dump());

        ledger::Ledger loaded_ledger;
        const Series loaded(loaded_ledger);
        for (const ledger::RowChange& row : ledger.dump()) {
            REQUIRE(loaded_ledger.load(row.table, row.key, *row.after));
        }
        REQUIRE(loaded_ledger.dump() == ledger.dump());
        CHECK(loaded.slots() == series.slots());
    }
    CHECK(most == 20);
    CHECK(least < 20);
}

}  // namespace
}  // namespace faultline::signals
