// SPDX-License-Identifier: Apache-2.0
// The accounts of a bootstrap, and what shows that the rows are the contracts' own state.
#include "core/protocols/aave/bootstrap_answers.hpp"
#include "core/protocols/aave/reads.hpp"
#include "core/protocols/aave/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/comparison.hpp>
#include <faultline/core/protocols/aave/bootstrap.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/views.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace faultline::aave {
namespace {

/// A round of calls is answered whole or not at all; some thousand keep it short.
constexpr std::size_t kAccountsAtOnce = 25;
constexpr std::size_t kComparedAtOnce = 500;

U256 argument(const Address& address) {
    return U256::from_be_bytes(address.view());
}

std::span<const Address> some(const std::vector<Address>& all, std::size_t from, std::size_t most) {
    return std::span(all).subspan(from, std::min(most, all.size() - from));
}

}  // namespace

void Bootstrap::plan_accounts() {
    const auto accounts = some(options_.accounts, options_.accounts_known, kAccountsAtOnce);
    for (const Address& account : accounts) {
        calls_.push_back(view_read(config_.pool, View::kUserConfiguration, argument(account)));
        calls_.push_back(view_read(config_.pool, View::kUserEMode, argument(account)));
        // Of all reserves: a supply that is no collateral shows in no flag.
        for (const Part& part : reserves_) {
            calls_.push_back(view_read(part.row.a_token, View::kScaledBalance, argument(account)));
        }
    }
}

Result<void> Bootstrap::take_accounts(const std::vector<eth::ReadAnswer>& answers) {
    BootstrapAnswers in(answers);
    users_.clear();
    positions_.clear();
    const std::size_t count = answers.size() / (2 + reserves_.size());
    for (std::size_t i = 0; i < count; ++i) {
        UserRow user;
        FAULTLINE_TRY(const U256 flags, in.word());
        for (unsigned id = 0; id < kMaxReserves; ++id) {
            user.debt_bits.set_bit(id, flags.bit(2 * id));
            user.collateral_bits.set_bit(id, flags.bit((2 * id) + 1));
        }
        FAULTLINE_TRY(const U256 category, in.word());
        user.emode = static_cast<std::uint8_t>(category.low_u64());
        for (const Part& part : reserves_) {
            PositionRow position;
            FAULTLINE_TRY(position.scaled_supply, in.word());
            user.supply_bits.set_bit(part.id, !position.scaled_supply.is_zero());
            positions_.push_back(position);
        }
        users_.push_back(user);
    }
    return {};
}

void Bootstrap::plan_debts() {
    for (std::size_t i = 0; i < users_.size(); ++i) {
        const U256 account = argument(options_.accounts[options_.accounts_known + i]);
        for (const Part& part : reserves_) {
            // Until 3.3 a debt may outlive its flag by a unit, and the flag its debt.
            if (rules_.debt_flag_by_operation || users_[i].debt_bits.bit(part.id)) {
                calls_.push_back(view_read(part.row.v_token, View::kScaledBalance, account));
            }
            if (!part.row.stable.principal.is_zero()) {
                calls_.push_back(view_read(part.row.s_token, View::kStablePrincipal, account));
                calls_.push_back(view_read(part.row.s_token, View::kStableRate, account));
                calls_.push_back(view_read(part.row.s_token, View::kStableUserUpdated, account));
            }
        }
    }
}

Result<void> Bootstrap::take_debt(std::size_t i, std::size_t j, BootstrapAnswers& in) {
    const Part& part = reserves_[j];
    const PositionKey key{
        .market = options_.market,
        .account = options_.accounts[options_.accounts_known + i],
        .reserve = part.id
    };
    PositionRow position = positions_[(i * reserves_.size()) + j];
    if (rules_.debt_flag_by_operation || users_[i].debt_bits.bit(part.id)) {
        FAULTLINE_TRY(position.scaled_debt, in.word());
    }
    if (!position.scaled_supply.is_zero() || !position.scaled_debt.is_zero()) {
        tables_.positions.put(key, position);
    }
    if (part.row.stable.principal.is_zero()) {
        return {};
    }
    StablePositionRow stable;
    FAULTLINE_TRY(stable.principal, in.word());
    FAULTLINE_TRY(stable.rate_ray, in.word());
    FAULTLINE_TRY(const U256 updated, in.word());
    stable.updated = {updated.low_u64()};
    if (!stable.principal.is_zero()) {
        tables_.stable_positions.put(key, stable);
    }
    return {};
}

