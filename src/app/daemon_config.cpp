// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/route.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/shell/chain/follower.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/problems.hpp>
#include <faultline/shell/config/reader.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <tl/expected.hpp>

#include <algorithm>
#include <app/config_checks.hpp>
#include <app/config_fields.hpp>
#include <app/config_links.hpp>
#include <app/configured_protocol.hpp>
#include <app/daemon_config.hpp>
#include <app/label_files.hpp>
#include <app/registry.hpp>
#include <app/rule_files.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using config::Problem;
using config::Problems;
using config::Reader;
using config::Surroundings;

/// All files that were read, and what was placed where.
struct Loaded {
    written::Daemon daemon;
    std::vector<PlacedChain> chains;
    std::vector<ReadDeployments> files;  ///< Keeps the readers that PlacedMarket points to.
    graph::Labels labels;
    ReadRules rules;
};

/// Reads one deployments file; nullopt when it is no document.
std::optional<ReadDeployments> read_deployments(
    Reader& main, const std::string& entry_path, const std::string& name
) {
    const std::string file = config::beside(main.file(), name);
    const auto text = main.surroundings().read_file(file);
    if (!text) {
        main.error(entry_path, text.error().message());
        return std::nullopt;
    }
    const auto node = config::parse_document(file, *text, main.problems());
    if (!node) {
        return std::nullopt;
    }
    ReadDeployments out;
    out.reader = std::make_unique<Reader>(main.surroundings(), main.problems(), file);
    out.content = written::deployments_section().read(*out.reader, *node);
    return out;
}

void check_chain_id(
    const Reader& main, const ReadDeployments& file, const PlacedChain& chain, eth::ChainId chain_id
) {
    const bool comparable = main.sound(chain.path + ".chain_id") && file.reader->sound("chain_id");
    if (comparable && file.content.chain_id != chain_id) {
        file.reader->error(
            "chain_id",
            "is " + std::to_string(file.content.chain_id) +
                ", but the chain that names this file (" +
                main.place(chain.path + ".chain_id").text() + ") has " + std::to_string(chain_id)
        );
    }
}

void place_markets(
    PlacedChain& chain, Reader& reader, const std::string& prefix, const written::MarketLists& lists
) {
    for (const auto& protocol : registered_protocols()) {
        protocol->place(lists, reader, prefix, chain.markets);
    }
}

void load_chain(Reader& main, const written::Chain& chain, PlacedChain& placed, Loaded& loaded) {
    const std::string list = placed.path + ".deployments";
    placed.complete = main.sound(list);
    for (std::size_t i = 0; i < chain.deployments.size(); ++i) {
        auto file =
            read_deployments(main, list + "[" + std::to_string(i) + "]", chain.deployments[i]);
        if (!file) {
            placed.complete = false;
            continue;
        }
        check_chain_id(main, *file, placed, chain.follow.chain_id);
        place_markets(placed, *file->reader, "", file->content.markets);
        placed.complete = placed.complete && file->reader->sound("");
        loaded.files.push_back(std::move(*file));
    }
    place_markets(placed, main, placed.path + ".", chain.markets);
}

Loaded load(Reader& reader, const config::Node& node) {
    Loaded out;
    out.daemon = written::daemon_section().read(reader, node);
    for (std::size_t i = 0; i < out.daemon.chains.size(); ++i) {
        PlacedChain placed;
        placed.path = "chains[" + std::to_string(i) + "]";
        load_chain(reader, out.daemon.chains[i], placed, out);
        out.chains.push_back(std::move(placed));
    }
    check_chains(reader, out.daemon, out.chains);
    out.rules = read_rules(reader, out.daemon, out.chains);
    check_rule_work(reader, out.daemon, out.chains, out.rules.set);
    check_links(reader, out.daemon);
    check_receivers(reader, out.daemon, out.rules.set);
    check_routes(reader, out.daemon, out.rules.set);
    // The symbols are checked with the rest; tokens of chains are told by address alone.
    out.labels = read_labels(reader, out.daemon.labels).labels;
    return out;
}

