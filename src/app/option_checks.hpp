// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>

namespace faultline::app {

/// A number of blocks and the like: digits alone, so that -1 does not wrap around to a huge one.
CLI::Validator whole_number();

}  // namespace faultline::app
