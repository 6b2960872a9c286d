// SPDX-License-Identifier: Apache-2.0
// Views of clippers, price curves, oracles, PSMs, tokens and savings.
#include "core/protocols/maker/contracts.hpp"
#include "core/protocols/maker/psm_figures.hpp"
#include "core/protocols/maker/rates.hpp"
#include "core/protocols/maker/view_calls.hpp"
#include "core/protocols/maker/views.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace faultline::maker {
namespace {

constexpr const char* kUntold = "a view that the rows do not tell";

constexpr const char* kUnread =
    "its clipper was named after the market was read, and is still to be read";

/// The running auction that the first argument names.
std::optional<SaleKey> sale_key(const ViewQuestion& q) {
    const SaleKey key{.market = q.market, .clip = q.contract, .id = q.arguments[0].low_u64()};
    return q.arguments[0].fits_u64() && q.tables.sales.contains(key) ? std::optional(key)
                                                                     : std::nullopt;
}

/// sales(id): all zero of one that is over.
Figure<ViewFigure> sales_view(const ViewQuestion& q, const ClipRow& clip) {
    const auto key = sale_key(q);
    if (!key) {
        return Figure<ViewFigure>::of(
            {.words = {U256(), U256(), U256(), U256(), U256(), U256()}, .array = false}
        );
    }
    const SaleRow* sale = q.tables.sales.find(*key);
    const auto place = std::ranges::find(clip.active, key->id) - clip.active.begin();
    return Figure<ViewFigure>::of(
        {.words =
             {U256(static_cast<std::uint64_t>(place)),
              sale->tab_rad,
              sale->lot_wad,
              word_of(sale->usr),
              U256(sale->tic.value),
              sale->top_ray},
         .array = false}
    );
}

/// getStatus(id): (needsRedo, price, lot, tab). Of one that is over, the curve is asked for the
/// price of nothing after all the time there was.
Figure<ViewFigure> status_view(const ViewQuestion& q) {
    const auto key = sale_key(q);
    const SaleKey asked{.market = q.market, .clip = q.contract, .id = 0};
    const SaleRow sale = key ? *q.tables.sales.find(*key) : SaleRow{};
    const auto status = sale_status(q.tables, key.value_or(asked), sale, q.at.timestamp);
    if (!status.ok()) {
        return Figure<ViewFigure>::without(status.status, status.reason);
    }
    return Figure<ViewFigure>::of(
        {.words =
             {U256(status.value.needs_redo ? 1 : 0),
              status.value.price_ray,
              sale.lot_wad,
              sale.tab_rad},
         .array = false}
    );
}

Figure<ViewFigure> list_view(const ClipRow& clip) {
    ViewFigure out{.words = {U256(clip.active.size())}, .array = true};
    for (const std::uint64_t id : clip.active) {
        out.words.emplace_back(U256(id));
    }
    return Figure<ViewFigure>::of(std::move(out));
}

Figure<ViewFigure> parameter_view(const ViewQuestion& q, const ClipRow& clip) {
    switch (q.view) {
        case View::kBuf:
            return of_word(clip.buf_ray);
        case View::kTail:
            return of_word(clip.tail_s);
        case View::kCusp:
            return of_word(clip.cusp_ray);
        case View::kChip:
            return of_word(clip.chip_wad);
        case View::kTip:
            return of_word(clip.tip_rad);
        case View::kStopped:
            return of_word(clip.stopped);
        case View::kCalc:
            return of_word(word_of(clip.calc));
        case View::kKicks:
            return of_word(U256(clip.kicks));
        case View::kCount:
            return of_word(U256(clip.active.size()));
        default:
            return untold(kUntold);
    }
}

Figure<ViewFigure> word_or_untold(const std::optional<U256>& word) {
    return word ? of_word(*word) : untold(kUntold);
}

}  // namespace

Figure<U256> chost_at(const ClipRow& clip, protocol::At at) {
    if (clip.chost_rad && (!clip.chost_at || *clip.chost_at == at.number)) {
        return Figure<U256>::of(*clip.chost_rad);
    }
    return Figure<U256>::without(
        FigureStatus::kNoData, "upchost() logs nothing, and chost was not read at this block"
    );
}

Figure<SaleStatus> sale_status(
    const Tables& tables, const SaleKey& key, const SaleRow& sale, UnixSeconds now
) {
    const ClipRow* clip = tables.clips.find({.market = key.market, .contract = key.clip});
    if (clip == nullptr || clip->unread) {
        return Figure<SaleStatus>::without(FigureStatus::kNoData, kUnread);
    }
    const CalcRow* calc = tables.calcs.find({.market = key.market, .contract = clip->calc});
    if (calc == nullptr || calc->unread || !knows_curve(*calc)) {
        return Figure<SaleStatus>::without(
            FigureStatus::kNoData, "which price curve the clipper goes by is unknown"
        );
    }
    const auto status = auction_status(*clip, *calc, sale, now);
    if (!status) {
        return Figure<SaleStatus>::without(FigureStatus::kError, "the price curve reverts");
    }
    return Figure<SaleStatus>::of(
        {.needs_redo = !sale.usr.is_zero() && status->done, .price_ray = status->price_ray}
    );
}

