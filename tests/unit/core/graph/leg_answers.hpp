// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "unit/core/graph/leg_chain.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/self_description.hpp>
#include <faultline/core/graph/exposure_graph.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

/// What contracts answer to the graph.
namespace faultline::graph {

inline Bytes word_of(const Address& at) {
    Bytes out(Hash32::kSize - Address::kSize, 0);
    out.insert(out.end(), at.bytes.begin(), at.bytes.end());
    return out;
}

inline Bytes word_of(std::uint8_t number) {
    Bytes out(Hash32::kSize, 0);
    out.back() = number;
    return out;
}

/// As many empty words as getReserveData() has, but for one.
inline Bytes words_with(std::size_t place, const Address& at) {
    Bytes out;
    for (std::size_t i = 0; i < 15; ++i) {
        const Bytes word = i == place ? word_of(at) : word_of(std::uint8_t{0});
        out.insert(out.end(), word.begin(), word.end());
    }
    return out;
}

/// Contracts that answer what they were told to, and otherwise revert.
class Contracts {
  public:
    Contracts& say(const Address& at, const Bytes& call, Bytes result) {
        results_[{at, call}] = std::move(result);
        return *this;
    }

    /// Nothing carries calls to it.
    Contracts& mute(const Address& at) {
        mute_.insert(at);
        return *this;
    }

    /// Nor that call.
    Contracts& mute(const Address& at, const Bytes& call) {
        mute_calls_.insert({at, call});
        return *this;
    }

    Contracts& unmute(const Address& at) {
        mute_.erase(at);
        return *this;
    }

    /// A live block with the answers to what the graph asks; how many calls that were.
    std::size_t live_block(Chain& chain) const {
        eth::Block block = chain.block(chain.height());
        for (auto reads = chain.graph.plan_reads(block); !reads.empty();
             reads = chain.graph.plan_reads(block)) {
            for (const eth::Read& read : reads) {
                // Recordings have no such answers, so it is asked only where another was given.
                CHECK((eth::asks_what_it_is(read.data) || is_second(block, read)));
                CHECK_FALSE(block.made(read));
                block.reads.push_back(answer(read));
            }
        }
        chain.live_block(block);
        return block.reads.size();
    }

    /// Until the graph asks nothing more.
    void settle(Chain& chain) const {
        std::size_t blocks = 0;
        while (live_block(chain) != 0) {
            REQUIRE(++blocks < 100);
        }
    }

  private:
    [[nodiscard]] static bool is_second(const eth::Block& block, const eth::Read& read) {
        return std::ranges::any_of(block.reads, [&read](const eth::ReadAnswer& first) {
            return first.read.data == eth::encode_call<"totalAssets()">() && !first.unanswered() &&
                   read.data == eth::encode_call<"balanceOf(address)">(first.read.to);
        });
    }

    [[nodiscard]] eth::ReadAnswer answer(const eth::Read& read) const {
        const auto found = results_.find({read.to, read.data});
        if (mute_.contains(read.to) || mute_calls_.contains({read.to, read.data})) {
            return {.read = read, .outcome = eth::ReadOutcome::kNoAnswer, .result = {}};
        }
        if (found == results_.end()) {
            return {.read = read, .outcome = eth::ReadOutcome::kReverted, .result = {}};
        }
        return {.read = read, .outcome = eth::ReadOutcome::kReturned, .result = found->second};
    }

    std::map<std::pair<Address, Bytes>, Bytes> results_;
    std::set<Address> mute_;
    std::set<std::pair<Address, Bytes>> mute_calls_;
};

}  // namespace faultline::graph
