// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/utf8.hpp>
#include <faultline/shell/net/address.hpp>
#include <faultline/shell/net/url.hpp>

#include <algorithm>
#include <app/daemon_client.hpp>
#include <app/json_document.hpp>
#include <app/openzeppelin_parts.hpp>
#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

constexpr std::size_t kShortestSecret = 16;
constexpr const char* kOwnWords =
    "alerts have words of their own: `summary` of a rule is a template for them";
constexpr std::string_view kLettersAndDigits =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr const char* kUnknown = "this is no field of such a trigger";

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

/// Whether a text is of letters, digits and `others`, as config_receiver_fields.cpp wants it.
bool is_of(std::string_view text, std::string_view others) {
    constexpr std::size_t kMost = 256;
    return !text.empty() && text.size() <= kMost && std::ranges::all_of(text, [others](char c) {
        return kLettersAndDigits.contains(c) || others.contains(c);
    });
}

bool is_address(std::string_view text) {
    return is_of(text, "@._+-");
}

/// One trigger on its way to an entry of `receivers`.
class Trigger {
  public:
    Trigger(const JsonSpot& spot, std::string name, ImportBook& book)
        : spot_(spot), config_(spot.at("config")), name_(std::move(name)), book_(book) {}

    /// Empty when it cannot be carried over, which is noted.
    std::string entry() {
        const std::string kind =
            spot_.value == nullptr ? "" : lower(spot_.value->string("trigger_type"));
        book_.note_others(spot_, {"name", "trigger_type", "config"}, kUnknown);
        if (config_.value == nullptr || config_.value->kind != Json::Kind::kObject) {
            book_.note(spot_, "a trigger without config is left out");
            return {};
        }
        if (kind == "script") {
            book_.note(
                spot_,
                "scripts are not run: let a webhook receiver run it, or use `kind: stdout` and a "
                "pipe"
            );
            return {};
        }
        fields_ = "  - name: " + name_ + "\n    kind: " + kind + "\n";
        return add_fields(kind) ? fields_ : std::string();
    }

  private:
    bool add_fields(const std::string& kind) {
        if (kind == "slack" || kind == "discord") {
            return chat(kind + "_url");
        }
        if (kind == "telegram") {
            return telegram();
        }
        if (kind == "email") {
            return email();
        }
        return kind == "webhook" ? webhook() : unknown();
    }

    bool unknown() {
        book_.note(spot_.at("trigger_type"), "there are no receivers of this kind");
        return false;
    }

    void add(const std::string& field) { fields_ += "    " + field + "\n"; }

    void note_common() {
        for (const char* key : {"message", "payload_mode"}) {
            if (config_.at(key).value != nullptr) {
                book_.note(config_.at(key), kOwnWords);
            }
        }
        if (config_.at("retry_policy").value != nullptr) {
            book_.note(
                config_.at("retry_policy"),
                "alerts are tried again until `give_up_after`, as docs/webhook.md says"
            );
        }
    }

    /// Whether a URL that is at hand can be used. A private one was allowed before.
    bool usable(const JsonSpot& spot, const std::string& text) {
        const auto url = net::Url::parse(text);
        if (!url || url->websocket()) {
            book_.note(spot, "this is no http or https URL, so the receiver is left out");
            return false;
        }
        if (net::non_public_host(url->host)) {
            add("allow_private: true");
            book_.note(spot, "its host is on this machine or network: allow_private is set for it");
        }
        return true;
    }

    bool url(const std::string& key) {
        const JsonSpot spot = config_.at(key);
        const auto plain = ImportBook::plain(spot);
        if (plain && !usable(spot, *plain)) {
            return false;
        }
        const auto field = book_.secret_field(spot, "url", name_ + "-url");
        if (!field) {
            book_.note(spot_, "without its URL the receiver is left out");
            return false;
        }
        add(*field);
        return true;
    }

    bool chat(const std::string& key) {
        book_.note_others(config_, {key, "message", "retry_policy"}, kUnknown);
        note_common();
        return url(key);
    }

    bool telegram() {
        book_.note_others(
            config_,
            {"token", "chat_id", "disable_web_preview", "message", "retry_policy"},
            kUnknown
        );
        note_common();
        if (config_.at("disable_web_preview").value != nullptr) {
            book_.note(config_.at("disable_web_preview"), "previews are always off");
        }
        const std::string chat = config_.value->string("chat_id");
        if (!is_of(chat, "@_-")) {
            return left_out("chat_id", "this is no number or @name of a chat");
        }
        const auto plain = ImportBook::plain(config_.at("token"));
        if (plain && !is_of(*plain, ":_-")) {
            return left_out("token", "this is no token of a bot");
        }
        const auto field = book_.secret_field(config_.at("token"), "token", name_ + "-token");
        if (!field) {
            book_.note(spot_, "without its token the receiver is left out");
            return false;
        }
        add(*field);
        add("chat_id: " + yaml_text(chat));
        return true;
    }

    bool left_out(std::string_view key, const std::string& why) {
        book_.note(config_.at(key), why + ", so the receiver is left out");
        return false;
    }

