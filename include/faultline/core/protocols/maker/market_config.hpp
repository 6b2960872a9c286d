// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline::maker {

enum class PsmKind : std::uint8_t {
    kLite,    ///< DssLitePsm: the gem is in a pocket, Dai is minted ahead.
    kLegacy,  ///< DssPsm: the gem is the PSM's own urn, Dai is minted by each swap.
};

/// A peg stability module.
struct Psm {
    std::string name;  ///< For people, unique per market: "usdc".
    Address psm;
    Address pocket;  ///< Lite: who keeps the gem; zero for a legacy one.
    Address gem;
    Hash32 ilk;
    unsigned gem_decimals = 18;
    PsmKind kind = PsmKind::kLite;
};

/// Where one deployment of Maker (a Vat) lives on its chain. Addresses that are zero are not
/// followed. Clippers, price curves and oracles are found by the Dog's, the clippers' and the
/// Spotter's own logs.
struct MarketConfig {
    std::string name;  ///< For people, unique per chain: "core".
    Address vat;
    Address jug;
    Address spotter;
    Address dog;
    Address vow;
    Address pot;
    Address dai;
    Address dai_join;
    Address end;
    Address esm;
    std::vector<Psm> psms;
    /// Joins that no log names as wards of the Vat; those that logs name need not be here.
    std::vector<Address> joins{};  // NOLINT(readability-redundant-member-init): seldom.
    Address susds;
    Address stusds;
    Address usds{};
    Address usds_join{};
    Address dai_usds{};          ///< DaiUsds: the converter between the two.
    Address lockstake_engine{};  ///< LockstakeEngine: whose vaults its urns are.
    /// Block of the first event of the market; nullopt: its state is read at some block.
    std::optional<eth::BlockNum> deployed_at;
    /// What the Vat counts in: Dai at its target price, as rad. Collateral is worth what the last
    /// poke said of it.
    protocol::BaseCurrency base_currency{.symbol = "USD", .decimals = 45};
};

}  // namespace faultline::maker
