// SPDX-License-Identifier: Apache-2.0
#include "shell/simnode/subscriptions.hpp"

#include "shell/simnode/wire.hpp"

#include <faultline/base/hex.hpp>

#include <cstddef>
#include <utility>

namespace faultline::simnode {
namespace {

constexpr std::size_t kSubscriptionsMost = 100;

Reply refused(std::int64_t code, std::string message) {
    Reply reply;
    reply.refusal = rpc::Refusal{.code = code, .message = std::move(message), .json = {}};
    return reply;
}

void add_logs(
    std::vector<std::string>& out,
    const std::string& id,
    const LogFilter& filter,
    const rpc::TapeBlock& block,
    bool removed
) {
    for (const rpc::TapeLog& log : block.logs) {
        if (filter.matches(log)) {
            out.push_back(notification(id, removed ? removed_log(log.json) : std::string(log.json))
            );
        }
    }
}

}  // namespace

std::optional<Reply> Subscriptions::answer(const rpc::ServerRequest& request) {
    if (request.method == "eth_subscribe") {
        return subscribe(request);
    }
    if (request.method == "eth_unsubscribe") {
        return unsubscribe(request);
    }
    return std::nullopt;
}

Reply Subscriptions::subscribe(const rpc::ServerRequest& request) {
    const auto query = rpc::read_subscribe_query(request.params);
    if (!query) {
        return refused(rpc::kInvalidParams, "invalid params: " + query.error().detail());
    }
    if (query->kind != "newHeads" && query->kind != "logs") {
        return refused(
            rpc::kMethodNotFound, "no \"" + query->kind + "\" subscription in eth namespace"
        );
    }
    if (by_id_.size() == kSubscriptionsMost) {
        return refused(rpc::kServerError, "too many subscriptions on one connection");
    }
    Subscription made;
    if (query->kind == "logs") {
        made.logs.emplace(query->filter);
    }
    std::string id = quantity_hex(next_id_++);
    by_id_.emplace(id, std::move(made));
    Reply reply;
    reply.result = rpc::json_quoted(id);
    return reply;
}

Reply Subscriptions::unsubscribe(const rpc::ServerRequest& request) {
    const auto id = rpc::read_subscription_id(request.params);
    if (!id) {
        return refused(rpc::kInvalidParams, "invalid params: " + id.error().detail());
    }
    if (by_id_.erase(*id) == 0) {
        return refused(rpc::kServerError, "subscription not found");
    }
    Reply reply;
    reply.result = "true";
    return reply;
}

std::vector<std::string> Subscriptions::notifications(const Change& change, const TapeChain& tape)
    const {
    std::vector<std::string> out;
    for (const auto& [id, subscription] : by_id_) {
        for (const BlockIndex block : change.removed) {
            if (subscription.logs) {
                add_logs(out, id, *subscription.logs, tape[block], true);
            }
        }
    }
    for (const BlockIndex block : change.added) {
        for (const auto& [id, subscription] : by_id_) {
            if (subscription.logs) {
                add_logs(out, id, *subscription.logs, tape[block], false);
            } else {
                out.push_back(notification(id, tape[block].header));
            }
        }
    }
    return out;
}

}  // namespace faultline::simnode
