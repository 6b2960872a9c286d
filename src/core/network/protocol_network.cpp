// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/base/utf8.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/network/iso_week.hpp>
#include <faultline/core/network/protocol_network.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/core/network/weekly_flow.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::network {
namespace {

using ByToken = std::map<std::string, double>;  ///< By address: a name is anybody's.
using Unvalued = std::set<std::pair<std::string, std::string>>;

/// "aave_v3" of "protocol:aave_v3".
std::string name_in(const std::string& id) {
    const auto colon = id.find(':');
    return colon == std::string::npos ? id : id.substr(colon + 1);
}

using Exact = std::optional<U256>;

void add_to(Exact& sum, const U256& usd) {
    sum = sum ? checked_add(*sum, usd) : std::nullopt;
}

bool stands_for_another(graph::EdgeKind kind) {
    return kind == graph::EdgeKind::kWraps || kind == graph::EdgeKind::kBacked;
}

/// What protocols hold, taken together from a snapshot.
class ProtocolHoldings {
  public:
    explicit ProtocolHoldings(const graph::Snapshot& snapshot) : snapshot_(snapshot) {
        for (const graph::Edge& edge : snapshot.edges) {
            learn(edge);
        }
        for (const graph::Edge& edge : snapshot.edges) {
            const auto protocol = protocols_.find(edge.from);
            const bool held =
                edge.kind == graph::EdgeKind::kLiquidity || edge.kind == graph::EdgeKind::kDebt;
            if (!held || protocol == protocols_.end()) {
                continue;
            }
            const std::string holder = name_in(snapshot.nodes[protocol->second].id);
            if (edge.usd.ok()) {
                describe(holder, snapshot.nodes[protocol->second]);
                add(holder, edge);
            } else if (!edge.amount.ok() || !edge.amount.value.is_zero()) {
                unvalued_.insert({holder, edge.token.hex()});
            }
        }
    }

    /// `own`: with links of a protocol to itself, for what it holds of its own tokens.
    [[nodiscard]] Snapshot network(bool own) const {
        Snapshot out;
        out.date = day_of(snapshot_.timestamp);
        for (const auto& [id, held] : nodes_) {
            SnapshotNode node;
            node.id = id;
            node.size = sum(held);
            node.composition = values(held);
            out.nodes.push_back(std::move(node));
        }
        for (const auto& [ends, held] : links_) {
            if (ends.first == ends.second && !own) {
                continue;
            }
            SnapshotLink link;
            link.source = ends.first;
            link.target = ends.second;
            link.size = sum(held);
            link.composition = values(held);
            out.links.push_back(std::move(link));
        }
        return out;
    }

    /// Beside the nodes of network().
    [[nodiscard]] std::vector<LiveNode> nodes() const {
        std::vector<LiveNode> out;
        out.reserve(nodes_.size());
        for (const auto& [name, held] : nodes_) {
            out.push_back(told_.at(name));
            out.back().unvalued_tokens = static_cast<std::size_t>(
                std::ranges::count(unvalued_, name, &std::pair<std::string, std::string>::first)
            );
        }
        return out;
    }

    /// Beside the links of network(), without own.
    [[nodiscard]] std::vector<Exact> links_usd() const {
        std::vector<Exact> out;
        out.reserve(exact_links_.size());
        for (const auto& [ends, usd] : exact_links_) {
            out.push_back(usd);
        }
        return out;
    }

    [[nodiscard]] std::vector<Observation> observations(std::int64_t at) const {
        std::vector<Observation> out;
        out.reserve(held_.size());
        for (const auto& [held, usd] : held_) {
            out.push_back(
                {.holder = held.first,
                 .chain = snapshot_.chain,
                 .token = held.second,
                 .issuer = issued_.at(held.second),
                 .at = at,
                 .value_usd = usd}
            );
        }
        return out;
    }

    /// Holders and tokens of which something has no value.
    [[nodiscard]] const Unvalued& unvalued() const noexcept { return unvalued_; }

  private:
    /// Whose markets and tokens are, and which tokens stand for others.
    void learn(const graph::Edge& edge) {
        if (edge.kind == graph::EdgeKind::kPartOf) {
            protocols_[edge.from] = edge.to;
        } else if (edge.kind == graph::EdgeKind::kIssuedBy) {
            issuers_.emplace(edge.from, edge.to);
        } else if (const auto token = snapshot_.nodes[edge.from].key.address();
                   token && stands_for_another(edge.kind)) {
            bool& claimed = derivatives_.try_emplace(*token, true).first->second;
            claimed = claimed && edge.proof == graph::Proof::kClaimed;
        }
    }

