// SPDX-License-Identifier: Apache-2.0
#include "core/graph/governor_facts.hpp"

#include "core/graph/turn.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/rows.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

/// In a block; the rest have their turn in the next.
constexpr std::size_t kMostAsked = 16;

std::array<Bytes, 3> getters() {
    return {
        eth::encode_call<"governor()">(),
        eth::encode_call<"admin()">(),
        eth::encode_call<"owner()">()
    };
}

/// Those that it is the turn of at this block: new ones, those without an answer, and the others.
std::vector<Address> chosen(
    std::span<const Address> contracts, const eth::Block& block, const GovernorRows& governors
) {
    const eth::BlockNum number = block.ref().number;
    std::vector<Address> out;
    std::vector<Address> unanswered;
    std::vector<Address> again;
    for (const Address& contract : contracts) {
        const auto row = governors.find({.contract = contract});
        if (row == nullptr) {
            out.push_back(contract);
        } else if (row->unanswered) {
            unanswered.push_back(contract);
        } else if (is_turn(contract, number)) {
            again.push_back(contract);
        }
    }
    out.resize(std::min(out.size(), kMostAsked));
    if (number % kUnansweredAgainEvery == 0) {
        std::ranges::copy(
            some_of(std::move(unanswered), kMostAsked - out.size(), number, kUnansweredAgainEvery),
            std::back_inserter(out)
        );
    }
    std::ranges::copy(
        some_of(std::move(again), kMostAsked - out.size(), number), std::back_inserter(out)
    );
    return out;
}

GovernorRow row_of(const Address& contract, const eth::Block& block) {
    GovernorRow row;
    for (const Bytes& call : getters()) {
        const eth::ReadAnswer* answer = block.answer({.to = contract, .data = call});
        row.unanswered = row.unanswered || answer == nullptr;
        if (answer == nullptr || answer->reverted()) {
            continue;
        }
        const auto governor = eth::decode_address(answer->result);
        if (governor && !governor->is_zero() && *governor != contract) {
            row.governors.push_back(*governor);
        }
    }
    std::ranges::sort(row.governors);
    const auto again = std::ranges::unique(row.governors);
    row.governors.erase(again.begin(), again.end());
    return row;
}

}  // namespace

std::vector<eth::Read> plan_governor_reads(
    std::span<const Address> contracts, const eth::Block& block, const GovernorRows& governors
) {
    std::vector<eth::Read> reads;
    for (const Address& contract : chosen(contracts, block, governors)) {
        for (const Bytes& call : getters()) {
            eth::Read read{.to = contract, .data = call};
            if (!block.made(read)) {
                reads.push_back(std::move(read));
            }
        }
    }
    return reads;
}

void take_governor_answers(const eth::Block& block, GovernorRows& governors) {
    std::set<Address> asked;
    for (const eth::ReadAnswer& answer : block.reads) {
        if (answer.read.data == getters().front()) {
            asked.insert(answer.read.to);
        }
    }
    for (const Address& contract : asked) {
        const bool made = std::ranges::all_of(getters(), [&](const Bytes& call) {
            return block.made({.to = contract, .data = call});
        });
        if (!made) {
            continue;
        }
        GovernorRow row = row_of(contract, block);
        const auto known = governors.find({.contract = contract});
        if (row.unanswered && known != nullptr) {
            row.governors = known->governors;
        }
        if (known == nullptr || *known != row) {
            governors.put({.contract = contract}, std::move(row));
        }
    }
}

}  // namespace faultline::graph
