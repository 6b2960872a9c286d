// SPDX-License-Identifier: Apache-2.0
// What rules read of Maker that the exposure graph does not say (docs/signals.md).
#include "core/protocols/maker/maker_protocol.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/psm_figures.hpp"
#include "core/protocols/maker/rates.hpp"
#include "core/protocols/maker/sheet_figures.hpp"
#include "core/protocols/maker/views.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/time.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/signal_writer.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/core/protocols/maker/rows.hpp>
#include <faultline/core/signals/catalogue.hpp>
#include <faultline/core/signals/signal.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace faultline::maker {
namespace {

using protocol::SignalPart;
using protocol::SignalWriter;

constexpr unsigned kWadDecimals = 18;
constexpr unsigned kRayDecimals = 27;
constexpr unsigned kRadDecimals = 45;
constexpr std::uint64_t kSecondsPerYear = 31'536'000;

Figure<Decimal> without(FigureStatus status, const std::string& reason) {
    return Figure<Decimal>::without(status, reason);
}

/// A rate per second, compounded as the contracts do it over a year of 365 days, less 1.
Figure<Decimal> per_year(const U256& rate_ray) {
    const auto factor = rpow(rate_ray, U256(kSecondsPerYear));
    const auto whole = factor ? Decimal::of(*factor, kRayDecimals) : std::nullopt;
    return whole ? protocol::decimal_figure(sub(*whole, Decimal::of(1)))
                 : without(FigureStatus::kError, "the rate overflows over a year");
}

/// What auctions of one ilk show, at all of its clippers.
struct Auctions {
    std::uint64_t open = 0;
    std::uint64_t stuck = 0;
    std::uint64_t oldest_s = 0;
    Figure<bool> known = Figure<bool>::of(true);   ///< Whether all of them are.
    Figure<bool> judged = Figure<bool>::of(true);  ///< Whether it is known which are stuck.
};

void add_clip(
    const Tables& tables, const ContractKey& key, const ClipRow& clip, protocol::At at, Auctions& to
) {
    if (clip.unread) {
        to.known = Figure<bool>::without(
            FigureStatus::kNoData, "clipper " + key.contract.hex() + " was not read yet"
        );
        return;
    }
    for (const std::uint64_t id : clip.active) {
        const SaleKey sale_key{.market = key.market, .clip = key.contract, .id = id};
        const SaleRow* sale = tables.sales.find(sale_key);
        ++to.open;
        if (sale == nullptr) {
            continue;
        }
        const std::uint64_t began = sale->tic.value;
        to.oldest_s =
            std::max(to.oldest_s, at.timestamp.value > began ? at.timestamp.value - began : 0);
        const Figure<SaleStatus> status = sale_status(tables, sale_key, *sale, at.timestamp);
        if (!status.ok()) {
            to.judged = Figure<bool>::without(status.status, status.reason);
        }
        to.stuck += status.ok() && status.value.needs_redo ? 1 : 0;
    }
}

std::map<Hash32, Auctions> auctions_of(const Tables& tables, MarketId market, protocol::At at) {
    std::map<Hash32, Auctions> out;
    tables.clips.for_each_unordered([&](const ContractKey& key, const ClipRow& clip) {
        if (key.market == market && clip.ilk) {
            add_clip(tables, key, clip, at, out[*clip.ilk]);
        }
    });
    return out;
}

Figure<Decimal> count(const Figure<bool>& known, std::uint64_t number) {
    return known.ok() ? Figure<Decimal>::of(Decimal::of(number))
                      : without(known.status, known.reason);
}

/// The signals of one Vat at the end of a block.
class VatSignals {
  public:
    VatSignals(
        const SignalWriter& writer,
        const Tables& tables,
        MarketId market,
        const MarketConfig& config,
        protocol::At at
    )
        : writer_(writer), tables_(tables), market_(market), config_(config), at_(at) {}

    void say_system(const SystemRow& system) const {
        const SignalPart whole;
        say_usage("debt_ceiling_usage", whole, system.debt_rad, system.line_rad);
        say_usage("hole_usage", whole, system.dirt_rad, system.hole_rad);
        writer_.say("surplus_value", whole, [&] { return surplus(); });
        if (!config_.esm.is_zero()) {
            writer_.say("esm_joined", whole, [&] {
                const Figure<U256> joined =
                    esm_joined_wad(tables_.esms.find({.market = market_, .contract = config_.esm}));
                return joined.ok() ? protocol::amount_figure(joined.value, kWadDecimals)
                                   : without(joined.status, joined.reason);
            });
        }
    }

    void say_savings() const {
        const auto say = [&](const char* name, const U256& rate_ray) {
            writer_.say("savings_rate", {.part = name, .token = {}, .action = {}}, [&] {
                return per_year(rate_ray);
            });
        };
        if (const PotRow* pot = tables_.pots.find({market_});
            pot != nullptr && !config_.pot.is_zero()) {
            say("dsr", pot->dsr_ray);
        }
        if (const SavingsRow* row = savings(config_.susds)) {
            say("susds", row->rate_ray);
        }
        if (const SavingsRow* row = savings(config_.stusds)) {
            say("stusds", row->rate_ray);
        }
    }