    void add(const std::string& holder, const graph::Edge& edge) {
        const std::string token = edge.token.hex();
        const double usd = dollars(edge.usd.value);
        nodes_[holder][token] += usd;
        const std::string issuer = issuer_of(edge.token);
        nodes_[issuer];
        LiveNode& told = told_.at(holder);
        add_to(told.held_usd, edge.usd.value);
        if (const auto derivative = derivatives_.find(edge.token);
            derivative != derivatives_.end()) {
            add_to(told.derivative_usd, edge.usd.value);
            if (derivative->second) {
                add_to(told.claimed_derivative_usd, edge.usd.value);
            }
        }
        held_[{holder, token}] += usd;
        issued_.try_emplace(token, issuer);
        links_[{holder, issuer}][token] += usd;
        if (issuer == holder) {
            add_to(told.own_usd, edge.usd.value);
        } else {
            add_to(
                exact_links_.try_emplace({holder, issuer}, U256()).first->second, edge.usd.value
            );
        }
    }

    /// What a node is in the graph; a protocol goes before an issuer that is called the same.
    void describe(const std::string& name, const graph::Node& node) {
        const auto [found, is_new] = told_.try_emplace(name);
        if (is_new || node.key.kind == graph::NodeKind::kProtocol) {
            found->second.id = node.id;
            found->second.kind = graph::node_kind_name(node.key.kind);
            found->second.sector = node.category.empty() ? "Unknown" : node.category;
        }
    }

    /// The token itself where nobody is known to answer for it.
    std::string issuer_of(const Address& address) {
        const auto key = graph::NodeKey::of(graph::NodeKind::kToken, address);
        const auto token = snapshot_.find(key);
        const auto found = token ? issuers_.find(*token) : issuers_.end();
        if (found == issuers_.end() ||
            snapshot_.nodes[found->second].key.kind == graph::NodeKind::kUnknown) {
            std::string id = graph::node_id(key, "");
            describe(id, {.key = key, .id = id, .name = id, .category = {}, .accounts = {}});
            return id;
        }
        const graph::Node& issuer = snapshot_.nodes[found->second];
        std::string name = name_in(issuer.id);
        describe(name, issuer);
        return name;
    }

    static double sum(const ByToken& held) {
        double total = 0;
        for (const auto& [token, usd] : held) {
            total += usd;
        }
        return total;
    }

    static std::vector<TokenValue> values(const ByToken& held) {
        std::vector<TokenValue> out;
        out.reserve(held.size());
        for (const auto& [token, usd] : held) {
            out.push_back({.token = token, .value_usd = usd});
        }
        return out;
    }

    const graph::Snapshot& snapshot_;
    std::map<graph::NodeIndex, graph::NodeIndex> protocols_;  ///< By market.
    std::map<graph::NodeIndex, graph::NodeIndex> issuers_;    ///< By token.
    std::map<std::string, ByToken> nodes_;
    std::map<std::pair<std::string, std::string>, double> held_;  ///< By holder and token.
    std::map<std::string, std::string> issued_;                   ///< By token.
    Unvalued unvalued_;
    std::map<Address, bool> derivatives_;   ///< Whether nothing but a claim says so.
    std::map<std::string, LiveNode> told_;  ///< By node.
    std::map<std::pair<std::string, std::string>, Exact> exact_links_;
    std::map<std::pair<std::string, std::string>, ByToken> links_;
};

/// Of every holding that was seen at one of the two moments only, nothing at the other.
void add_absent(std::vector<Observation>& seen, std::int64_t monday) {
    std::map<std::pair<SnapshotId, std::string>, std::vector<std::size_t>> by_holding;
    for (std::size_t i = 0; i < seen.size(); ++i) {
        by_holding[{seen[i].holder, seen[i].token}].push_back(i);
    }
    for (const auto& [holding, places] : by_holding) {
        if (places.size() == 1) {
            Observation other = seen[places.front()];
            other.at = other.at == monday ? monday + 1 : monday;
            other.value_usd = 0;
            seen.push_back(std::move(other));
        }
    }
}

/// As JSON has it, where names that differ in bytes that are no text would be one.
std::string as_text(std::string_view name) {
    std::string out;
    while (!name.empty()) {
        const Utf8Run run = leading_utf8(name);
        out += run.valid ? name.substr(0, run.size) : kReplacement;
        name.remove_prefix(run.size);
    }
    return out;
}

/// Whether a token might be called so to be taken for one that is called by its address, or with
/// it.
bool ends_like_an_address(std::string_view name) {
    constexpr std::size_t kAddress = 42;
    constexpr std::string_view kBefore = " (";
    const bool closed = name.ends_with(')');
    name.remove_suffix(closed ? 1 : 0);
    if (name.size() < kAddress || !name.substr(name.size() - kAddress).starts_with("0x")) {
        return false;
    }
    name.remove_suffix(kAddress);
    return closed ? name.ends_with(kBefore) : name.empty();
}

/// Addresses of tokens to what people call them; with the address where that might be another's.
class TokenNames {
  public:
    void add(const graph::Snapshot& snapshot) {
        for (const graph::Node& node : snapshot.nodes) {
            if (const auto address = node.key.address();
                address && node.key.kind == graph::NodeKind::kToken) {
                const std::string& name = names_[address->hex()] = as_text(node.name);
                called_[name].insert(address->hex());
            }
        }
    }

