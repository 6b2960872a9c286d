// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "property/aave_model/version.hpp"

namespace faultline::aave_model {

/// The releases that the engine accounts for: every one that is modelled.
inline constexpr auto kTestedVersions = kAllVersions;

}  // namespace faultline::aave_model
