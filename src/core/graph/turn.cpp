// SPDX-License-Identifier: Apache-2.0
#include "core/graph/turn.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace faultline::graph {

bool is_turn(const Address& contract, eth::BlockNum number, eth::BlockNum every) {
    constexpr std::size_t kWordBytes = 8;
    eth::BlockNum word = 0;
    for (const auto byte : std::span(contract.bytes).last<kWordBytes>()) {
        word = (word << 8U) | byte;
    }
    return (number + (word % every)) % every == 0;
}

std::vector<Address> some_of(
    std::vector<Address> contracts, std::size_t most, eth::BlockNum number, eth::BlockNum every
) {
    std::ranges::sort(contracts);
    if (contracts.size() <= most) {
        return contracts;
    }
    // Who chooses addresses may have many share a turn: none of the others must lose theirs for it.
    const std::size_t first = (number / every * most) % contracts.size();
    std::ranges::rotate(contracts, contracts.begin() + static_cast<std::ptrdiff_t>(first));
    contracts.resize(most);
    std::ranges::sort(contracts);
    return contracts;
}

}  // namespace faultline::graph
