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

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::delivery {
namespace {

// Discord's own limits; of all embeds' texts together 6000.
constexpr std::size_t kContent = 2000;
constexpr std::size_t kTitle = 256;
constexpr std::size_t kDescription = 4096;
constexpr std::size_t kFields = 25;
constexpr std::size_t kFieldName = 256;
constexpr std::size_t kFieldValue = 1024;
constexpr std::size_t kFooter = 256;
constexpr std::size_t kLinkName = 64;
constexpr std::string_view kLinks = "links";
constexpr std::size_t kWhole = 6000;
/// Lines of a digest: together less than kDescription.
constexpr std::size_t kLine = 200;
constexpr std::size_t kTogether = 20;
static_assert(kTogether * (kLine + 1) <= kDescription);

/// Of all that Discord takes from one address without its say.
constexpr Pace kGlobalPace = {.interval = std::chrono::milliseconds(20), .burst = 25};

/// Markdown takes its marks as they are behind a backslash.
std::string markdown(std::string_view character) {
    constexpr std::string_view kMarks = "\\*_~`|>#[]()<@-";
    const bool mark = character.size() == 1 && kMarks.contains(character.front());
    return (mark ? "\\" : "") + std::string(character);
}

std::uint64_t color_of(const alerts::Transition& transition) {
    constexpr std::uint64_t kGreen = 0x2e'a0'43;
    constexpr std::uint64_t kGrey = 0x80'80'80;
    constexpr std::uint64_t kRed = 0xd7'3a'49;
    constexpr std::uint64_t kAmber = 0xdb'ab'09;
    constexpr std::uint64_t kBlue = 0x03'66'd6;
    if (transition.kind == alerts::Kind::kRetracted) {
        return kGrey;
    }
    if (transition.kind == alerts::Kind::kResolved) {
        return kGreen;
    }
    switch (transition.severity) {
        case rules::Severity::kCritical:
            return kRed;
        case rules::Severity::kWarning:
            return kAmber;
        case rules::Severity::kInfo:
            return kBlue;
    }
    return kGrey;
}

std::string linked(const Link& link) {
    return "[" + fitted_or_dash(link.name, {.most = kLinkName, .escape = markdown}) + "](" +
           link.url + ")";
}

void write_field(JsonWriter& json, const std::string& name, const std::string& value) {
    json.begin_object().field("name", name).field("value", value);
    json.key("inline").boolean(false).end_object();
}

/// Fields while there is room for them; `room` is what the embed may still hold. Links are last,
/// and the last to be left out.
void write_fields(JsonWriter& json, const Wording& wording, std::size_t room) {
    json.key("fields").begin_array();
    const std::string links = links_within(wording, std::min(room, kFieldValue), linked);
    const bool linking = !links.empty() && room >= links.size() + kLinks.size();
    room -= linking ? links.size() + kLinks.size() : 0;
    std::size_t count = linking ? 1 : 0;
    for (const auto& [name, value] : wording.facts) {
        const std::string shown_name =
            fitted_or_dash(name, {.most = kFieldName, .escape = markdown});
        const std::string shown = fitted_or_dash(value, {.most = kFieldValue, .escape = markdown});
        const std::size_t size = utf16_length(shown_name) + utf16_length(shown);
        if (count == kFields || size > room) {
            break;
        }
        write_field(json, shown_name, shown);
        room -= size;
        ++count;
    }
    if (linking) {
        write_field(json, std::string(kLinks), links);
    }
    json.end_array();
}

void write_embed(JsonWriter& json, const alerts::Transition& transition, const Wording& wording) {
    const std::string title = fitted(wording.title, {.most = kTitle, .escape = markdown});
    const std::string text =
        fitted_or_dash(wording.text, {.most = kDescription, .escape = markdown});
    const std::string footer = fitted(wording.key, {.most = kFooter});
    const std::size_t used = utf16_length(title) + utf16_length(text) + utf16_length(footer);
    json.begin_object().field("title", title).field("description", text);
    if (!wording.links.empty()) {
        json.field("url", wording.links.front().url);
    }
    json.field("color", color_of(transition));
    json.field("timestamp", runtime::iso_time(UnixSeconds{transition.block_timestamp_s}));
    write_fields(json, wording, kWhole - used);
    json.key("footer").begin_object().field("text", footer).end_object();
    json.end_object();
}

/// What a label holds must not call anybody.
void end_without_mentions(JsonWriter& json) {
    json.key("allowed_mentions").begin_object().key("parse").begin_array().end_array();
    json.end_object().end_object();
}

class Discord final : public Dialect {
  public:
    Discord(const DiscordSettings& settings, const Receiver& receiver)
        : receiver_(receiver), url_(settings.url) {
        // Without wait, a message that is not saved is answered as if it were.
        url_.target += url_.target.contains('?') ? "&wait=true" : "?wait=true";
        if (!settings.thread_id.empty()) {
            url_.target += "&thread_id=" + settings.thread_id;
        }
    }

    [[nodiscard]] net::HttpRequest request(const Message& message) const override {
        const Wording wording = wording_of(message.transition, message.context());
        JsonWriter json;
        json.begin_object();
        if (message.style == Style::kRich) {
            json.key("embeds").begin_array();
            write_embed(json, message.transition, wording);
            json.end_array();
        } else {
            const std::string all =
                wording.title + "\n" + wording.text + "\n" + lines_of(wording) + "\n" + wording.key;
            json.field("content", fitted(all, {.most = kContent}));
        }
        end_without_mentions(json);
        return json_post(url_, json.take(), message.version, receiver_);
    }

    [[nodiscard]] std::size_t most_together() const override { return kTogether; }

    [[nodiscard]] net::HttpRequest digest(
        std::span<const alerts::Transition> together, const Context& context
    ) const override {
        const DigestWording wording = digest_of(together, context);
        JsonWriter json;
        json.begin_object().key("embeds").begin_array().begin_object();
        json.field("title", fitted(wording.title, {.most = kTitle, .escape = markdown}));
        json.field("description", lines_of(wording, {.most = kLine, .escape = markdown}));
        if (!wording.link.empty()) {
            json.field("url", wording.link);
        }
        json.field("color", color_of(together.front())).end_object().end_array();
        end_without_mentions(json);
        return json_post(url_, json.take(), context.version, receiver_);
    }

    [[nodiscard]] Verdict judge(const Result<net::HttpResponse>& answer, UnixMillis wall_now)
        const override {
        Verdict out = delivery::judge(answer, wall_now);
        if (!answer) {
            return out;
        }
        learn(out.limits, *answer);
        switch (answer->status) {
            case 400:
                judge_body(out, answer->body);
                break;
            case 401:
            case 404:
                stop(
                    out,
                    "Discord knows no such webhook (or thread_id), and bans whoever goes on "
                    "asking: make a new webhook, configure its url, and restart"
                );
                break;
            case 413:
                out.outcome = Outcome::kTooRich;
                break;
            case 429:
                limited(out, *answer, wall_now);
                break;
            default:
                break;
        }
        return out;
    }

    [[nodiscard]] LimitScope scope() const override {
        return {
            .service = "discord/" + url_.host,
            .route = route_name("discord", url_),
            .service_pace = kGlobalPace,
            .route_pace = {}
        };
    }

    [[nodiscard]] std::string address() const override { return url_.redacted(); }

  private:
    static void learn(LimitNews& news, const net::HttpResponse& answer) {
        const auto remaining = number_in(answer.header("X-RateLimit-Remaining"));
        const auto reset = seconds_in(answer.header("X-RateLimit-Reset-After"));
        if (remaining && reset) {
            news.bucket = answer.header("X-RateLimit-Bucket");
            news.remaining = remaining;
            news.reset_after = *reset;
        }
    }

    static void limited(Verdict& out, const net::HttpResponse& answer, UnixMillis wall_now) {
        const auto reset = seconds_in(answer.header("X-RateLimit-Reset-After"));
        const auto wait = asked_wait(answer, wall_now);
        pause(out, wait.value_or(reset.value_or(std::chrono::seconds(1))));
        // An answer that is not JSON comes from what stands before Discord, and is about us.
        out.limits.whole_service = answer.header("X-RateLimit-Scope") == "global" ||
                                   is_true(answer.body, "global") || !answer.body.starts_with('{');
    }

    static void judge_body(Verdict& out, std::string_view body) {
        // The thread of a forum must be named.
        if (says(body, "220001") || says(body, "220003")) {
            block(out, "The webhook belongs to a forum: configure thread_id");
        } else {
            out.outcome = Outcome::kTooRich;
            out.advice = "Discord takes no such message; report this with docs/receivers.md";
        }
    }

    const Receiver& receiver_;
    net::Url url_;
};

}  // namespace

std::unique_ptr<Dialect> dialect_of(const DiscordSettings& settings, const Receiver& receiver) {
    return std::make_unique<Discord>(settings, receiver);
}

}  // namespace faultline::delivery
