// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <optional>
#include <vector>

/// Who may have rows in a market, from its logs: an account's state begins with a token that is
/// minted or sent to it, or with an eMode that it chooses.
namespace faultline::aave {

/// First topics of the logs that name accounts. Sorted.
std::vector<Hash32> account_topics();
/// Of those that name who need not hold anything: eModes are chosen without.
std::vector<Hash32> emode_topics();

/// Whom a log names, if it is one of those. The caller looks at whose it is: the pool's or one of
/// the market's tokens.
std::optional<Address> named_account(const eth::Log& log);

}  // namespace faultline::aave
