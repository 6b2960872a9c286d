// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace faultline::signals {

/// By name: {"market": "core", "token": "0x…"}. Values may hold any characters.
using Labels = std::map<std::string, std::string>;

/// A named figure of one block. Its unit is the catalogue's.
struct Signal {
    std::string name;  ///< One of the catalogue's: letters, digits and underscores.
    Labels labels;     ///< Which one of that name.
    Figure<Decimal> value;

    bool operator==(const Signal&) const = default;
};

using Visit = std::function<void(Signal)>;

/// "utilisation{market=\"core\", token=\"0x…\"}"; quotes and backslashes in values are escaped.
std::string text(std::string_view name, const Labels& labels);

}  // namespace faultline::signals
