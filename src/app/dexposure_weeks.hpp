// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/token_spread.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::app {

/// What is made of one week.
using UseWeek = std::function<Result<void>(const network::Snapshot&)>;

/// Reads a snapshot file of DeXposure to its end, a week in memory at a time, and hands over each
/// week, or `wanted` alone. Later parts may turn out malformed (`file`:line:column) or a week
/// refused by `use`: show nothing before this returns without an error. kMissing when there is no
/// such file, or no such week in it.
Result<void> use_weeks(
    const std::string& file, const std::optional<network::Day>& wanted, const UseWeek& use
);

/// The graph of a week. Refused (kInvalid) beyond what snapshot_graph() refuses: sizes or links
/// that come to more than a number holds, so that every sum of them is finite.
Result<network::SnapshotGraph> dexposure_graph(const network::Snapshot& week);

/// `value` with so many decimals and a comma between thousands: "1,234.50". @pre it is finite
std::string decimals(double value, int count);

/// "1,234.50 usd"
std::string dollars(double value);

/// A share as "12.34 %".
std::string percent(double share);

/// A member that is a number, or null where the figure is not defined.
void write_figure(JsonWriter& json, std::string_view name, std::optional<double> value);

/// Members "tokens", "token_hhi", "top_token" and "top_token_share".
void write_tokens(JsonWriter& json, const network::TokenSpread& tokens);

/// A node's id for a terminal: control characters are '?', no id is "(null)".
std::string shown_id(const network::SnapshotId& id);

}  // namespace faultline::app
