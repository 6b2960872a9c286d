// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/aave/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

namespace faultline::aave {

/// Pool amounts move in both directions of one unsigned figure; going below zero means a lost log.
Result<U256> moved(const Address& asset, const U256& figure, const U256& in, const U256& out);

/// The same for a figure of a listed reserve's row.
Result<void> move(
    Transition& at, const Address& asset, U256 ReserveRow::* figure, const U256& in, const U256& out
);

/// Where not every reserve keeps its own count of underlying, no log tells which do.
bool counts_underlying(const Transition& at);

}  // namespace faultline::aave
