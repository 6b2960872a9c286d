// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/compound_v2/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>

#include <cstdint>

/// A cToken's cash: of an ERC-20 by the transfers of that token, donations included, as long as the
/// contract agrees; else as read at each live block, and between by the cToken's own logs.
namespace faultline::compound_v2 {

enum class CashWay : std::uint8_t {
    kIn,
    kOut
};

/// What a cToken of the native coin says came or went. Coins may come without a log, so this is
/// near and never taken for exact.
void move_native_cash(Transition& at, const Address& ctoken, const U256& amount, CashWay way);

/// Cash as the cToken had it before an operation. Where the transfers say otherwise they are not
/// what its cash is, or something of it was not followed.
void take_cash_prior(Transition& at, const Address& ctoken, const U256& cash);

/// The answer to getCash() at the end of the block.
void take_cash(Transition& at, const Address& ctoken, const eth::ReadAnswer& answer);

}  // namespace faultline::compound_v2
