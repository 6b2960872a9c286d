// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/config/document.hpp>

#include <iosfwd>
#include <string>
#include <vector>

namespace faultline::app {

/// Runs the tests of rules that the files hold, on blocks that exist only there. What failed goes
/// to `out` with where it is expected, what is wrong with a file to `err`. Returns an ExitCode as
/// its number: kFailed where an expectation was not met.
int test_rules(
    const std::vector<std::string>& files,
    const config::Surroundings& surroundings,
    std::ostream& out,
    std::ostream& err
);

}  // namespace faultline::app
