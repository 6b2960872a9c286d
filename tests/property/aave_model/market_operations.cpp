// SPDX-License-Identifier: Apache-2.0
// What happens in a life, one operation with drawn arguments each.
#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/market_life.hpp"
#include "property/aave_model/version.hpp"

#include <faultline/base/bytes.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <vector>

namespace faultline::aave_model {
namespace {

/// An operation for which there is no occasion.
void refuse_unless(bool occasion) {
    if (!occasion) {
        throw Reverted{};
    }
}

}  // namespace

void MarketLife::find_debt(Address& debtor, ReserveIndex& id) {
    const auto owes = [&] {
        return contracts_.position(debtor, id).debt.scaled > 0;
    };
    for (int tries = 0; tries < 8; ++tries) {
        debtor = holder();
        id = reserve();
        if (owes()) {
            return;
        }
    }
    refuse_unless(owes());
}

void MarketLife::find_stable_debt(Address& debtor, ReserveIndex& id) {
    const auto owes = [&] {
        return contracts_.position(debtor, id).stable.principal > 0;
    };
    for (int tries = 0; tries < 8; ++tries) {
        debtor = holder();
        id = reserve();
        if (owes()) {
            return;
        }
    }
    refuse_unless(owes());
}

void MarketLife::supply() {
    const ReserveIndex id = reserve();
    const Address& payer = holder();
    contracts_.supply(payer, chance_.one_in(5) ? holder() : payer, id, amount(id));
}

void MarketLife::withdraw() {
    const ReserveIndex id = reserve();
    const Address& who = holder();
    const Int balance = contracts_.supply_amount(
        contracts_.position(who, id).supply.scaled, contracts_.income_index(id)
    );
    contracts_.withdraw(who, id, part_of(balance));
}

void MarketLife::borrow() {
    const ReserveIndex id = reserve();
    contracts_.borrow(holder(), id, amount(id));
}

void MarketLife::borrow_stable() {
    const ReserveIndex id = reserve();
    contracts_.borrow(holder(), id, amount(id), true);
}

void MarketLife::repay() {
    Address who;
    ReserveIndex id = 0;
    find_debt(who, id);
    const Int& scaled = contracts_.position(who, id).debt.scaled;
    contracts_.repay(who, id, part_of(contracts_.debt_amount(scaled, contracts_.debt_index(id))));
}

void MarketLife::repay_with_a_tokens() {
    Address who;
    ReserveIndex id = 0;
    find_debt(who, id);
    const Int& scaled = contracts_.position(who, id).supply.scaled;
    contracts_.repay_with_a_tokens(
        who, id, part_of(contracts_.supply_amount(scaled, contracts_.income_index(id)))
    );
}

void MarketLife::repay_stable() {
    Address who;
    ReserveIndex id = 0;
    find_stable_debt(who, id);
    contracts_.repay_stable(who, id, part_of(contracts_.stable_debt(who, id)));
}

void MarketLife::swap_rate() {
    Address who;
    ReserveIndex id = 0;
    if (chance_.one_in(2)) {
        find_debt(who, id);
        contracts_.swap_to_stable(who, id);
    } else {
        find_stable_debt(who, id);
        contracts_.swap_to_variable(who, id);
    }
}

void MarketLife::rebalance() {
    Address who;
    ReserveIndex id = 0;
    find_stable_debt(who, id);
    contracts_.rebalance(who, id);
}

void MarketLife::transfer() {
    const ReserveIndex id = reserve();
    const Address& from = holder();
    const Int balance = contracts_.supply_amount(
        contracts_.position(from, id).supply.scaled, contracts_.income_index(id)
    );
    contracts_.transfer(from, holder(), id, part_of(balance).value_or(balance));
}

void MarketLife::flag() {
    const ReserveIndex id = reserve();
    const Address& who = holder();
    contracts_.use_as_collateral(who, id, !contracts_.account(who).collateral.contains(id));
}

void MarketLife::emode() {
    const auto category = static_cast<std::uint8_t>(chance_.below(4));
    contracts_.set_emode(holder(), category);
}

/// Everything or a part of both sides. What the price would allow is not asked.
void MarketLife::liquidate() {
    ContractModel::Liquidation call;
    call.liquidator = holder();
    if (contracts_.rules().stable_debt() && chance_.one_in(3)) {
        find_stable_debt(call.borrower, call.debt);
    } else {
        find_debt(call.borrower, call.debt);
    }
    const auto& flags = contracts_.account(call.borrower).collateral;
    refuse_unless(!flags.empty());
    call.collateral =
        flags.contains(call.debt) && chance_.one_in(2)
            ? call.debt
            : *std::next(flags.begin(), static_cast<int>(chance_.below(flags.size())));
    const Int collateral = contracts_.supply_amount(
        contracts_.position(call.borrower, call.collateral).supply.scaled,
        contracts_.income_index(call.collateral)
    );
    const Int debt = contracts_.debt_amount(
                         contracts_.position(call.borrower, call.debt).debt.scaled,
                         contracts_.debt_index(call.debt)
                     ) +
                     contracts_.stable_debt(call.borrower, call.debt);
    call.debt_to_cover = part_of(debt).value_or(debt);
    const Int taken = chance_.one_in(2) ? collateral : part_of(collateral).value_or(collateral);
    const bool fee = chance_.one_in(2);
    call.fee = fee ? Int(taken / (1 + chance_.below(40))) : Int(0);
    call.fee = fee && chance_.one_in(4) ? Int(1) : call.fee;
    call.collateral_amount = taken - call.fee;
    call.receive_a_token = chance_.one_in(2);
    contracts_.liquidate(call);
}

void MarketLife::flash_loan() {
    const ReserveIndex id = reserve();
    const Int borrowed = amount(id);
    const Int premium = chance_.one_in(6) ? Int(0) : Int(borrowed / (1 + chance_.below(2'000)));
    contracts_.flash_loan(holder(), id, borrowed, premium);
}

void MarketLife::flash_loan_into_debt() {
    const ReserveIndex id = reserve();
    contracts_.flash_loan_into_debt(holder(), id, amount(id));
}

void MarketLife::treasury_mint() {
    std::vector<ReserveIndex> ids;
    for (ReserveIndex id = 0; id < contracts_.state().reserves.size(); ++id) {
        if (contracts_.state().reserves[id].listed && chance_.one_in(2)) {
            ids.push_back(id);
        }
    }
    contracts_.mint_to_treasury(ids);
}

void MarketLife::mint_unbacked() {
    const ReserveIndex id = reserve();
    contracts_.mint_unbacked(holder(), id, amount(id));
}

void MarketLife::back_unbacked() {
    const ReserveIndex id = reserve();
    const Int& unbacked = contracts_.state().reserves[id].unbacked;
    const Int fee = amount(id) / (1 + chance_.below(1'000));
    contracts_.back_unbacked(holder(), id, part_of(unbacked).value_or(unbacked), fee);
}

void MarketLife::cover_deficit() {
    for (int tries = 0; tries < 8; ++tries) {
        const ReserveIndex id = reserve();
        const Int& deficit = contracts_.state().reserves[id].deficit;
        if (deficit > 0) {
            contracts_.cover_deficit(holder(), id, part_of(deficit).value_or(deficit));
            return;
        }
    }
    refuse_unless(false);
}

void MarketLife::reserve_factor() {
    contracts_.set_reserve_factor(reserve(), chance_.one_in(4) ? 0 : chance_.below(10'001));
}

void MarketLife::change_rates() {
    contracts_.change_rates(reserve());
}

void MarketLife::collateral_configuration() {
    const ReserveIndex id = reserve();
    const Int threshold = chance_.one_in(6) ? 0 : chance_.below(9'500);
    const Int ltv = chance_.one_in(3) ? Int(0) : chance_.below(threshold + 1);
    contracts_.configure_collateral(id, ltv, threshold, 10'000 + chance_.below(2'000));
}

void MarketLife::freeze() {
    const ReserveIndex id = reserve();
    contracts_.freeze(id, !contracts_.state().reserves[id].config.frozen);
}

void MarketLife::parameter() {
    const ReserveIndex id = reserve();
    if (chance_.one_in(2)) {
        const auto choice =
            static_cast<unsigned>(chance_.below(std::uint64_t{ContractModel::kSwitches}));
        contracts_.set_switch(id, choice, chance_.one_in(2));
    } else {
        const auto choice =
            static_cast<unsigned>(chance_.below(std::uint64_t{ContractModel::kNumbers}));
        contracts_.set_number(id, choice, chance_.below(10'000));
    }
}

void MarketLife::fees() {
    if (chance_.one_in(2)) {
        contracts_.set_flash_premium_to_protocol(chance_.below(10'001));
    } else {
        contracts_.set_bridge_fee(chance_.below(10'001));
    }
}

void MarketLife::debt_ceiling() {
    contracts_.set_debt_ceiling(reserve(), chance_.one_in(3) ? Int(0) : chance_.up_to_digits(9));
}

void MarketLife::category() {
    const auto category = static_cast<std::uint8_t>(1 + chance_.below(3));
    if (chance_.one_in(3) && contracts_.rules().since(Version::k37)) {
        contracts_.isolate_category(category, chance_.one_in(2));
        return;
    }
    const std::uint64_t source = chance_.below(3);
    contracts_.configure_category(
        category,
        {.ltv = 8'000 + chance_.below(1'000),
         .threshold = 9'000 + chance_.below(700),
         .bonus = 10'050,
         .price_source = source == 2 ? Address{} : price_sources_.at(source),
         .label = "category",
         .collateral_bits = {},
         .borrowable_bits = {},
         .ltv_zero_bits = {},
         .isolated = chance_.one_in(2)}
    );
}

void MarketLife::category_member() {
    const ReserveIndex id = reserve();
    const auto category = static_cast<std::uint8_t>(1 + chance_.below(3));
    const bool on = !chance_.one_in(3);
    switch (chance_.below(3)) {
        case 0:
            contracts_.set_borrowable_in_category(id, category, on);
            break;
        case 1:
            contracts_.set_ltv_zero_in_category(id, category, on);
            break;
        default:
            contracts_.put_into_category(id, category, on);
    }
}

void MarketLife::list_or_drop() {
    const auto& reserves = contracts_.state().reserves;
    const auto guest = std::ranges::find_if(reserves, [](const Reserve& one) {
        return one.listed && one.symbol == "GUEST";
    });
    if (guest == reserves.end()) {
        contracts_.list_reserve({.symbol = "GUEST", .decimals = 9});
    } else {
        contracts_.drop_reserve(static_cast<ReserveIndex>(guest - reserves.begin()));
    }
}

}  // namespace faultline::aave_model