Figure<ViewFigure> clip_view(const ViewQuestion& q) {
    const ClipRow* clip = q.tables.clips.find({.market = q.market, .contract = q.contract});
    if (clip->unread) {
        return untold(kUnread);
    }
    switch (q.view) {
        case View::kChost:
            return of_word(chost_at(*clip, q.at));
        case View::kList:
            return list_view(*clip);
        case View::kSales:
            return sales_view(q, *clip);
        case View::kGetStatus:
            return status_view(q);
        default:
            return parameter_view(q, *clip);
    }
}

Figure<ViewFigure> calc_view(const ViewQuestion& q) {
    const CalcRow* calc = q.tables.calcs.find({.market = q.market, .contract = q.contract});
    if (calc->unread) {
        return untold("the price curve is still to be read");
    }
    switch (q.view) {
        case View::kTau:
            return word_or_untold(calc->tau_s);
        case View::kCut:
            return word_or_untold(calc->cut_ray);
        case View::kStep:
            return word_or_untold(calc->step_s);
        default:
            return untold(kUntold);
    }
}

/// Who is on an oracle's list decides what it answers.
Figure<ViewFigure> pip_view(const ViewQuestion& /*q*/) {
    return untold("an oracle answers those on its list only");
}

Figure<ViewFigure> psm_view(const ViewQuestion& q) {
    const Psm& psm = psm_of(q.config, q.contract);
    const PsmRow* row = q.tables.psms.find({.market = q.market, .contract = q.contract});
    if (row == nullptr) {
        return untold("the PSM was never read");
    }
    if (q.view == View::kTin) {
        return of_word(row->tin_wad);
    }
    if (q.view == View::kTout) {
        return of_word(row->tout_wad);
    }
    if (psm.kind == PsmKind::kLegacy) {
        return untold(kUntold);
    }
    const LitePsmFigures figures = lite_psm_figures(q.tables, q.market, q.config, psm);
    switch (q.view) {
        case View::kBuf:
            return of_word(row->buf_wad);
        case View::kRush:
            return of_word(figures.rush_wad);
        case View::kGush:
            return of_word(figures.gush_wad);
        case View::kCut:
            return of_word(figures.cut_wad);
        default:
            return untold(kUntold);
    }
}

Figure<U256> token_supply(const Tables& tables, const ContractKey& token) {
    if (tables.supply_doubts.contains(token)) {
        return Figure<U256>::without(
            FigureStatus::kNoData,
            "Dai went to the zero address: no log says whether it was burnt, and the supply was "
            "not read since"
        );
    }
    const TokenRow* row = tables.tokens.find(token);
    return row != nullptr ? Figure<U256>::of(row->supply_wad)
                          : Figure<U256>::without(FigureStatus::kNoData, "supply of a gem");
}

Figure<ViewFigure> token_view(const ViewQuestion& q) {
    const MarketRow* market = q.tables.markets.find({q.market});
    if (q.view == View::kTotalSupply) {
        return of_word(token_supply(q.tables, {.market = q.market, .contract = q.contract}));
    }
    if (q.view != View::kBalanceOf) {
        return untold(kUntold);
    }
    if (address_of(q.arguments[0]).is_zero()) {
        return untold("no log says what was burnt and what was sent to the zero address");
    }
    const BalanceRow* balance = q.tables.balances.find(
        {.market = q.market, .token = q.contract, .holder = address_of(q.arguments[0])}
    );
    const bool all = market != nullptr && market->complete && q.contract == q.config.dai;
    return balance != nullptr || all ? of_word(balance != nullptr ? balance->amount : U256())
                                     : untold("balances of PSMs alone are followed of this token");
}

Figure<U256> savings_chi(const SavingsRow& row, UnixSeconds now) {
    if (!row.rho && row.rate_ray != ray()) {
        return Figure<U256>::without(
            FigureStatus::kNoData, "no log has its time before its first drip"
        );
    }
    const auto chi = grown(row.chi_ray, row.rate_ray, row.rho.value_or(now), now);
    return chi ? Figure<U256>::of(*chi)
               : Figure<U256>::without(FigureStatus::kError, "the rate overflows");
}

Figure<ViewFigure> savings_view(const ViewQuestion& q) {
    const SavingsRow* row = q.tables.savings.find({.market = q.market, .contract = q.contract});
    if (row == nullptr) {
        return untold("the savings were never read");
    }
    switch (q.view) {
        case View::kChi:
            return of_word(row->chi_ray);
        case View::kRho:
            return row->rho ? of_word(U256(row->rho->value))
                            : untold("no log has its time before its first drip");
        case View::kSsr:
        case View::kStr:
            return of_word(row->rate_ray);
        case View::kTotalSupply:
            return of_word(row->supply_wad);
        case View::kCap:
            return of_word(row->cap_wad);
        case View::kSavingsLine:
            return of_word(row->line_rad);
        case View::kConvertToAssets: {
            const Figure<U256> chi = savings_chi(*row, q.at.timestamp);
            const auto assets = chi.ok() ? ray_mul_floor(q.arguments[0], chi.value) : std::nullopt;
            return assets ? of_word(*assets)
                          : Figure<ViewFigure>::without(
                                chi.ok() ? FigureStatus::kError : chi.status,
                                chi.ok() ? "convertToAssets reverts" : chi.reason
                            );
        }
        default:
            return untold(kUntold);
    }
}

}  // namespace faultline::maker
