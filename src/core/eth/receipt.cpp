// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/bloom.hpp>
#include <faultline/core/eth/receipt.hpp>
#include <faultline/core/eth/rlp.hpp>
#include <faultline/core/eth/trie_root.hpp>

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

namespace faultline::eth {
namespace {

void put_log(Bytes& out, const Log& log) {
    const std::size_t start = out.size();
    rlp::put_bytes(out, log.address.view());
    const std::size_t topics_start = out.size();
    for (const Hash32& topic : log.topics) {
        rlp::put_bytes(out, topic.view());
    }
    rlp::close_list(out, topics_start);
    rlp::put_bytes(out, log.data);
    rlp::close_list(out, start);
}

void put_outcome(Bytes& out, const Receipt& receipt) {
    if (const auto* succeeded = std::get_if<bool>(&receipt.outcome)) {
        rlp::put_number(out, std::uint64_t{*succeeded ? 1U : 0U});
    } else {
        rlp::put_bytes(out, std::get<Hash32>(receipt.outcome).view());
    }
}

void put_receipt(Bytes& out, const Receipt& receipt, const LogList& logs) {
    // Asserts that the logs are inside.
    const Bloom bloom = bloom_of(logs, receipt.first_log, receipt.log_count);
    if (receipt.type != 0) {
        out.push_back(receipt.type);
    }
    const std::size_t start = out.size();
    put_outcome(out, receipt);
    rlp::put_number(out, receipt.cumulative_gas_used);
    rlp::put_bytes(out, bloom.bits.view());
    const std::size_t logs_start = out.size();
    for (std::size_t i = 0; i < receipt.log_count; ++i) {
        put_log(out, logs[receipt.first_log + i]);
    }
    rlp::close_list(out, logs_start);
    if (receipt.deposit) {
        rlp::put_number(out, receipt.deposit->nonce);
        rlp::put_number(out, receipt.deposit->version);
    }
    rlp::close_list(out, start);
}

}  // namespace

Bytes encode_receipt(const Receipt& receipt, const LogList& logs) {
    Bytes out;
    put_receipt(out, receipt, logs);
    return out;
}

Hash32 receipts_root(const ReceiptList& list) {
    Bytes encoded;
    std::vector<std::size_t> ends;
    ends.reserve(list.receipts.size());
    for (const Receipt& receipt : list.receipts) {
        put_receipt(encoded, receipt, list.logs);
        ends.push_back(encoded.size());
    }
    std::vector<BytesView> items;
    items.reserve(ends.size());
    std::size_t begin = 0;
    for (const std::size_t end : ends) {
        items.push_back(BytesView(encoded).subspan(begin, end - begin));
        begin = end;
    }
    return ordered_trie_root(items);
}

}  // namespace faultline::eth
