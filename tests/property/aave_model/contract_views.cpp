// SPDX-License-Identifier: Apache-2.0
#include "property/aave_model/contract_views.hpp"

#include "property/aave_model/contract_model.hpp"
#include "property/aave_model/contract_state.hpp"
#include "property/aave_model/exact_math.hpp"
#include "property/aave_model/version.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::aave_model {
namespace {

constexpr std::size_t kSelector = 4;
constexpr std::size_t kWord = 32;

Int word_of(const Address& address) {
    return from_word(U256::from_be_bytes(address.view()));
}

eth::Read call(
    const Address& to, std::string_view signature, const std::vector<Int>& arguments = {}
) {
    const Hash32 hash = eth::keccak256(signature);
    eth::Read read{
        .to = to, .data = Bytes(hash.bytes.begin(), hash.bytes.begin() + kSelector), .from = {}
    };
    const Bytes words = abi_words(arguments);
    read.data.insert(read.data.end(), words.begin(), words.end());
    return read;
}

/// ReserveConfiguration.sol.
Int configuration_word(const Rules& rules, const Configuration& config) {
    Int out;
    const auto put = [&](unsigned at, const Int& value) {
        out += value << at;
    };
    put(0, config.ltv);
    put(16, config.threshold);
    put(32, config.bonus);
    put(48, config.decimals);
    put(56, config.active ? 1 : 0);
    put(57, config.frozen ? 1 : 0);
    put(58, config.borrowing ? 1 : 0);
    put(59, config.stable_borrowing ? 1 : 0);
    put(60, config.paused ? 1 : 0);
    put(61, config.borrowable_in_isolation ? 1 : 0);
    put(62, config.siloed ? 1 : 0);
    put(63, config.flash_loans ? 1 : 0);
    put(64, config.reserve_factor);
    put(80, config.borrow_cap);
    put(116, config.supply_cap);
    put(152, config.protocol_fee);
    put(168, config.emode_category);
    put(176, config.unbacked_cap);
    put(212, config.debt_ceiling);
    put(252, rules.virtual_balance() ? 1 : 0);
    return out;
}

/// DataTypes.ReserveData of V2.
std::vector<Int> reserve_data_of_v2(ReserveIndex id, const Reserve& of, const Int& configuration) {
    return {
        configuration,
        of.liquidity_index,
        of.debt_index,
        of.liquidity_rate,
        of.variable_rate,
        of.stable_rate,
        of.updated,
        word_of(of.a_token),
        word_of(of.stable_token),
        word_of(of.v_token),
        word_of(of.strategy),
        id
    };
}

std::string name_of(
    std::string_view token, const Reserve& of, std::string_view view, const std::string& whose = {}
) {
    std::string name(token);
    return name.append(".").append(of.symbol).append(".").append(view).append(whose);
}

/// Collects calls and answers.
class Listing {
  public:
    explicit Listing(const ContractModel& contracts) : contracts_(contracts) {}

    void pool_of_account(const Address& holder);
    void pool_of_reserve(ReserveIndex id);
    void tokens(ReserveIndex id, const std::vector<Address>& holders);
    void stable_token(ReserveIndex id, const std::vector<Address>& holders);
    void category(std::uint8_t category, const Category& of);
    void oracle();
    void revision();

    [[nodiscard]] std::vector<ViewCall> take() { return std::move(calls_); }

  private:
    void add(std::string label, eth::Read read, std::vector<Int> words) {
        calls_.push_back(
            {.label = std::move(label), .read = std::move(read), .words = std::move(words)}
        );
    }

    void pool(std::string_view signature, const Int& argument, std::vector<Int> words) {
        const std::string name(signature.substr(0, signature.find('(')));
        add("aave." + name, call(market().pool, signature, {argument}), std::move(words));
    }

