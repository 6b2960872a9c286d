// SPDX-License-Identifier: Apache-2.0
#include "shaped_reply.hpp"

#include "json_reply.hpp"
#include "log_shape.hpp"

#include <faultline/core/eth/block.hpp>

#include <simdjson.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::rpc {
namespace {

/// Stands in the answer where the logs were, and nowhere else.
constexpr std::string_view kMark = "faultline took the logs";
constexpr std::string_view kResult = R"("result":)";

}  // namespace

std::optional<ShapedReply> read_shaped_reply(
    const Exchange& exchange, std::size_t call, const eth::LogFilter& filter
) {
    constexpr int kOk = 200;
    const std::size_t key = exchange.body.find(R"("result":[{)");
    if (key == std::string_view::npos || exchange.http_status != kOk) {
        return std::nullopt;
    }
    const std::size_t begin = key + kResult.size();
    std::optional<ShapedLogs> logs = read_shaped_logs(exchange.body.substr(begin), filter);
    if (!logs) {
        return std::nullopt;
    }
    const std::string_view before = exchange.body.substr(0, begin);
    const std::string_view after = exchange.body.substr(begin + logs->size);
    if (before.contains(kMark) || after.contains(kMark)) {
        return std::nullopt;
    }
    std::string rest;
    rest.reserve(before.size() + kMark.size() + after.size() + 2);
    rest.append(before).append("\"").append(kMark).append("\"").append(after);
    Exchange shorter = exchange;
    shorter.body = rest;
    Result<Reply> reply = Reply::parse(shorter);
    if (!reply || reply->error(call) != nullptr) {
        return std::nullopt;
    }
    const auto result = reply->result(call);
    std::string_view text;
    if (!result || result->get(text) != simdjson::SUCCESS || text != kMark) {
        return std::nullopt;
    }
    return ShapedReply{.reply = *std::move(reply), .blocks = std::move(logs->blocks)};
}

}  // namespace faultline::rpc
