// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/core/alerts/route.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/core/rules/rule_set.hpp>
#include <faultline/engine/graph_history.hpp>
#include <faultline/engine/rule_turns.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/problems.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <tl/expected.hpp>

#include <app/audit_settings.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace faultline::app {

/// One chain to follow. `follow.filter` is empty: it comes from the engine.
struct ChainConfig {
    chain::FollowerOptions follow;
    std::vector<rpc::EndpointOptions> endpoints;  ///< At least one is not verify-only.
    rpc::Verification verification = rpc::Verification::kBloom;
    bool trusts_blooms = true;
    std::size_t quorum = 0;  ///< Of endpoints, for blocks at the head.
    /// At least one market; names are unique within a protocol.
    protocol::Deployments deployments;
    /// Where its markets begin is not known, so only a store that was bootstrapped can be followed.
    bool needs_bootstrap = false;
    std::uint64_t keep_raw_blocks = 0;  ///< engine::KeepBlocks::newest
    engine::KeepGraph keep_graph;
    std::uint64_t rule_work_per_block = engine::RuleTurns::kDefaultWork;
    AuditSettings audit;
    std::string explorer;  ///< delivery::LinkBases::explorer
};

/// Everything the daemon is told, checked: no name is used twice, whatever is referred to exists,
/// every chain starts at or before the first block of its markets.
struct DaemonConfig {
    std::string file;          ///< What was read.
    std::string store_path;    ///< As seen from the working folder.
    std::string api_listen;    ///< "127.0.0.1:9464"
    std::string external_url;  ///< delivery::LinkBases::external_url
    obs::Level log_level = obs::Level::kInfo;
    obs::LogFormat log_format = obs::LogFormat::kText;
    std::vector<ChainConfig> chains;  ///< At least one.
    rules::RuleSet rules;
    std::map<std::string, std::string> rule_places;  ///< Where each is written, by name.
    std::vector<delivery::Receiver> receivers;
    alerts::Routes routes;
    std::vector<alerts::Inhibition> inhibitions;
    graph::Labels labels;
    std::vector<config::Problem> warnings;  ///< Allowed, but probably not meant.
};

/// Reads `file` and the files of deployments and labels that it names. On failure every error
/// found, in the order of the files. No message holds a secret.
tl::expected<DaemonConfig, std::vector<config::Problem>> load_config(
    const std::string& file, const config::Surroundings& surroundings
);

/// docs/config.md: every field with type, default and meaning.
std::string config_reference();

/// config/faultline.yaml: a commented configuration that is valid once FAULTLINE_RPC is set.
std::string config_example();

}  // namespace faultline::app
