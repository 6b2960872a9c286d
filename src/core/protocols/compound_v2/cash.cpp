// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v2/cash.hpp"

#include "core/protocols/compound_v2/events.hpp"
#include "core/protocols/compound_v2/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <optional>
#include <vector>

namespace faultline::compound_v2 {
namespace {

/// From here on it is read.
void stop_counting(Transition& at, const Address& ctoken) {
    at.edit_ctoken(ctoken, [](CTokenRow& of) {
        of.cash_by_logs = false;
        of.cash_checked = true;
    });
    at.tell(
        ctoken,
        protocol::IncidentKind::kAnomaly,
        "the cash of cToken " + ctoken.hex() +
            " is not what its underlying's transfers left there (a rate or a fee of that token, "
            "or cash that is lent on): it is read at each block from here on"
    );
}

/// nullopt when it does not fit.
std::optional<U256> cash_after(
    const U256& cash, const events::Transfer& event, const Address& ctoken
) {
    const bool in = event.get<"to">() == ctoken;
    if (in == (event.get<"from">() == ctoken)) {
        return cash;
    }
    return in ? checked_add(cash, event.get<"amount">()) : checked_sub(cash, event.get<"amount">());
}

}  // namespace

void move_native_cash(Transition& at, const Address& ctoken, const U256& amount, CashWay way) {
    const CTokenRow& row = *at.tables.ctokens.find(at.key(ctoken));
    if (row.underlying_kind != Underlying::kNative) {
        return;
    }
    // Less than nothing, or more than fits, is what coins without a log make of it.
    const U256 cash = way == CashWay::kIn ? checked_add(row.cash, amount).value_or(row.cash)
                                          : checked_sub(row.cash, amount).value_or(U256());
    at.edit_ctoken(ctoken, [&](CTokenRow& of) { of.cash = cash; });
}

void take_cash_prior(Transition& at, const Address& ctoken, const U256& cash) {
    const CTokenRow row = *at.tables.ctokens.find(at.key(ctoken));
    if (row.cash == cash) {
        return;
    }
    at.edit_ctoken(ctoken, [&](CTokenRow& of) { of.cash = cash; });
    if (row.cash_by_logs && row.cash_checked) {
        stop_counting(at, ctoken);
    }
}

void take_cash(Transition& at, const Address& ctoken, const eth::ReadAnswer& answer) {
    const auto cash = answer.reverted() ? std::nullopt : [&]() -> std::optional<U256> {
        const auto decoded = eth::decode_u256(answer.result);
        return decoded ? std::optional(*decoded) : std::nullopt;
    }();
    if (!cash) {
        return;
    }
    const CTokenRow row = *at.tables.ctokens.find(at.key(ctoken));
    const bool begins =
        row.underlying_kind == Underlying::kErc20 && !row.cash_by_logs && !row.cash_checked;
    at.edit_ctoken(ctoken, [&](CTokenRow& of) {
        of.cash = *cash;
        of.cash_block = at.number();
        of.cash_by_logs = row.cash_by_logs || begins;
        of.cash_checked = row.cash_by_logs || row.cash_checked;
    });
    if (row.cash_by_logs && row.cash != *cash) {
        stop_counting(at, ctoken);
    }
}

void set_underlying(
    Transition& at, const Address& ctoken, const eth::ReadAnswer& answer, bool from_start
) {
    // The first cTokens of ether take any call they do not know for a mint, and answer nothing.
    if (answer.reverted() || answer.result.empty()) {
        at.edit_ctoken(ctoken, [](CTokenRow& of) {
            of.underlying_kind = Underlying::kNative;
            of.cash_checked = true;
        });
        return;
    }
    const auto token = eth::decode_address(answer.result);
    if (!token) {
        return;
    }
    const bool told = at.config.asks_transfers_of(*token);
    at.edit_ctoken(ctoken, [&](CTokenRow& of) {
        of.underlying_kind = Underlying::kErc20;
        of.underlying = *token;
        of.cash_by_logs = from_start && told;
        of.cash_checked = of.cash_checked || !told;  // Then it is read at each live block.
    });
    if (!told) {
        return;
    }
    at.tables.underlyings.update(
        {.market = at.market, .underlying = *token},
        [&](UnderlyingRow& row) { row.ctokens.push_back(ctoken); }
    );
}

void apply_underlying_transfer(
    Transition& at, const std::vector<Address>& ctokens, const eth::Log& log
) {
    const auto event = events::Transfer::decode(log);
    for (const Address& ctoken : ctokens) {
        const CTokenRow& row = *at.tables.ctokens.find(at.key(ctoken));
        if (!row.cash_by_logs) {
            continue;
        }
        const auto cash = event ? cash_after(row.cash, *event, ctoken) : std::nullopt;
        if (!cash) {  // Or what the token logs is no transfer as ERC-20 has it.
            stop_counting(at, ctoken);
        } else if (*cash != row.cash) {
            at.edit_ctoken(ctoken, [&](CTokenRow& of) { of.cash = *cash; });
        }
    }
}

}  // namespace faultline::compound_v2
