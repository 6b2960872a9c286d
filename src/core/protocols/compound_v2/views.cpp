// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v2/views.hpp"

#include "core/protocols/compound_v2/view_answer.hpp"
#include "core/protocols/compound_v2/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>
#include <faultline/core/protocols/compound_v2/valuation.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace faultline::compound_v2 {

MarketViews::MarketViews(
    const Tables& tables,
    MarketId market,
    const Address& comptroller,
    protocol::At at,
    protocol::Trust trust
)
    : tables_(tables),
      market_(market),
      comptroller_(comptroller),
      stored_(tables, market, at, trust),
      accrued_(tables, market, at, trust, Accrual::kAccrued) {}

std::optional<Figure<protocol::ViewFigure>> MarketViews::answer(const eth::Read& read) const {
    const MarketRow* market = tables_.markets.find({market_});
    const bool to_ctoken = tables_.ctokens.contains({.market = market_, .ctoken = read.to});
    const bool to_comptroller = read.to == comptroller_;
    const bool to_oracle = market != nullptr && read.to == market->oracle;
    if (!to_ctoken && !to_comptroller && !to_oracle) {
        return std::nullopt;
    }
    if (const Figure<bool> can = stored_.usable(); !can.ok()) {
        return Answer::without(can.status, can.reason);
    }
    Call call{.view = View::kNone, .data = read.data, .argument = {}};
    if (const KnownView* known = find_view(read.data)) {
        call.view = known->view;
        call.argument =
            known->takes_address ? Address::from_bytes(call.data.last(Address::kSize)) : Address{};
    }
    if (to_ctoken) {
        return of_ctoken(call, read.to);
    }
    if (to_comptroller) {
        return of_comptroller(call, *market);
    }
    return call.view == View::kPrice ? of_figure(stored_.price_wad(call.argument))
                                     : no_figure(call.data);
}

Figure<protocol::ViewFigure> MarketViews::of_comptroller(const Call& call, const MarketRow& market)
    const {
    switch (call.view) {
        case View::kLiquidity:
            return liquidity(call.argument);
        case View::kAssetsIn:
            return assets_in(call.argument);
        case View::kOracle:
            return words({address_word(market.oracle)});
        case View::kCloseFactor:
            return words({market.close_factor_wad});
        case View::kIncentive:
            return words({market.liquidation_incentive_wad});
        case View::kSeizePaused:
            return words({flag(market.seizures_paused)});
        case View::kTransferPaused:
            return words({flag(market.transfers_paused)});
        case View::kAllMarkets:
            return addresses(market.ctokens);
        case View::kComptrollerImplementation:
            return words({address_word(market.implementation)});
        case View::kVaiController:
            return words({address_word(market.vai_controller)});
        case View::kBorrowCap: {
            if (const Figure<bool> can = readable(call.argument); !can.ok()) {
                return Answer::without(can.status, can.reason);
            }
            const CapRow* cap = tables_.caps.find({.market = market_, .ctoken = call.argument});
            return words({cap == nullptr ? U256() : cap->borrow_cap_wei});
        }
        default:
            return of_listed(call);
    }
}

Figure<protocol::ViewFigure> MarketViews::of_listed(const Call& call) const {
    const CTokenRow* found = tables_.ctokens.find({.market = market_, .ctoken = call.argument});
    const CTokenRow row = found == nullptr || !found->listed ? CTokenRow{} : *found;
    switch (call.view) {
        case View::kMarkets:
            return words({flag(row.listed), row.collateral_factor_wad, flag(row.comped)});
        case View::kDeprecated: {
            const Figure<bool> can = readable(call.argument);
            return can.ok() ? words({flag(Valuation::deprecated(row))})
                            : Answer::without(can.status, can.reason);
        }
        case View::kMintPaused:
            return words({flag(row.mint_paused)});
        case View::kBorrowPaused:
            return words({flag(row.borrow_paused)});
        default:
            return no_figure(call.data);
    }
}

/// Of what is no cToken the Comptroller says what it says of anybody.
Figure<bool> MarketViews::readable(const Address& ctoken) const {
    return tables_.ctokens.contains({.market = market_, .ctoken = ctoken})
               ? stored_.readable(ctoken)
               : Figure<bool>::of(true);
}

Figure<protocol::ViewFigure> MarketViews::assets_in(const Address& account) const {
    const AccountRow* row = tables_.accounts.find({.market = market_, .account = account});
    return addresses(row == nullptr ? std::vector<Address>{} : row->entered);
}

Figure<protocol::ViewFigure> MarketViews::liquidity(const Address& account) const {
    const Figure<Liquidity> sums = stored_.liquidity(account);
    return sums.ok() ? words(
                           {U256(sums.value.error),
                            sums.value.liquidity_base(),
                            sums.value.shortfall_base()}
                       )
                     : Answer::without(sums.status, sums.reason);
}

Views::Views(std::vector<MarketViews> markets) : markets_(std::move(markets)) {}

std::optional<Figure<protocol::ViewFigure>> Views::answer(const eth::Read& read) const {
    for (const MarketViews& market : markets_) {
        if (auto figure = market.answer(read)) {
            return figure;
        }
    }
    return std::nullopt;
}

}  // namespace faultline::compound_v2
