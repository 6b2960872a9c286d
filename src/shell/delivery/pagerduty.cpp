// SPDX-License-Identifier: Apache-2.0
#include "answer_text.hpp"
#include "dialect.hpp"
#include "dialects.hpp"
#include "shape.hpp"
#include "verdict.hpp"
#include "wording.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/shell/delivery/links.hpp>
#include <faultline/shell/delivery/rate_limits.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/url.hpp>
#include <faultline/shell/runtime/time_text.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace faultline::delivery {
namespace {

constexpr std::size_t kSummary = 1024;
constexpr std::size_t kShort = 255;
/// Of details: with everything else far below the 512 KB of an event, even when each character
/// takes the six bytes of an escape.
constexpr std::size_t kDetails = 50;
constexpr std::size_t kDetail = 1024;

/// About 120 events a minute per integration key.
constexpr Pace kKeyPace = {.interval = std::chrono::milliseconds(500), .burst = 10};

std::string_view severity_of(rules::Severity severity) {
    return rules::severity_name(severity);  // "info", "warning", "critical": theirs as well.
}

void write_details(JsonWriter& json, const Wording& wording) {
    json.key("custom_details").begin_object();
    json.field("text", fitted(wording.text, {.most = kDetail}));
    json.field("key", wording.key);
    json.field("facts", fitted(lines_of(wording.facts), {.most = kDetails * kDetail}));
    json.end_object();
}

void write_links(JsonWriter& json, const Wording& wording) {
    json.key("links").begin_array();
    for (const Link& link : wording.links) {
        json.begin_object().field("href", link.url);
        json.field("text", fitted_or_dash(link.name, {.most = kShort})).end_object();
    }
    json.end_array();
}

class PagerDuty final : public Dialect {
  public:
    PagerDuty(const PagerDutySettings& settings, const Receiver& receiver)
        : receiver_(receiver), settings_(settings), url_(settings.api) {
        if (url_.target == "/") {
            url_.target = "/v2/enqueue";
        }
    }

    [[nodiscard]] net::HttpRequest request(const Message& message) const override {
        const alerts::Transition& what = message.transition;
        const Wording wording = wording_of(what, message.context());
        JsonWriter json;
        json.begin_object().field("routing_key", settings_.routing_key);
        json.field("event_action", stands_after(what) ? "trigger" : "resolve");
        json.field("dedup_key", fitted(episode_key(what), {.most = kShort}));
        json.field("client", "Faultline");
        if (!settings_.external_url.empty()) {
            json.field("client_url", settings_.external_url);
        } else if (!message.links.external_url.empty()) {
            json.field("client_url", message.links.external_url + "/");
        }
        write_links(json, wording);
        json.key("payload").begin_object();
        json.field("summary", fitted(wording.title + ": " + wording.text, {.most = kSummary}));
        json.field(
            "source",
            fitted_or_dash("faultline/" + std::string(message.chain_name), {.most = kShort})
        );
        json.field("severity", severity_of(what.severity));
        json.field("timestamp", runtime::iso_time(UnixSeconds{what.block_timestamp_s}));
        json.field("class", fitted_or_dash(what.rule, {.most = kShort}));
        write_details(json, wording);
        json.end_object().end_object();
        return json_post(url_, json.take(), message.version, receiver_);
    }

    [[nodiscard]] Verdict judge(const Result<net::HttpResponse>& answer, UnixMillis wall_now)
        const override {
        Verdict out = delivery::judge(answer, wall_now);
        if (!answer) {
            return out;
        }
        switch (answer->status) {
            case 400:
                if (says(answer->body, "routing key") || says(answer->body, "routing_key")) {
                    block(out, "PagerDuty knows no such routing_key: configure the service's own");
                } else {
                    refuse(out, "PagerDuty takes no such event: see docs/receivers.md");
                }
                break;
            case 429:
                // It names no time; a minute is the window in which it counts.
                pause(out, asked_wait(*answer, wall_now).value_or(std::chrono::seconds(30)));
                break;
            default:
                break;
        }
        return out;
    }

    [[nodiscard]] LimitScope scope() const override {
        net::Url key = url_;
        key.target += settings_.routing_key;
        return {
            .service = "pagerduty/" + url_.host,
            .route = route_name("pagerduty", key),
            .service_pace = {},
            .route_pace = kKeyPace
        };
    }

    [[nodiscard]] std::string address() const override { return url_.redacted(); }

  private:
    const Receiver& receiver_;
    PagerDutySettings settings_;
    net::Url url_;
};

}  // namespace

std::unique_ptr<Dialect> dialect_of(const PagerDutySettings& settings, const Receiver& receiver) {
    return std::make_unique<PagerDuty>(settings, receiver);
}

}  // namespace faultline::delivery
