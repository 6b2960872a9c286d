// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/table.hpp>
#include <faultline/core/protocol/governor.hpp>
#include <faultline/core/protocol/market_id.hpp>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace faultline::protocol {
namespace {

constexpr std::uint64_t kUnknownEvery = 16;
constexpr std::uint64_t kKnownEvery = 4096;

bool is_last_of(const eth::Block& block, std::uint64_t every) {
    return block.ref().number % every == every - 1;
}

/// How far a block got along a path.
struct Walked {
    std::optional<eth::Read> next;       ///< The call that was not made yet.
    std::optional<Address> destination;  ///< Zero: it leads nowhere.
};

Walked walk(const GovernorPath& path, const eth::Block& block) {
    Address contract = path.contract;
    for (const Bytes& call : path.calls) {
        eth::Read read{.to = contract, .data = call, .from = {}};
        if (!block.made(read)) {
            return {.next = std::move(read), .destination = {}};
        }
        const eth::ReadAnswer* answer = block.answer(read);
        if (answer == nullptr) {
            return {};
        }
        const auto told = answer->reverted()
                              ? Address{}
                              : eth::decode_address(answer->result).value_or(Address{});
        if (told.is_zero()) {
            return {.next = {}, .destination = Address{}};
        }
        contract = told;
    }
    return {.next = {}, .destination = contract};
}

}  // namespace

Address Governors::of(MarketId market) const {
    const GovernorRow* row = rows_.find({market});
    return row == nullptr ? Address{} : row->contract;
}

void Governors::plan(
    MarketId market,
    const GovernorPath& path,
    const eth::Block& block,
    bool anew,
    std::vector<eth::Read>& reads
) const {
    const bool due = anew || is_last_of(block, kKnownEvery) ||
                     (rows_.find({market}) == nullptr && is_last_of(block, kUnknownEvery));
    if (!block.live || path.contract.is_zero() || !due) {
        return;
    }
    if (auto walked = walk(path, block); walked.next) {
        reads.push_back(*std::move(walked.next));
    }
}

void Governors::take(MarketId market, const GovernorPath& path, const eth::Block& block) {
    if (!block.live || path.contract.is_zero()) {
        return;
    }
    const Walked walked = walk(path, block);
    if (walked.destination && (!walked.destination->is_zero() || rows_.find({market}) == nullptr)) {
        set(market, *walked.destination);
    }
}

void Governors::take_first(MarketId market, const GovernorPath& path, const eth::Block& block) {
    if (rows_.find({market}) == nullptr) {
        take(market, path, block);
    }
}

void Governors::set(MarketId market, const Address& contract) {
    const GovernorRow* row = rows_.find({market});
    if (row == nullptr || row->contract != contract) {
        rows_.put({market}, {.contract = contract});
    }
}

}  // namespace faultline::protocol

namespace faultline {

template class ledger::Table<protocol::GovernorKey, protocol::GovernorRow>;

}  // namespace faultline
