// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/graph/snapshot.hpp>
#include <faultline/core/network/snapshot.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::network {

/// A value with graph::kUsdDecimals as a number to compute with.
double dollars(const U256& usd);

/// Who holds whose tokens, by protocol: what DeXposure (arXiv 2511.22314, section 3) calls the
/// value-linked exposure network, but of what is held at a block rather than of what moved in a
/// week.
///
/// Nodes are protocols, with all that their markets hold (liquidity and debts, by token), and
/// issuers of that, with size 0 where they are no protocol here. A link goes from who holds to
/// whoever issued; its size is the usd of those tokens. What a protocol holds of its own tokens is
/// a link to itself. A token without issuer is a node of its own. Edges without a value are in no
/// figure. Tokens are told apart by address, and named for people. For metrics: floating point, not
/// to be held to the chain.
Snapshot protocol_network(const graph::Snapshot& labelled);

/// A node of protocol_network(), as of the graph that it was made of. Sums are exact; nullopt when
/// they exceed 256 bits.
struct LiveNode {
    std::string id;      ///< "protocol:aave_v3": as in the graph, not as in SnapshotNode.
    std::string kind;    ///< "protocol", "issuer", "token"
    std::string sector;  ///< Its category; "Unknown" where there is none.
    std::optional<U256> held_usd = U256();
    /// Of it: in tokens that stand for another token, or for claims on or debts to a market, so
    /// that what is behind them may be counted a second time.
    std::optional<U256> derivative_usd = U256();
    /// Of that: where no more than the token itself says what it stands for.
    std::optional<U256> claimed_derivative_usd = U256();
    /// Of held_usd: what it issued itself, which is no link.
    std::optional<U256> own_usd = U256();
    std::size_t unvalued_tokens = 0;  ///< As in unvalued_holdings().
};

/// protocol_network() with what live answers say beside it, and without links of a protocol to
/// itself: on its own tokens nobody else depends.
struct LiveNetwork {
    Snapshot network;
    std::vector<LiveNode> nodes;                 ///< Beside network.nodes.
    std::vector<std::optional<U256>> links_usd;  ///< Beside network.links, exact.
    std::size_t unvalued_tokens = 0;             ///< Of all protocols, also those that are no node.
};

LiveNetwork live_network(const graph::Snapshot& labelled);

/// How many tokens each protocol holds of which something has no value: what is shown of it is too
/// low.
std::map<std::string, std::size_t> unvalued_holdings(const graph::Snapshot& labelled);

/// What moved in a window.
struct Flows {
    Snapshot week;
    /// Holders and tokens that had no value at one end: in no flow, as what moved is not known.
    std::vector<std::pair<std::string, std::string>> unvalued;
};

/// What moved between two graphs of one chain, by the rules of weekly_flows(): `before` counts as
/// the beginning of the ISO week of `after`, whenever it was. Errors: those of weekly_flows().
Result<Flows> flows_between(const graph::Snapshot& before, const graph::Snapshot& after);

}  // namespace faultline::network
