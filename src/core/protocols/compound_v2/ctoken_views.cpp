// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v2/view_answer.hpp"
#include "core/protocols/compound_v2/view_calls.hpp"
#include "core/protocols/compound_v2/views.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

namespace faultline::compound_v2 {

Figure<protocol::ViewFigure> MarketViews::of_ctoken(const Call& call, const Address& ctoken) const {
    const CTokenRow& row = *tables_.ctokens.find({.market = market_, .ctoken = ctoken});
    if (const Figure<bool> can = stored_.readable(ctoken); !can.ok()) {
        return Answer::without(can.status, can.reason);
    }
    switch (call.view) {
        case View::kCash:
            return of_figure(stored_.cash(row));
        case View::kSupply:
            return words({row.total_supply});
        case View::kBorrows:
            return words({row.total_borrows});
        case View::kReserves:
            return words({row.total_reserves});
        case View::kBorrowIndex:
            return words({row.borrow_index_wad});
        case View::kAccrualBlock:
            return words({U256(row.accrual_block)});
        case View::kReserveFactor:
            return words({row.reserve_factor_wad});
        case View::kModel:
            return words({address_word(row.model)});
        case View::kImplementation:
            return row.implementation.is_zero() ? no_figure(call.data)
                                                : words({address_word(row.implementation)});
        case View::kUnderlying:
            return row.underlying_kind == Underlying::kErc20 ? words({address_word(row.underlying)})
                                                             : no_figure(call.data);
        case View::kBalance:
        case View::kDebtStored:
        case View::kDebtCurrent:
        case View::kSnapshot:
            return of_account(call, ctoken);
        default:
            return of_rates(call, ctoken);
    }
}

Figure<protocol::ViewFigure> MarketViews::of_account(const Call& call, const Address& ctoken)
    const {
    switch (call.view) {
        case View::kBalance:
            return words({stored_.position(ctoken, call.argument).tokens});
        case View::kDebtStored:
            return of_figure(stored_.debt(ctoken, call.argument));
        case View::kDebtCurrent: {
            // The call accrues before it looks, and reverts where that does.
            const Figure<CTokenRow> after = accrued_.state(ctoken);
            return after.ok() ? of_figure(accrued_.debt(ctoken, call.argument))
                              : Answer::without(after.status, after.reason);
        }
        default:
            return snapshot(ctoken, call.argument);
    }
}

Figure<protocol::ViewFigure> MarketViews::snapshot(const Address& ctoken, const Address& account)
    const {
    const Figure<U256> debt = stored_.debt(ctoken, account);
    const Figure<U256> rate = stored_.exchange_rate_wad(ctoken);
    const Figure<U256>& worse = debt.ok() ? rate : debt;
    if (!worse.ok()) {
        return Answer::without(worse.status, worse.reason);
    }
    return words({U256(), stored_.position(ctoken, account).tokens, debt.value, rate.value});
}

Figure<protocol::ViewFigure> MarketViews::of_rates(const Call& call, const Address& ctoken) const {
    const CTokenRow& row = *tables_.ctokens.find({.market = market_, .ctoken = ctoken});
    switch (call.view) {
        case View::kRateStored:
            return of_figure(stored_.exchange_rate_wad(ctoken));
        case View::kRateCurrent:
            return of_figure(accrued_.exchange_rate_wad(ctoken));
        case View::kBorrowsCurrent: {
            const Figure<CTokenRow> after = accrued_.state(ctoken);
            return after.ok() ? words({after.value.total_borrows})
                              : Answer::without(after.status, after.reason);
        }
        case View::kBorrowRate:
            return of_figure(stored_.borrow_rate_wad(row));
        case View::kSupplyRate:
            return of_figure(stored_.supply_rate_wad(row));
        default:
            return no_figure(call.data);
    }
}

}  // namespace faultline::compound_v2
