// SPDX-License-Identifier: Apache-2.0
// Texts from anywhere as expressions: nothing may crash, hang or take memory out of proportion,
// what is printed must parse to the same, and an evaluation ends.
#include <faultline/base/assert.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/signals/expression.hpp>
#include <faultline/core/signals/memory_board.hpp>
#include <faultline/core/signals/selector.hpp>
#include <faultline/core/signals/series.hpp>
#include <faultline/core/signals/signal.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::signals {
namespace {

constexpr std::array<std::string_view, 6> kNames{"a", "b", "c", "price", "debt", "x_1"};

/// A small board whose figures and labels depend on a byte, with a few blocks behind it.
class World {
  public:
    explicit World(std::uint8_t seed) {
        std::uint32_t random = seed;
        for (std::uint64_t number = 1; number <= 12; ++number) {
            const At at{.time = {1'000'000 + (number * 12)}, .number = number};
            board_.at(at);
            for (const std::string_view name : kNames) {
                random = (random * 1'664'525U) + 1'013'904'223U;
                const Signal signal = some(std::string(name), random >> 8U);
                board_.set(signal);
                series_.record(signal, {.unit = RangeUnit::kSeconds, .length = 60}, at);
                series_.record(signal, {.unit = RangeUnit::kBlocks, .length = 6}, at);
            }
            ledger_.seal();
        }
    }

    [[nodiscard]] const Board& board() const { return board_; }

  private:
    static Signal some(std::string name, std::uint32_t random) {
        Signal signal{.name = std::move(name), .labels = {}, .value = {}};
        for (const char* const label : {"l", "m", "n"}) {
            if (random % 2 == 0) {
                signal.labels[label] = random % 4 == 0 ? "v" : "w";
            }
            random /= 4;
        }
        signal.value = random % 5 == 0 ? Figure<Decimal>::without(FigureStatus::kStale, "because")
                                       : Figure<Decimal>::of(Decimal::of(random % 50));
        return signal;
    }

    ledger::Ledger ledger_;
    Series series_{ledger_};
    MemoryBoard board_{&series_};
};

void check_rows(const std::vector<Row>& rows, Type type) {
    FAULTLINE_ASSERT(!rows.empty() && rows.size() <= Expression::kMostRows);
    const Row* before = nullptr;
    for (const Row& row : rows) {
        FAULTLINE_ASSERT(before == nullptr || before->labels < row.labels);
        FAULTLINE_ASSERT(row.inputs.size() <= Expression::kMostInputs);
        FAULTLINE_ASSERT(row.value.ok() == row.value.reason.empty());
        FAULTLINE_ASSERT(
            type == Type::kNumber || !row.value.ok() || row.value.value.is_zero() ||
            row.value.value == Decimal::of(1U)
        );
        before = &row;
    }
}

void check(std::string_view text, std::uint8_t seed) {
    const auto expression = Expression::parse(text);
    if (!expression) {
        const Fault& fault = expression.error();
        FAULTLINE_ASSERT(!fault.what.empty() && !fault.advice.empty());
        FAULTLINE_ASSERT(fault.offset <= text.size());
        return;
    }
    const auto again = Expression::parse(expression->text());
    FAULTLINE_ASSERT(again.has_value());
    FAULTLINE_ASSERT(again->text() == expression->text());
    FAULTLINE_ASSERT(again->type() == expression->type());
    FAULTLINE_ASSERT(again->selectors().size() == expression->selectors().size());
    for (const Selector& selector : expression->selectors()) {
        FAULTLINE_ASSERT(text.substr(selector.offset).starts_with(selector.name));
    }
    const World world(seed);
    const std::vector<Row> rows = expression->evaluate(world.board());
    check_rows(rows, expression->type());
    FAULTLINE_ASSERT(rows == again->evaluate(world.board()));
}

}  // namespace
}  // namespace faultline::signals

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string text(data + 1, data + size);
    faultline::signals::check(text, data[0]);
    return 0;
}
