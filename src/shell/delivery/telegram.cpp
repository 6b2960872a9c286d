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
#include <utility>

namespace faultline::delivery {
namespace {

/// Of the text as it is shown, without its tags.
constexpr std::size_t kText = 4096;
constexpr std::size_t kTitle = 256;
constexpr std::size_t kBody = 2000;
constexpr std::size_t kKey = 256;
constexpr std::size_t kFactName = 64;
constexpr std::size_t kFactValue = 256;
constexpr std::size_t kLinks = 3000;  ///< With their tags.
/// Lines of a digest: together with its title less than kText.
constexpr std::size_t kLine = 180;
constexpr std::size_t kTogether = 20;
static_assert((kTogether * (kLine + 1)) + kTitle + 2 <= kText);

// What the community measured; Telegram publishes none of it.
constexpr Pace kBotPace = {.interval = std::chrono::milliseconds(34), .burst = 5};
constexpr Pace kChatPace = {.interval = std::chrono::seconds(1), .burst = 3};
constexpr Pace kGroupPace = {.interval = std::chrono::seconds(3), .burst = 5};

std::string html(std::string_view character) {
    if (character == "&") {
        return "&amp;";
    }
    if (character == "<") {
        return "&lt;";
    }
    return character == ">" ? "&gt;" : std::string(character);
}

Fit shown(std::size_t most) {
    return {.most = most, .escape = html, .counts_escapes = false};
}

/// Only what is shown counts, which is the name.
std::string linked(const Link& link) {
    return "<a href=\"" + fitted(link.url, shown(kMostUrl)) + "\">" +
           fitted_or_dash(link.name, shown(kFactName)) + "</a>";
}

std::size_t shown_of_links(const Wording& wording) {
    constexpr std::size_t kBetween = 3;
    std::size_t out = 0;
    for (const Link& link : wording.links) {
        out += std::min(utf16_length(link.name), kFactName) + kBetween;
    }
    return out;
}

/// Each part is fitted before tags are put around it, so no cut can break one.
std::string rich_text(const Wording& wording) {
    const std::string links = links_within(wording, kLinks, linked);
    // More than is shown of them: their URLs are not.
    std::size_t room = kText - kTitle - kBody - kKey -
                       (links.empty() ? 0 : shown_of_links(wording)) -
                       std::string_view("\n\n\n\n\n").size();
    std::string out = "<b>" + fitted(wording.title, shown(kTitle)) + "</b>\n\n" +
                      fitted(wording.text, shown(kBody)) + "\n";
    for (const auto& [name, value] : wording.facts) {
        const std::string line = name.substr(0, kFactName) + ": " + value;
        const std::string part = fitted(line, shown(kFactName + kFactValue));
        // An escape is longer than what it shows, so this errs on the safe side.
        const std::size_t size = utf16_length(part) + 1;
        if (size > room) {
            break;
        }
        room -= size;
        out += "\n" + part;
    }
    out += links.empty() ? "" : "\n" + links;
    return out + "\n<code>" + fitted(wording.key, shown(kKey)) + "</code>";
}

std::string plain_text(const Wording& wording) {
    const std::string all =
        wording.title + "\n\n" + wording.text + "\n\n" + lines_of(wording) + "\n" + wording.key;
    return fitted(all, {.most = kText});
}

class Telegram final : public Dialect {
  public:
    Telegram(const TelegramSettings& settings, const Receiver& receiver)
        : receiver_(receiver), settings_(settings), url_(settings.api) {
        while (url_.target.ends_with('/')) {
            url_.target.pop_back();
        }
        url_.target += "/bot" + settings.token + "/sendMessage";
    }

    [[nodiscard]] net::HttpRequest request(const Message& message) const override {
        const Wording wording = wording_of(message.transition, message.context());
        JsonWriter json = begun();
        if (message.style == Style::kRich) {
            json.field("text", rich_text(wording)).field("parse_mode", "HTML");
        } else {
            json.field("text", plain_text(wording));
        }
        return finished(json, message.version);
    }

    [[nodiscard]] std::size_t most_together() const override { return kTogether; }

    [[nodiscard]] net::HttpRequest digest(
        std::span<const alerts::Transition> together, const Context& context
    ) const override {
        const DigestWording wording = digest_of(together, context);
        JsonWriter json = begun();
        const std::string text = "<b>" + fitted(wording.title, shown(kTitle)) + "</b>\n\n" +
                                 lines_of(wording, shown(kLine));
        json.field("text", text).field("parse_mode", "HTML");
        return finished(json, context.version);
    }

    [[nodiscard]] Verdict judge(const Result<net::HttpResponse>& answer, UnixMillis wall_now)
        const override {
        Verdict out = delivery::judge(answer, wall_now);
        if (!answer) {
            return out;
        }
        switch (answer->status) {
            case 400:
                judge_text(out, answer->body);
                break;
            case 401:
            case 404:
                stop(
                    out,
                    "Telegram knows no bot with this token: configure the one that @BotFather "
                    "gives, and restart"
                );
                break;
            case 403:
                block(out, "The bot may not write to this chat: add it to the chat again");
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
        const bool group = settings_.chat_id.starts_with('-');
        return {
            .service = route_name("telegram", url_),
            .route = route_name("telegram", url_) + "/" + settings_.chat_id,
            .service_pace = kBotPace,
            .route_pace = group ? kGroupPace : kChatPace
        };
    }

    /// The token is in the path, which this leaves out.
    [[nodiscard]] std::string address() const override { return url_.redacted(); }

  private:
    [[nodiscard]] JsonWriter begun() const {
        JsonWriter json;
        json.begin_object().field("chat_id", settings_.chat_id);
        if (const auto topic = number_in(settings_.thread_id)) {
            json.field("message_thread_id", *topic);
        }
        return json;
    }

    [[nodiscard]] net::HttpRequest finished(JsonWriter& json, std::string_view version) const {
        json.key("link_preview_options").begin_object().key("is_disabled").boolean(true);
        json.end_object().end_object();
        return json_post(url_, json.take(), version, receiver_);
    }

    static void judge_text(Verdict& out, std::string_view body) {
        constexpr std::array kFormatting = {"can't parse entities", "message is too long"};
        constexpr std::array kPlace = {
            "chat not found",
            "upgraded to a supergroup",
            "thread not found",
            "topic_closed",
            "not enough rights",
            "have no rights",
            "peer_id_invalid",
            "chat_id is empty",
            "chat_write_forbidden"
        };
        const auto said = [body](std::string_view words) {
            return says(body, words);
        };
        if (std::ranges::any_of(kFormatting, said)) {
            out.outcome = Outcome::kTooRich;
        } else if (std::ranges::any_of(kPlace, said)) {
            block(out, "The bot cannot write there: check chat_id, thread_id and its rights");
        } else {
            refuse(out, "Telegram takes no such message: see docs/receivers.md");
        }
    }

    const Receiver& receiver_;
    TelegramSettings settings_;
    net::Url url_;
};

}  // namespace

std::unique_ptr<Dialect> dialect_of(const TelegramSettings& settings, const Receiver& receiver) {
    return std::make_unique<Telegram>(settings, receiver);
}

}  // namespace faultline::delivery
