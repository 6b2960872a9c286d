// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "property/aave_model/version.hpp"

#include <array>

namespace faultline::aave_model {

/// The releases that the engine accounts for. kAllVersions has every one that is modelled.
inline constexpr std::array kTestedVersions{Version::k36, Version::k37};

}  // namespace faultline::aave_model
