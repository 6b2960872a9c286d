// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstddef>
#include <vector>

/// When what contracts said is asked once more: behind a proxy it may change, and daemons that
/// began at different blocks come to know the same.
namespace faultline::graph {

/// About half a day of Ethereum.
inline constexpr eth::BlockNum kAskedAgainEvery = 4096;

/// What had no answer is asked again sooner.
inline constexpr eth::BlockNum kUnansweredAgainEvery = 256;

/// Whether it is the turn of a contract that has answered before. Each has a block of its own in
/// `every`, which divides kAskedAgainEvery.
bool is_turn(const Address& contract, eth::BlockNum number, eth::BlockNum every = kAskedAgainEvery);

/// At most `most` of them, sorted; where there are more, others the next time, which is so many
/// blocks later.
std::vector<Address> some_of(
    std::vector<Address> contracts,
    std::size_t most,
    eth::BlockNum number,
    eth::BlockNum every = kAskedAgainEvery
);

}  // namespace faultline::graph
