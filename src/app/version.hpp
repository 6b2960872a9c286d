// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace faultline::app {

/// "0.1.0", the version of the CMake project.
inline constexpr std::string_view kVersion = FAULTLINE_VERSION;

}  // namespace faultline::app