    void rename(std::vector<TokenValue>& values) const {
        for (TokenValue& value : values) {
            const auto found = names_.find(value.token);
            if (found != names_.end()) {
                const std::string& name = found->second;
                const bool own = called_.at(name).size() == 1 && !ends_like_an_address(name);
                value.token = own ? name : name + " (" + value.token + ")";
            }
        }
    }

    void rename(Snapshot& network) const {
        for (SnapshotNode& node : network.nodes) {
            rename(node.composition);
        }
        for (SnapshotLink& link : network.links) {
            rename(link.composition);
        }
    }

  private:
    std::map<std::string, std::string> names_;
    std::map<std::string, std::set<std::string>> called_;
};

}  // namespace

double dollars(const U256& usd) {
    constexpr double kUnit = 1e8;  // graph::kUsdDecimals
    double value = 0;
    for (const char digit : usd.to_string()) {
        value = (value * 10) + (digit - '0');
    }
    return value / kUnit;
}

Snapshot protocol_network(const graph::Snapshot& labelled) {
    Snapshot network = ProtocolHoldings(labelled).network(true);
    TokenNames names;
    names.add(labelled);
    names.rename(network);
    return network;
}

LiveNetwork live_network(const graph::Snapshot& labelled) {
    const ProtocolHoldings holdings(labelled);
    LiveNetwork live{
        .network = holdings.network(false),
        .nodes = holdings.nodes(),
        .links_usd = holdings.links_usd(),
        .unvalued_tokens = holdings.unvalued().size()
    };
    TokenNames names;
    names.add(labelled);
    names.rename(live.network);
    return live;
}

std::map<std::string, std::size_t> unvalued_holdings(const graph::Snapshot& labelled) {
    std::map<std::string, std::size_t> out;
    for (const auto& [holder, token] : ProtocolHoldings(labelled).unvalued()) {
        ++out[holder];
    }
    return out;
}

Result<Flows> flows_between(const graph::Snapshot& before, const graph::Snapshot& after) {
    const UnixSeconds begin = week_begin(after.timestamp);
    const auto monday = static_cast<std::int64_t>(begin.value);
    const ProtocolHoldings first(before);
    const ProtocolHoldings last(after);
    Unvalued unvalued = first.unvalued();
    unvalued.insert(last.unvalued().begin(), last.unvalued().end());
    std::vector<Observation> seen = first.observations(monday);
    std::ranges::move(last.observations(monday + 1), std::back_inserter(seen));
    std::erase_if(seen, [&unvalued](const Observation& one) {
        return unvalued.contains({one.holder.value_or(""), one.token});
    });
    // What was all gained or lost has one observation; the other is nothing.
    add_absent(seen, monday);
    FAULTLINE_TRY(std::vector<Snapshot> weeks, weekly_flows(seen));
    Flows flows;
    flows.week.date = day_of(begin);
    if (!weeks.empty()) {
        flows.week = std::move(weeks.front());
    }
    TokenNames names;
    names.add(before);
    names.add(after);
    names.rename(flows.week);
    for (const auto& [holder, token] : unvalued) {
        std::vector<TokenValue> named{{.token = token, .value_usd = 0}};
        names.rename(named);
        flows.unvalued.emplace_back(holder, named.front().token);
    }
    return flows;
}

}  // namespace faultline::network
