// SPDX-License-Identifier: Apache-2.0
#include "webhook.hpp"

#include "dialect.hpp"
#include "dialects.hpp"
#include "verdict.hpp"
#include "wording.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/shell/delivery/links.hpp>
#include <faultline/shell/delivery/rate_limits.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/hmac.hpp>
#include <faultline/shell/net/http.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::delivery {
namespace {

constexpr std::uint64_t kBodyVersion = 1;

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

/// What the figure is made of, and how old the prices behind it are.
void write_made_of(JsonWriter& json, const alerts::Transition& transition) {
    if (!transition.contributors.empty()) {
        json.key("contributors").begin_array();
        for (const alerts::Contributor& one : transition.contributors) {
            json.begin_object().field("is", one.is).key("path").begin_array();
            for (const std::string& node : one.path) {
                json.string(node);
            }
            json.end_array().field("value", one.value).field("unit", one.unit).end_object();
        }
        json.end_array();
    }
    if (!transition.price_ages.empty()) {
        json.key("price_ages").begin_array();
        for (const alerts::PriceAge& age : transition.price_ages) {
            json.begin_object().field("protocol", age.protocol).field("market", age.market);
            json.field("of", age.of).field("unchanged_seconds", age.unchanged_s).end_object();
        }
        json.end_array();
    }
}

/// What only some alerts have.
void write_more(
    JsonWriter& json, const alerts::Transition& transition, const std::vector<Link>& links
) {
    if (transition.since_s != 0) {
        json.field("since", transition.since_s);
    }
    if (transition.repeated) {
        json.field("repeated", true);
    }
    if (transition.news != alerts::News::kNone) {
        json.field("news", transition.news == alerts::News::kNew ? "new" : "taken_back");
    }
    if (!transition.inputs.empty()) {
        write_map(json, "inputs", transition.inputs);
    }
    write_made_of(json, transition);
    if (!transition.runbook.empty()) {
        json.field("runbook", transition.runbook);
    }
    if (!transition.group.empty()) {
        json.field("group", transition.group);
    }
    if (!links.empty()) {
        json.key("links").begin_object();
        for (const Link& link : links) {
            json.field(link.name, link.url);
        }
        json.end_object();
    }
}

bool same_header(std::string_view a, std::string_view b) {
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return std::ranges::equal(a, b, {}, lower, lower);
}

/// What OpenZeppelin Monitor's webhook trigger sends.
std::string openzeppelin_body(const Message& message) {
    const Wording wording = wording_of(message.transition, message.context());
    JsonWriter json;
    json.begin_object().field("title", wording.title);
    json.field("body", wording.text + "\n" + lines_of(wording));
    return json.end_object().take();
}

class Webhook final : public Dialect {
  public:
    Webhook(const WebhookSettings& settings, const Receiver& receiver)
        : receiver_(receiver), settings_(settings) {}

    /// Headers of the receiver replace ours of the same name, except the key and the signature.
    [[nodiscard]] net::HttpRequest request(const Message& message) const override {
        const bool ours = settings_.body == WebhookBody::kFaultline;
        net::HttpRequest out = json_post(
            settings_.url,
            ours ? webhook_body(message.transition, message.chain_name, message.links)
                 : openzeppelin_body(message),
            message.version,
            receiver_
        );
        add_headers(out, settings_.headers);
        set_header(out, kKeyHeader, message.transition.key());
        if (!settings_.signing_secrets.empty()) {
            sign(out, message.now);
        }
        return out;
    }

    [[nodiscard]] Verdict judge(const Result<net::HttpResponse>& answer, UnixMillis wall_now)
        const override {
        return delivery::judge(answer, wall_now);
    }

    [[nodiscard]] LimitScope scope() const override {
        return own_server("webhook", receiver_, settings_.url);
    }

    [[nodiscard]] std::string address() const override { return settings_.url.redacted(); }

  private:
    void sign(net::HttpRequest& request, UnixMillis now) const {
        if (settings_.body == WebhookBody::kFaultline) {
            set_header(
                request, kSignatureHeader, signature(settings_.signing_secrets, now, request.body)
            );
            return;
        }
        // OpenZeppelin Monitor's scheme, which knows one secret.
        const std::string time = std::to_string(now.value);
        set_header(request, "X-Timestamp", time);
        set_header(
            request,
            "X-Signature",
            net::hmac_sha256_hex(settings_.signing_secrets.front(), request.body + time)
        );
    }

    const Receiver& receiver_;
    WebhookSettings settings_;
};

}  // namespace

std::string signature(
    const std::vector<std::string>& secrets, UnixMillis now, std::string_view body
) {
    constexpr std::int64_t kMillis = 1000;
    const std::string time = std::to_string(now.value / kMillis);
    std::string out = "t=" + time;
    for (const std::string& secret : secrets) {
        out += ",v1=" + net::hmac_sha256_hex(secret, time + "." + std::string(body));
    }
    return out;
}

void set_header(net::HttpRequest& request, std::string_view name, std::string value) {
    std::erase_if(request.headers, [name](const auto& header) {
        return same_header(header.first, name);
    });
    request.headers.emplace_back(name, std::move(value));
}

void add_headers(
    net::HttpRequest& request, const std::vector<std::pair<std::string, std::string>>& headers
) {
    for (const auto& [name, value] : headers) {
        set_header(request, name, value);
    }
}

void write_identity(JsonWriter& json, const alerts::Transition& transition) {
    using alerts::Kind;
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
}

void write_facts(
    JsonWriter& json, const alerts::Transition& transition, const std::vector<Link>& links
) {
    write_block(json, transition);
    write_map(json, "labels", transition.labels);
    write_map(json, "figures", transition.figures);
    write_more(json, transition, links);
    write_evidence(json, transition.evidence);
}

std::string webhook_body(
    const alerts::Transition& transition, std::string_view chain_name, const LinkBases& links
) {
    JsonWriter json;
    json.begin_object();
    json.field("version", kBodyVersion);
    write_identity(json, transition);
    json.field("chain", chain_name);
    if (transition.wait_for != eth::Finality::kLatest) {
        json.field("waited_for", eth::finality_name(transition.wait_for));
    }
    write_facts(json, transition, links_of(transition, chain_name, links));
    return json.end_object().take();
}

std::unique_ptr<Dialect> dialect_of(const WebhookSettings& settings, const Receiver& receiver) {
    return std::make_unique<Webhook>(settings, receiver);
}

}  // namespace faultline::delivery
