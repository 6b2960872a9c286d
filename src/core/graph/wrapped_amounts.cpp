// SPDX-License-Identifier: Apache-2.0
#include "core/graph/wrapped_amounts.hpp"

#include "core/graph/structure.hpp"
#include "core/graph/turn.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/edge.hpp>
#include <faultline/core/graph/exposure_graph.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/rows.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

/// In a block, each two calls at most.
constexpr std::size_t kMostAsked = 16;

Bytes total_assets() {
    return eth::encode_call<"totalAssets()">();
}

Bytes balance_of(const Address& holder) {
    return eth::encode_call<"balanceOf(address)">(holder);
}

/// Not at the blocks at which all that had no answer is asked again.
bool is_turn_of_amount(const Address& token, eth::BlockNum number) {
    return is_turn(token, number + (kAmountsAgainEvery / 2), kAmountsAgainEvery);
}

/// Those that it is the turn of at this block: new ones, and who was asked before.
std::vector<Wrapper> chosen(
    std::span<const Wrapper> wrappers, const eth::Block& block, const Tables& tables
) {
    const eth::BlockNum number = block.ref().number;
    std::vector<Address> now;
    std::vector<Address> again;
    for (const Wrapper& wrapper : wrappers) {
        const auto row = tables.wrapped.find({.token = wrapper.token});
        if (row == nullptr || !row->is_of(wrapper.wraps)) {
            now.push_back(wrapper.token);
        } else if (is_turn_of_amount(wrapper.token, number)) {
            again.push_back(wrapper.token);
        }
    }
    now.resize(std::min(now.size(), kMostAsked));
    std::ranges::copy(
        some_of(std::move(again), kMostAsked - now.size(), number, kAmountsAgainEvery),
        std::back_inserter(now)
    );
    std::ranges::sort(now);
    std::vector<Wrapper> out;
    std::ranges::copy_if(wrappers, std::back_inserter(out), [&now](const Wrapper& wrapper) {
        return std::binary_search(now.begin(), now.end(), wrapper.token);
    });
    return out;
}

/// nullopt: a revert, or no amount.
std::optional<U256> amount_in(const eth::ReadAnswer& answer) {
    if (answer.outcome != eth::ReadOutcome::kReturned) {
        return std::nullopt;
    }
    const auto amount = eth::decode_u256(answer.result);
    return amount ? std::optional(*amount) : std::nullopt;
}

/// The answer in which some token says what `wrapper` has of it; nullptr: none was asked.
const eth::ReadAnswer* find_balance(const eth::Block& block, const Address& wrapper) {
    const Bytes call = balance_of(wrapper);
    const auto found = std::ranges::find_if(block.reads, [&call](const eth::ReadAnswer& answer) {
        return answer.read.data == call;
    });
    return found == block.reads.end() ? nullptr : &*found;
}

/// What a token says that it wraps; zero: nothing that makes sense.
Address own_word(const Address& token, const Tables& tables) {
    const auto row = tables.tokens.find({.token = token});
    return row == nullptr || row->contradicts_itself ? Address{} : row->wraps;
}

/// Whether totalAssets() tells all: it does not where the token does not say what it is of.
bool tells_all(const eth::ReadAnswer& said, const Tables& tables) {
    return said.unanswered() || (amount_in(said) && !own_word(said.read.to, tables).is_zero());
}

/// nullopt while something is still to be asked.
std::optional<WrappedRow> row_of(
    const eth::ReadAnswer& said, const eth::Block& block, const Tables& tables
) {
    const Address& wrapper = said.read.to;
    const bool all = tells_all(said, tables);
    const eth::ReadAnswer* held = all ? nullptr : find_balance(block, wrapper);
    if (!all && held == nullptr) {
        return std::nullopt;
    }
    WrappedRow row{
        .token = held == nullptr ? own_word(wrapper, tables) : held->read.to,
        .amount = {},
        .word = AmountWord::kNothing,
        .block = block.ref().number
    };
    const auto told = amount_in(said);
    const auto has = held == nullptr ? std::nullopt : amount_in(*held);
    if (told) {
        row.word = AmountWord::kSaid;
    } else if (has) {
        row.word = AmountWord::kHeld;
    } else if (said.unanswered() || held->unanswered()) {
        row.word = AmountWord::kNoAnswer;
    }
    row.amount = told ? *told : has.value_or(U256());
    return row;
}

}  // namespace

std::vector<Wrapper> wrappers_in(
    const EdgeList& edges, const std::set<Address>& tokens, const LabelledWraps& labelled
) {
    std::map<Address, Address> wraps;
    std::set<Address> receipts;
    for (const auto& [key, row] : edges) {
        if (key.kind != EdgeKind::kWraps) {
            continue;
        }
        const Address from = key.from.address().value_or(Address{});
        if (key.to.kind == NodeKind::kToken) {
            wraps.emplace(from, key.to.address().value_or(Address{}));
        } else {
            receipts.insert(from);
        }
    }
    for (const Address& token : tokens) {
        // Labels name tokens that no contract did, too; they wrap in no circle.
        for (auto label = labelled.find(token); label != labelled.end();
             label = labelled.find(label->second)) {
            wraps.emplace(*label);
        }
    }
    std::vector<Wrapper> out;
    for (const auto& [token, wrapped] : wraps) {
        if (!receipts.contains(token) && !wrapped.is_zero()) {
            out.push_back({.token = token, .wraps = wrapped});
        }
    }
    return out;
}

std::vector<eth::Read> plan_wrapped_reads(
    std::span<const Wrapper> wrappers, const eth::Block& block, const Tables& tables
) {
    std::vector<eth::Read> reads;
    for (const Wrapper& wrapper : chosen(wrappers, block, tables)) {
        eth::Read first{.to = wrapper.token, .data = total_assets()};
        const eth::ReadAnswer* said = block.reads.find(first);
        if (said == nullptr) {
            reads.push_back(std::move(first));
            continue;
        }
        eth::Read second{.to = wrapper.wraps, .data = balance_of(wrapper.token)};
        if (!tells_all(*said, tables) && !block.made(second)) {
            reads.push_back(std::move(second));
        }
    }
    return reads;
}

void take_wrapped_answers(const eth::Block& block, Tables& tables) {
    const Bytes call = total_assets();
    for (const eth::ReadAnswer& answer : block.reads) {
        if (answer.read.data != call) {
            continue;
        }
        if (const auto row = row_of(answer, block, tables)) {
            tables.wrapped.put({.token = answer.read.to}, *row);
        }
    }
}

void tell_amount(
    std::span<const Wrapped> all, const Address& wrapper, const Address& wraps, Edge& edge
) {
    const auto found = std::lower_bound(
        all.begin(),
        all.end(),
        wrapper,
        [](const Wrapped& one, const Address& token) { return one.wrapper < token; }
    );
    const bool asked = found != all.end() && found->wrapper == wrapper &&
                       (found->token == wraps || found->token.is_zero());
    edge.token = wraps;
    edge.amount = Figure<U256>::without(
        FigureStatus::kNoData,
        wraps.is_zero() ? "no contract can be asked how much of the chain's coin there is"
                        : "how much of it there is was not asked yet"
    );
    edge.usd = edge.amount;
    if (asked) {
        edge.decimals = found->decimals;
        edge.amount = found->amount;
        edge.usd = found->usd;
        edge.amount_block = found->block;
    }
}

}  // namespace faultline::graph
