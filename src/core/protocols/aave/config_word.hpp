// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

namespace faultline::aave {

/// ReserveConfigurationMap: bit positions of ReserveConfiguration.sol, all releases.
U256 config_word(const Rules& rules, const ReserveConfig& config);
/// The same backwards; what is not in the word (the grace period) is left as it is by default.
ReserveConfig config_of(const U256& word);

}  // namespace faultline::aave
