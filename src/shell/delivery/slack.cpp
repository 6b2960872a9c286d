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
#include <faultline/shell/delivery/links.hpp>
#include <faultline/shell/delivery/rate_limits.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/url.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace faultline::delivery {
namespace {

constexpr std::size_t kHeader = 150;
constexpr std::size_t kSection = 3000;
/// Together with the sections far below the 13,000 that a message may have.
constexpr std::size_t kContext = 300;
constexpr std::size_t kText = 4000;
/// Lines of a digest: together with its title less than kText.
constexpr std::size_t kLine = 180;
constexpr std::size_t kTogether = 20;
static_assert((kTogether * (kLine + 1)) + kHeader <= kText);

/// One a second per webhook; short bursts are borne.
constexpr Pace kWebhookPace = {.interval = std::chrono::seconds(1), .burst = 3};

constexpr std::size_t kLinkName = 64;

/// Control characters of Slack's markup; no other character means anything where verbatim is asked.
std::string mrkdwn(std::string_view character) {
    if (character == "&") {
        return "&amp;";
    }
    if (character == "<") {
        return "&lt;";
    }
    return character == ">" ? "&gt;" : std::string(character);
}

Fit shown(std::size_t most) {
    return {.most = most, .escape = mrkdwn};
}

void write_section(JsonWriter& json, std::string_view text) {
    json.begin_object().field("type", "section").key("text").begin_object();
    json.field("type", "plain_text").field("text", fitted_or_dash(text, {.most = kSection}));
    json.key("emoji").boolean(false).end_object().end_object();
}

std::string linked(const Link& link) {
    return "<" + fitted(link.url, shown(kMostUrl)) + "|" +
           fitted_or_dash(link.name, shown(kLinkName)) + ">";
}

/// Of all texts only this one has markup.
void write_links(JsonWriter& json, const Wording& wording) {
    const std::string links = links_within(wording, kSection, linked);
    if (links.empty()) {
        return;
    }
    json.begin_object().field("type", "section").key("text").begin_object();
    json.field("type", "mrkdwn").field("text", links).key("verbatim").boolean(true);
    json.end_object().end_object();
}

void write_blocks(JsonWriter& json, const Wording& wording) {
    json.key("blocks").begin_array();
    json.begin_object().field("type", "header").key("text").begin_object();
    json.field("type", "plain_text").field("text", fitted(wording.title, {.most = kHeader}));
    json.key("emoji").boolean(false).end_object().end_object();
    write_section(json, wording.text);
    write_section(json, lines_of(wording.facts));
    write_links(json, wording);
    json.begin_object().field("type", "context").key("elements").begin_array();
    json.begin_object().field("type", "plain_text");
    json.field("text", fitted_or_dash(wording.key, {.most = kContext}));
    json.key("emoji").boolean(false).end_object().end_array().end_object();
    json.end_array();
}

class Slack final : public Dialect {
  public:
    Slack(const SlackSettings& settings, const Receiver& receiver)
        : receiver_(receiver), url_(settings.url) {}

    [[nodiscard]] net::HttpRequest request(const Message& message) const override {
        const Wording wording = wording_of(message.transition, message.context());
        JsonWriter json;
        json.begin_object();
        const std::string all = wording.title + "\n" + wording.text;
        if (message.style == Style::kRich) {
            // What notifications show.
            json.field("text", fitted(all, shown(kText)));
            write_blocks(json, wording);
        } else {
            const std::string more = "\n" + lines_of(wording) + "\n" + wording.key;
            json.field("text", fitted(all + more, shown(kText)));
            json.key("mrkdwn").boolean(false);
        }
        json.end_object();
        return json_post(url_, json.take(), message.version, receiver_);
    }

    [[nodiscard]] std::size_t most_together() const override { return kTogether; }

    [[nodiscard]] net::HttpRequest digest(
        std::span<const alerts::Transition> together, const Context& context
    ) const override {
        const DigestWording wording = digest_of(together, context);
        JsonWriter json;
        json.begin_object();
        std::string all =
            fitted(wording.title, shown(kHeader)) + "\n" + lines_of(wording, shown(kLine));
        if (const std::string more = "\nsee alerts: " + fitted(wording.link, shown(kText));
            !wording.link.empty() && utf16_length(all) + utf16_length(more) <= kText) {
            all += more;
        }
        json.field("text", all).key("mrkdwn").boolean(false).end_object();
        return json_post(url_, json.take(), context.version, receiver_);
    }

    [[nodiscard]] Verdict judge(const Result<net::HttpResponse>& answer, UnixMillis wall_now)
        const override {
        Verdict out = delivery::judge(answer, wall_now);
        if (!answer) {
            return out;
        }
        switch (answer->status) {
            case 400:
            case 413:
                judge_text(out, answer->body);
                break;
            case 401:
            case 404:
                stop(
                    out,
                    "Slack knows no such webhook: make a new one, configure its url, and restart"
                );
                break;
            case 403:
            case 410:
                block(
                    out,
                    "Slack lets nobody post there: unarchive the channel, or allow the app again"
                );
                break;
            case 429:
                pause(out, asked_wait(*answer, wall_now).value_or(std::chrono::seconds(1)));
                break;
            default:
                break;
        }
        return out;
    }

    [[nodiscard]] LimitScope scope() const override {
        return {
            .service = "slack/" + url_.host,
            .route = route_name("slack", url_),
            .service_pace = {},
            .route_pace = kWebhookPace
        };
    }

    [[nodiscard]] std::string address() const override { return url_.redacted(); }

  private:
    static void judge_text(Verdict& out, std::string_view body) {
        constexpr std::array kPlace = {
            "user_not_found",
            "channel_not_found",
            "channel_is_archived",
            "team_disabled",
            "posting_to_general_channel_denied",
            "too_many_attachments"
        };
        const auto said = [body](std::string_view words) {
            return says(body, words);
        };
        if (std::ranges::any_of(kPlace, said)) {
            block(out, "Slack cannot post there: check the webhook's channel");
        } else {
            // invalid_blocks, invalid_payload, msg_blocks_too_long, ...
            out.outcome = Outcome::kTooRich;
            out.advice = "Slack takes no such message: see docs/receivers.md";
        }
    }

    const Receiver& receiver_;
    net::Url url_;
};

}  // namespace

std::unique_ptr<Dialect> dialect_of(const SlackSettings& settings, const Receiver& receiver) {
    return std::make_unique<Slack>(settings, receiver);
}

}  // namespace faultline::delivery
