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
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace faultline::bench {

inline void put_word(Bytes& out, const U256& word) {
    const auto bytes = word.to_be_bytes();
    out.insert(out.end(), bytes.begin(), bytes.end());
}

/// In 1e-8 of the base currency.
using PriceOf = std::function<std::uint64_t(const Address& asset)>;

/// A pool of revision 10.
inline eth::ReadAnswer answer(const eth::Read& read, const PriceOf& price_of) {
    eth::ReadAnswer out;
    out.read = read;
    const auto assets = aave::prices_asked(read);
    if (!assets) {
        put_word(out.result, 10);
        return out;
    }
    put_word(out.result, 32);
    put_word(out.result, assets->size());
    for (const Address& asset : *assets) {
        put_word(out.result, price_of(asset));
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
    const PriceOf& price_of
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
            block.reads.push_back(answer(read, price_of));
        }
    }
}

}  // namespace faultline::bench
