// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>

#include <boost/container/flat_map.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace faultline::signals {

/// By name: {"market": "core", "token": "0x…"}. Values may hold any characters. A handful in one
/// piece of memory: they are copied and compared for each signal of each block.
using Labels = boost::container::flat_map<std::string, std::string>;

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

/// The same for the same labels of the same name, in one run of the program.
std::size_t hash_of(std::string_view name, const Labels& labels);

}  // namespace faultline::signals
