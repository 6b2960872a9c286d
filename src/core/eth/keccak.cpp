// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/keccak.hpp>

#include <string_view>

namespace faultline::eth {

Hash32 keccak256(BytesView input) {
    return detail::keccak256_of(input);
}

Hash32 keccak256(std::string_view input) {
    return detail::keccak256_of(input);
}

}  // namespace faultline::eth
