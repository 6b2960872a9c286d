// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shell/simnode/fault_plan.hpp"
#include "shell/simnode/methods.hpp"

#include <faultline/shell/rpc/server_request.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace faultline::simnode {

/// What goes wrong with the content of one message's answers. The zeroes mean nothing does.
struct Lies {
    std::uint64_t error = 0;       ///< Which of a provider's errors, from 1.
    std::uint64_t null_call = 0;   ///< Which of the calls is answered with null, from 1; wraps.
    std::uint64_t hidden_log = 0;  ///< Which log of each eth_getLogs is left out, from 1; wraps.
    std::uint64_t altered_log = 0;
    std::uint64_t removed_log = 0;
};

/// Draws them.
Lies draw_lies(FaultPlan& plan, eth::BlockNum head);

using Answerer = std::function<Reply(const rpc::ServerRequest&)>;

/// The text that answers a message: one object, an array, or nothing when all were notifications.
std::string respond(std::string_view message, const Answerer& answer, const Lies& lies = {});

/// An eth_getLogs result without its log number `which`, from 1, counted around; unchanged when it
/// has none.
std::string without_log(std::string_view logs, std::uint64_t which);
/// The same with one digit of the log's data, or of its transaction's hash when it has no data,
/// changed.
std::string with_altered_log(std::string_view logs, std::uint64_t which);

/// The same with that log as one that was removed.
std::string with_removed_log(std::string_view logs, std::uint64_t which);

/// A log as a node sends it when its block was taken off the chain.
std::string removed_log(std::string_view log);

std::string notification(std::string_view subscription, std::string_view result);

}  // namespace faultline::simnode
