// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <app/daemon_config.hpp>
#include <cstddef>
#include <string>

namespace faultline::app {

/// "1 chain", "2 chains"
std::string plural(std::size_t count, const std::string& noun);

/// What `check` says of a configuration that is right.
std::string summary(const DaemonConfig& config, const std::string& file);

}  // namespace faultline::app
