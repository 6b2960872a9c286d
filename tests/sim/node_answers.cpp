// SPDX-License-Identifier: Apache-2.0
#include "sim/node_answers.hpp"

#include "unit/shell/rpc/proven_json.hpp"

#include <faultline/base/hex.hpp>

#include <algorithm>
#include <set>

namespace faultline::sim {

namespace {

using rpc::log_json;
using rpc::quoted;

std::string header_json(const ModelBlock& block) {
    return rpc::header_json(block.full, block.header.ref.hash);
}

/// What a request asks for; an empty list is of any.
struct Wanted {
    std::set<std::string> addresses;
    std::set<std::string> topics;

    explicit Wanted(const Json& filter) {
        for (const Json& address : filter.at("address").items) {
            addresses.insert(address.text);
        }
        if (!filter.at("topics").items.empty()) {
            for (const Json& topic : filter.at("topics").items[0].items) {
                topics.insert(topic.text);
            }
        }
    }

    [[nodiscard]] bool has(const eth::Log& log) const {
        return (addresses.empty() || addresses.contains(log.address.hex())) &&
               (topics.empty() || (!log.topics.empty() && topics.contains(log.topics[0].hex())));
    }
};

void append_logs(std::string& out, const ModelBlock& block, const Wanted& wanted) {
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        if (wanted.has(log)) {
            out += (out.empty() ? "" : ",") + log_json(block.header.ref, log);
        }
    }
}

Hash32 hash_of(const std::string& text) {
    return Hash32::from_hex(text).value_or(Hash32{});
}

}  // namespace

std::string NodeAnswers::error(const Json& request, int code, const std::string& message) {
    return R"({"jsonrpc":"2.0","id":)" + request.at("id").text + R"(,"error":{"code":)" +
           std::to_string(code) + R"(,"message":)" + quoted(message) + "}}";
}

std::string NodeAnswers::result(const Json& request, const std::string& result) {
    return R"({"jsonrpc":"2.0","id":)" + request.at("id").text + R"(,"result":)" + result + "}";
}

std::string NodeAnswers::notification(const ModelBlock& block) {
    return R"({"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x51","result":)" +
           header_json(block) + "}}";
}

std::string NodeAnswers::answer(const Json& request) const {
    const std::string& method = request.at("method").text;
    const std::vector<Json>& params = request.at("params").items;
    if (method == "eth_chainId") {
        return result(request, quoted(quantity_hex(kChainId)));
    }
    if (method == "eth_getBlockByNumber" && params.size() == 2) {
        return block_by_number(request);
    }
    if (method == "eth_getBlockByHash" && params.size() == 2) {
        const ModelBlock* block = view_.find(hash_of(params[0].text), options_.keeps_orphans);
        return result(request, block == nullptr ? "null" : header_json(*block));
    }
    if (method == "eth_getLogs" && params.size() == 1) {
        return logs(request);
    }
    if (method == "eth_getBlockReceipts" && params.size() == 1) {
        const ModelBlock* block = view_.find(hash_of(params[0].text), options_.keeps_orphans);
        return result(
            request,
            block == nullptr ? "null" : rpc::receipts_json(block->header.ref, block->receipts)
        );
    }
    if (method == "eth_call" && params.size() == 2) {
        return call(request);
    }
    return error(request, -32601, "the method " + method + " does not exist");
}

std::string NodeAnswers::block_by_number(const Json& request) const {
    const std::string& tag = request.at("params").items[0].text;
    eth::BlockNum number = view_.head();
    if (tag == "finalized" || tag == "safe") {
        const std::uint64_t depth =
            tag == "safe" ? options_.finality_depth / 2 : options_.finality_depth;
        if (!options_.knows_finality) {
            return error(request, -32602, "invalid block tag " + tag);
        }
        if (depth > number) {
            return result(request, "null");
        }
        number -= depth;
    } else if (tag != "latest") {
        number = quantity_from_hex(tag).value_or(~std::uint64_t{0});
    }
    const ModelBlock* block = view_.at(number);
    return result(request, block == nullptr ? "null" : header_json(*block));
}

std::string NodeAnswers::logs(const Json& request) const {
    const Json& filter = request.at("params").items[0];
    if (filter.at("blockHash").kind == Json::Kind::kNull) {
        return logs_of_range(request, filter);
    }
    const ModelBlock* block =
        view_.find(hash_of(filter.at("blockHash").text), options_.keeps_orphans);
    if (block == nullptr) {
        return error(request, -32000, "unknown block");
    }
    std::string out;
    append_logs(out, *block, Wanted(filter));
    return result(request, "[" + out + "]");
}

std::string NodeAnswers::logs_of_range(const Json& request, const Json& filter) const {
    const std::uint64_t first = quantity_from_hex(filter.at("fromBlock").text).value_or(0);
    const std::uint64_t last = quantity_from_hex(filter.at("toBlock").text).value_or(0);
    if (last - first >= options_.widest_range) {
        return error(request, -32602, "block range is too wide");
    }
    const Wanted wanted(filter);
    std::string out;
    // A range beyond the head is cut short without a word, as most nodes do.
    for (std::uint64_t number = first; number <= std::min(last, view_.head()); ++number) {
        append_logs(out, *view_.at(number), wanted);
    }
    return result(request, "[" + out + "]");
}

std::string NodeAnswers::call(const Json& request) const {
    const std::vector<Json>& params = request.at("params").items;
    const ModelBlock* block =
        view_.find(hash_of(params[1].at("blockHash").text), options_.keeps_orphans);
    if (block == nullptr) {
        return error(request, -32000, "header not found");
    }
    const auto to = Address::from_hex(params[0].at("to").text);
    const auto data = bytes_from_hex(params[0].at("data").text);
    if (!to || !data) {
        return error(request, -32602, "invalid argument");
    }
    const std::optional<Bytes> answer = block->market.call(*to, *data);
    return answer ? result(request, quoted(to_hex(*answer)))
                  : error(request, 3, "execution reverted");
}

}  // namespace faultline::sim
