// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/aave/events.hpp"
#include "core/protocols/aave/scaled_balance.hpp"
#include "core/protocols/aave/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/rows.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace faultline::aave {
namespace {

Error contradiction(const char* event, const Address& account, const U256& scaled) {
    return Error(
               Code::kCorrupt,
               std::string(event) + " of " + account.hex() + " does not fit its scaled balance " +
                   scaled.to_string()
    )
        .advise(
            "a log before this one is missing or was misread; run `faultline resync` to "
            "follow again"
        );
}

std::optional<U256> scaled_after(
    const ContractRow& token, const U256& scaled, const TokenChange& change
) {
    if (change.log.index_ray < ray()) {
        return std::nullopt;
    }
    return change.kind == TokenChange::Kind::kBurn ? scaled_after_burn(token, scaled, change.log)
                                                   : scaled_after_mint(token, scaled, change.log);
}

/// A total in which one account's part changed.
std::optional<U256> total_after(const U256& total, const U256& before, const U256& after) {
    const auto others = checked_sub(total, before);
    return others ? checked_add(*others, after) : std::nullopt;
}

/// What a debt log says is of the debt before it: the treasury's share, and what is paid back.
Result<void> before_debt_log(Transition& at, const Address& account, ReserveId reserve) {
    FAULTLINE_TRY_VOID(at.note_debt(account, reserve));
    return at.update_for_debt(reserve);
}

}  // namespace

Result<void> change_scaled(Transition& at, const ContractRow& token, const TokenChange& change) {
    const bool a_token = token.role == ContractRole::kAToken;
    if (!a_token) {
        FAULTLINE_TRY_VOID(before_debt_log(at, change.account, token.reserve));
    }
    const ReserveKey key{.market = at.market, .reserve = token.reserve};
    const ReserveRow* reserve = at.tables.reserves.find(key);
    PositionRow position = at.position(change.account, token.reserve);
    U256& scaled = a_token ? position.scaled_supply : position.scaled_debt;
    const auto after = scaled_after(token, scaled, change);
    const char* event = change.kind == TokenChange::Kind::kBurn ? "Burn" : "Mint";
    if (!after || reserve == nullptr) {
        return contradiction(event, change.account, scaled);
    }
    ReserveRow next = *reserve;
    U256& total = a_token ? next.scaled_supply : next.scaled_debt;
    const auto with = total_after(total, scaled, *after);
    if (!with) {
        return contradiction(event, change.account, scaled);
    }
    total = *with;
    scaled = *after;
    at.tables.reserves.put(key, next);
    at.set_position(change.account, token.reserve, position);
    return {};
}

namespace {

Result<void> on_mint(Transition& at, const ContractRow& token, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::Mint::decode(log));
    const TokenLog amounts{
        .value = event.get<"value">(),
        .balance_increase = event.get<"balanceIncrease">(),
        .index_ray = event.get<"index">(),
    };
    return change_scaled(
        at,
        token,
        {.account = event.get<"onBehalfOf">(), .log = amounts, .kind = TokenChange::Kind::kMint}
    );
}

Result<void> on_burn(Transition& at, const ContractRow& token, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::Burn::decode(log));
    const TokenLog amounts{
        .value = event.get<"value">(),
        .balance_increase = event.get<"balanceIncrease">(),
        .index_ray = event.get<"index">(),
    };
    return change_scaled(
        at,
        token,
        {.account = event.get<"from">(), .log = amounts, .kind = TokenChange::Kind::kBurn}
    );
}

Result<void> on_balance_transfer(Transition& at, const ContractRow& token, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::BalanceTransfer::decode(log));
    const Address from = event.get<"from">();
    const Address to = event.get<"to">();
    if (from == to) {
        return {};
    }
    const U256 value = event.get<"value">();
    // AToken._transfer of V2 divides half up.
    const auto scaled = at.rules().transfers_unscaled ? ray_div_half_up(value, event.get<"index">())
                                                      : std::optional(value);
    PositionRow sender = at.position(from, token.reserve);
    PositionRow recipient = at.position(to, token.reserve);
    const auto left = scaled ? checked_sub(sender.scaled_supply, *scaled) : std::nullopt;
    const auto held = scaled ? checked_add(recipient.scaled_supply, *scaled) : std::nullopt;
    if (!left || !held || token.role != ContractRole::kAToken) {
        return contradiction("BalanceTransfer", from, sender.scaled_supply);
    }
    sender.scaled_supply = *left;
    recipient.scaled_supply = *held;
    at.set_position(from, token.reserve, sender);
    at.set_position(to, token.reserve, recipient);
    return {};
}

}  // namespace

Result<void> apply_token_log(Transition& at, const ContractRow& token, const eth::Log& log) {
    if (events::Mint::matches(log)) {
        return on_mint(at, token, log);
    }
    if (events::Burn::matches(log)) {
        return on_burn(at, token, log);
    }
    if (events::BalanceTransfer::matches(log)) {
        return on_balance_transfer(at, token, log);
    }
    return {};
}

Result<void> apply_token_initialized(Transition& at, const eth::Log& log) {
    FAULTLINE_TRY(const auto event, events::ATokenInitialized::decode(log));
    if (event.get<"pool">() == at.config.pool) {
        at.memory.new_token_decimals[log.address] =
            static_cast<std::uint8_t>(event.get<"aTokenDecimals">());
    }
    return {};
}

}  // namespace faultline::aave
