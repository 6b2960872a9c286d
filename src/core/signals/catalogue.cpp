// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/signals/catalogue.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace faultline::signals {
namespace {

const std::array kCatalogue{
    Kind{
        .name = "accounts_liquidatable",
        .unit = "1",
        .labels = {"market", "protocol"},
        .text = "Positions with a health factor below 1."
    },
    Kind{
        .name = "bad_debt_value",
        .unit = "currency",
        .labels = {"currency", "market", "protocol"},
        .text = "What positions owe beyond all of their collateral, summed."
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
        .name = "events",
        .unit = "1",
        .labels = {"detail", "event", "market", "protocol"},
        .text = "How often something happened since the chain is followed live.",
        .absence = Absence::kZero
    },
    Kind{
        .name = "events_value",
        .unit = "currency",
        .labels = {"currency", "detail", "event", "market", "protocol"},
        .text = "What was moved by that, at the prices of its blocks, since the chain is followed "
                "live.",
        .absence = Absence::kZero
    },
    Kind{
        .name = "exposure",
        .unit = "1",
        .labels = {"from", "measure", "of", "on", "through", "to"},
        .text =
            "What a node of the exposure graph depends on another, as /v1/exposures/measure says.",
        .absence = Absence::kZero
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
        .name = "utilisation",
        .unit = "1",
        .labels = {"market", "part", "protocol", "token"},
        .text =
            "borrowed / (borrowed + liquidity); a market that defines it otherwise says its own."
    },
};

}  // namespace

std::span<const Kind> catalogue() {
    return kCatalogue;
}

const Kind* kind_of(std::string_view name) {
    const auto found = std::ranges::find(kCatalogue, name, &Kind::name);
    return found == kCatalogue.end() ? nullptr : &*found;
}

}  // namespace faultline::signals
