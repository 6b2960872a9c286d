// SPDX-License-Identifier: Apache-2.0
#include "webhook.hpp"

#include <faultline/base/json_writer.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/http.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::delivery {
namespace {

constexpr std::uint64_t kBodyVersion = 1;
constexpr std::string_view kKeyHeader = "Idempotency-Key";

void write_map(
    JsonWriter& json, std::string_view name, const std::map<std::string, std::string>& map
) {
    json.key(name).begin_object();
    for (const auto& [key, value] : map) {
        json.field(key, value);
    }
    json.end_object();
}

void write_block(JsonWriter& json, const alerts::Transition& transition) {
    json.key("block").begin_object();
    json.field("number", transition.block.number);
    json.field("hash", transition.block.hash.hex());
    json.field("timestamp", transition.block_timestamp_s);
    json.end_object();
}

void write_evidence(JsonWriter& json, const eth::Evidence& evidence) {
    json.key("evidence").begin_object().key("endpoints").begin_array();
    for (const std::string& endpoint : evidence.endpoints) {
        json.string(endpoint);
    }
    json.end_array().field("finality", eth::finality_name(evidence.finality));
    json.key("checks").begin_array();
    for (const std::string& check : evidence.checks) {
        json.string(check);
    }
    json.end_array();
    if (!evidence.doubt.empty()) {
        json.field("doubt", evidence.doubt);
    }
    json.end_object();
}

bool same_header(std::string_view a, std::string_view b) {
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

bool is_about_pending(const alerts::Transition& transition) {
    using alerts::Kind;
    return transition.kind == Kind::kPending ||
           (transition.kind != Kind::kFiring && transition.retracts == Kind::kPending);
}

std::string webhook_body(const alerts::Transition& transition, std::string_view chain_name) {
    using alerts::Kind;
    JsonWriter json;
    json.begin_object();
    json.field("version", kBodyVersion);
    json.field("key", transition.key());
    json.field("fingerprint", transition.fingerprint);
    json.field("episode", transition.episode);
    json.field("transition", alerts::kind_name(transition.kind));
    if (transition.kind == Kind::kRetracted) {
        json.field("retracts", alerts::kind_name(transition.retracts));
    } else if (transition.kind == Kind::kResolved) {
        json.field("resolves", alerts::kind_name(transition.retracts));
    }
    json.field("severity", rules::severity_name(transition.severity));
    json.field("rule", transition.rule);
    json.field("summary", transition.summary);
    json.field("chain", chain_name);
    if (transition.wait_for != eth::Finality::kLatest) {
        json.field("waited_for", eth::finality_name(transition.wait_for));
    }
    write_block(json, transition);
    write_map(json, "labels", transition.labels);
    write_map(json, "figures", transition.figures);
    write_evidence(json, transition.evidence);
    return json.end_object().take();
}

net::HttpRequest webhook_request(
    const WebhookReceiver& receiver,
    const alerts::Transition& transition,
    std::string_view chain_name,
    std::string_view version
) {
    net::HttpRequest request;
    request.method = "POST";
    request.status_only = true;
    request.url = receiver.url;
    request.headers = {
        {"Content-Type", "application/json"},
        {"User-Agent", "faultline/" + std::string(version)},
    };
    for (const auto& [name, value] : receiver.headers) {
        if (same_header(name, kKeyHeader)) {
            continue;
        }
        std::erase_if(request.headers, [&name](const auto& ours) {
            return same_header(ours.first, name);
        });
        request.headers.emplace_back(name, value);
    }
    request.headers.emplace_back(kKeyHeader, transition.key());
    request.body = webhook_body(transition, chain_name);
    return request;
}

}  // namespace faultline::delivery
