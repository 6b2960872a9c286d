// SPDX-License-Identifier: Apache-2.0
#include "trigger.hpp"

#include "dialect.hpp"
#include "dialects.hpp"
#include "verdict.hpp"
#include "webhook.hpp"
#include "wording.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/rules/severity.hpp>
#include <faultline/shell/delivery/calldata.hpp>
#include <faultline/shell/delivery/links.hpp>
#include <faultline/shell/delivery/rate_limits.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/delivery/trial.hpp>
#include <faultline/shell/net/http.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace faultline::delivery {
namespace {

using alerts::Kind;

constexpr std::uint64_t kBodyVersion = 1;

/// What the rows of `exposure` are labelled with: docs/signals.md.
constexpr std::array<const char*, 6> kExposureLabels = {
    "from", "to", "of", "on", "measure", "through"
};

bool is_about_exposure(const alerts::Transition& transition) {
    return std::ranges::all_of(kExposureLabels, [&transition](const char* label) {
        return transition.labels.contains(label);
    });
}

/// The first of these that there is.
std::string first_of(
    const std::map<std::string, std::string>& figures, std::initializer_list<const char*> names
) {
    for (const char* name : names) {
        if (const auto found = figures.find(name); found != figures.end()) {
            return found->second;
        }
    }
    return {};
}

std::string figure_of(const alerts::Transition& transition) {
    return first_of(transition.figures, {"figure", "health_factor_wad"});
}

std::string limit_of(const alerts::Transition& transition) {
    return first_of(transition.figures, {"threshold", "below_wad"});
}

std::string end_of(const alerts::Transition& transition) {
    return first_of(transition.figures, {"resolve_at", "resolve_at_wad"});
}

void write_known(JsonWriter& json, std::string_view name, const std::string& value) {
    json.key(name);
    if (value.empty()) {
        json.null();
    } else {
        json.string(value);
    }
}

/// From who depends to what on, by the way that most of it takes; where none is told, its ends.
std::vector<std::string> path_of(const alerts::Transition& transition) {
    for (const alerts::Contributor& one : transition.contributors) {
        if (one.is == "path") {
            return one.path;
        }
    }
    std::vector<std::string> out;
    for (const char* end : {"from", "to"}) {
        if (const auto found = transition.labels.find(end); found != transition.labels.end()) {
            out.push_back(found->second);
        }
    }
    return out;
}

void write_path(JsonWriter& json, const alerts::Transition& transition) {
    json.key("path").begin_array();
    for (const std::string& node : path_of(transition)) {
        json.string(node);
    }
    json.end_array();
    const std::map<std::string, std::string>& labels = transition.labels;
    for (const char* how : {"measure", "through"}) {
        if (const auto found = labels.find(how); found != labels.end()) {
            json.field(how, found->second);
        }
    }
}

void write_call(JsonWriter& json, const alerts::Transition& transition, const TriggerCall& call) {
    json.key("call").begin_object();
    json.field("chain_id", call.chain_id).field("to", call.to.hex());
    json.field("function", call.call.signature());
    const auto data = call.call.encode(call_values(transition));
    if (data) {
        json.field("data", to_hex(*data));
    } else {
        json.field("error", data.error().message());
    }
    json.end_object();
}

class Trigger final : public Dialect {
  public:
    Trigger(const TriggerSettings& settings, const Receiver& receiver)
        : receiver_(receiver), settings_(settings) {}

    [[nodiscard]] net::HttpRequest request(const Message& message) const override {
        net::HttpRequest out = json_post(
            settings_.url,
            trigger_body(message.transition, message.chain_name, settings_, message.links),
            message.version,
            receiver_
        );
        add_headers(out, settings_.headers);
        set_header(out, kKeyHeader, message.transition.key());
        set_header(
            out, kSignatureHeader, signature(settings_.signing_secrets, message.now, out.body)
        );
        return out;
    }

    [[nodiscard]] Verdict judge(const Result<net::HttpResponse>& answer, UnixMillis wall_now)
        const override {
        return delivery::judge(answer, wall_now);
    }

    [[nodiscard]] LimitScope scope() const override {
        return own_server("trigger", receiver_, settings_.url);
    }

    [[nodiscard]] std::string address() const override { return settings_.url.redacted(); }

  private:
    const Receiver& receiver_;
    TriggerSettings settings_;
};

}  // namespace

bool wants(const Receiver& receiver, const alerts::Transition& transition) {
    if (!receiver.send_pending && is_about_pending(transition)) {
        return false;
    }
    const auto* trigger = std::get_if<TriggerSettings>(&receiver.settings);
    return trigger == nullptr || is_about_exposure(transition) ||
           std::ranges::find(trigger->rules, transition.rule) != trigger->rules.end();
}

CallValues call_values(const alerts::Transition& transition) {
    CallValues out(transition.labels.begin(), transition.labels.end());
    // Ours go before labels of the same name, which whoever makes tokens or rules may choose.
    for (const auto& [name, value] : transition.figures) {
        out[name] = value;
    }
    const std::string key = transition.key();
    out["key"] = key;
    out["key_hash"] = eth::keccak256(Bytes(key.begin(), key.end())).hex();
    out["transition"] = alerts::kind_name(transition.kind);
    out["rule"] = transition.rule;
    out["block_number"] = std::to_string(transition.block.number);
    out["block_hash"] = transition.block.hash.hex();
    out["timestamp"] = std::to_string(transition.block_timestamp_s);
    for (const auto& [name, value] :
         {std::pair("figure", figure_of(transition)),
          std::pair("limit", limit_of(transition)),
          std::pair("resolve_at", end_of(transition))}) {
        if (value.empty()) {
            out.erase(name);
        } else {
            out[name] = value;
        }
    }
    return out;
}

std::string trigger_body(
    const alerts::Transition& transition,
    std::string_view chain_name,
    const TriggerSettings& settings,
    const LinkBases& links
) {
    JsonWriter json;
    json.begin_object().field("version", kBodyVersion).field("kind", "trigger");
    write_identity(json, transition);
    json.field("chain", chain_name);
    write_known(json, "figure", figure_of(transition));
    write_known(json, "limit", limit_of(transition));
    write_known(json, "resolve_at", end_of(transition));
    write_path(json, transition);
    if (transition.wait_for != eth::Finality::kLatest) {
        json.field("waited_for", eth::finality_name(transition.wait_for));
    }
    write_facts(json, transition, links_of(transition, chain_name, links));
    if (is_test(transition)) {
        json.field("test", true);
    } else if (settings.call && transition.kind == Kind::kFiring) {
        write_call(json, transition, *settings.call);
    }
    return json.end_object().take();
}

std::unique_ptr<Dialect> dialect_of(const TriggerSettings& settings, const Receiver& receiver) {
    return std::make_unique<Trigger>(settings, receiver);
}

}  // namespace faultline::delivery
