// SPDX-License-Identifier: Apache-2.0
#include "shell/simnode/wire.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::simnode {
namespace {

/// As geth limits a batch.
constexpr std::size_t kBatchMost = 1000;
/// Of a batch, before its last answer; no client of ours takes more.
constexpr std::size_t kAnswersBytesMost = 200UL << 20U;
constexpr std::uint64_t kAny = 1'000'000;

/// As providers put them into HTTP 200 (rpc/error_table.cpp).
const std::array<rpc::Refusal, 5>& provider_errors() {
    static const std::array<rpc::Refusal, 5> kErrors{{
        {.code = -32603, .message = "internal error", .json = {}},
        {.code = -32005, .message = "daily request count exceeded, request rate limited", .json = {}
        },
        {.code = -32000, .message = "no backend is currently healthy to serve traffic", .json = {}},
        {.code = -32000, .message = "header not found", .json = {}},
        {.code = -32603, .message = "service temporarily unavailable", .json = {}},
    }};
    return kErrors;
}

/// Where the objects of an array begin and end. The text is our own, so strings hold no brackets
/// that matter only after an escape.
std::vector<std::pair<std::size_t, std::size_t>> objects_of(std::string_view array) {
    std::vector<std::pair<std::size_t, std::size_t>> out;
    std::size_t depth = 0;
    std::size_t begin = 0;
    bool text = false;
    for (std::size_t i = 0; i < array.size(); ++i) {
        const char c = array[i];
        if (text) {
            i += c == '\\' ? 1 : 0;
            text = c != '"';
        } else if (c == '"') {
            text = true;
        } else if (c == '{' && depth++ == 0) {
            begin = i;
        } else if (c == '}' && --depth == 0) {
            out.emplace_back(begin, i + 1);
        }
    }
    return out;
}

/// Changes the last digit of the text of the field; false when it has none, or is "0x".
bool change_last_digit(std::string& object, std::string_view field) {
    const std::string key = "\"" + std::string(field) + "\"";
    const auto at = object.find(key);
    const auto open = at == std::string::npos ? at : object.find('"', at + key.size());
    const auto close = open == std::string::npos ? open : object.find('"', open + 1);
    if (close == std::string::npos || close - open <= 3) {
        return false;
    }
    char& digit = object[close - 1];
    digit = digit == '1' ? '2' : '1';
    return true;
}

template <class Change>
std::string with_log_changed(std::string_view logs, std::uint64_t which, const Change& change) {
    const auto objects = objects_of(logs);
    if (objects.empty()) {
        return std::string(logs);
    }
    const auto [begin, end] = objects[which % objects.size()];
    return std::string(logs.substr(0, begin)) +
           change(std::string(logs.substr(begin, end - begin))) + std::string(logs.substr(end));
}

void lie_about(Reply& reply, const rpc::ServerRequest& request, const Lies& lies) {
    if (request.method != "eth_getLogs" || reply.refusal) {
        return;
    }
    if (lies.hidden_log > 0) {
        reply.result = without_log(reply.result, lies.hidden_log);
    }
    if (lies.altered_log > 0) {
        reply.result = with_altered_log(reply.result, lies.altered_log);
    }
    if (lies.removed_log > 0) {
        reply.result = with_removed_log(reply.result, lies.removed_log);
    }
}

std::string answer_one(
    const rpc::ServerRequest& request, const Answerer& answer, const Lies& lies, bool null
) {
    if (request.invalid) {
        return rpc::refusal_json(request.id, *request.invalid);
    }
    Reply reply = answer(request);
    if (request.id.empty()) {
        return "";
    }
    if (lies.error > 0) {
        reply.refusal = provider_errors().at(lies.error % provider_errors().size());
    } else if (null) {
        reply = Reply{.result = "null", .refusal = {}};
    }
    lie_about(reply, request, lies);
    return reply.refusal ? rpc::refusal_json(request.id, *reply.refusal)
                         : rpc::answer_json(request.id, reply.result);
}

}  // namespace

Lies draw_lies(FaultPlan& plan, eth::BlockNum head) {
    Lies lies;
    const auto draw = [&](FaultKind kind, std::uint64_t& into) {
        if (plan.strikes(kind, head)) {
            into = plan.between(kind, 1, kAny);
        }
    };
    draw(FaultKind::kError, lies.error);
    draw(FaultKind::kNull, lies.null_call);
    draw(FaultKind::kHideLogs, lies.hidden_log);
    draw(FaultKind::kAlterLogs, lies.altered_log);
    draw(FaultKind::kRemovedLogs, lies.removed_log);
    return lies;
}

std::string respond(std::string_view message, const Answerer& answer, const Lies& lies) {
    const rpc::ServerRequests read = rpc::read_requests(message);
    if (read.requests.size() > kBatchMost) {
        return rpc::refusal_json(
            "null", {.code = rpc::kInvalidRequest, .message = "batch too large", .json = {}}
        );
    }
    const std::size_t null_call =
        lies.null_call == 0 ? read.requests.size() : lies.null_call % read.requests.size();
    std::string out;
    for (std::size_t i = 0; i < read.requests.size(); ++i) {
        if (out.size() > kAnswersBytesMost) {
            return rpc::refusal_json(
                "null", {.code = -32003, .message = "batch response too large", .json = {}}
            );
        }
        const std::string one = answer_one(read.requests[i], answer, lies, i == null_call);
        if (!one.empty() && !out.empty()) {
            out += ',';
        }
        out += one;
    }
    return read.batch && !out.empty() ? "[" + std::move(out) + "]" : out;
}

std::string without_log(std::string_view logs, std::uint64_t which) {
    const auto objects = objects_of(logs);
    std::string out = "[";
    for (std::size_t i = 0; i < objects.size(); ++i) {
        if (i == which % objects.size()) {
            continue;
        }
        if (out.size() > 1) {
            out += ',';
        }
        out += logs.substr(objects[i].first, objects[i].second - objects[i].first);
    }
    return out + "]";
}

std::string with_altered_log(std::string_view logs, std::uint64_t which) {
    return with_log_changed(logs, which, [](std::string log) {
        if (!change_last_digit(log, "data")) {
            change_last_digit(log, "transactionHash");
        }
        return log;
    });
}

std::string with_removed_log(std::string_view logs, std::uint64_t which) {
    return with_log_changed(logs, which, [](const std::string& log) { return removed_log(log); });
}

std::string removed_log(std::string_view log) {
    std::string out(log);
    constexpr std::string_view kField = R"("removed":false)";
    const auto at = out.find(kField);
    if (at != std::string::npos) {
        out.replace(at, kField.size(), R"("removed":true)");
    } else if (const auto end = out.rfind('}'); end != std::string::npos) {
        out.insert(end, R"(,"removed":true)");
    }
    return out;
}

std::string notification(std::string_view subscription, std::string_view result) {
    return R"({"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":)" +
           rpc::json_quoted(subscription) + R"(,"result":)" + std::string(result) + "}}";
}

}  // namespace faultline::simnode
