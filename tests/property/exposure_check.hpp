// SPDX-License-Identifier: Apache-2.0
// The legs of a recorded market, block by block: against each other, its rows, and its contracts.
#pragma once

#include "property/legs_told.hpp"
#include "property/protocol_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace faultline::tests {

/// What an answer of a contract says in terms of exposures.
struct Said {
    enum class What : std::uint8_t {
        kUnits,
        kAmount,
        kFlag,    ///< 1 where the holder's claim, if there is one, is collateral.
        kFactor,  ///< Of the scale.
        kPrice,   ///< 0: none.
        kAvailable,
        kReserve,  ///< What the first one has.
    };

    enum class Of : std::uint8_t {
        kClaims,
        kSupplied,
        kCollateral,
        kDebt
    };

    What what = What::kUnits;
    Hash32 part;
    Of of = Of::kClaims;
    std::optional<protocol::Holder> holder;  ///< nullopt: all together.
    U256 value;
};

using Hear = std::function<
    std::vector<Said>(const rpc::RecordedView& view, const protocol::MarketExposure& market)>;

/// Whether units that add up to `sum` may have that total.
using AddsUp = std::function<
    bool(const protocol::PartExposure& part, bool owed, const U256& sum, const U256& total)>;

/// How often what was compared.
struct ExposureTally {
    std::map<Said::What, std::size_t> of_holders;  ///< Not 0.
    std::map<Said::What, std::size_t> of_markets;
    std::size_t sums = 0;      ///< Of a part and side, not 0.
    std::size_t withheld = 0;  ///< Nothing to compare with.
    std::size_t told = 0;      ///< Holders whom rows named,
    std::size_t changed = 0;   ///< and those whose legs had changed.
    std::size_t healths = 0;
};

class ExposureCheck {
  public:
    ExposureCheck(ProtocolReplay& replay, Hear hear)
        : replay_(replay),
          hear_(std::move(hear)),
          adds_up_([](auto&, bool, auto& sum, auto& total) { return sum == total; }) {
        replay_.before_seal = [this] {
            note_told();
        };
    }

    ExposureCheck(const ExposureCheck&) = delete;
    ExposureCheck& operator=(const ExposureCheck&) = delete;

    ~ExposureCheck() { replay_.before_seal = {}; }

    /// Instead of equality.
    void total_by(AddsUp adds_up) { adds_up_ = std::move(adds_up); }

    /// Holds worth to health as well: a position's debt may be worth more by so much.
    void worth_within(const U256& debt_off) { debt_off_ = debt_off; }

    /// Folds the rest of the tape and compares all there is.
    void run() {
        while (const auto block = replay_.next()) {
            INFO("block " << block->header.ref.number);
            apply(*block);
        }
    }

    [[nodiscard]] const ExposureTally& tally() const { return tally_; }

    /// After the last block.
    [[nodiscard]] const protocol::MarketExposure& market() const { return market_; }

    /// Null: none.
    [[nodiscard]] const protocol::PartExposure* part(const Hash32& name) const {
        const auto found = std::ranges::find(market_.parts, name, &protocol::PartExposure::part);
        return found == market_.parts.end() ? nullptr : &*found;
    }

  private:
    void apply(const rpc::RecordedBlock& block) {
        const LegMap before = all_legs();
        replay_.apply(block);
        legs_ = all_legs();
        const protocol::At at{
            .number = block.header.ref.number, .timestamp = block.header.timestamp
        };
        market_ = protocol().exposure(0, at);
        check_told(before);
        check_one_by_one(before);
        check_sums();
        if (debt_off_) {
            check_worth(at);
        }
        replay_.without_newest([&] { CHECK(all_legs() == before); });
        CHECK(all_legs() == legs_);
        for (const rpc::RecordedView& view : block.truth) {
            INFO(view.label);
            for (const Said& said : hear_(view, market_)) {
                check(said);
            }
        }
    }

    [[nodiscard]] const protocol::Protocol& protocol() const { return replay_.protocol(); }

    [[nodiscard]] LegMap all_legs() const { return tests::all_legs(protocol(), 0); }

    [[nodiscard]] static std::vector<protocol::Leg> of(
        const LegMap& legs, const protocol::Holder& holder
    ) {
        const auto found = legs.find(holder);
        return found == legs.end() ? std::vector<protocol::Leg>() : found->second;
    }

    void note_told() {
        told_.clear();
        replay_.ledger().visit_touched([&](ledger::TableId table, BytesView key) {
            if (const auto whose = protocol().legs_told_by(table, key)) {
                CHECK(whose->first == 0);
                told_.insert(whose->second);
            }
        });
        tally_.told += told_.size();
    }

    void check_told(const LegMap& before) {
        LegMap all = before;
        all.insert(legs_.begin(), legs_.end());
        for (const auto& [holder, legs] : all) {
            if (of(before, holder) != of(legs_, holder)) {
                INFO(holder.account.hex() << " " << holder.part.hex());
                CHECK(told_.contains(holder));
                ++tally_.changed;
            }
        }
    }

    /// Also of those who have no leg, or none any more.
    void check_one_by_one(const LegMap& before) const {
        std::set<protocol::Holder> holders = told_;
        for (const LegMap* legs : {&before, &legs_}) {
            for (const auto& [holder, its] : *legs) {
                holders.insert(holder);
            }
        }
        protocol().each_holder(0, [&](const protocol::Holder& one) { holders.insert(one); });
        for (const protocol::Holder& holder : holders) {
            CHECK(protocol().legs(0, holder) == of(legs_, holder));
        }
    }

