// SPDX-License-Identifier: Apache-2.0
// The calls an audit makes.
#include "core/protocols/aave/reads.hpp"
#include "core/protocols/aave/view_calls.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocols/aave/audit.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/views.hpp>

#include <vector>

namespace faultline::aave {
namespace {

eth::Read call(const Address& to, View view, const Address& argument) {
    return view_read(to, view, U256::from_be_bytes(argument.view()));
}

void add_balances(std::vector<eth::Read>& reads, const Address& token, const Address& account) {
    reads.push_back(call(token, View::kScaledBalance, account));
    reads.push_back(call(token, View::kBalance, account));
}

/// What a degraded market runs is known to be another release.
std::vector<eth::Read> market_reads(
    const Tables& tables, const MarketConfig& config, const protocol::Subject& subject
) {
    const MarketRow* row = tables.markets.find({subject.market});
    return row != nullptr && row->degraded.empty()
               ? std::vector{revision_read(config.pool, config.generation)}
               : std::vector<eth::Read>();
}

std::vector<eth::Read> account_reads(
    const Tables& tables, const MarketConfig& config, const protocol::Subject& subject
) {
    const Address& account = subject.holder.account;
    std::vector<eth::Read> reads{
        account_data_read(config.pool, account),
        call(config.pool, View::kUserConfiguration, account),
    };
    if (config.generation != Generation::kV2) {
        reads.push_back(call(config.pool, View::kUserEMode, account));
    }
    const UserRow* user = tables.users.find({.market = subject.market, .account = account});
    for (ReserveId id = 0; user != nullptr && id < kMaxReserves; ++id) {
        const ReserveRow* reserve =
            user->supply_bits.bit(id) || user->debt_bits.bit(id)
                ? tables.reserves.find({.market = subject.market, .reserve = id})
                : nullptr;
        if (reserve != nullptr && user->supply_bits.bit(id)) {
            add_balances(reads, reserve->a_token, account);
        }
        if (reserve != nullptr && user->debt_bits.bit(id)) {
            add_balances(reads, reserve->v_token, account);
            if (config.generation == Generation::kV2) {
                reads.push_back(call(reserve->s_token, View::kBalance, account));
            }
        }
    }
    return reads;
}

std::vector<eth::Read> reserve_reads(
    const Tables& tables, const MarketConfig& config, const protocol::Subject& subject
) {
    const Address& asset = subject.holder.account;
    const ContractRow* contract =
        tables.contracts.find({.market = subject.market, .address = asset});
    const ReserveRow* reserve =
        contract == nullptr
            ? nullptr
            : tables.reserves.find({.market = subject.market, .reserve = contract->reserve});
    if (reserve == nullptr) {
        return {};
    }
    return {
        call(config.pool, View::kReserveData, asset),
        call(config.pool, View::kNormalizedIncome, asset),
        call(config.pool, View::kNormalizedDebt, asset),
        view_read(reserve->a_token, View::kScaledSupply),
        view_read(reserve->v_token, View::kScaledSupply)
    };
}

}  // namespace

std::vector<eth::Read> audit_reads(
    const Tables& tables, const MarketConfig& config, const protocol::Subject& subject
) {
    switch (subject.kind) {
        case protocol::SubjectKind::kMarket:
            return market_reads(tables, config, subject);
        case protocol::SubjectKind::kPart:
            return reserve_reads(tables, config, subject);
        case protocol::SubjectKind::kAccount:
            return account_reads(tables, config, subject);
    }
    return {};
}

}  // namespace faultline::aave
