// SPDX-License-Identifier: Apache-2.0
#include "dialect.hpp"
#include "dialects.hpp"
#include "shape.hpp"
#include "verdict.hpp"
#include "wording.hpp"

#include <faultline/base/base64.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/delivery/rate_limits.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/net/url.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace faultline::delivery {
namespace {

/// Of an encoded subject line, far below the 998 bytes of a line.
constexpr std::size_t kSubject = 120;
constexpr std::size_t kText = 100'000;
/// Lines of a digest: together with their keys less than kText.
constexpr std::size_t kLine = 500;
constexpr std::size_t kTogether = 100;
/// Of a line of base64; RFC 2045 allows 76.
constexpr std::size_t kLineBytes = 57;

/// What most providers bear of one sender.
constexpr Pace kServerPace = {.interval = std::chrono::seconds(1), .burst = 10};

/// Lines of base64, which hold any text and end no header.
std::string base64_lines(std::string_view bytes) {
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += kLineBytes) {
        out += base64(bytes.substr(at, kLineBytes)) + "\r\n";
    }
    return out;
}

/// As RFC 2047 writes words that are not ASCII; each at most 75 bytes, so of few characters.
std::string encoded_words(std::string_view text) {
    constexpr std::size_t kWordUnits = 10;
    std::string out;
    while (!text.empty()) {
        std::size_t end = 0;
        for (std::size_t i = 0; i < kWordUnits && end < text.size(); ++i) {
            ++end;
            while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
                ++end;
            }
        }
        out +=
            (out.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + base64(text.substr(0, end)) + "?=";
        text.remove_prefix(end);
    }
    return out;
}

std::string mail_date(UnixMillis now) {
    constexpr std::int64_t kMillis = 1000;
    const std::time_t at = now.value / kMillis;
    std::tm parts{};
    static_cast<void>(::gmtime_r(&at, &parts));
    std::array<char, 64> text{};
    const std::size_t size =
        std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S +0000", &parts);
    return {text.data(), size};
}

/// What may stand in a Message-ID: keys are printable and without spaces.
std::string message_id(std::string_view key) {
    std::string out(key);
    std::ranges::replace_if(
        out, [](char c) { return c == '/' || c == '@' || c == '<' || c == '>'; }, '.'
    );
    return "<" + out + "@faultline>";
}

class Email final : public Dialect {
  public:
    Email(const EmailSettings& settings, const Receiver& receiver)
        : receiver_(receiver), settings_(settings) {}

    /// The headers say who gets it, the body is the whole mail.
    [[nodiscard]] net::HttpRequest request(const Message& message) const override {
        const Wording wording = wording_of(message.transition, message.context());
        const std::string text =
            wording.text + "\n\n" + lines_of(wording) + "\n\n" + wording.key + "\n";
        return mail(
            {.subject = wording.title,
             .text = text,
             .key = wording.key,
             .thread = message_id(episode_key(message.transition)),
             .now = message.now}
        );
    }

    [[nodiscard]] std::size_t most_together() const override { return kTogether; }

    [[nodiscard]] net::HttpRequest digest(
        std::span<const alerts::Transition> together, const Context& context
    ) const override {
        const DigestWording wording = digest_of(together, context);
        std::string keys;
        for (const alerts::Transition& one : together) {
            keys += one.key() + "\n";
        }
        const std::string key = together.front().key() + ".and-" + std::to_string(together.size());
        return mail(
            {.subject = wording.title,
             .text = lines_of(wording, {.most = kLine}) + "\n\n" +
                     (wording.link.empty() ? "" : "see alerts: " + wording.link + "\n\n") + keys,
             .key = key,
             .thread = message_id(key),
             .now = context.now}
        );
    }

  private:
    struct Mail {
        std::string subject;
        std::string text;
        std::string key;
        std::string thread;
        UnixMillis now;
    };

    [[nodiscard]] net::HttpRequest mail(const Mail& mail) const {
        net::HttpRequest out;
        out.method = "MAIL";
        out.url = settings_.server;
        out.public_only = !receiver_.allow_private;
        out.headers.emplace_back("From", settings_.from);
        std::string to;
        for (const std::string& each : settings_.to) {
            out.headers.emplace_back("To", each);
            to += (to.empty() ? "" : ", ") + each;
        }
        std::string subject = fitted(mail.subject, {.most = kSubject});
        std::ranges::replace(subject, '\n', ' ');
        // An alert's mails are one thread.
        out.body = "Date: " + mail_date(mail.now) + "\r\nFrom: " + settings_.from +
                   "\r\nTo: " + to + "\r\nSubject: " + encoded_words(subject) +
                   "\r\nMessage-ID: " + message_id(mail.key) + "\r\nReferences: " + mail.thread +
                   "\r\nX-Faultline-Key: " + mail.key +
                   "\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n" +
                   "Content-Type: text/plain; charset=utf-8\r\n" +
                   "Content-Transfer-Encoding: base64\r\n\r\n" +
                   base64_lines(fitted(mail.text, {.most = kText}));
        return out;
    }

  public:
    /// The status is the server's reply code.
    [[nodiscard]] Verdict judge(const Result<net::HttpResponse>& answer, UnixMillis wall_now)
        const override {
        Verdict out = delivery::judge(answer, wall_now);
        if (!answer) {
            return out;
        }
        // RFC 4954: about who we are, and the same for every mail.
        constexpr std::array kLogin = {530, 534, 535, 538};
        constexpr int kPermanent = 500;
        out = {};
        out.text = "SMTP " + std::to_string(answer->status);
        if (answer->status >= 200 && answer->status < 300) {
            out.outcome = Outcome::kAcknowledged;
            for (const auto& [name, address] : answer->headers) {
                const bool left_out = name == "Turned-Away" || name == "Put-Off";
                out.left_out += !left_out ? "" : out.left_out.empty() ? address : ", " + address;
            }
        } else if (std::ranges::find(kLogin, answer->status) != kLogin.end()) {
            block(out, "The server does not accept the user and password of `server`: check them");
        } else if (answer->status >= kPermanent) {
            refuse(
                out,
                "The server takes no such mail, now or later: check `from` and `to`, and its log; "
                "`faultline outbox` sends it again"
            );
        }
        return out;
    }

    [[nodiscard]] LimitScope scope() const override {
        return {
            .service = "email/" + settings_.server.host,
            .route = "email/" + receiver_.name,
            .service_pace = kServerPace,
            .route_pace = {}
        };
    }

    [[nodiscard]] std::string address() const override { return settings_.server.redacted(); }

  private:
    const Receiver& receiver_;
    EmailSettings settings_;
};

}  // namespace

std::unique_ptr<Dialect> dialect_of(const EmailSettings& settings, const Receiver& receiver) {
    return std::make_unique<Email>(settings, receiver);
}

}  // namespace faultline::delivery
