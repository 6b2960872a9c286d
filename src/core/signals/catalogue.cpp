// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/signals/catalogue.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace faultline::signals {
namespace {

const std::array all_kinds{
    Kind{
        .name = "account_collateral",
        .unit = "currency",
        .labels = {"account", "currency", "market", "part", "protocol"},
        .text = "What the collateral of an account that the rule names is worth.",
        .absence = Absence::kZero
    },
    Kind{
        .name = "account_debt",
        .unit = "currency",
        .labels = {"account", "currency", "market", "part", "protocol"},
        .text = "What that account owes.",
        .absence = Absence::kZero
    },
    Kind{
        .name = "account_health",
        .unit = "1",
        .labels = {"account", "market", "part", "protocol"},
        .text = "Its health factor; none without debt.",
        .absence = Absence::kZero
    },
    Kind{
        .name = "accounts_below_health",
        .unit = "1",
        .labels = {"health", "market", "protocol"},
        .text = "Positions with a health factor below the one that the rule names."
    },
    Kind{
        .name = "accounts_liquidatable",
        .unit = "1",
        .labels = {"market", "protocol"},
        .text = "Positions with a health factor below 1."
    },
    Kind{
        .name = "action_paused",
        .unit = "1",
        .labels = {"action", "market", "part", "protocol", "token"},
        .text = "1 while governance paused that action, 0 otherwise."
    },
    Kind{
        .name = "auction_oldest_seconds",
        .unit = "seconds",
        .labels = {"market", "part", "protocol"},
        .text = "How long ago the oldest collateral auction that runs began or was reset, 0 "
                "without one."
    },
    Kind{
        .name = "auctions_open",
        .unit = "1",
        .labels = {"market", "part", "protocol"},
        .text = "Collateral auctions that run."
    },
    Kind{
        .name = "auctions_stuck",
        .unit = "1",
        .labels = {"market", "part", "protocol"},
        .text = "Collateral auctions that nobody can take from until somebody resets them."
    },
    Kind{
        .name = "bad_debt_value",
        .unit = "currency",
        .labels = {"currency", "market", "protocol"},
        .text = "What positions owe beyond all of their collateral, summed."
    },
    Kind{
        .name = "borrow_cap_usage",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "What all borrowers owe, of the borrow cap."
    },
    Kind{
        .name = "borrow_rate",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "What borrowers pay a year, by the market's own rate, as a share."
    },
    Kind{
        .name = "borrow_rate_per_block",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "What borrowers pay a block, as a share."
    },
    Kind{
        .name = "borrowed",
        .unit = "tokens",
        .labels = {"market", "part", "protocol", "token"},
        .text = "What all borrowers owe of a token."
    },
    Kind{
        .name = "borrowed_value",
        .unit = "currency",
        .labels = {"currency", "market", "part", "protocol", "token"},
        .text = "The same at the market's own price."
    },
    Kind{
        .name = "borrowing_enabled",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "1 while a reserve may be borrowed, 0 otherwise."
    },
    Kind{
        .name = "clipper_stopped",
        .unit = "1",
        .labels = {"market", "part", "protocol"},
        .text = "How much of the liquidation of an ilk is stopped, 0 to 3."
    },
    Kind{
        .name = "concentration_hhi",
        .unit = "1",
        .labels = {"market", "of", "protocol"},
        .text = "Herfindahl-Hirschman index of a market's suppliers, borrowers or collateral."
    },
    Kind{
        .name = "concentration_top10",
        .unit = "1",
        .labels = {"market", "of", "protocol"},
        .text = "Share that the ten largest of them have."
    },
    Kind{
        .name = "debt_below_health",
        .unit = "currency",
        .labels = {"currency", "health", "market", "protocol"},
        .text = "What those positions owe."
    },
    Kind{
        .name = "debt_ceiling_usage",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "Debt of its ceiling."
    },
    Kind{
        .name = "debt_index",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "What a unit of debt has grown to by interest, which never falls."
    },
    Kind{
        .name = "deficit_value",
        .unit = "currency",
        .labels = {"currency", "market", "part", "protocol", "token"},
        .text = "Bad debt that the market wrote off and nobody covered yet."
    },
    Kind{
        .name = "deprecated",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "1 while every debt to a cToken may be liquidated, 0 otherwise."
    },
    Kind{
        .name = "esm_joined",
        .unit = "tokens",
        .labels = {"market", "protocol"},
        .text = "What was given towards an emergency shutdown."
    },
    Kind{
        .name = "events",
        .unit = "1",
        .labels = {"detail", "event", "market", "protocol"},
        .text = "How often something happened since the chain is followed live.",
        .absence = Absence::kZero,
        .counts = true
    },
    Kind{
        .name = "events_unpriced",
        .unit = "1",
        .labels = {"detail", "event", "market", "protocol"},
        .text = "How many of these moved something that had no price: events_value lacks them.",
        .absence = Absence::kZero,
        .counts = true
    },
    Kind{
        .name = "events_value",
        .unit = "currency",
        .labels = {"currency", "detail", "event", "market", "protocol"},
        .text = "What was moved by that, at the prices of its blocks, since the chain is followed "
                "live.",
        .absence = Absence::kZero,
        .counts = true
    },
    Kind{
        .name = "exchange_rate",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "What a unit of a claim is worth in units of its token, which never falls."
    },
    Kind{
        .name = "exposure",
        .unit = "usd or 1",
        .labels = {"claimed", "from", "measure", "of", "on", "through", "to"},
        .text =
            "What a node of the exposure graph depends on another, as /v1/exposures/measure says.",
        .absence = Absence::kZero
    },
    Kind{
        .name = "exposures_left_out",
        .unit = "1",
        .labels = {"claimed", "measure", "of", "on", "through"},
        .text = "Pairs of nodes that no `exposure` tells, because those of which more is proven "
                "are too many."
    },
    Kind{
        .name = "hole_usage",
        .unit = "1",
        .labels = {"market", "part", "protocol"},
        .text = "What collateral auctions are to raise, of the most they may at once."
    },
    Kind{
        .name = "laws_broken",
        .unit = "1",
        .labels = {"market", "protocol"},
        .text = "How much of what the market conserves does not add up in our rows."
    },
    Kind{
        .name = "liquidatable_debt_value",
        .unit = "currency",
        .labels = {"currency", "market", "protocol"},
        .text = "What positions with a health factor below 1 owe."
    },
    Kind{
        .name = "liquidation_grace_seconds",
        .unit = "seconds",
        .labels = {"market", "part", "protocol", "token"},
        .text = "For how long positions with this reserve may not be liquidated yet."
    },
    Kind{
        .name = "liquidity",
        .unit = "tokens",
        .labels = {"market", "part", "protocol", "token"},
        .text = "What a market can pay out of a token now."
    },
    Kind{
        .name = "liquidity_value",
        .unit = "currency",
        .labels = {"currency", "market", "part", "protocol", "token"},
        .text = "The same at the market's own price."
    },
    Kind{
        .name = "network_metric",
        .unit = "1",
        .labels = {"metric", "node"},
        .text = "A figure of the network of protocols and issuers, of the whole (`node` is empty) "
                "or of a protocol."
    },
    Kind{
        .name = "price",
        .unit = "currency",
        .labels = {"currency", "market", "part", "protocol", "token"},
        .text = "What a market takes a whole token to be worth."
    },
    Kind{
        .name = "price_unchanged_seconds",
        .unit = "seconds",
        .labels = {"currency", "market", "part", "protocol", "token"},
        .text = "For how long that price was the same."
    },
    Kind{
        .name = "psm_balance",
        .unit = "tokens",
        .labels = {"market", "part", "protocol", "token"},
        .text = "What can be bought of a PSM."
    },
    Kind{
        .name = "psm_share",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "The same, of the debt that it backs."
    },
    Kind{
        .name = "psm_tin",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "What a PSM takes of those who sell to it, as a share."
    },
    Kind{
        .name = "psm_tout",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "What a PSM takes of those who buy of it, as a share."
    },
    Kind{
        .name = "reserve_frozen",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "1 while nobody may supply or borrow a reserve, 0 otherwise."
    },
    Kind{
        .name = "reserve_paused",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "1 while nobody may do anything with a reserve, 0 otherwise."
    },
    Kind{
        .name = "reserves_target_share",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "Reserves, of the target at which a Comet stops selling collateral."
    },
    Kind{
        .name = "reserves_value",
        .unit = "currency",
        .labels = {"currency", "market", "part", "protocol", "token"},
        .text = "What a market owns itself, below 0 when it owes more than it has."
    },
    Kind{
        .name = "savings_rate",
        .unit = "1",
        .labels = {"market", "part", "protocol"},
        .text = "What savers earn a year, as a share."
    },
    Kind{
        .name = "seized_value",
        .unit = "currency",
        .labels = {"currency", "market", "part", "protocol", "token"},
        .text = "What that collateral was worth, at the prices of its blocks, since the chain is "
                "followed live."
    },
    Kind{
        .name = "seizures",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "How often liquidations took collateral of that token, since it is followed live."
    },
    Kind{
        .name = "seizures_unpriced",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "How many of these had no price: seized_value lacks them."
    },
    Kind{
        .name = "supplied",
        .unit = "tokens",
        .labels = {"market", "part", "protocol", "token"},
        .text = "What all suppliers are owed of a token, collateral included."
    },
    Kind{
        .name = "supplied_value",
        .unit = "currency",
        .labels = {"currency", "market", "part", "protocol", "token"},
        .text = "The same at the market's own price."
    },
    Kind{
        .name = "supply_cap_usage",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "What counts against a supply cap, of the cap."
    },
    Kind{
        .name = "supply_rate",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "What suppliers earn a year, by the market's own rate, as a share."
    },
    Kind{
        .name = "supply_rate_per_block",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text = "What suppliers earn a block, as a share."
    },
    Kind{
        .name = "surplus_value",
        .unit = "currency",
        .labels = {"currency", "market", "protocol"},
        .text = "Surplus of the system, below 0 when its bad debt is larger."
    },
    Kind{
        .name = "utilisation",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text =
            "borrowed / (borrowed + liquidity); a market that defines it otherwise says its own."
    },
};

}  // namespace

std::span<const Kind> catalogue() {
    return all_kinds;
}

const Kind* kind_of(std::string_view name) {
    const auto found = std::ranges::find(all_kinds, name, &Kind::name);
    return found == all_kinds.end() ? nullptr : &*found;
}

}  // namespace faultline::signals
