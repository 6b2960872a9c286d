// SPDX-License-Identifier: Apache-2.0
#include "shell/simnode/methods.hpp"

#include "shell/simnode/log_filter.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/self_description.hpp>
#include <faultline/shell/rpc/tape_block.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>

namespace faultline::simnode {
namespace {

/// No node sends more.
constexpr std::size_t kAnswerBytesMost = 200UL << 20U;

Reply refused(std::int64_t code, std::string message) {
    Reply reply;
    reply.refusal = rpc::Refusal{.code = code, .message = std::move(message), .json = {}};
    return reply;
}

Reply invalid(const Error& error) {
    return refused(rpc::kInvalidParams, "invalid params: " + error.detail());
}

Reply value(std::string json) {
    Reply reply;
    reply.result = std::move(json);
    return reply;
}

Reply without_params(std::string_view params, std::string json) {
    const auto none = rpc::read_no_params(params);
    return none ? value(std::move(json)) : invalid(none.error());
}

/// Which blocks an eth_getLogs is about, or why it gets no answer.
struct LogRange {
    std::span<const BlockIndex> blocks;
    std::optional<Reply> refusal;
};

LogRange range_of(const rpc::LogQuery& query, const NodeView& view, eth::BlockNum blocks_most) {
    LogRange out;
    if (query.block_hash) {
        if (!view.find(*query.block_hash)) {
            out.refusal = refused(rpc::kServerError, "unknown block");
            return out;
        }
        const eth::BlockNum number = view.tape()[*view.find(*query.block_hash)].ref.number;
        out.blocks = view.range(number, number);
        return out;
    }
    const eth::BlockNum from = view.number_of(query.from);
    const eth::BlockNum to = view.number_of(query.to);
    if (from > to) {
        out.refusal = refused(rpc::kInvalidParams, "invalid block range params");
    } else if (to > view.head() && !view.lagging()) {
        out.refusal = refused(rpc::kInvalidParams, "block range extends beyond current head block");
    } else if (blocks_most > 0 && to - from >= blocks_most) {
        out.refusal = refused(
            rpc::kServerError, "exceed maximum block range: " + std::to_string(blocks_most)
        );
    } else {
        out.blocks = view.range(from, to);
    }
    return out;
}

Reply too_many_logs(std::size_t most, std::span<const BlockIndex> blocks, const NodeView& view) {
    const eth::BlockNum first = view.tape()[blocks.front()].ref.number;
    const eth::BlockNum last = first + (blocks.size() - 1) / 2;
    return refused(
        -32005,
        "query returned more than " + std::to_string(most) +
            " results. Try with this block range [" + quantity_hex(first) + ", " +
            quantity_hex(last) + "]."
    );
}

std::string selector_of(const Bytes& data) {
    return to_hex(BytesView(data).first(std::min<std::size_t>(4, data.size())));
}

}  // namespace

Reply Methods::answer(const rpc::ServerRequest& request, const NodeView& view) {
    const std::string_view method = request.method;
    const std::string_view params = request.params;
    if (method == "eth_getBlockByNumber") {
        return block(rpc::read_block_by_number(params), view);
    }
    if (method == "eth_getBlockByHash") {
        return block(rpc::read_block_by_hash(params), view);
    }
    if (method == "eth_getLogs") {
        return logs(params, view);
    }
    if (method == "eth_call") {
        return call(params, view);
    }
    if (method == "eth_blockNumber") {
        return without_params(params, "\"" + quantity_hex(view.head()) + "\"");
    }
    if (method == "eth_chainId") {
        return without_params(params, "\"" + quantity_hex(view.tape().manifest().chain_id) + "\"");
    }
    if (method == "net_version") {
        return without_params(
            params, "\"" + std::to_string(view.tape().manifest().chain_id) + "\""
        );
    }
    if (method == "web3_clientVersion") {
        return without_params(params, "\"faultline-simnode/tape-1\"");
    }
    if (method == "eth_syncing") {
        return without_params(params, "false");
    }
    if (method == "eth_getBlockReceipts" && !view.tape().blocks().front().receipts.empty()) {
        return receipts(params, view);
    }
    return refused(
        rpc::kMethodNotFound,
        "the method " + std::string(method) + " does not exist/is not available"
    );
}

Reply Methods::block(const Result<rpc::BlockQuery>& query, const NodeView& view) {
    if (!query) {
        return invalid(query.error());
    }
    const auto found = view.find(query->block);
    return value(found ? std::string(view.tape()[*found].header) : "null");
}

Reply Methods::receipts(std::string_view params, const NodeView& view) {
    const auto selector = rpc::read_block_selector(params);
    if (!selector) {
        return invalid(selector.error());
    }
    const auto found = view.find(*selector);
    if (!found || view.tape()[*found].receipts.empty()) {
        return value("null");
    }
    return value(std::string(view.tape()[*found].receipts));
}

Reply Methods::logs(std::string_view params, const NodeView& view) const {
    const auto query = rpc::read_log_query(params);
    if (!query) {
        return invalid(query.error());
    }
    LogRange range = range_of(*query, view, limits_.range_blocks_most);
    if (range.refusal) {
        return std::move(*range.refusal);
    }
    const LogFilter filter(*query);
    std::string out = "[";
    std::size_t count = 0;
    for (const BlockIndex block : range.blocks) {
        for (const rpc::TapeLog& log : view.tape()[block].logs) {
            if (!filter.matches(log)) {
                continue;
            }
            if (++count > 1) {
                out += ',';
            }
            out += log.json;
        }
        if (limits_.logs_most > 0 && count > limits_.logs_most) {
            return too_many_logs(limits_.logs_most, range.blocks, view);
        }
        if (out.size() > kAnswerBytesMost) {
            return refused(-32008, "Response is too big");
        }
    }
    out += ']';
    return value(std::move(out));
}

Reply Methods::call(std::string_view params, const NodeView& view) {
    const auto query = rpc::read_call_query(params);
    if (!query) {
        return invalid(query.error());
    }
    const auto block = view.find(query->block);
    if (!block) {
        return refused(rpc::kServerError, "header not found");
    }
    const auto recorded = calls_.find(*block, *query);
    if (!recorded) {
        return refused(-32603, "the tape cannot be read: " + recorded.error().message());
    }
    if (*recorded == nullptr && eth::asks_what_it_is(query->data)) {
        return refused(rpc::kServerError, "out of gas");
    }
    if (*recorded == nullptr) {
        // The words of a node that has dropped the block's state.
        return refused(
            rpc::kServerError,
            "missing trie node: the tape has no answer of " + query->to.hex() + " to " +
                selector_of(query->data) + " at block " +
                std::to_string(view.tape()[*block].ref.number)
        );
    }
    if ((*recorded)->unanswered) {
        return refused(rpc::kServerError, "out of gas");
    }
    if ((*recorded)->reverted) {
        Reply reply = refused(3, "execution reverted");
        reply.refusal->json =
            R"({"code":3,"message":"execution reverted","data":)" + (*recorded)->result + "}";
        return reply;
    }
    return value((*recorded)->result);
}

}  // namespace faultline::simnode
