// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/core/rules/rule_set.hpp>
#include <faultline/core/rules/watch_rule.hpp>
#include <faultline/shell/config/reader.hpp>
#include <faultline/shell/config/types.hpp>
#include <faultline/shell/net/address.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <algorithm>
#include <app/config_checks.hpp>
#include <app/config_fields.hpp>
#include <app/config_types.hpp>
#include <app/configured_protocol.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using config::Reader;

std::string item(std::string_view list, std::size_t index) {
    return std::string(list) + "[" + std::to_string(index) + "]";
}

/// Reports the second use of a value. `what` names it: "name", "chain_id".
class Unique {
  public:
    Unique(std::string field, std::string what)
        : field_(std::move(field)), what_(std::move(what)) {}

    void see(Reader& reader, const std::string& path, const std::string& value) {
        const std::string field = path + "." + field_;
        if (!reader.sound(field)) {
            return;
        }
        const auto [first, added] = seen_.try_emplace(value, reader.place(field));
        if (!added) {
            reader.error(
                field,
                what_ + " " + config::quoted(value) + " is already used at " + first->second.text()
            );
        }
    }

  private:
    std::string field_;
    std::string what_;
    std::map<std::string, config::Place> seen_;
};

/// What the roles and the quorum mean together.
void check_roles(
    Reader& reader, const written::Chain& chain, const std::string& path, std::size_t serving
) {
    const std::string list = path + ".endpoints";
    if (serving == 0) {
        reader.error(list, "none may be asked: give at least one the role primary or fallback");
        return;
    }
    const std::string quorum = path + ".quorum";
    if (reader.sound(quorum) && chain.quorum > chain.endpoints.size()) {
        reader.error(
            quorum,
            "is " + std::to_string(chain.quorum) + ", but there are " +
                std::to_string(chain.endpoints.size()) + " endpoints to agree"
        );
    }
    if (chain.verification == rpc::Verification::kQuorum && chain.quorum < 2) {
        reader.error(path + ".verification", "is quorum, which needs `quorum` to be 2 or more");
    }
    if (chain.quorum == 2 && chain.endpoints.size() == 2 && reader.sound(quorum)) {
        reader.warning(
            quorum,
            "with two endpoints there is no majority: when they differ, the chain waits until they "
            "agree. A third endpoint decides"
        );
    }
    if (chain.quorum < 2 && serving < chain.endpoints.size()) {
        reader.warning(list, "a verify_only endpoint is not asked anything while quorum is 1");
    }
}

void check_endpoints(Reader& reader, const written::Chain& chain, const std::string& path) {
    const std::string list = path + ".endpoints";
    if (!reader.sound(list)) {
        return;
    }
    Unique names("name", "the name");
    std::size_t serving = 0;
    for (std::size_t i = 0; i < chain.endpoints.size(); ++i) {
        const written::Endpoint& endpoint = chain.endpoints[i];
        names.see(reader, item(list, i), endpoint.options.name);
        for (std::size_t j = 0; j < i; ++j) {
            if (chain.endpoints[j].request_url() == endpoint.request_url()) {
                reader.error(
                    item(list, i) + (endpoint.http_url ? ".http_url" : ".url"),
                    "is the URL of endpoint " + config::quoted(chain.endpoints[j].options.name) +
                        " as well; one endpoint under two names agrees with itself. Remove one"
                );
                break;
            }
        }
        serving += endpoint.options.role == rpc::Role::kVerifyOnly ? 0 : 1;
        if (endpoint.http_url && !endpoint.url.websocket()) {
            reader.error(
                item(list, i) + ".http_url",
                "url is an http URL already; leave http_url out, or make url a ws or wss URL"
            );
        }
    }
    check_roles(reader, chain, path, serving);
}

/// The contracts of one market are different ones.
void check_addresses(const PlacedMarket& placed) {
    const auto& contracts = placed.contracts;
    for (std::size_t i = 1; i < contracts.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (contracts[i].second == contracts[j].second && !contracts[i].second.is_zero()) {
                placed.reader->error(
                    placed.path + "." + contracts[i].first,
                    std::string("is the same address as ") + contracts[j].first
                );
                return;
            }
        }
    }
}

void check_start(Reader& reader, const written::Chain& chain, const PlacedChain& placed) {
    const std::string field = placed.path + ".start_block";
    if (!chain.start_block || !reader.sound(field)) {
        return;
    }
    for (const PlacedMarket& one : placed.markets) {
        if (!one.label.deployed_at && *chain.start_block > 0) {
            reader.warning(
                field,
                "where market " + one.label.name +
                    " began is not given (deployed_at): its "
                    "figures are right only if that was at block " +
                    std::to_string(*chain.start_block) + " or later"
            );
        }
        const eth::BlockNum deployed_at = one.label.deployed_at.value_or(*chain.start_block);
        if (one.reader->sound(one.path) && *chain.start_block > deployed_at) {
            reader.error(
                field,
                "market " + one.label.name + " began at block " + std::to_string(deployed_at) +
                    "; starting at " + std::to_string(*chain.start_block) + " would miss the " +
                    std::to_string(*chain.start_block - deployed_at) +
                    " blocks before and give wrong balances. Leave start_block out, or set it to " +
                    std::to_string(deployed_at) + " or less"
            );
            return;
        }
    }
}