    const ContractModel& contracts_;
    std::vector<ViewCall> calls_;
};

void Listing::pool_of_account(const Address& holder) {
    const AccountFigures all = contracts_.figures(holder);
    const Account& account = contracts_.account(holder);
    const Int who = word_of(holder);
    pool(
        "getUserAccountData(address)",
        who,
        {all.collateral, all.debt, all.available, all.threshold, all.ltv, all.health_factor}
    );
    if (!contracts_.rules().v2()) {
        pool("getUserEMode(address)", who, {account.emode});
    }
    Int bits;
    for (const ReserveIndex id : account.debt) {
        bits += Int(1) << (2 * id);
    }
    for (const ReserveIndex id : account.collateral) {
        bits += Int(1) << (2 * id + 1);
    }
    pool("getUserConfiguration(address)", who, {bits});
}

void Listing::pool_of_reserve(ReserveIndex id) {
    const Rules& rules = contracts_.rules();
    const Reserve& of = contracts_.state().reserves.at(id);
    const Int asset = word_of(of.asset);
    const Int configuration = configuration_word(rules, of.config);
    const Address stable =
        rules.since(Version::k33) ? address_of("mock stable debt") : of.stable_token;
    // Whether a reserve counts its underlying was asked for when it was listed.
    const bool untold = rules.virtual_balance() && rules.until(Version::k33);
    pool("getConfiguration(address)", asset, {configuration});
    calls_.back().first_word_untold = untold;
    if (rules.v2()) {
        pool("getReserveData(address)", asset, reserve_data_of_v2(id, of, configuration));
        pool("getReserveNormalizedIncome(address)", asset, {contracts_.income_index(id)});
        pool("getReserveNormalizedVariableDebt(address)", asset, {contracts_.debt_index(id)});
        return;
    }
    pool(
        "getReserveData(address)",
        asset,
        {configuration,
         of.liquidity_index,
         of.liquidity_rate,
         of.debt_index,
         of.variable_rate,
         of.stable_rate,
         of.updated,
         id,
         word_of(of.a_token),
         word_of(stable),
         word_of(of.v_token),
         word_of(of.strategy),
         of.accrued_to_treasury,
         of.unbacked,
         of.isolation_debt}
    );
    calls_.back().first_word_untold = untold;
    pool("getReserveNormalizedIncome(address)", asset, {contracts_.income_index(id)});
    pool("getReserveNormalizedVariableDebt(address)", asset, {contracts_.debt_index(id)});
    if (rules.virtual_balance()) {
        pool("getVirtualUnderlyingBalance(address)", asset, {of.underlying});
        calls_.back().optional = untold;
        pool("getLiquidationGracePeriod(address)", asset, {of.config.grace_until});
    }
    if (rules.deficit()) {
        pool("getReserveDeficit(address)", asset, {of.deficit});
    }
}

void Listing::tokens(ReserveIndex id, const std::vector<Address>& holders) {
    const Reserve& of = contracts_.state().reserves.at(id);
    const Int income = contracts_.income_index(id);
    const Int debt = contracts_.debt_index(id);
    add(name_of("aToken", of, "scaledTotalSupply"),
        call(of.a_token, "scaledTotalSupply()"),
        {of.scaled_supply});
    add(name_of("aToken", of, "totalSupply"),
        call(of.a_token, "totalSupply()"),
        {contracts_.supply_amount(of.scaled_supply, income)});
    add(name_of("vToken", of, "scaledTotalSupply"),
        call(of.v_token, "scaledTotalSupply()"),
        {of.scaled_debt});
    add(name_of("vToken", of, "totalSupply"),
        call(of.v_token, "totalSupply()"),
        {contracts_.debt_amount(of.scaled_debt, debt)});
    for (const Address& holder : holders) {
        const Position& held = contracts_.position(holder, id);
        const std::vector<Int> who{word_of(holder)};
        const std::string whose = ":" + holder.hex();
        add(name_of("aToken", of, "scaledBalanceOf", whose),
            call(of.a_token, "scaledBalanceOf(address)", who),
            {held.supply.scaled});
        add(name_of("aToken", of, "balanceOf", whose),
            call(of.a_token, "balanceOf(address)", who),
            {contracts_.supply_amount(held.supply.scaled, income)});
        add(name_of("vToken", of, "scaledBalanceOf", whose),
            call(of.v_token, "scaledBalanceOf(address)", who),
            {held.debt.scaled});
        add(name_of("vToken", of, "balanceOf", whose),
            call(of.v_token, "balanceOf(address)", who),
            {contracts_.debt_amount(held.debt.scaled, debt)});
    }
}

void Listing::stable_token(ReserveIndex id, const std::vector<Address>& holders) {
    const Reserve& of = contracts_.state().reserves.at(id);
    const std::size_t before = calls_.size();
    const Int total = contracts_.stable_total(id);
    add(name_of("sToken", of, "totalSupply"), call(of.stable_token, "totalSupply()"), {total});
    add(name_of("sToken", of, "getSupplyData"),
        call(of.stable_token, "getSupplyData()"),
        {of.stable_principal, total, of.stable_average_rate, of.stable_updated});
    for (const Address& holder : holders) {
        const StableHolding& held = contracts_.position(holder, id).stable;
        const std::vector<Int> who{word_of(holder)};
        const std::string whose = ":" + holder.hex();
        add(name_of("sToken", of, "balanceOf", whose),
            call(of.stable_token, "balanceOf(address)", who),
            {contracts_.stable_debt(holder, id)});
        add(name_of("sToken", of, "principalBalanceOf", whose),
            call(of.stable_token, "principalBalanceOf(address)", who),
            {held.principal});
        add(name_of("sToken", of, "getUserStableRate", whose),
            call(of.stable_token, "getUserStableRate(address)", who),
            {held.rate});
    }
    for (std::size_t i = before; i < calls_.size(); ++i) {
        calls_[i].optional = true;
    }
}

void Listing::category(std::uint8_t category, const Category& of) {
    const Rules& rules = contracts_.rules();
    if (!rules.emode_bitmaps()) {
        Bytes label(of.label.begin(), of.label.end());
        label.resize(kWord);
        pool(
            "getEModeCategoryData(uint8)",
            category,
            {kWord,
             of.ltv,
             of.threshold,
             of.bonus,
             word_of(of.price_source),
             5 * kWord,
             of.label.size(),
             from_word(U256::from_be_bytes(label))}
        );
        calls_.back().optional = true;
        return;
    }
    pool("getEModeCategoryCollateralConfig(uint8)", category, {of.ltv, of.threshold, of.bonus});
    pool("getEModeCategoryCollateralBitmap(uint8)", category, {of.collateral_bits});
    pool("getEModeCategoryBorrowableBitmap(uint8)", category, {of.borrowable_bits});
    if (rules.since(Version::k36)) {
        pool("getEModeCategoryLtvzeroBitmap(uint8)", category, {of.ltv_zero_bits});
    }
    if (rules.since(Version::k37)) {
        pool("getIsEModeCategoryIsolated(uint8)", category, {of.isolated ? 1 : 0});
    }
}

void Listing::oracle() {
    std::vector<Int> arguments{kWord, 0};
    std::vector<Int> words{kWord, 0};
    for (const Reserve& reserve : contracts_.state().reserves) {
        if (reserve.listed) {
            arguments.push_back(word_of(reserve.asset));
            words.push_back(contracts_.state().prices.at(reserve.asset));
        }
    }
    arguments[1] = words[1] = arguments.size() - 2;
    add("aave.getAssetsPrices",
        call(market().oracle, "getAssetsPrices(address[])", arguments),
        words);
    calls_.back().array = true;
}

void Listing::revision() {
    const std::string_view signature =
        contracts_.rules().v2() ? "LENDINGPOOL_REVISION()" : "POOL_REVISION()";
    add("aave." + std::string(signature.substr(0, signature.size() - 2)),
        call(market().pool, signature),
        {pool_revision(contracts_.rules().version)});
}

}  // namespace

Bytes abi_words(const std::vector<Int>& words) {
    Bytes out;
    for (const Int& word : words) {
        const auto bytes = to_word(word).to_be_bytes();
        out.insert(out.end(), bytes.begin(), bytes.end());
    }
    return out;
}

Address pool_implementation() {
    return address_of("pool implementation");
}

std::vector<ViewCall> every_view(
    const ContractModel& contracts, const std::vector<Address>& holders
) {
    Listing listing(contracts);
    for (const Address& holder : holders) {
        listing.pool_of_account(holder);
    }
    const State& state = contracts.state();
    for (ReserveIndex id = 0; id < state.reserves.size(); ++id) {
        if (!state.reserves[id].listed) {
            continue;
        }
        listing.pool_of_reserve(id);
        listing.tokens(id, holders);
        if (contracts.rules().stable_debt()) {
            listing.stable_token(id, holders);
        }
    }
    for (const auto& [category, of] : state.categories) {
        listing.category(category, of);
    }
    listing.oracle();
    listing.revision();
    return listing.take();
}

}  // namespace faultline::aave_model
