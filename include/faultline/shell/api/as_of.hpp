// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/eth/block.hpp>

#include <string_view>
#include <variant>

namespace faultline::api {

/// A block by its number, or the newest one at or before a moment.
using AsOf = std::variant<eth::BlockNum, UnixSeconds>;

/// "23456789" or "2026-11-30T09:00:00Z". kInvalid says so.
Result<AsOf> parse_as_of(std::string_view text);

}  // namespace faultline::api
