// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/network/snapshot.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace faultline::network {

/// How what somebody holds is spread over tokens, by their names; nullopt where that is not
/// defined: nothing that has a value, or a value below 0.
struct TokenSpread {
    std::size_t tokens = 0;           ///< Those with a value that is not 0.
    std::optional<double> hhi;        ///< hhi() of the value of each token.
    std::optional<std::string> top;   ///< Of which there is most; of equal ones the first by name.
    std::optional<double> top_share;  ///< Its share of all.
};

/// Of one composition; values of one token add up.
TokenSpread token_spread(std::span<const TokenValue> composition);

/// Of all that nodes hold, together.
TokenSpread token_spread(std::span<const SnapshotNode> nodes);

}  // namespace faultline::network
