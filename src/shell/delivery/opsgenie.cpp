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
#include <faultline/shell/delivery/rate_limits.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/url.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace faultline::delivery {
namespace {

constexpr std::size_t kMessage = 130;
constexpr std::size_t kDescription = 15'000;
constexpr std::size_t kNote = 25'000;
constexpr std::size_t kAlias = 512;
constexpr std::size_t kSource = 100;
constexpr std::size_t kTag = 50;
/// Of all details, names and values together.
constexpr std::size_t kDetails = 8'000;
constexpr std::size_t kDetailValue = 1'000;

/// Below the smallest of its plans.
constexpr Pace kKeyPace = {.interval = std::chrono::seconds(1), .burst = 10};

std::string_view priority_of(rules::Severity severity) {
    switch (severity) {
        case rules::Severity::kCritical:
            return "P1";
        case rules::Severity::kWarning:
            return "P3";
        case rules::Severity::kInfo:
            return "P5";
    }
    return "P3";
}

void write_details(JsonWriter& json, const Wording& wording) {
    json.key("details").begin_object();
    std::size_t room = kDetails;
    auto details = link_facts(wording);
    details.insert(details.end(), wording.facts.begin(), wording.facts.end());
    for (const auto& [name, value] : details) {
        const std::string shown_name = fitted_or_dash(name, {.most = kSource});
        const std::string shown = fitted_or_dash(value, {.most = kDetailValue});
        const std::size_t size = utf16_length(shown_name) + utf16_length(shown);
        if (size > room) {
            break;
        }
        room -= size;
        json.field(shown_name, shown);
    }
    json.end_object();
}

std::string open_body(const alerts::Transition& what, const Wording& wording) {
    JsonWriter json;
    json.begin_object().field("message", fitted(wording.title, {.most = kMessage}));
    json.field("alias", fitted(episode_key(what), {.most = kAlias}));
    const std::string text = wording.text + "\n\n" + lines_of(wording) + "\n" + wording.key;
    json.field("description", fitted(text, {.most = kDescription}));
    json.field("priority", priority_of(what.severity));
    json.field("source", "faultline").field("entity", fitted_or_dash(what.rule, {.most = kAlias}));
    json.key("tags").begin_array();
    json.string("faultline").string(fitted_or_dash(what.rule, {.most = kTag})).end_array();
    write_details(json, wording);
    return json.end_object().take();
}

std::string close_body(const Wording& wording) {
    JsonWriter json;
    json.begin_object().field("source", "faultline").field("user", "Faultline");
    const std::string text = wording.title + "\n" + wording.text + "\n" + wording.key;
    return json.field("note", fitted(text, {.most = kNote})).end_object().take();
}

class Opsgenie final : public Dialect {
  public:
    Opsgenie(const OpsgenieSettings& settings, const Receiver& receiver)
        : receiver_(receiver), settings_(settings), url_(settings.api) {
        while (url_.target.ends_with('/')) {
            url_.target.pop_back();
        }
        url_.target += "/v2/alerts";
    }

    [[nodiscard]] net::HttpRequest request(const Message& message) const override {
        const alerts::Transition& what = message.transition;
        const Wording wording = wording_of(what, message.context());
        net::Url url = url_;
        const bool opens = stands_after(what);
        if (!opens) {
            url.target += "/" + url_part(episode_key(what)) + "/close?identifierType=alias";
        }
        net::HttpRequest out = json_post(
            url, opens ? open_body(what, wording) : close_body(wording), message.version, receiver_
        );
        out.headers.emplace_back("Authorization", "GenieKey " + settings_.api_key);
        return out;
    }

    [[nodiscard]] Verdict judge(const Result<net::HttpResponse>& answer, UnixMillis wall_now)
        const override {
        Verdict out = delivery::judge(answer, wall_now);
        if (!answer) {
            return out;
        }
        switch (answer->status) {
            case 400:
            case 422:
                refuse(out, "Opsgenie takes no such alert: see docs/receivers.md");
                break;
            case 401:
            case 403:
                block(
                    out,
                    "Opsgenie does not accept the api_key: use that of an API integration that may "
                    "create and update alerts, and the api_url of its region"
                );
                break;
            case 429:
                pause(out, throttled(*answer, wall_now));
                break;
            default:
                break;
        }
        return out;
    }

    [[nodiscard]] LimitScope scope() const override {
        net::Url key = url_;
        key.target += settings_.api_key;
        return {
            .service = "opsgenie/" + url_.host,
            .route = route_name("opsgenie", key),
            .service_pace = {},
            .route_pace = kKeyPace
        };
    }

    [[nodiscard]] std::string address() const override { return url_.redacted(); }

  private:
    static Duration throttled(const net::HttpResponse& answer, UnixMillis wall_now) {
        const auto period = seconds_in(answer.header("X-RateLimit-Period-In-Sec"));
        const auto wait = asked_wait(answer, wall_now);
        return wait.value_or(period.value_or(std::chrono::seconds(10)));
    }

    const Receiver& receiver_;
    OpsgenieSettings settings_;
    net::Url url_;
};

}  // namespace

std::unique_ptr<Dialect> dialect_of(const OpsgenieSettings& settings, const Receiver& receiver) {
    return std::make_unique<Opsgenie>(settings, receiver);
}

}  // namespace faultline::delivery
