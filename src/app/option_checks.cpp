// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <app/option_checks.hpp>
#include <string>

namespace faultline::app {

CLI::Validator whole_number() {
    CLI::Validator check;
    check.operation([](std::string& text) {
        constexpr std::size_t kMostDigits = 18;
        const bool digits = !text.empty() && text.size() <= kMostDigits &&
                            std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
        return digits ? std::string()
                      : "takes a whole number of at most 18 digits, not \"" + text + "\"";
    });
    return check;
}

}  // namespace faultline::app
