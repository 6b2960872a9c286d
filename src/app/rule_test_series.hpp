// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/decimal.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/figure.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace faultline::app {

/// A signal of a test of rules, block by block; nullopt: there is none.
using SeriesValues = std::vector<std::optional<Figure<Decimal>>>;

/// Blocks of one test.
inline constexpr std::size_t kMostTestBlocks = 100'000;

/// "1 2 3", "0+10x5" (0 10 20 30 40 50), "7x3" (four times 7), "_" for none, "_x3" for none three
/// times; no_data, stale and error as "_". kInvalid with why.
Result<SeriesValues> parse_series(std::string_view text);

}  // namespace faultline::app
