// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace faultline::graph {

/// What a node stands for. Nodes with an address are of one chain; those with a name are of all.
enum class NodeKind : std::uint8_t {
    kProtocol,  ///< By name: "aave_v3". What markets are of, and who issues their tokens.
    kMarket,    ///< By address: pool, Comet, Comptroller, Vat.
    kToken,     ///< By address; zero: the chain's own coin.
    kIssuer,    ///< By name, from labels: "lido". Who answers for a token and is no protocol here.
    kOracle,    ///< By address: a market's oracle, or a feed.
    kEntity,  ///< By name, from labels: "binance". Whoever holds positions under several addresses.
    kAccount,   ///< By address: one of the largest of a market.
    kOthers,    ///< By the market's address: everybody else in it.
    kBridge,    ///< By name, from labels.
    kGovernor,  ///< By address: who can change a market's code or parameters.
    kUnknown,   ///< By the token's address: the issuer of a token that nothing tells.
};

constexpr NodeKind last_of(NodeKind /*of*/) noexcept {
    return NodeKind::kUnknown;
}

/// "protocol", "market", ...
std::string_view node_kind_name(NodeKind kind) noexcept;
/// Whether nodes of that kind have an address; otherwise they have a name.
bool has_address(NodeKind kind) noexcept;

/// A node, told by what it is and not by when it was met, so that a graph built in another order is
/// the same graph: the kind, then the address to the right, or the first 31 bytes of the name's
/// keccak256.
struct NodeKey {
    NodeKind kind = NodeKind::kProtocol;
    FixedBytes<31, struct NodeTag> rest;
    auto operator<=>(const NodeKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.kind, self.rest); }

    /// @pre has_address(kind)
    static NodeKey of(NodeKind kind, const Address& address);
    /// @pre !has_address(kind)
    static NodeKey of(NodeKind kind, std::string_view name);

    /// nullopt for a node with a name.
    [[nodiscard]] std::optional<Address> address() const;
};

/// "token:0x…", "issuer:lido"; of a named node, `name` is what it is called.
std::string node_id(const NodeKey& key, std::string_view name);

/// The node that such an id names; kMalformed says what an id looks like.
Result<NodeKey> node_of_id(std::string_view id);

}  // namespace faultline::graph
