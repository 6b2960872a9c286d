// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/ledger/table.hpp>

#include <span>
#include <vector>

/// Who can change a market, where its contracts tell: governor() of a Comet, admin() of a
/// Comptroller and its cTokens, owner() of Aave's provider, admin() of a timelock that they name.
/// Each contract is asked once, and again
/// now and then, as governors hand over without a log that is followed.
namespace faultline::graph {

using GovernorRows = ledger::Table<GovernorKey, GovernorRow>;

/// The calls about contracts whose turn it is at the block, that it has not made.
std::vector<eth::Read> plan_governor_reads(
    std::span<const Address> contracts, const eth::Block& block, const GovernorRows& governors
);

/// Makes rows of the contracts about which the block has made all calls, whoever asked: so rows
/// follow from blocks alone. A revert, and what is no address, is nobody; where something had no
/// answer, what is known stays, and it is asked again.
void take_governor_answers(const eth::Block& block, GovernorRows& governors);

}  // namespace faultline::graph
