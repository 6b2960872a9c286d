// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace faultline::protocol {

/// A figure that may be below zero.
struct Signed {
    bool negative = false;
    U256 magnitude;
};

/// A named figure, the unit at the end of the name: "debt_base", "price_ray", "reserves_wei".
/// Amounts are integers; a monostate is a figure that is withheld, for `reason`.
struct SheetEntry {
    std::string name;
    std::variant<std::monostate, U256, Signed, bool, Address, std::string> value;
    FigureStatus status = FigureStatus::kValue;
    std::string reason;
};

/// Figures of a market, an account or a part of either, for people and the API: what each protocol
/// has to say in its own terms.
struct Sheet {
    std::vector<SheetEntry> entries;
    /// Lists of parts by what they are: "collaterals", "ilks", "auctions".
    std::vector<std::pair<std::string, std::vector<Sheet>>> lists;

    template <class T>
    void add(std::string_view name, const T& value) {
        entries.push_back({.name = std::string(name), .value = value, .reason = {}});
    }

    template <class T>
    void add(std::string_view name, const Figure<T>& figure) {
        if (figure.ok()) {
            add(name, figure.value);
        } else {
            entries.push_back(
                {.name = std::string(name),
                 .value = {},
                 .status = figure.status,
                 .reason = figure.reason}
            );
        }
    }
};

}  // namespace faultline::protocol
