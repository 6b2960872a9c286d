// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/protocols.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/store/schema.hpp>

#include <app/chain_identity.hpp>
#include <app/daemon_config.hpp>
#include <cstddef>
#include <string>

namespace faultline::app {

namespace {

/// Of the contracts that alone are asked for some logs, clause by clause; empty when there are
/// none. The digest of many addresses, so that a message can say it.
std::string asked_contracts(const ChainConfig& chain) {
    Bytes asked;
    const eth::LogFilter filter = protocol::filter_of(chain.deployments);
    for (const eth::LogClause& clause : filter.clauses()) {
        if (clause.contracts.empty()) {
            continue;
        }
        // Tells apart where a clause ends, and who is asked for all from who is asked for some.
        asked.insert(asked.end(), Address::kSize, clause.topics0.empty() ? 0xff : 0);
        for (const Address& contract : clause.contracts) {
            asked.insert(asked.end(), contract.bytes.begin(), contract.bytes.end());
        }
    }
    constexpr std::size_t kShown = 8;
    return asked.empty() ? "" : to_hex(eth::keccak256(asked).view().first(kShown));
}

}  // namespace

std::string operators_folder(const DaemonConfig& config) {
    return config.store_path + "/OPERATORS";
}

std::string store_folder(const DaemonConfig& config, const ChainConfig& chain) {
    return config.store_path + "/" + chain.follow.chain_name;
}

engine::FoldOptions fold_options(const DaemonConfig& config, const ChainConfig& chain) {
    engine::FoldOptions options;
    options.chain_name = chain.follow.chain_name;
    options.deployments = chain.deployments;
    options.rules = config.rules;
    options.rule_work_per_block = chain.rule_work_per_block;
    options.labels = config.labels;
    options.chain_id = chain.follow.chain_id;
    // Markets that do not count in USD count in ETH, which is the coin of some chains only.
    const graph::Label* coin = config.labels.native(chain.follow.chain_id);
    if (coin != nullptr && coin->symbol == "WETH") {
        options.wrapped_coin = coin->address;
    }
    for (const graph::Label& label : config.labels.all()) {
        if (label.chain == chain.follow.chain_id && label.role == graph::LabelRole::kEntity) {
            options.pinned_accounts.push_back(label.address);
        }
    }
    return options;
}

store::SchemaIdentity identity_of(const ChainConfig& chain) {
    store::SchemaIdentity identity{.chain_id = chain.follow.chain_id, .fingerprint = {}};
    identity.fingerprint = chain.needs_bootstrap
                               ? "from its bootstrap:"
                               : "from block " + std::to_string(chain.follow.start_block) + ":";
    for (const auto& deployment : chain.deployments) {
        for (std::size_t i = 0; i < deployment->markets().size(); ++i) {
            const protocol::MarketLabel& market = deployment->markets()[i];
            identity.fingerprint += " " + std::string(deployment->name(i)) + " " + market.name +
                                    " (" + market.contracts + ")";
        }
    }
    if (const std::string contracts = asked_contracts(chain); !contracts.empty()) {
        identity.fingerprint += ", logs of contracts (tokens and a Maker's core) " + contracts;
    }
    return identity;
}

Result<const ChainConfig*> chain_of(const DaemonConfig& config, const std::string& name) {
    std::string names;
    for (const ChainConfig& chain : config.chains) {
        if (chain.follow.chain_name == name || (name.empty() && config.chains.size() == 1)) {
            return &chain;
        }
        names += (names.empty() ? "" : ", ") + chain.follow.chain_name;
    }
    if (name.empty()) {
        return Error(Code::kInvalid, "several chains are configured: " + names)
            .advise("name one with --chain");
    }
    return Error(Code::kInvalid, "there is no chain " + name + " in the configuration")
        .advise("name one of " + names);
}

Result<void> check_can_start(const ChainConfig& chain) {
    if (!chain.needs_bootstrap) {
        return {};
    }
    std::string markets;
    for (const auto& deployment : chain.deployments) {
        for (const protocol::MarketLabel& market : deployment->markets()) {
            if (!market.deployed_at) {
                markets += (markets.empty() ? "" : ", ") + market.name;
            }
        }
    }
    return Error(
               Code::kInvalid,
               "chain \"" + chain.follow.chain_name +
                   "\" has no block to start at: deployed_at of " + markets + " is not given"
    )
        .advise(
            "run `faultline bootstrap --chain " + chain.follow.chain_name +
            "` once, or give deployed_at to follow from there"
        );
}

}  // namespace faultline::app