    bool email() {
        book_.note_others(
            config_,
            {"host",
             "port",
             "username",
             "password",
             "message",
             "sender",
             "recipients",
             "retry_policy"},
            kUnknown
        );
        note_common();
        const std::string sender = config_.value->string("sender");
        const std::vector<std::string> to = recipients();
        // What is more than host and port would end up in a URL as more.
        const auto server = net::Url::parse("http://" + place());
        if (!server || !server->user_info.empty() || server->target != "/") {
            return left_out("host", "host and port are no server");
        }
        if (!is_address(sender)) {
            return left_out("sender", "this is no mail address");
        }
        if (to.empty()) {
            return left_out("recipients", "there is no mail address");
        }
        if (!mail_server()) {
            book_.note(spot_, "without user and password the receiver is left out");
            return false;
        }
        if (net::non_public_host(config_.value->string("host"))) {
            add("allow_private: true");
        }
        add("from: " + yaml_text(sender));
        add("to:");
        std::ranges::for_each(to, [this](const std::string& one) { add("  - " + yaml_text(one)); });
        return true;
    }

    std::vector<std::string> recipients() {
        std::vector<std::string> out;
        const JsonSpot list = config_.at("recipients");
        for (std::size_t i = 0; list.at(i).value != nullptr; ++i) {
            if (is_address(list.at(i).value->text)) {
                out.push_back(list.at(i).value->text);
            } else {
                book_.note(list.at(i), "this is no mail address, so it is left out");
            }
        }
        return out;
    }

    /// User and password are parts of a URL: in a file when both are known, otherwise in variables.
    bool mail_server() {
        const auto user = ImportBook::plain(config_.at("username"));
        const auto word = ImportBook::plain(config_.at("password"));
        if (user && word) {
            const std::string server = percent_encoded(*user) + ":" + percent_encoded(*word);
            add(book_.file_field("server", name_ + "-server", scheme() + server + "@" + place()));
            return true;
        }
        const auto user_part = in_variable("username");
        const auto word_part = in_variable("password");
        if (!user_part || !word_part) {
            return false;
        }
        add("server: \"" + scheme() + *user_part + ":" + *word_part + "@" + place() + "\"");
        book_.note(
            config_, "variables of user and password are parts of a URL: percent-encode them"
        );
        return true;
    }

    std::optional<std::string> in_variable(const std::string& key) {
        const JsonSpot spot = config_.at(key);
        if (!ImportBook::plain(spot)) {
            return book_.reference(spot, name_ + "_" + key);
        }
        const std::string variable = book_.variable("FAULTLINE_" + name_ + "_" + key);
        book_.note(spot, "put it into the variable " + variable);
        return "${" + variable + "}";
    }

    std::string port() const {
        const Json* port = config_.value->find("port");
        return port == nullptr || port->kind != Json::Kind::kNumber ? "465" : port->text;
    }

    std::string scheme() const { return port() == "465" ? "smtps://" : "smtp://"; }

    std::string place() const { return config_.value->string("host") + ":" + port(); }

    bool webhook() {
        book_.note_others(
            config_,
            {"url", "method", "secret", "headers", "message", "payload_mode", "retry_policy"},
            kUnknown
        );
        note_common();
        const std::string method = lower(config_.value->string("method"));
        if (!method.empty() && method != "post") {
            book_.note(config_.at("method"), "webhooks are posted, so the receiver is left out");
            return false;
        }
        if (!url("url")) {
            return false;
        }
        add("body: openzeppelin_monitor");
        secret();
        headers();
        return true;
    }

    void secret() {
        const JsonSpot spot = config_.at("secret");
        if (spot.value == nullptr || spot.value->kind == Json::Kind::kNull) {
            return;
        }
        const auto plain = ImportBook::plain(spot);
        if (plain && plain->size() < kShortestSecret) {
            book_.note(
                spot,
                "a signing secret has 16 characters or more; requests are not signed until one is "
                "set "
                "on both sides"
            );
            return;
        }
        if (plain && one_line(*plain) != *plain) {
            book_.note(spot, "it holds characters that no text has, so requests are not signed");
            return;
        }
        if (auto field = book_.secret_field(spot, "signing_secret", name_ + "-secret")) {
            add(*field);
        }
    }

    void headers() {
        const JsonSpot spot = config_.at("headers");
        std::vector<std::string> lines;
        for (std::size_t i = 0; spot.value != nullptr && i < spot.value->members.size(); ++i) {
            const auto& [header, value] = spot.value->members[i];
            if (!is_of(header, "!#$%&'*+-.^_`|~")) {
                book_.note(spot.at(header), "this is no name of a header, so it is left out");
                continue;
            }
            if (is_ours(header)) {
                if (lower(header) != "content-type" || value.text != "application/json") {
                    book_.note(spot.at(header), "this header is set by faultline itself");
                }
                continue;
            }
            // Headers often hold keys, and cannot be read from files.
            const std::string variable = book_.variable("FAULTLINE_" + name_ + "_" + header);
            lines.push_back("  " + yaml_text(header) + ": \"${" + variable + "}\"");
            book_.note(spot.at(header), "put its value into the variable " + variable);
        }
        if (!lines.empty()) {
            add("headers:");
            std::ranges::for_each(lines, [this](const std::string& line) { add(line); });
        }
    }

    static bool is_ours(std::string_view header) {
        constexpr std::array<std::string_view, 7> kOurs = {
            "host",
            "content-type",
            "content-length",
            "transfer-encoding",
            "connection",
            "idempotency-key",
            "faultline-signature"
        };
        return std::ranges::find(kOurs, lower(header)) != kOurs.end();
    }

    const JsonSpot& spot_;
    JsonSpot config_;
    std::string name_;
    ImportBook& book_;
    std::string fields_;
};

}  // namespace

std::string import_trigger(
    const JsonSpot& trigger, const std::string& id, std::set<std::string>& taken, ImportBook& book
) {
    const std::string entry = Trigger(trigger, book.unique_name(id, taken), book).entry();
    if (!entry.empty()) {
        book.carried("receivers");
    }
    return entry;
}

}  // namespace faultline::app
