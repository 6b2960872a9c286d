// SPDX-License-Identifier: Apache-2.0
#include "core/graph/claim_facts.hpp"

#include "core/graph/token_facts.hpp"
#include "core/graph/turn.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

std::array<Bytes, 7> getters() {
    return {
        eth::encode_call<"POOL()">(),
        eth::encode_call<"comptroller()">(),
        eth::encode_call<"factory()">(),
        eth::encode_call<"token0()">(),
        eth::encode_call<"token1()">(),
        eth::encode_call<"getVault()">(),
        eth::encode_call<"getPoolId()">()
    };
}

/// What one token answered.
class Answers {
  public:
    Answers(const Address& token, const eth::Block& block) : token_(token), block_(block) {}

    /// Zero: it names nobody, or itself.
    [[nodiscard]] Address address(const Bytes& call) const {
        const auto told = result(call);
        const auto address = told ? eth::decode_address(*told) : Result<Address>(Address{});
        return address && *address != token_ ? *address : Address{};
    }

    [[nodiscard]] std::optional<Hash32> word(const Bytes& call) const {
        const auto told = result(call);
        if (!told || told->size() != Hash32::kSize) {
            return std::nullopt;
        }
        Hash32 out;
        std::ranges::copy(*told, out.bytes.begin());
        return out;
    }

    [[nodiscard]] bool complete() const {
        return std::ranges::all_of(getters(), [this](const Bytes& call) {
            return block_.answer({.to = token_, .data = call}) != nullptr;
        });
    }

  private:
    [[nodiscard]] std::optional<BytesView> result(const Bytes& call) const {
        const eth::ReadAnswer* answer = block_.answer({.to = token_, .data = call});
        return answer == nullptr || answer->reverted() ? std::nullopt
                                                       : std::optional(BytesView(answer->result));
    }

    const Address& token_;
    const eth::Block& block_;
};

/// A market that a token names, and what to ask it: its answer has the token among its words.
struct Named {
    Address market;
    Bytes question;  ///< Empty: the token does not tell enough to ask.
};

Named market_named(const Answers& token, const Address& underlying) {
    if (const Address pool = token.address(eth::encode_call<"POOL()">()); !pool.is_zero()) {
        return {
            .market = pool,
            .question = underlying.is_zero()
                            ? Bytes{}
                            : eth::encode_call<"getReserveData(address)">(underlying)
        };
    }
    const Address comptroller = token.address(eth::encode_call<"comptroller()">());
    if (!comptroller.is_zero()) {
        return {.market = comptroller, .question = eth::encode_call<"getAllMarkets()">()};
    }
    const Address factory = token.address(eth::encode_call<"factory()">());
    const Address first = token.address(eth::encode_call<"token0()">());
    const Address second = token.address(eth::encode_call<"token1()">());
    if (!factory.is_zero() && !first.is_zero() && !second.is_zero()) {
        return {
            .market = factory,
            .question = eth::encode_call<"getPair(address,address)">(first, second)
        };
    }
    const Address vault = token.address(eth::encode_call<"getVault()">());
    const auto pool = token.word(eth::encode_call<"getPoolId()">());
    if (!vault.is_zero() && pool) {
        return {.market = vault, .question = eth::encode_call<"getPool(bytes32)">(*pool)};
    }
    return {};
}

/// Whether the token is among the words of an answer. An empty one is that of an account without
/// code, which says nothing.
MarketWord word_of(BytesView answer, const Address& token) {
    constexpr std::size_t kAddressAt = Hash32::kSize - Address::kSize;
    for (BytesView rest = answer; rest.size() >= Hash32::kSize;
         rest = rest.subspan(Hash32::kSize)) {
        const BytesView word = rest.first(Hash32::kSize);
        const bool padded =
            std::ranges::all_of(word.first(kAddressAt), [](auto byte) { return byte == 0; });
        if (padded && std::ranges::equal(word.subspan(kAddressAt), token.bytes)) {
            return MarketWord::kLists;
        }
    }
    return answer.size() < Hash32::kSize ? MarketWord::kNone : MarketWord::kDenies;
}

/// What is asked of a token now.
enum class Ask : std::uint8_t {
    kNothing,
    kToken,   ///< Which market it names.
    kMarket,  ///< The market that it named, about it.
    kBoth,    ///< It answered long ago.
};

Ask turn_of(const Address& token, const ClaimRow* row, eth::BlockNum number) {
    if (row == nullptr) {
        return Ask::kToken;
    }
    if (row->to_be_heard()) {
        return Ask::kMarket;
    }
    if (row->unanswered) {
        const Ask again = row->market.is_zero() ? Ask::kToken : Ask::kMarket;
        return number % kUnansweredAgainEvery == 0 ? again : Ask::kNothing;
    }
    return is_turn(token, number) ? Ask::kBoth : Ask::kNothing;
}