Result<void> Bootstrap::take_debts(const std::vector<eth::ReadAnswer>& answers) {
    BootstrapAnswers in(answers);
    for (std::size_t i = 0; i < users_.size(); ++i) {
        for (std::size_t j = 0; j < reserves_.size(); ++j) {
            FAULTLINE_TRY_VOID(take_debt(i, j, in));
        }
        if (users_[i] != UserRow{}) {
            tables_.users.put(
                {.market = options_.market,
                 .account = options_.accounts[options_.accounts_known + i]},
                users_[i]
            );
        }
    }
    options_.accounts_known += users_.size();
    users_.clear();
    positions_.clear();
    return {};
}

Result<void> Bootstrap::check_holders() const {
    std::map<ReserveId, PositionRow> held;
    bool fits = true;
    tables_.positions.for_each_unordered([&](const PositionKey& key, const PositionRow& row) {
        if (key.market == options_.market) {
            PositionRow& sum = held[key.reserve];
            const auto supply = checked_add(sum.scaled_supply, row.scaled_supply);
            const auto debt = checked_add(sum.scaled_debt, row.scaled_debt);
            fits = fits && supply && debt;
            sum = {.scaled_supply = supply.value_or(U256()), .scaled_debt = debt.value_or(U256())};
        }
    });
    for (const Part& part : reserves_) {
        const PositionRow& sum = held[part.id];
        const bool supply = sum.scaled_supply == part.row.scaled_supply;
        if (fits && supply && sum.scaled_debt == part.row.scaled_debt) {
            continue;
        }
        const Address& token = supply ? part.row.v_token : part.row.a_token;
        return Error(
                   Code::kRejected,
                   "the " + std::to_string(options_.accounts.size()) + " listed accounts hold " +
                       (supply ? sum.scaled_debt : sum.scaled_supply).to_string() + " of token " +
                       token.hex() + ", scaled, and all accounts " +
                       (supply ? part.row.scaled_debt : part.row.scaled_supply).to_string()
        )
            .advise(
                "accounts are missing from the list: begin anew with `faultline bootstrap --again` "
                "and a list that has them, or let logs be searched from the market's first block"
            );
    }
    return {};
}

Result<void> Bootstrap::take_prices(const std::vector<eth::ReadAnswer>& answers) {
    std::size_t next = 0;
    const auto price = [&] {
        const auto answer = decode_price(answers[next++]);
        return PriceRow{
            .price_base = answer.value_or(U256()),
            .state = answer ? PriceState::kKnown : PriceState::kNone
        };
    };
    for (const Part& part : reserves_) {
        tables_.prices.put({.market = options_.market, .reserve = part.id}, price());
    }
    for (unsigned category = 1; category <= kMaxCategory; ++category) {
        const EModeKey key{
            .market = options_.market, .category = static_cast<std::uint8_t>(category)
        };
        const EModeRow* emode = tables_.emodes.find(key);
        if (emode != nullptr && emode->price_source != Address{}) {
            tables_.category_prices.put(key, price());
        }
    }
    market_.prices_block = options_.block.number;
    tables_.markets.put({options_.market}, market_);
    return {};
}

void Bootstrap::plan_comparison() {
    for (const Address& account : some(options_.accounts, accounts_compared_, kComparedAtOnce)) {
        calls_.push_back(account_data_read(config_.pool, account));
    }
    if (calls_.empty()) {
        stage_ = Stage::kDone;
    }
}

Result<void> Bootstrap::take_comparison(const std::vector<eth::ReadAnswer>& answers) {
    eth::Header header;
    header.ref = options_.block;
    header.timestamp = options_.timestamp;
    const Views views(tables_, config_, options_.market, header);
    for (const eth::ReadAnswer& answer : answers) {
        FAULTLINE_TRY_VOID(compare(views, answer));
        ++accounts_compared_;
    }
    return {};
}

Result<void> Bootstrap::compare(const Views& views, const eth::ReadAnswer& answer) {
    const auto ours = views.answer(answer.read);
    if (ours && protocol::compare(*ours, answer) == protocol::Compared::kEqual) {
        return {};
    }
    return Error(
               Code::kRejected,
               call_name(answer.read.data) + ", data " + to_hex(answer.read.data) +
                   ": the pool answers " + protocol::text_of(answer, false) +
                   ", and what was read gives " +
                   (ours && ours->ok() ? protocol::text_of(ours->value)
                    : ours             ? ours->reason
                                       : "nothing")
    )
        .advise(
            "the endpoint's answers contradict each other: try another one, and tell us if it "
            "stays so"
        );
}

}  // namespace faultline::aave
