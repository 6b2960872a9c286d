// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/compound_v2/transition.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocols/compound_v2/market_config.hpp>
#include <faultline/core/protocols/compound_v2/rows.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace faultline::compound_v2 {

Handler find_handler(std::span<const HandlerEntry> handlers, const Hash32& topic0) {
    const auto found = std::lower_bound(
        handlers.begin(),
        handlers.end(),
        topic0,
        [](const HandlerEntry& entry, const Hash32& wanted) { return entry.topic0 < wanted; }
    );
    return found != handlers.end() && found->topic0 == topic0 ? found->handler : nullptr;
}

Error contradiction(const eth::Log& log, const std::string& what) {
    return Error(Code::kCorrupt, log.address.hex() + ": " + what)
        .advise(
            "a log before this one is missing or was misread; run `faultline resync` to follow "
            "again"
        );
}

Error not_among_tokens(const MarketConfig& config, const Address& ctoken) {
    return Error(
               Code::kInvalid,
               "cToken " + ctoken.hex() + " is listed and not among tokens of market \"" +
                   config.name + "\", so its transfers are not asked for"
    )
        .advise(
            "add the line `- \"" + ctoken.hex() +
            "\"`, and one for its underlying, to tokens of that market, then follow or bootstrap "
            "the chain into an empty folder"
        );
}

Result<CTokenRow> Transition::listed(const Address& ctoken) const {
    const CTokenRow* row = tables.ctokens.find(key(ctoken));
    if (row == nullptr || !row->listed) {
        return Error(
                   Code::kMissing,
                   "cToken " + ctoken.hex() + " was never listed in what was followed"
        )
            .advise(
                "following must not begin later than the deployment of market \"" + config.name +
                "\": run `faultline resync` and follow again from its deployment, or bootstrap it"
            );
    }
    return *row;
}

void Transition::tell(const Address& ctoken, protocol::IncidentKind kind, std::string text) {
    if (tables.ctokens.find(key(ctoken))->listed) {
        notes.push_back({.kind = kind, .text = std::move(text)});
    }
}

PositionRow Transition::position(const Address& ctoken, const Address& account) const {
    const PositionRow* row =
        tables.positions.find({.market = market, .ctoken = ctoken, .account = account});
    return row == nullptr ? PositionRow{} : *row;
}

void Transition::set_position(
    const Address& ctoken, const Address& account, const PositionRow& row
) {
    const PositionKey at{.market = market, .ctoken = ctoken, .account = account};
    const bool known = tables.positions.contains(at);
    const bool empty = row.tokens.is_zero() && row.principal.is_zero();
    if (!empty) {
        tables.positions.put(at, row);
    } else if (known) {
        tables.positions.erase(at);
    }
    if (known == empty) {
        edit_account(account, [&](AccountRow& of) {
            of.positions += empty ? std::uint32_t(-1) : 1U;
        });
    }
}

void Transition::store_account(const AccountKey& at, const AccountRow& row, bool known) {
    const bool empty = row == AccountRow{};
    if (empty) {
        tables.accounts.erase(at);
    } else {
        tables.accounts.put(at, row);
    }
    if (known == empty) {
        edit_market([&](MarketRow& of) { of.holders += empty ? std::uint64_t(-1) : 1U; });
    }
}

Result<void> Transition::credit(const Address& ctoken, const Address& account, const U256& tokens) {
    const CTokenRow* row = tables.ctokens.find(key(ctoken));
    PositionRow to = position(ctoken, account);
    const auto sum = checked_add(row->held, tokens);
    const auto balance = checked_add(to.tokens, tokens);
    if (!sum || !balance) {
        return Error(Code::kCorrupt, "cTokens of " + ctoken.hex() + " overflow");
    }
    to.tokens = *balance;
    edit_ctoken(ctoken, [&](CTokenRow& of) { of.held = *sum; });
    set_position(ctoken, account, to);
    return {};
}

Result<void> Transition::debit(const Address& ctoken, const Address& account, const U256& tokens) {
    const CTokenRow* row = tables.ctokens.find(key(ctoken));
    PositionRow from = position(ctoken, account);
    const auto sum = checked_sub(row->held, tokens);
    const auto balance = checked_sub(from.tokens, tokens);
    if (!sum || !balance) {
        return Error(
                   Code::kCorrupt,
                   account.hex() + " has " + from.tokens.to_string() + " cTokens of " +
                       ctoken.hex() + ", and " + tokens.to_string() + " leave"
        )
            .advise(
                "a log before this one is missing or was misread; run `faultline resync` to follow "
                "again"
            );
    }
    from.tokens = *balance;
    edit_ctoken(ctoken, [&](CTokenRow& of) { of.held = *sum; });
    set_position(ctoken, account, from);
    return {};
}

}  // namespace faultline::compound_v2
