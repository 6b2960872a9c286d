// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/full_header.hpp>
#include <faultline/core/eth/receipt.hpp>

#include <cstddef>
#include <string>
#include <variant>

/// Blocks as a node writes them, with headers and receipts that hold against their hash.
namespace faultline::rpc {

inline std::string quoted(const std::string& text) {
    return '"' + text + '"';
}

/// A block object without transactions, of a fork before Shanghai.
inline std::string header_json(const eth::FullHeader& header, const Hash32& hash) {
    const auto field = [](const char* name, const std::string& value) {
        return quoted(name) + ":" + quoted(value) + ",";
    };
    return "{" + field("number", quantity_hex(header.number)) + field("hash", hash.hex()) +
           field("parentHash", header.parent.hex()) +
           field("sha3Uncles", header.ommers_hash.hex()) +
           field("miner", header.beneficiary.hex()) + field("stateRoot", header.state_root.hex()) +
           field("transactionsRoot", header.transactions_root.hex()) +
           field("receiptsRoot", header.receipts_root.hex()) +
           field("logsBloom", header.logs_bloom.bits.hex()) +
           field("difficulty", quantity_hex(header.difficulty.low_u64())) +
           field("gasLimit", quantity_hex(header.gas_limit)) +
           field("gasUsed", quantity_hex(header.gas_used)) +
           field("timestamp", quantity_hex(header.timestamp.value)) +
           field("extraData", to_hex(header.extra_data)) + field("mixHash", header.mix_hash.hex()) +
           field("nonce", header.nonce.hex()) +
           field("baseFeePerGas", quantity_hex(header.base_fee_wei.value_or(0).low_u64())) +
           R"("transactions":[]})";
}

inline std::string log_json(const eth::BlockRef& block, const eth::Log& log) {
    std::string topics;
    for (const Hash32& topic : log.topics) {
        topics += (topics.empty() ? "" : ",") + quoted(topic.hex());
    }
    return R"({"address":)" + quoted(log.address.hex()) + R"(,"topics":[)" + topics +
           R"(],"data":)" + quoted(to_hex(log.data)) + R"(,"blockNumber":)" +
           quoted(quantity_hex(block.number)) + R"(,"blockHash":)" + quoted(block.hash.hex()) +
           R"(,"transactionHash":)" + quoted(log.tx_hash.hex()) + R"(,"transactionIndex":)" +
           quoted(quantity_hex(log.tx_index)) + R"(,"logIndex":)" +
           quoted(quantity_hex(log.log_index)) + R"(,"removed":false})";
}

/// An answer of eth_getBlockReceipts.
inline std::string receipts_json(const eth::BlockRef& block, const eth::ReceiptList& list) {
    std::string out;
    for (const eth::Receipt& receipt : list.receipts) {
        std::string logs;
        for (std::size_t i = 0; i < receipt.log_count; ++i) {
            logs += (logs.empty() ? "" : ",") + log_json(block, list.logs[receipt.first_log + i]);
        }
        const Hash32* root = std::get_if<Hash32>(&receipt.outcome);
        const std::string outcome =
            root != nullptr
                ? R"("root":)" + quoted(root->hex())
                : R"("status":)" + quoted(std::get<bool>(receipt.outcome) ? "0x1" : "0x0");
        std::string deposit;
        if (receipt.deposit) {
            deposit = R"(,"depositNonce":)" + quoted(quantity_hex(receipt.deposit->nonce)) +
                      R"(,"depositReceiptVersion":)" +
                      quoted(quantity_hex(receipt.deposit->version));
        }
        out += (out.empty() ? "{" : ",{") + outcome + R"(,"type":)" +
               quoted(quantity_hex(receipt.type)) + R"(,"cumulativeGasUsed":)" +
               quoted(quantity_hex(receipt.cumulative_gas_used)) + deposit + R"(,"logs":[)" + logs +
               "]}";
    }
    return "[" + out + "]";
}

/// One receipt for each run of logs of one transaction.
inline eth::ReceiptList receipts_of(const eth::LogList& logs) {
    eth::ReceiptList out;
    out.logs = logs;
    for (std::size_t i = 0; i < logs.size(); ++i) {
        if (i == 0 || logs[i].tx_index != logs[i - 1].tx_index) {
            eth::Receipt receipt;
            receipt.type = 2;
            receipt.cumulative_gas_used = 21'000 * (out.receipts.size() + 1);
            receipt.first_log = i;
            out.receipts.push_back(receipt);
        }
        ++out.receipts.back().log_count;
    }
    return out;
}

}  // namespace faultline::rpc
