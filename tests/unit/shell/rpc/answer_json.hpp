// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exchanges.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Blocks and logs as JSON, well formed unless a test spoils them.
namespace faultline::rpc {

inline const std::string kAddress = "0x" + std::string(40, 'e');

inline std::string quoted(const std::string& text) {
    return '"' + text + '"';
}

/// A block object with one field replaced, or removed when `value` is empty.
inline std::string block_json(std::string_view changed = "", const std::string& value = "") {
    std::vector<std::pair<std::string_view, std::string>> fields = {
        {"number", R"("0x10")"},
        {"hash", quoted(hash_text('a'))},
        {"parentHash", quoted(hash_text('b'))},
        {"timestamp", R"("0x65")"},
        {"baseFeePerGas", R"("0x3b9aca00")"},
        {"transactions", "[]"},
    };
    std::string out;
    for (auto& [name, text] : fields) {
        if (name == changed) {
            text = value;
        }
        if (!text.empty()) {
            out += (out.empty() ? "" : ",") + quoted(std::string(name)) + ":" + text;
        }
    }
    return "{" + out + "}";
}

struct LogJson {
    std::string number = "0x10";
    char block = 'a';
    std::string index = "0x0";
    std::string topics = quoted(hash_text('1'));
    std::string data = "0x";
    std::string extra;
    std::string address = kAddress;
    std::string txn = hash_text('c');
    std::string txn_index = R"("0x0")";

    [[nodiscard]] std::string text() const {
        return R"({"address":)" + quoted(address) + R"(,"topics":[)" + topics + R"(],"data":)" +
               quoted(data) + R"(,"blockNumber":)" + quoted(number) + R"(,"blockHash":)" +
               quoted(hash_text(block)) + R"(,"transactionHash":)" + quoted(txn) +
               R"(,"transactionIndex":)" + txn_index + R"(,"logIndex":)" + quoted(index) + extra +
               "}";
    }
};

inline std::string array_of(const std::vector<LogJson>& logs) {
    std::string out;
    for (const LogJson& log : logs) {
        out += (out.empty() ? "" : ",") + log.text();
    }
    return "[" + out + "]";
}

inline eth::LogFilter filter_of(const std::vector<char>& digits) {
    std::vector<Hash32> topics0;
    for (const char digit : digits) {
        topics0.push_back(hash_of(digit));
    }
    return eth::LogFilter::of_topics(std::move(topics0));
}

inline const eth::LogFilter kFilter = filter_of({'1', '2'});

inline LogJson log_at(const std::string& number, const std::string& index, char block = 'a') {
    LogJson log;
    log.number = number;
    log.index = index;
    log.block = block;
    return log;
}

}  // namespace faultline::rpc
