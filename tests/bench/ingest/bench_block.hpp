// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/ingest/bench_chain.hpp"
#include "core/protocols/aave/reads.hpp"
#include "shell/rpc/log_shape.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/engine/engine.hpp>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace faultline::bench {

inline void put_word(Bytes& out, const U256& word) {
    const auto bytes = word.to_be_bytes();
    out.insert(out.end(), bytes.begin(), bytes.end());
}

/// A pool of revision 10, all of whose assets have that price.
inline eth::ReadAnswer answer(const eth::Read& read, std::uint64_t price_e8) {
    eth::ReadAnswer out;
    out.read = read;
    const auto assets = aave::prices_asked(read);
    if (!assets) {
        put_word(out.result, 10);
        return out;
    }
    put_word(out.result, 32);
    put_word(out.result, assets->size());
    for (std::size_t i = 0; i < assets->size(); ++i) {
        put_word(out.result, price_e8);
    }
    return out;
}

/// The block of those logs (BenchChain::logs() in brackets), with all that the engine asks of it.
inline eth::Block bench_block(
    engine::Engine& engine,
    const eth::LogFilter& filter,
    eth::BlockNum number,
    const std::string& logs,
    bool live,
    std::uint64_t price_e8
) {
    const auto decoded = rpc::read_shaped_logs(logs, &filter.clauses().front());
    if (!decoded) {
        throw std::runtime_error("the logs do not read as one shape");
    }
    eth::Block block;
    block.header.ref = {.number = number, .hash = BenchChain::hash_of(number)};
    block.header.parent = BenchChain::hash_of(number - 1);
    block.header.timestamp = {1'700'000'000 + (12 * (number - kBase))};
    block.logs = decoded->blocks.at(0).logs;
    block.live = live;
    block.deep = !live;
    for (;;) {
        const std::vector<eth::Read> reads = engine.plan_reads(block);
        if (reads.empty()) {
            return block;
        }
        for (const eth::Read& read : reads) {
            block.reads.push_back(answer(read, price_e8));
        }
    }
}

}  // namespace faultline::bench
