// SPDX-License-Identifier: Apache-2.0
#include "sim/sim_node.hpp"

#include <faultline/base/assert.hpp>

#include <algorithm>
#include <chrono>

namespace faultline::sim {

using std::chrono::milliseconds;

namespace {

bool is_batch(const Json& request) {
    return request.kind == Json::Kind::kArray;
}

}  // namespace

SimHost::Reply SimNode::handle(const net::HttpRequest& request) {
    const std::optional<Json> document = Json::parse(request.body);
    FAULTLINE_ASSERT(document.has_value());
    Reply reply;
    reply.takes = milliseconds(random_.between(5, 150));
    if (happens(options_.refused)) {
        reply.lost = true;
        return reply;
    }
    if (happens(options_.rate_limited + options_.server_error + options_.error_envelope)) {
        Reply refused = refusal(*document);
        refused.takes = reply.takes;
        return refused;
    }
    std::string body;
    if (!view_.lags() && happens(options_.stale_backend)) {
        view_.freeze(std::min<std::uint64_t>(view_.head(), random_.between(1, 5)));
        body = answer_all(*document);
        view_.thaw();
    } else {
        body = answer_all(*document);
    }
    if (happens(options_.truncated)) {
        body.resize(random_.below(body.size()));
    }
    if (happens(options_.slow)) {
        reply.takes = milliseconds(random_.between(10'000, 40'000));
    }
    reply.response.body = std::move(body);
    return reply;
}

std::string SimNode::answer_all(const Json& document) {
    if (!is_batch(document)) {
        return answer(document);
    }
    std::string body;
    for (const Json& one : document.items) {
        body += (body.empty() ? "" : ",") + answer(one);
    }
    return "[" + body + "]";
}

std::string SimNode::answer(const Json& request) {
    const bool about_block = request.at("method").text != "eth_chainId";
    if (lies_about(request)) {
        return NodeAnswers::result(request, "[]");
    }
    return about_block && happens(options_.null_block + forgets_) ? not_here(request)
                                                                  : answers_.answer(request);
}

/// Also when faults have ended: a liar does not reform.
bool SimNode::lies_about(const Json& request) const {
    if (!lies_ || request.at("method").text != "eth_getLogs") {
        return false;
    }
    const std::string& hash = request.at("params").items[0].at("blockHash").text;
    return !hash.empty() && hash.back() % 2 == 0;
}

std::string SimNode::not_here(const Json& request) {
    const std::string& method = request.at("method").text;
    if (method == "eth_getLogs") {
        return NodeAnswers::error(request, -32000, "unknown block");
    }
    if (method == "eth_call") {
        return NodeAnswers::error(request, -32000, "header not found");
    }
    return NodeAnswers::result(request, "null");
}

SimHost::Reply SimNode::refusal(const Json& request) {
    Reply reply;
    switch (random_.below(4)) {
        case 0:
            reply.response.status = 429;
            if (random_.chance(0.5)) {
                reply.response.headers.emplace_back(
                    "Retry-After", std::to_string(random_.between(1, 20))
                );
            }
            reply.response.body = "Too Many Requests";
            return reply;
        case 1:
            reply.response.status = random_.chance(0.5) ? 502 : 503;
            reply.response.body = "<html><body>Bad Gateway</body></html>";
            return reply;
        case 2:
            reply.response.body = NodeAnswers::error(
                is_batch(request) ? request.items[0] : request, -32005, "limit exceeded"
            );
            return reply;
        default:
            if (is_batch(request)) {
                std::string body;
                for (const Json& one : request.items) {
                    body += (body.empty() ? "" : ",") +
                            NodeAnswers::error(one, -32000, "no backend is currently healthy");
                }
                reply.response.body = "[" + body + "]";
            } else {
                reply.response.body = NodeAnswers::error(request, -32603, "internal error");
            }
            return reply;
    }
}

}  // namespace faultline::sim
