// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>

#include <cstdint>
#include <limits>
#include <string>

namespace faultline::aave {

/// A logged share or factor in the 16 bits that the contract keeps it in; kMalformed, naming
/// `what`, when it does not fit.
inline Result<std::uint16_t> bps(const U256& value, const char* what) {
    if (!value.fits_u64() || value.low_u64() > std::numeric_limits<std::uint16_t>::max()) {
        return Error(
            Code::kMalformed,
            std::string(what) + " of " + value.to_string() + " does not fit its 16 bits"
        );
    }
    return static_cast<std::uint16_t>(value.low_u64());
}

}  // namespace faultline::aave
