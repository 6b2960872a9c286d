// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/decimal.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/shell/config/reader.hpp>
#include <faultline/shell/config/types.hpp>

#include <app/rule_test_series.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

namespace faultline::app {
namespace {

using Value = std::optional<Figure<Decimal>>;

/// What words stand for; nullopt: it is no word.
std::optional<Value> word(std::string_view text) {
    if (text == "_") {
        return Value();
    }
    for (const FigureStatus status :
         {FigureStatus::kNoData, FigureStatus::kStale, FigureStatus::kError}) {
        if (text == figure_status_name(status)) {
            return Figure<Decimal>::without(status, "the test says so");
        }
    }
    return std::nullopt;
}

/// A number and what is added to it from block to block.
struct Steps {
    Decimal first;
    Decimal step;
};

Result<Steps> steps(std::string_view text) {
    const std::size_t sign = text.find_first_of("+-", 1);
    Steps out;
    FAULTLINE_TRY(out.first, Decimal::parse(text.substr(0, sign)));
    if (sign < text.size()) {
        FAULTLINE_TRY(out.step, Decimal::parse(text.substr(sign + 1)));
        out.step = text[sign] == '-' ? out.step.negated() : out.step;
    }
    return out;
}

Result<void> add_item(std::string_view item, SeriesValues& out) {
    const std::size_t cross = item.rfind('x');
    const std::string_view what = item.substr(0, cross);
    std::uint64_t times = 0;
    if (cross < item.size()) {
        FAULTLINE_TRY(times, config::parse_integer(item.substr(cross + 1)));
    }
    if (times >= kMostTestBlocks - out.size()) {
        return Error(Code::kInvalid, "more than " + std::to_string(kMostTestBlocks) + " blocks");
    }
    if (const auto said = word(what)) {
        out.insert(out.end(), cross < item.size() ? times : 1, *said);
        return {};
    }
    FAULTLINE_TRY(const Steps number, steps(what));
    std::optional<Decimal> value = number.first;
    for (std::uint64_t i = 0; i <= times; ++i) {
        if (!value) {
            return Error(Code::kInvalid, "a number is too large");
        }
        out.emplace_back(Figure<Decimal>::of(*value));
        value = add(*value, number.step);
    }
    return {};
}

}  // namespace

Result<SeriesValues> parse_series(std::string_view text) {
    SeriesValues out;
    std::istringstream items{std::string(text)};
    std::string item;
    while (items >> item) {
        if (const auto added = add_item(item, out); !added) {
            return Error(Code::kInvalid, config::quoted(item) + ": " + added.error().detail());
        }
    }
    return out;
}

}  // namespace faultline::app
