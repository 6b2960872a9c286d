// SPDX-License-Identifier: Apache-2.0
#include "core/graph/token_facts.hpp"

#include "core/graph/turn.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/ledger/table.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

constexpr std::size_t kLongestSymbol = 32;

/// The getters of what a token wraps: ERC-4626, Aave's tokens, cTokens.
std::array<Bytes, 3> wrapped_getters() {
    return {
        eth::encode_call<"asset()">(),
        eth::encode_call<"UNDERLYING_ASSET_ADDRESS()">(),
        eth::encode_call<"underlying()">()
    };
}

std::vector<Bytes> all_getters() {
    std::vector<Bytes> calls{eth::encode_call<"symbol()">(), eth::encode_call<"decimals()">()};
    std::ranges::copy(wrapped_getters(), std::back_inserter(calls));
    return calls;
}

std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, kLongestSymbol)) {
        if (c == '\0') {
            break;
        }
        out.push_back(c > ' ' && c <= '~' ? c : '?');
    }
    return out;
}

/// A string, or 32 bytes padded with zeros, as MKR's.
std::string symbol_of(const eth::ReadAnswer& answer) {
    if (const Result<std::string> text = eth::decode_string(answer.result)) {
        return printable(*text);
    }
    if (answer.result.size() == Hash32::kSize) {
        return printable(std::string(answer.result.begin(), answer.result.end()));
    }
    return {};
}

/// What the token returned; nullptr where it reverted, or nobody could say.
const eth::ReadAnswer* returned(const eth::Block& block, const Address& token, const Bytes& call) {
    const eth::ReadAnswer* answer = block.answer({.to = token, .data = call});
    return answer == nullptr || answer->reverted() ? nullptr : answer;
}

TokenRow row_of(const Address& token, const eth::Block& block) {
    TokenRow row;
    if (const auto* told = returned(block, token, eth::encode_call<"symbol()">())) {
        row.symbol = symbol_of(*told);
    }
    if (const auto* told = returned(block, token, eth::encode_call<"decimals()">())) {
        const auto decimals = eth::decode_u256(told->result);
        if (decimals && *decimals <= U256(255)) {
            row.decimals = static_cast<std::uint8_t>(decimals->low_u64());
        }
    }
    for (const Bytes& call : wrapped_getters()) {
        const auto* told = returned(block, token, call);
        const auto wraps =
            told != nullptr ? eth::decode_address(told->result) : Result<Address>(Address{});
        if (!wraps || wraps->is_zero()) {
            continue;
        }
        row.contradicts_itself = row.contradicts_itself || *wraps == token ||
                                 (!row.wraps.is_zero() && row.wraps != *wraps);
        row.wraps = row.wraps.is_zero() ? *wraps : row.wraps;
    }
    row.unanswered = std::ranges::any_of(all_getters(), [&](const Bytes& call) {
        return block.answer({.to = token, .data = call}) == nullptr;
    });
    return row;
}

/// Those that it is the turn of at this block.
std::vector<Address> chosen(
    std::span<const Address> unasked,
    const eth::Block& block,
    const ledger::Table<TokenKey, TokenRow>& tokens
) {
    const eth::BlockNum number = block.ref().number;
    std::vector<Address> out;
    std::vector<Address> unanswered;
    for (const Address& token : unasked) {
        const bool is_new = !tokens.contains({.token = token});
        (is_new ? out : unanswered).push_back(token);
    }
    out.resize(std::min(out.size(), kMostTokensAsked));
    if (number % kUnansweredAgainEvery == 0) {
        std::ranges::copy(
            some_of(
                std::move(unanswered), kMostTokensAsked - out.size(), number, kUnansweredAgainEvery
            ),
            std::back_inserter(out)
        );
    }
    std::vector<Address> again;
    tokens.for_each_unordered([&](const TokenKey& key, const TokenRow& row) {
        if (!row.unanswered && is_turn(key.token, number)) {
            again.push_back(key.token);
        }
    });
    std::ranges::copy(
        some_of(std::move(again), kMostTokensAsked - out.size(), number), std::back_inserter(out)
    );
    return out;
}

/// A getter that has no answer this time leaves what it told before, and the others say what they
/// say: no token keeps its old word by one that burns all gas.
void keep_what_is_not_said(const TokenRow& before, TokenRow& now) {
    if (!now.unanswered) {
        return;
    }
    now.symbol = now.symbol.empty() ? before.symbol : now.symbol;
    now.decimals = now.decimals ? now.decimals : before.decimals;
    if (now.wraps.is_zero()) {
        now.wraps = before.wraps;
        now.contradicts_itself = before.contradicts_itself;
    }
    now.unanswered = false;
}

}  // namespace

bool to_be_asked(const Address& token, const ledger::Table<TokenKey, TokenRow>& tokens) {
    const auto row = tokens.find({.token = token});
    return row == nullptr || row->unanswered;
}

std::vector<eth::Read> plan_token_reads(
    std::span<const Address> unasked,
    const eth::Block& block,
    const ledger::Table<TokenKey, TokenRow>& tokens
) {
    std::vector<eth::Read> reads;
    const std::vector<Bytes> calls = all_getters();
    for (const Address& token : chosen(unasked, block, tokens)) {
        for (const Bytes& call : calls) {
            eth::Read read{.to = token, .data = call};
            if (!block.made(read)) {
                reads.push_back(std::move(read));
            }
        }
    }
    return reads;
}

void take_token_answers(std::span<const Address> unasked, const eth::Block& block, Tables& tables) {
    const std::vector<Bytes> calls = all_getters();
    for (const Address& token : chosen(unasked, block, tables.tokens)) {
        const bool made = std::ranges::all_of(calls, [&](const Bytes& call) {
            return block.made({.to = token, .data = call});
        });
        if (!made) {
            continue;
        }
        TokenRow row = row_of(token, block);
        const auto before = tables.tokens.find({.token = token});
        const bool knew = before != nullptr && !before->unanswered;
        if (knew) {
            keep_what_is_not_said(*before, row);
        }
        if (knew && *before == row) {
            continue;
        }
        if (knew && before->wraps != row.wraps && tables.claims.contains({.token = token})) {
            tables.claims.erase({.token = token});
        }
        tables.tokens.put({.token = token}, std::move(row));
    }
}

}  // namespace faultline::graph
