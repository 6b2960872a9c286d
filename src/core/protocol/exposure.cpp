// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/exposure.hpp>

#include <optional>

namespace faultline::protocol {

std::optional<U256> Scale::amount(const U256& units) const {
    FAULTLINE_ASSERT(unit != U256());
    switch (direction) {
        case Direction::kDown:
            return mul_div_floor(units, factor, unit);
        case Direction::kNearest:
            return mul_div_half_up(units, factor, unit);
        case Direction::kUp:
            return mul_div_ceil(units, factor, unit);
    }
    return std::nullopt;
}

}  // namespace faultline::protocol
