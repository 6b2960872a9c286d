// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/graph/node.hpp>

#include <cstdint>
#include <string_view>
#include <tuple>

namespace faultline::graph {

/// What binds two nodes. An edge points from who depends to what it depends on: what `to` loses,
/// `from` may lose.
enum class EdgeKind : std::uint8_t {
    kSupplied,    ///< Holder to market: lent, securing nothing of the holder's.
    kCollateral,  ///< Holder to market: may secure the holder's debt.
    kDebt,        ///< Market to holder: what the holder owes.
    kLiquidity,   ///< Market to token: what the market has, and can pay out or seize.
    kWraps,       ///< Token to the token that it stands for, or to the market (and part) it claims.
    kBacked,      ///< Issued token to the market whose debts (by part) or reserves stand behind it.
    kPricedBy,    ///< Market to oracle, by part: what its figures take that oracle's word for.
    kIssuedBy,    ///< Token to issuer, protocol or unknown.
    kBridgedBy,   ///< Token to bridge.
    kGovernedBy,  ///< Market to whoever can change it.
    kPartOf,      ///< Market to its protocol.
};

constexpr EdgeKind last_of(EdgeKind /*of*/) noexcept {
    return EdgeKind::kPartOf;
}

/// Whether edges of that kind are of an amount, known or not.
constexpr bool has_amount(EdgeKind kind) noexcept {
    return kind != EdgeKind::kIssuedBy && kind != EdgeKind::kBridgedBy &&
           kind != EdgeKind::kGovernedBy && kind != EdgeKind::kPartOf;
}

/// "supplied", "collateral", ...
std::string_view edge_kind_name(EdgeKind kind) noexcept;

struct EdgeKey {
    NodeKey from;
    NodeKey to;
    EdgeKind kind = EdgeKind::kSupplied;
    /// Of the market at either end, as in protocol::Leg; zero where none is meant.
    Hash32 part;
    auto operator<=>(const EdgeKey&) const = default;

    auto fields(this auto& self) { return std::tie(self.from, self.to, self.kind, self.part); }
};

}  // namespace faultline::graph
