// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/exposure.hpp>

#include <set>
#include <string_view>
#include <utility>
#include <vector>

/// The edges that follow from what markets and tokens are, not from who holds what. Pure.
namespace faultline::graph {

using EdgeList = std::vector<std::pair<EdgeKey, EdgeRow>>;

/// The part that a reserve stands in for; where it covers none, one named by who holds what.
Hash32 part_of(const protocol::Reserve& reserve);

/// Those of all its reserves: claims on them are nobody's.
std::vector<Hash32> own_parts(const protocol::MarketExposure& market);

/// Contracts of a market that may tell who can change it: its own, its receipts, and those that are
/// known to govern it.
std::vector<Address> governed_contracts(const protocol::MarketExposure& market);

/// Liquidity, prices, government, receipts and issued tokens of a market. Appends.
void add_market_edges(
    const protocol::MarketExposure& market, std::string_view protocol, EdgeList& edges
);

/// The tokens that edges are between, and that parts are of.
std::set<Address> tokens_in(const EdgeList& edges, const Tables& tables);

/// The tokens that a market has, owes or issues; any may be there more than once.
std::vector<Address> named_tokens(const protocol::MarketExposure& market);

/// What `named` tokens, and what they wrap, say they wrap, but for the receipts of followed
/// markets, of which the markets tell: no further than kMostWrappers. Appends. @pre receipts are
/// sorted
void add_wrapper_edges(
    const ledger::Table<TokenKey, TokenRow>& tokens,
    const std::vector<Address>& receipts,
    std::vector<Address> named,
    EdgeList& edges
);

}  // namespace faultline::graph