    void say_ilk(const Hash32& ilk, const IlkRow& row, const U256& base_ray) const {
        const SignalPart part{.part = text_of(ilk), .token = {}, .action = {}};
        // Of one that the Vat does not know there is nothing.
        if (row.rate_ray.is_zero()) {
            return;
        }
        const auto debt = checked_mul(row.art_wad, row.rate_ray);
        say_usage("debt_ceiling_usage", part, debt.value_or(U256::max()), row.line_rad);
        say_usage("hole_usage", part, row.dirt_rad, row.hole_rad);
        writer_.say("debt_index", part, [&] {
            return protocol::amount_figure(row.rate_ray, kRayDecimals);
        });
        if (!row.duty_ray.is_zero()) {
            writer_.say("borrow_rate", part, [&] {
                const auto rate = checked_add(base_ray, row.duty_ray);
                return rate ? per_year(*rate)
                            : without(FigureStatus::kError, "base and duty overflow");
            });
        }
        if (const ClipRow* clip = tables_.clips.find({.market = market_, .contract = row.clip})) {
            writer_.say("clipper_stopped", part, [&row = *clip] {
                return row.unread ? without(FigureStatus::kNoData, "it was not read yet")
                                  : protocol::amount_figure(row.stopped, 0);
            });
        }
    }

    void say_auctions() const {
        if (!writer_.wants("auctions_open") && !writer_.wants("auctions_stuck") &&
            !writer_.wants("auction_oldest_seconds")) {
            return;
        }
        for (const auto& entry : auctions_of(tables_, market_, at_)) {
            const SignalPart part{.part = text_of(entry.first), .token = {}, .action = {}};
            const Auctions& of = entry.second;
            writer_.say("auctions_open", part, [&] { return count(of.known, of.open); });
            writer_.say("auctions_stuck", part, [&] {
                return count(of.known.ok() ? of.judged : of.known, of.stuck);
            });
            writer_.say("auction_oldest_seconds", part, [&] {
                return count(of.known, of.oldest_s);
            });
        }
    }

    void say_psm(const Psm& psm, const PsmRow& row) const {
        SignalPart part{.part = text_of(psm.ilk), .token = psm.gem.hex(), .action = {}};
        writer_.say("psm_balance", part, [&] {
            const Figure<U256> held = gem_held(tables_, market_, psm);
            return held.ok() ? protocol::amount_figure(held.value, psm.gem_decimals)
                             : without(held.status, held.reason);
        });
        const IlkRow* ilk = tables_.ilks.find({.market = market_, .ilk = psm.ilk});
        if (ilk != nullptr && !ilk->art_wad.is_zero()) {
            writer_.say("psm_share", part, [&] {
                const Figure<U256> held = gem_held_wad(tables_, market_, psm);
                return held.ok() ? protocol::ratio_figure(held.value, ilk->art_wad)
                                 : without(held.status, held.reason);
            });
        }
        const auto fee = [](const U256& fee_wad) {
            return fee_wad == U256::max() ? without(FigureStatus::kNoData, "it is halted")
                                          : protocol::amount_figure(fee_wad, kWadDecimals);
        };
        writer_.say("psm_tin", part, [&] { return fee(row.tin_wad); });
        writer_.say("psm_tout", part, [&] { return fee(row.tout_wad); });
        part.action = "sell";
        writer_.say("action_paused", part, [&] {
            return protocol::flag_figure(row.tin_wad == U256::max());
        });
        part.action = "buy";
        writer_.say("action_paused", part, [&] {
            return protocol::flag_figure(row.tout_wad == U256::max());
        });
    }

  private:
    [[nodiscard]] const SavingsRow* savings(const Address& contract) const {
        return contract.is_zero() ? nullptr
                                  : tables_.savings.find({.market = market_, .contract = contract});
    }

    /// A limit of 0 says nothing.
    void say_usage(const char* name, const SignalPart& part, const U256& amount, const U256& limit)
        const {
        if (!limit.is_zero()) {
            writer_.say(name, part, [&] { return protocol::ratio_figure(amount, limit); });
        }
    }

    /// dai less sin of the Vow.
    [[nodiscard]] Figure<Decimal> surplus() const {
        const std::string unsure = why_unsure(tables_, market_, config_.vow);
        if (!unsure.empty()) {
            return without(FigureStatus::kNoData, unsure);
        }
        const AccountKey key{.market = market_, .account = config_.vow};
        const AccountRow* account = tables_.accounts.find(key);
        const SinRow* sin = tables_.sins.find(key);
        const protocol::Signed rad = difference(
            account == nullptr ? U256() : account->dai_rad, sin == nullptr ? U256() : sin->sin_rad
        );
        const auto value = Decimal::of(rad.magnitude, kRadDecimals);
        return protocol::decimal_figure(
            value && rad.negative ? std::optional(value->negated()) : value
        );
    }

    const SignalWriter& writer_;
    const Tables& tables_;
    MarketId market_;
    const MarketConfig& config_;
    protocol::At at_;
};

}  // namespace

void MakerProtocol::signals(
    MarketId market, protocol::At at, const signals::Wanted& wanted, const signals::Visit& visit
) const {
    const SystemRow* system = tables_.systems.find({market});
    if (system == nullptr) {
        return;
    }
    const SignalWriter writer(*this, market, wanted, visit, usable(market));
    const VatSignals of(writer, tables_, market, config(market), at);
    of.say_system(*system);
    of.say_savings();
    tables_.ilks.for_each_unordered([&](const IlkKey& key, const IlkRow& row) {
        if (key.market == market) {
            of.say_ilk(key.ilk, row, system->base_ray);
        }
    });
    of.say_auctions();
    for (const Psm& psm : config(market).psms) {
        if (const PsmRow* row = tables_.psms.find({.market = market, .contract = psm.psm})) {
            of.say_psm(psm, *row);
        }
    }
}

}  // namespace faultline::maker