void check_second_look(Reader& reader, const written::Chain& chain, const std::string& path) {
    const std::string field = path + ".second_look_blocks";
    const std::uint64_t window = chain.follow.undo_window_blocks;
    if (chain.follow.second_look_blocks >= window && reader.sound(field)) {
        reader.warning(
            field,
            "is " + std::to_string(chain.follow.second_look_blocks) +
                ", but with undo_window_blocks " + std::to_string(window) +
                " a block so old cannot be taken back any more, so none is looked at again; make "
                "the window larger"
        );
    }
}

/// The graph of a block is kept as what changed since that of its hour.
void check_kept_graphs(Reader& reader, const written::Chain& chain, const std::string& path) {
    const std::string field = path + ".keep_graph_hours";
    if (chain.keep_graph_hours < chain.keep_graph_blocks && reader.sound(field)) {
        reader.error(
            field,
            "is shorter than keep_graph_blocks: what is kept as of every block is kept as of every "
            "hour, too; make it as long at least"
        );
    }
}

void check_markets(Reader& reader, const PlacedChain& placed) {
    Unique names("name", "the name");
    std::map<std::string, Unique> contracts;
    for (const PlacedMarket& one : placed.markets) {
        names.see(*one.reader, one.path, one.label.name);
        if (one.reader->sound(one.path)) {
            const auto& [field, address] = one.contracts.front();
            contracts.try_emplace(field, field, std::string("the ") + field)
                .first->second.see(*one.reader, one.path, checksummed(address));
            check_addresses(one);
            for (const auto& [fault_field, text] : one.faults) {
                one.reader->error(one.path + "." + fault_field, text);
            }
        }
    }
    if (placed.markets.empty() && placed.complete && reader.sound(placed.path)) {
        reader.error(
            placed.path, "names no market to follow; give deployments, or a list such as aave_v3"
        );
    }
}

/// What is known to be refused when it is dialled had better be said now.
void check_reach(Reader& reader, const written::Receiver& receiver, const std::string& path) {
    const bool mail = receiver.kind == written::ReceiverKind::kEmail;
    const std::string field = path + (receiver.api_url ? ".api_url" : mail ? ".server" : ".url");
    const auto why = net::non_public_host(receiver.request_url().host);
    if (why && !receiver.common.allow_private && reader.sound(field)) {
        reader.error(
            field,
            "its host is a " + std::string(*why) +
                " address, which nobody on the internet has; where that is meant, set "
                "allow_private: true"
        );
    }
}

void check_secrets(Reader& reader, const written::Receiver& receiver, const std::string& path) {
    const std::string field = path + ".previous_signing_secret";
    if (receiver.previous_signing_secret && !receiver.signing_secret && reader.sound(path)) {
        reader.error(field, "there is no signing_secret that it was before; give that one, too");
    }
}

}  // namespace

void check_chains(
    Reader& reader, const written::Daemon& daemon, const std::vector<PlacedChain>& placed
) {
    Unique names("name", "the name");
    Unique ids("chain_id", "chain");
    for (std::size_t i = 0; i < daemon.chains.size(); ++i) {
        const written::Chain& chain = daemon.chains[i];
        names.see(reader, placed[i].path, chain.follow.chain_name);
        ids.see(reader, placed[i].path, std::to_string(chain.follow.chain_id));
        check_endpoints(reader, chain, placed[i].path);
        check_markets(reader, placed[i]);
        check_start(reader, chain, placed[i]);
        check_second_look(reader, chain, placed[i].path);
        check_kept_graphs(reader, chain, placed[i].path);
    }
}

void check_rule_work(
    Reader& reader,
    const written::Daemon& daemon,
    const std::vector<PlacedChain>& placed,
    const rules::RuleSet& rules
) {
    for (std::size_t i = 0; i < daemon.chains.size(); ++i) {
        const std::string field = placed[i].path + ".rule_work_per_block";
        const std::uint64_t most = daemon.chains[i].rule_work_per_block / 2;
        for (const rules::SignalRule& rule : rules.signals) {
            const std::uint64_t least = rule.measure.least_work();
            if (least > most && reader.sound(placed[i].path)) {
                reader.error(
                    field,
                    "a rule may take half of it, " + std::to_string(most) + ", and rule " +
                        rule.terms.name + " takes " + std::to_string(least) +
                        " at least; give it fewer or shorter windows, split it, or raise this"
                );
                break;
            }
        }
    }
}

void check_receivers(Reader& reader, const written::Daemon& daemon, const rules::RuleSet& rules) {
    Unique names("name", "the name");
    for (std::size_t i = 0; i < daemon.receivers.size(); ++i) {
        const std::string path = item("receivers", i);
        names.see(reader, path, daemon.receivers[i].common.name);
        check_reach(reader, daemon.receivers[i], path);
        check_secrets(reader, daemon.receivers[i], path);
        check_trigger(reader, daemon.receivers[i], path, rules);
    }
    if (daemon.receivers.empty() && reader.sound("receivers")) {
        reader.warning(
            "receivers", "there is no receiver, so alerts are only kept, logged and counted"
        );
    }
}

}  // namespace faultline::app
