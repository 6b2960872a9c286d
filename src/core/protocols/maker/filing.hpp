// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/maker/contracts.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <optional>
#include <string>

namespace faultline::maker {

/// A parameter that a contract of Maker was given: file of any form.
struct Filing {
    std::optional<Hash32> ilk;
    Hash32 what;
    std::optional<U256> number;
    Address address;  ///< Where it is no number.

    /// "file(ilk ETH-A, line 1000000)": in the unit that the parameter is in.
    [[nodiscard]] std::string text() const;
};

/// nullopt for any other log, and one that does not decode.
std::optional<Filing> filing_of(Role role, const eth::Log& log);

/// "; was 500" where the rows know it before the log.
std::string filed_before(
    const Tables& tables, MarketId market, Role role, const Address& emitter, const Filing& filing
);

/// "Vat", "a Clipper": as texts name it.
std::string contract_name(Role role);

}  // namespace faultline::maker
