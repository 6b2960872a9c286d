// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/core/alerts/route.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/symbols.hpp>
#include <faultline/core/rules/rule_kind.hpp>
#include <faultline/core/rules/terms.hpp>
#include <faultline/engine/graph_history.hpp>
#include <faultline/engine/rule_turns.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/config/describe.hpp>
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/delivery/calldata.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/url.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <any>
#include <app/audit_settings.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// The configuration as it is written: one struct per section of the file, filled field by field.
/// What the fields mean together is the business of daemon_config.cpp.
namespace faultline::app::written {

struct Store {
    std::string path = "data";
};

struct Api {
    std::string listen = "127.0.0.1:9464";
};

struct Log {
    obs::Level level = obs::Level::kInfo;
    obs::LogFormat format = obs::LogFormat::kText;
};

struct Endpoint {
    net::Url url;
    std::optional<net::Url> http_url;
    rpc::EndpointOptions options;

    /// Where requests go.
    [[nodiscard]] net::Url request_url() const;
};

enum class Blooms : std::uint8_t {
    kTrusted,
    kIgnored,
};

constexpr Blooms last_of(Blooms /*of*/) noexcept {
    return Blooms::kIgnored;
}

/// Lists of markets by the name of their field; each has its protocol's own type.
class MarketLists {
  public:
    /// Empty when nothing was written.
    template <class Config>
    std::vector<Config>& of(const std::string& field) {
        std::any& list = lists_[field];
        if (!list.has_value()) {
            list = std::vector<Config>();
        }
        return std::any_cast<std::vector<Config>&>(list);
    }

    template <class Config>
    [[nodiscard]] const std::vector<Config>& of(const std::string& field) const {
        static const std::vector<Config> none;
        const auto found = lists_.find(field);
        return found == lists_.end() ? none
                                     : std::any_cast<const std::vector<Config>&>(found->second);
    }

  private:
    std::map<std::string, std::any> lists_;
};

struct Chain {
    chain::FollowerOptions follow;
    std::vector<Endpoint> endpoints;
    std::size_t quorum = 1;
    rpc::Verification verification = rpc::Verification::kBloom;
    Blooms blooms = Blooms::kTrusted;
    std::optional<eth::BlockNum> start_block;
    std::vector<std::string> deployments;
    MarketLists markets;
    std::uint64_t keep_raw_blocks = 50'000;
    Duration keep_graph_blocks = std::chrono::seconds(engine::KeepGraph{}.blocks_for_seconds);
    Duration keep_graph_hours = std::chrono::seconds(engine::KeepGraph{}.hours_for_seconds);
    std::uint64_t rule_work_per_block = engine::RuleTurns::kDefaultWork;
    AuditSettings audit;
    std::optional<std::string> explorer;  ///< nullopt: the one that is known; empty: none.
};

/// A rule as it is written: terms, and what its kind takes.
struct Rule {
    std::string kind;
    rules::Terms terms;
    std::vector<std::pair<std::string, std::string>> labels;
    Duration for_time{};
    Duration keep_firing_for{};
    Duration cooldown{};
    Duration repeat{};
    std::map<std::string, std::optional<rules::Arguments::Value>> given;  ///< By parameter.
};

enum class ReceiverKind : std::uint8_t {
    kWebhook,
    kTrigger,
    kDiscord,
    kTelegram,
    kSlack,
    kPagerDuty,
    kOpsgenie,
    kAlertmanager,
    kEmail,
    kStdout
};

constexpr ReceiverKind last_of(ReceiverKind /*of*/) noexcept {
    return ReceiverKind::kStdout;
}

struct Receiver {
    ReceiverKind kind = ReceiverKind::kWebhook;
    delivery::Receiver common;  ///< Without its settings.
    net::Url url;
    std::optional<net::Url> api_url;
    std::string thread_id;
    std::string external_url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::optional<std::string> signing_secret;
    std::optional<std::string> previous_signing_secret;
    delivery::WebhookSettings webhook;
    delivery::TriggerSettings trigger;
    std::optional<std::string> call_function;
    std::vector<std::string> call_arguments;
    std::optional<Address> call_to;
    std::optional<eth::ChainId> call_chain_id;
    delivery::TelegramSettings telegram;
    delivery::PagerDutySettings pagerduty;
    delivery::OpsgenieSettings opsgenie;
    delivery::AlertmanagerSettings alertmanager;
    delivery::EmailSettings email;

    /// Where requests go.
    [[nodiscard]] net::Url request_url() const;
    /// Of what `call_*` says. kInvalid says what is wrong.
    [[nodiscard]] Result<delivery::CallTemplate> call_template() const;
    /// With the settings of its kind.
    [[nodiscard]] delivery::Receiver composed() const;
};

struct Daemon {
    Store store;
    Api api;
    Log log;
    std::string external_url;
    std::vector<Chain> chains;
    std::vector<Rule> rules;
    std::optional<std::vector<std::string>> rule_files;  ///< nullopt: kRuleFolder, where present.
    std::vector<Receiver> receivers;
    std::vector<alerts::Route> routes;
    std::vector<alerts::Inhibition> inhibit;
    std::optional<std::vector<std::string>> labels;  ///< nullopt: kShippedLabels, where present.
};

/// A file named under `deployments`.
struct Deployments {
    eth::ChainId chain_id = 0;
    MarketLists markets;
};

/// A file named under `rule_files`.
struct RuleFile {
    std::vector<Rule> rules;
};

/// A file named under `labels`.
struct LabelFile {
    std::optional<eth::ChainId> chain_id;
    std::vector<graph::Name> names;
    std::vector<graph::Label> tokens;
    std::vector<graph::Label> contracts;
    std::vector<graph::SymbolList> symbols;
    std::vector<graph::SymbolFamily> families;
};

config::Section<Chain> chain_section();
/// The rules of one file: what each may hold depends on its kind.
config::Type<std::vector<Rule>> rules_type();
/// A section for each kind.
std::vector<std::shared_ptr<const config::SectionText>> rule_kind_sections();
config::Section<RuleFile> rule_file_section();
config::Section<Receiver> receiver_section();
/// The part of it that is of kind trigger.
void add_trigger(config::Section<Receiver>& out);
config::Section<alerts::Route> route_section();
config::Section<alerts::Inhibition> inhibition_section();
config::Section<Daemon> daemon_section();
config::Section<Deployments> deployments_section();
config::Section<LabelFile> label_file_section();

}  // namespace faultline::app::written
