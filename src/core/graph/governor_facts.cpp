// SPDX-License-Identifier: Apache-2.0
#include "core/graph/governor_facts.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/rows.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace faultline::graph {
namespace {

/// In a block; the rest have their turn in the next.
constexpr std::size_t kMostAsked = 16;
/// About half a day of Ethereum.
constexpr eth::BlockNum kAgainEvery = 4096;
constexpr eth::BlockNum kUnansweredAgainEvery = 256;

std::array<Bytes, 3> getters() {
    return {
        eth::encode_call<"governor()">(),
        eth::encode_call<"admin()">(),
        eth::encode_call<"owner()">()
    };
}

/// Those that it is the turn of at this block: new ones, and each of the others at a block of its
/// own.
std::vector<Address> chosen(
    std::span<const Address> contracts, const eth::Block& block, const GovernorRows& governors
) {
    std::vector<Address> out;
    for (std::size_t i = 0; i < contracts.size() && out.size() < kMostAsked; ++i) {
        const auto row = governors.find({.contract = contracts[i]});
        const eth::BlockNum turn = block.ref().number + i + 1;
        const bool again =
            row != nullptr && row->unanswered && block.ref().number % kUnansweredAgainEvery == 0;
        if (row == nullptr || again || turn % kAgainEvery == 0) {
            out.push_back(contracts[i]);
        }
    }
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

bool is_governor_read(const eth::Read& read) {
    return std::ranges::count(getters(), read.data) != 0;
}

}  // namespace faultline::graph