    void check_sums() {
        CHECK(std::ranges::is_sorted(market_.parts, {}, &protocol::PartExposure::part));
        std::map<std::pair<Hash32, bool>, U256> sums;
        for (const auto& [holder, legs] : legs_) {
            for (const protocol::Leg& leg : legs) {
                U256& sum = sums[{leg.part, leg.side == protocol::LegSide::kDebt}];
                sum = checked_add(sum, leg.units).value();
                CHECK(part(leg.part) != nullptr);
            }
        }
        for (const protocol::PartExposure& one : market_.parts) {
            for (const bool owed : {false, true}) {
                const Figure<U256>& total = (owed ? one.owed : one.claims).total_units;
                const U256& sum = sums[{one.part, owed}];
                INFO(
                    one.part.hex() << (owed ? " owed " : " claimed ") << sum.to_string() << " of "
                                   << total.value.to_string()
                );
                CHECK((!total.ok() || adds_up_(one, owed, sum, total.value)));
                tally_.sums += total.ok() && !sum.is_zero() ? 1 : 0;
            }
        }
    }

    /// The worth of legs is what the market takes for it.
    void check_worth(protocol::At at) {
        protocol().health(0, at)->each_indebted([&](const auto& holder, const auto& health) {
            if (health.ok()) {
                INFO(holder.account.hex() << " " << holder.part.hex());
                CHECK(
                    worth(holder, protocol::LegSide::kCollateral) == health.value.collateral_base
                );
                const U256 owes = worth(holder, protocol::LegSide::kDebt);
                const auto off = checked_sub(owes, health.value.debt_base);
                CHECK((off && *off <= *debt_off_));
                ++tally_.healths;
            }
        });
    }

    [[nodiscard]] U256 worth(const protocol::Holder& holder, protocol::LegSide side) const {
        U256 total;
        for (const protocol::Leg& leg : of(legs_, holder)) {
            if (leg.side == side) {
                const protocol::PartExposure& its = *part(leg.part);
                const auto& in = side == protocol::LegSide::kDebt ? its.owed : its.claims;
                REQUIRE(in.price.ok());
                const U256 amount = in.scale.amount(leg.units).value();
                const auto base = mul_div_floor(amount, in.price.value.price, in.price.value.unit);
                total = checked_add(total, base.value()).value();
            }
        }
        return total;
    }

    [[nodiscard]] U256 units(const protocol::Holder& holder, const Hash32& part, Said::Of of)
        const {
        using protocol::LegSide;
        U256 out;
        for (const protocol::Leg& leg : this->of(legs_, holder)) {
            const bool counts = of == Said::Of::kDebt       ? leg.side == LegSide::kDebt
                                : of == Said::Of::kSupplied ? leg.side == LegSide::kSupplied
                                : of == Said::Of::kClaims   ? leg.side != LegSide::kDebt
                                                            : leg.side == LegSide::kCollateral;
            out = leg.part == part && counts ? checked_add(out, leg.units).value() : out;
        }
        return out;
    }

    template <class T, class F>
    static std::optional<U256> of_figure(const Figure<T>& figure, F&& value) {
        return figure.ok() ? std::optional<U256>(value(figure.value)) : std::nullopt;
    }

    /// Ours; nullopt where it is withheld.
    [[nodiscard]] std::optional<U256> ours(const Said& said) const {
        const auto itself = [](const U256& value) {
            return value;
        };
        if (said.what == Said::What::kReserve) {
            return of_figure(market_.reserves.at(0).amount, itself);
        }
        const protocol::PartExposure* its = part(said.part);
        REQUIRE(its != nullptr);
        const protocol::PartSide& side = said.of == Said::Of::kDebt ? its->owed : its->claims;
        switch (said.what) {
            case Said::What::kPrice:
                return of_figure(side.price, [](const auto& price) { return price.price; });
            case Said::What::kAvailable:
                return of_figure(its->available, itself);
            case Said::What::kFlag:
                return units(*said.holder, said.part, Said::Of::kClaims).is_zero()
                           ? said.value
                           : U256(
                                 units(*said.holder, said.part, Said::Of::kCollateral).is_zero() ? 0
                                                                                                 : 1
                             );
            case Said::What::kUnits:
                return said.holder ? units(*said.holder, said.part, said.of)
                                   : of_figure(side.total_units, itself);
            default:
                return of_figure(side.total_units, [&](const U256& total) {
                    return said.what == Said::What::kFactor ? side.scale.factor
                           : said.holder
                               ? side.scale.amount(units(*said.holder, said.part, said.of)).value()
                               : side.scale.amount(total).value();
                });
        }
    }

    void check(const Said& said) {
        const auto ours = this->ours(said);
        if (said.what == Said::What::kPrice && said.value.is_zero()) {
            CHECK_FALSE(ours);
            return;
        }
        tally_.withheld += ours ? 0 : 1;
        if (!ours) {
            return;
        }
        INFO("ours " << ours->to_string() << ", the contract's " << said.value.to_string());
        CHECK(*ours == said.value);
        if (!said.holder) {
            ++tally_.of_markets[said.what];
        } else if (!said.value.is_zero()) {
            ++tally_.of_holders[said.what];
        }
    }

    ProtocolReplay& replay_;
    Hear hear_;
    AddsUp adds_up_;
    std::optional<U256> debt_off_;
    LegMap legs_;
    protocol::MarketExposure market_;
    std::set<protocol::Holder> told_;
    ExposureTally tally_;
};

}  // namespace faultline::tests