rpc::EndpointOptions compose(const written::Endpoint& endpoint) {
    rpc::EndpointOptions out = endpoint.options;
    out.http = endpoint.request_url();
    if (endpoint.url.websocket()) {
        out.ws = endpoint.url;
    }
    return out;
}

std::uint64_t whole_seconds(Duration duration) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(duration).count()
    );
}

ChainConfig compose(const written::Chain& chain, const PlacedChain& placed) {
    ChainConfig out;
    out.follow = chain.follow;
    for (const written::Endpoint& endpoint : chain.endpoints) {
        out.endpoints.push_back(compose(endpoint));
    }
    out.quorum = chain.quorum;
    out.verification = chain.verification;
    out.trusts_blooms = chain.blooms == written::Blooms::kTrusted;
    out.keep_raw_blocks = chain.keep_raw_blocks;
    out.keep_graph = {
        .blocks_for_seconds = whole_seconds(chain.keep_graph_blocks),
        .hours_for_seconds = whole_seconds(chain.keep_graph_hours)
    };
    out.rule_work_per_block = chain.rule_work_per_block;
    out.audit = chain.audit;
    out.explorer =
        link_base(chain.explorer ? *chain.explorer : known_explorer(chain.follow.chain_id));
    for (const auto& protocol : registered_protocols()) {
        if (auto deployment = protocol->deploy(placed.markets)) {
            out.deployments.push_back(std::move(deployment));
        }
    }
    // A market whose deployment is not known comes first: nothing comes before nothing.
    const auto first = std::ranges::min_element(placed.markets, {}, [](const PlacedMarket& one) {
        return one.label.deployed_at;
    });
    const auto start = chain.start_block ? chain.start_block : first->label.deployed_at;
    out.follow.start_block = start.value_or(0);
    out.needs_bootstrap = !start;
    return out;
}

/// A file's path as one word of a shell command, wherever that is typed.
std::string in_shell(const std::string& file) {
    const std::string path = std::filesystem::absolute(file).string();
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./";
    if (path.find_first_not_of(kPlain) == std::string::npos) {
        return path;
    }
    std::string out = "'";
    for (const char c : path) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return out + "'";
}

DaemonConfig compose(const Loaded& loaded, const std::string& file) {
    DaemonConfig out;
    out.file = file;
    out.store_path = config::beside(file, loaded.daemon.store.path);
    out.api_listen = loaded.daemon.api.listen;
    out.external_url = link_base(loaded.daemon.external_url);
    out.log_level = loaded.daemon.log.level;
    out.log_format = loaded.daemon.log.format;
    for (std::size_t i = 0; i < loaded.chains.size(); ++i) {
        out.chains.push_back(compose(loaded.daemon.chains[i], loaded.chains[i]));
        chain::FollowerOptions& follow = out.chains.back().follow;
        follow.resync_command =
            "faultline resync " + in_shell(file) + " --chain " + follow.chain_name;
    }
    out.rules = loaded.rules.set;
    out.rule_places = loaded.rules.places;
    for (const written::Receiver& receiver : loaded.daemon.receivers) {
        out.receivers.push_back(receiver.composed());
    }
    out.routes = alerts::Routes(loaded.daemon.routes);
    out.inhibitions = loaded.daemon.inhibit;
    out.labels = loaded.labels;
    return out;
}

}  // namespace

tl::expected<DaemonConfig, std::vector<Problem>> load_config(
    const std::string& file, const Surroundings& surroundings
) {
    Problems problems;
    const auto text = surroundings.read_file(file);
    if (!text) {
        problems.error(
            {.file = file},
            "",
            text.error().message() + ". `faultline config example` prints one to begin with"
        );
        return tl::unexpected(problems.take());
    }
    const auto node = config::parse_document(file, *text, problems);
    if (!node) {
        return tl::unexpected(problems.take());
    }
    Reader reader(surroundings, problems, file);
    const Loaded loaded = load(reader, *node);
    if (problems.failed()) {
        auto errors = problems.take();
        std::erase_if(errors, [](const Problem& one) {
            return one.severity == config::Severity::kWarning;
        });
        return tl::unexpected(std::move(errors));
    }
    DaemonConfig out = compose(loaded, file);
    out.warnings = problems.take();
    return out;
}

}  // namespace faultline::app
