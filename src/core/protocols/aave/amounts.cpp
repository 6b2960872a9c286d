// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/amounts.hpp"

#include "core/protocols/aave/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>

#include <optional>

namespace faultline::aave {

Result<U256> moved(const Address& asset, const U256& figure, const U256& in, const U256& out) {
    const auto raised = checked_add(figure, in);
    const auto next = raised ? checked_sub(*raised, out) : std::nullopt;
    if (!next) {
        return Error(
                   Code::kCorrupt, "an amount of reserve " + asset.hex() + " would fall below zero"
        )
            .advise("a log before this one is missing; run `faultline resync` to follow again");
    }
    return *next;
}

Result<void> move(
    Transition& at, const Address& asset, U256 ReserveRow::* figure, const U256& in, const U256& out
) {
    FAULTLINE_TRY(const ReserveId id, at.reserve_of(asset));
    const ReserveRow& reserve = *at.tables.reserves.find({.market = at.market, .reserve = id});
    FAULTLINE_TRY(const U256 next, moved(asset, reserve.*figure, in, out));
    at.tables.reserves.update({.market = at.market, .reserve = id}, [&](ReserveRow& row) {
        row.*figure = next;
    });
    return {};
}

bool counts_underlying(const Transition& at) {
    return at.rules().virtual_accounting == VirtualAccounting::kAlways;
}

}  // namespace faultline::aave
