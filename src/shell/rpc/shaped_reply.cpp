// SPDX-License-Identifier: Apache-2.0
#include "shaped_reply.hpp"

#include "json_reply.hpp"
#include "log_shape.hpp"

#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::rpc {
namespace {

/// Stands in the answer where logs were, with their place behind it, and nowhere else.
constexpr std::string_view kMark = "faultline took the logs";
constexpr std::string_view kResult = R"("result":)";
constexpr std::string_view kSome = R"("result":[{)";

using Lists = std::vector<std::vector<BlockLogs>>;

/// The lists of logs in an answer, and the answer with marks in their places.
struct Extracted {
    Lists lists;
    std::string rest;
};

std::string mark_of(std::size_t list) {
    return std::string(kMark) + std::to_string(list);
}

std::optional<Extracted> extract(std::string_view body, std::span<const eth::LogClause> clauses) {
    // Which of several clauses a list answers is known when its mark is found.
    const eth::LogClause* only = clauses.size() == 1 ? &clauses.front() : nullptr;
    Extracted out;
    std::size_t done = 0;
    for (;;) {
        const std::size_t key = body.find(kSome, done);
        const bool more = key != std::string_view::npos;
        const std::size_t end = more ? key + kResult.size() : body.size();
        const std::string_view between = body.substr(done, end - done);
        if (between.contains(kMark)) {
            return std::nullopt;
        }
        out.rest.append(between);
        if (!more) {
            break;
        }
        std::optional<ShapedLogs> logs;
        if (out.lists.size() < clauses.size()) {
            logs = read_shaped_logs(body.substr(end), only);
        }
        if (!logs) {
            return std::nullopt;
        }
        out.rest.append("\"").append(mark_of(out.lists.size())).append("\"");
        out.lists.push_back(std::move(logs->blocks));
        done = end + logs->size;
    }
    return out.lists.empty() ? std::nullopt : std::optional(std::move(out));
}

bool wants_all(const eth::LogClause& clause, const std::vector<BlockLogs>& blocks) {
    return std::ranges::all_of(blocks, [&](const BlockLogs& block) {
        for (std::size_t i = 0; i < block.logs.size(); ++i) {
            const eth::Log log = block.logs[i];
            if (!clause.wants(log.address, log.topics)) {
                return false;
            }
        }
        return true;
    });
}

/// The list whose mark is the result of a call, taken from there; none for an empty result; nullopt
/// for anything else.
std::optional<std::vector<BlockLogs>> take(const Reply& reply, std::size_t call, Lists& lists) {
    const auto result = reply.result(call);
    if (!result) {
        return std::nullopt;
    }
    simdjson::dom::array items;
    if (result->get(items) == simdjson::SUCCESS) {
        return items.size() == 0 ? std::optional<std::vector<BlockLogs>>(std::in_place)
                                 : std::nullopt;
    }
    std::string_view text;
    if (result->get(text) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    for (std::size_t list = 0; list < lists.size(); ++list) {
        if (!lists[list].empty() && text == mark_of(list)) {
            return std::exchange(lists[list], {});
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<ShapedReply> read_shaped_reply(
    const Exchange& exchange, std::size_t first, std::span<const eth::LogClause> clauses
) {
    constexpr int kOk = 200;
    if (exchange.http_status != kOk) {
        return std::nullopt;
    }
    std::optional<Extracted> extracted = extract(exchange.body, clauses);
    if (!extracted) {
        return std::nullopt;
    }
    Exchange shorter = exchange;
    shorter.body = extracted->rest;
    Result<Reply> reply = Reply::parse(shorter);
    if (!reply) {
        return std::nullopt;
    }
    ShapedReply out{.reply = *std::move(reply), .by_clause = {}};
    for (std::size_t i = 0; i < clauses.size(); ++i) {
        auto blocks = take(out.reply, first + i, extracted->lists);
        if (!blocks || (clauses.size() > 1 && !wants_all(clauses[i], *blocks))) {
            return std::nullopt;
        }
        out.by_clause.push_back(*std::move(blocks));
    }
    const bool all_taken =
        std::ranges::all_of(extracted->lists, [](const auto& list) { return list.empty(); });
    return all_taken ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace faultline::rpc
