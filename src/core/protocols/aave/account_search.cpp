// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/events.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/account_search.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace faultline::aave {

std::vector<Hash32> account_topics() {
    std::vector<Hash32> topics{
        events::Mint::kTopic0,
        events::BalanceTransfer::kTopic0,
        events::StableMint::kTopic0,
        events::UserEModeSet::kTopic0
    };
    std::ranges::sort(topics);
    return topics;
}

std::vector<Hash32> emode_topics() {
    return {events::UserEModeSet::kTopic0};
}

std::optional<Address> named_account(const eth::Log& log) {
    if (events::Mint::matches(log)) {
        const auto event = events::Mint::decode(log);
        return event ? std::optional(event->get<"onBehalfOf">()) : std::nullopt;
    }
    if (events::BalanceTransfer::matches(log)) {
        const auto event = events::BalanceTransfer::decode(log);
        return event ? std::optional(event->get<"to">()) : std::nullopt;
    }
    if (events::StableMint::matches(log)) {
        const auto event = events::StableMint::decode(log);
        return event ? std::optional(event->get<"onBehalfOf">()) : std::nullopt;
    }
    if (events::UserEModeSet::matches(log)) {
        const auto event = events::UserEModeSet::decode(log);
        return event ? std::optional(event->get<"user">()) : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace faultline::aave