/// A token's own getters, and the question for the market that it named.
std::vector<eth::Read> calls_about(const Address& token, Ask ask, const ClaimRow* row) {
    std::vector<eth::Read> out;
    if (ask != Ask::kMarket) {
        for (const Bytes& call : getters()) {
            out.push_back({.to = token, .data = call});
        }
    }
    if (ask == Ask::kMarket || (ask == Ask::kBoth && row->heard)) {
        out.push_back({.to = row->market, .data = row->question});
    }
    return out;
}

struct Chosen {
    Address token;
    Ask ask = Ask::kNothing;
};

/// Those that it is the turn of at this block: new ones, those without an answer, and the others.
std::vector<Chosen> chosen(const eth::Block& block, const Tables& tables) {
    const eth::BlockNum number = block.ref().number;
    const auto ask_of = [&](const Address& token) {
        const auto row = tables.claims.find({.token = token});
        return turn_of(token, row == nullptr ? nullptr : &*row, number);
    };
    std::vector<Address> out;
    std::vector<Address> unanswered;
    std::vector<Address> again;
    tables.tokens.for_each_unordered([&](const TokenKey& key, const TokenRow& said) {
        const Ask ask = ask_of(key.token);
        if (said.unanswered || ask == Ask::kNothing) {
            return;
        }
        const auto row = tables.claims.find(key);
        if (ask == Ask::kBoth) {
            again.push_back(key.token);
        } else {
            (row != nullptr && row->unanswered ? unanswered : out).push_back(key.token);
        }
    });
    std::ranges::sort(out);
    out.resize(std::min(out.size(), kMostTokensAsked));
    const auto add = [&](std::vector<Address> tokens, eth::BlockNum every) {
        std::ranges::copy(
            some_of(std::move(tokens), kMostTokensAsked - out.size(), number, every),
            std::back_inserter(out)
        );
    };
    add(std::move(unanswered), kUnansweredAgainEvery);
    add(std::move(again), kAskedAgainEvery);
    std::vector<Chosen> chosen;
    chosen.reserve(out.size());
    for (const Address& token : out) {
        chosen.push_back({.token = token, .ask = ask_of(token)});
    }
    return chosen;
}

ClaimRow asked_token(const Address& token, const eth::Block& block, const Address& underlying) {
    const Answers answers(token, block);
    Named named = market_named(answers, underlying);
    ClaimRow row;
    row.unanswered = named.market.is_zero() && !answers.complete();
    row.market = named.market;
    row.question = std::move(named.question);
    return row;
}

ClaimRow asked_market(const Address& token, const eth::Block& block, ClaimRow row) {
    const eth::ReadAnswer* answer = block.answer({.to = row.market, .data = row.question});
    row.unanswered = answer == nullptr;
    row.heard = answer != nullptr;
    row.says = answer == nullptr || answer->reverted() ? MarketWord::kNone
                                                       : word_of(answer->result, token);
    return row;
}

ClaimRow answered(
    const Address& token,
    Ask ask,
    const eth::Block& block,
    const Address& underlying,
    const ClaimRow& before
) {
    if (ask == Ask::kMarket) {
        return asked_market(token, block, before);
    }
    ClaimRow row = asked_token(token, block, underlying);
    if (ask == Ask::kToken) {
        return row;
    }
    // What has no answer this time is as it was.
    if (row.unanswered) {
        return before;
    }
    if (row.market != before.market || row.question != before.question) {
        return row;
    }
    row = before.heard ? asked_market(token, block, before) : before;
    return row.unanswered ? before : row;
}

}  // namespace

std::vector<eth::Read> plan_claim_reads(const eth::Block& block, const Tables& tables) {
    std::vector<eth::Read> reads;
    for (const Chosen& one : chosen(block, tables)) {
        const auto row = tables.claims.find({.token = one.token});
        for (eth::Read& read : calls_about(one.token, one.ask, row == nullptr ? nullptr : &*row)) {
            // Several tokens may have one question for one market.
            if (!block.made(read) && std::ranges::count(reads, read) == 0) {
                reads.push_back(std::move(read));
            }
        }
    }
    return reads;
}

void take_claim_answers(const eth::Block& block, Tables& tables) {
    for (const auto& [token, ask] : chosen(block, tables)) {
        const auto found = tables.claims.find({.token = token});
        const std::optional<ClaimRow> before =
            found == nullptr ? std::nullopt : std::optional(*found);
        const bool made = std::ranges::all_of(
            calls_about(token, ask, before ? &*before : nullptr),
            [&](const auto& read) { return block.made(read); }
        );
        if (!made) {
            continue;
        }
        const Address underlying = tables.tokens.find({.token = token})->wraps;
        const ClaimRow row = answered(token, ask, block, underlying, before.value_or(ClaimRow{}));
        if (before != row) {
            tables.claims.put({.token = token}, row);
        }
    }
}

}  // namespace faultline::graph
