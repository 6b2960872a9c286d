// SPDX-License-Identifier: Apache-2.0
// Holds blocks and receipts of real chains, one JSON object a line on standard input, to what they
// commit to: {"block": ...} to its hash, {"receipt": ...} to its bloom, and the receipts of a block
// that came to the block's bloom. Receipts of all of a block are held to its root.
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/bloom.hpp>
#include <faultline/core/eth/full_header.hpp>
#include <faultline/core/eth/receipt.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <shell/rpc/block_proof.hpp>
#include <shell/rpc/json_decode.hpp>
#include <shell/rpc/json_encode.hpp>
#include <shell/rpc/json_reply.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace faultline;
using simdjson::dom::element;

namespace {

struct Counts {
    std::size_t headers = 0;
    std::size_t receipts = 0;
    std::size_t logs = 0;
    std::size_t in_blocks = 0;
    std::size_t roots = 0;
    std::size_t failed = 0;
};

struct Block {
    eth::FullHeader header;
    std::size_t transactions = 0;
};

class Check {
  public:
    void line(const std::string& text) {
        simdjson::dom::parser parser;
        element document;
        element value;
        if (parser.parse(text).get(document) != simdjson::SUCCESS) {
            return fail("a line is not JSON");
        }
        if (document["block"].get(value) == simdjson::SUCCESS) {
            block(value);
        } else if (document["receipt"].get(value) == simdjson::SUCCESS) {
            receipt(value);
        }
    }

    Counts finish() {
        for (auto& [hash, receipts] : receipts_) {
            const auto found = blocks_.find(hash);
            if (found == blocks_.end()) {
                continue;
            }
            whole(found->second, receipts);
        }
        return counts_;
    }

  private:
    void fail(const std::string& what) {
        ++counts_.failed;
        std::cout << "FAILED: " << what << "\n";
    }

    void block(element value) {
        const auto ref = rpc::read_header(value, "block");
        auto full = rpc::read_full_header(value, "block");
        if (!ref || !full) {
            return fail((ref ? full.error() : ref.error()).message());
        }
        if (auto held = rpc::check_header_hash(*full, ref->ref); !held) {
            return fail(held.error().message());
        }
        ++counts_.headers;
        std::size_t transactions = 0;
        simdjson::dom::array list;
        if (value["transactions"].get(list) == simdjson::SUCCESS) {
            transactions = list.size();
        }
        blocks_.emplace(
            ref->ref.hash, Block{.header = *std::move(full), .transactions = transactions}
        );
    }

    void receipt(element value) {
        // As a node answers eth_getBlockReceipts for a block of one transaction.
        const std::string body =
            R"({"jsonrpc":"2.0","id":1,"result":[)" + simdjson::minify(value) + "]}";
        const std::vector<rpc::Call> calls{{.method = "eth_getBlockReceipts", .params = "[]"}};
        rpc::Exchange exchange;
        exchange.calls = calls;
        exchange.first_id = 1;
        exchange.body = body;
        const auto decoded = rpc::decode_receipts(exchange, {});
        if (!decoded) {
            return fail(decoded.error().message());
        }
        std::string_view bloom;
        std::string_view block;
        std::string_view index;
        if (value["logsBloom"].get(bloom) != simdjson::SUCCESS ||
            value["blockHash"].get(block) != simdjson::SUCCESS ||
            value["transactionIndex"].get(index) != simdjson::SUCCESS) {
            return fail("a receipt has no bloom, block or index");
        }
        const eth::Bloom ours = eth::bloom_of(decoded->logs, 0, decoded->logs.size());
        if (ours.bits.hex() != bloom) {
            return fail("the bloom of a receipt of block " + std::string(block));
        }
        ++counts_.receipts;
        counts_.logs += decoded->logs.size();
        receipts_[*Hash32::from_hex(block)][std::stoul(std::string(index), nullptr, 16)] = *decoded;
    }

    void whole(const Block& block, const std::map<std::uint64_t, eth::ReceiptList>& receipts) {
        eth::ReceiptList all;
        for (const auto& [index, one] : receipts) {
            if (!block.header.logs_bloom.includes(eth::bloom_of(one.logs, 0, one.logs.size()))) {
                return fail("a log is not in its block's bloom");
            }
            ++counts_.in_blocks;
        }
        if (receipts.size() != block.transactions) {
            return;
        }
        for (const auto& [index, one] : receipts) {
            eth::Receipt receipt = one.receipts.front();
            receipt.first_log = all.logs.size();
            for (std::size_t i = 0; i < one.logs.size(); ++i) {
                all.logs.add(one.logs[i]);
            }
            all.receipts.push_back(receipt);
        }
        if (eth::receipts_root(all) != block.header.receipts_root) {
            return fail("the root of receipts of block " + std::to_string(block.header.number));
        }
        ++counts_.roots;
    }

    Counts counts_;
    std::map<Hash32, Block> blocks_;
    std::map<Hash32, std::map<std::uint64_t, eth::ReceiptList>> receipts_;
};

}  // namespace

int main() {
    Check check;
    for (std::string line; std::getline(std::cin, line);) {
        check.line(line);
    }
    const Counts counts = check.finish();
    std::cout << counts.headers << " headers have their hash; " << counts.receipts
              << " receipts with " << counts.logs << " logs have their bloom, " << counts.in_blocks
              << " of them are in their block's; " << counts.roots << " roots of receipts; "
              << counts.failed << " failed\n";
    const bool any = counts.headers + counts.receipts > 0;
    return any && counts.failed == 0 ? 0 : 1;
}
