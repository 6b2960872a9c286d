// SPDX-License-Identifier: Apache-2.0
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
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::delivery {
namespace {

/// Of a label or an annotation. Alertmanager sets no limit.
constexpr std::size_t kValue = 2048;
/// An alert lasts so many times the interval at which it is posted again, as Prometheus has it.
constexpr int kLasts = 4;

/// A name that every version of Alertmanager takes: letters, digits and _.
std::string label_name(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        const bool digit = c >= '0' && c <= '9';
        if (out.empty() && digit) {
            out += '_';
        }
        out += letter || digit ? c : '_';
    }
    return out.empty() ? "_" : out;
}

void write_map(
    JsonWriter& json, std::string_view name, const std::map<std::string, std::string>& map
) {
    json.key(name).begin_object();
    for (const auto& [key, value] : map) {
        json.field(key, fitted_or_dash(value, {.most = kValue}));
    }
    json.end_object();
}

std::uint64_t seconds_of(UnixMillis at) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(at.value, 0) / 1000);
}

class Alertmanager final : public Dialect {
  public:
    Alertmanager(const AlertmanagerSettings& settings, const Receiver& receiver)
        : receiver_(receiver), settings_(settings), url_(settings.url) {
        while (url_.target.ends_with('/')) {
            url_.target.pop_back();
        }
        if (!url_.target.ends_with("/api/v2/alerts")) {
            url_.target += "/api/v2/alerts";
        }
    }

    [[nodiscard]] net::HttpRequest request(const Message& message) const override {
        return post(std::span(&message.transition, 1), message.context());
    }

    [[nodiscard]] net::HttpRequest standing(
        std::span<const alerts::Transition> firing, const Context& context
    ) const override {
        return post(firing, context);
    }

    [[nodiscard]] Duration standing_interval() const override { return settings_.repost_every; }

    [[nodiscard]] Verdict judge(const Result<net::HttpResponse>& answer, UnixMillis wall_now)
        const override {
        Verdict out = delivery::judge(answer, wall_now);
        if (out.outcome == Outcome::kRefused) {
            out.advice = "Alertmanager takes no such alert: see its own log and docs/receivers.md";
        } else if (answer && answer->status == 404) {
            out.advice = "No Alertmanager 0.16 or later answers at this url: check it";
        }
        return out;
    }

    [[nodiscard]] LimitScope scope() const override {
        return own_server("alertmanager", receiver_, url_);
    }

    [[nodiscard]] std::string address() const override { return url_.redacted(); }

  private:
    void write_times(JsonWriter& json, const alerts::Transition& what, UnixMillis now) const {
        // Blocks of a test network may have times of their own: none lies in the future.
        const std::uint64_t block_s = std::min(what.block_timestamp_s, seconds_of(now));
        if (stands_after(what)) {
            const auto lasts =
                std::chrono::duration_cast<std::chrono::seconds>(settings_.repost_every * kLasts);
            json.field("startsAt", runtime::iso_time(UnixSeconds{block_s}));
            json.field(
                "endsAt",
                runtime::iso_time(
                    UnixSeconds{seconds_of(now) + static_cast<std::uint64_t>(lasts.count())}
                )
            );
            return;
        }
        // Without a beginning it ends the one that Alertmanager has.
        const bool retracted = what.kind == alerts::Kind::kRetracted;
        json.field("endsAt", runtime::iso_time(UnixSeconds{retracted ? seconds_of(now) : block_s}));
    }

    void write_alert(JsonWriter& json, const alerts::Transition& what, const Context& context)
        const {
        const Wording wording = wording_of(what, context);
        std::map<std::string, std::string> labels;
        for (const auto& [name, value] : what.labels) {
            labels[label_name(name)] = value;
        }
        labels["alertname"] = what.rule;
        labels["severity"] = rules::severity_name(what.severity);
        labels["chain"] = context.chain_name;
        std::map<std::string, std::string> annotations;
        for (const auto& [name, value] : what.figures) {
            annotations[label_name(name)] = value;
        }
        annotations["summary"] = wording.text;
        annotations["block"] = block_text(what);
        annotations["episode"] = what.episode;
        annotations["fingerprint"] = what.fingerprint;
        annotations["key"] = wording.key;
        if (!what.evidence.doubt.empty()) {
            annotations["doubt"] = what.evidence.doubt;
        }
        for (const Link& link : wording.links) {
            // What Prometheus's rules call a runbook, so that templates find it.
            annotations[link.name == "runbook" ? "runbook_url" : "link_" + label_name(link.name)] =
                link.url;
        }
        json.begin_object();
        write_map(json, "labels", labels);
        write_map(json, "annotations", annotations);
        write_times(json, what, context.now);
        if (!settings_.external_url.empty()) {
            json.field("generatorURL", settings_.external_url);
        } else if (!wording.links.empty()) {
            json.field("generatorURL", wording.links.front().url);
        }
        json.end_object();
    }

    [[nodiscard]] net::HttpRequest post(
        std::span<const alerts::Transition> all, const Context& context
    ) const {
        JsonWriter json;
        json.begin_array();
        for (const alerts::Transition& each : all) {
            write_alert(json, each, context);
        }
        net::HttpRequest out = json_post(url_, json.end_array().take(), context.version, receiver_);
        for (const auto& [name, value] : settings_.headers) {
            out.headers.emplace_back(name, value);
        }
        return out;
    }

    const Receiver& receiver_;
    AlertmanagerSettings settings_;
    net::Url url_;
};

}  // namespace

std::unique_ptr<Dialect> dialect_of(
    const AlertmanagerSettings& settings, const Receiver& receiver
) {
    return std::make_unique<Alertmanager>(settings, receiver);
}

}  // namespace faultline::delivery
