// SPDX-License-Identifier: Apache-2.0
#include "property/block_vectors.hpp"

#include "property/abi_vectors.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/bloom.hpp>
#include <faultline/core/eth/full_header.hpp>
#include <faultline/core/eth/receipt.hpp>
#include <faultline/core/eth/rlp.hpp>
#include <faultline/core/eth/trie_root.hpp>

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace faultline::eth {
namespace {

using test::Fixture;

/// The items of a block's transactions: typed ones are byte strings, legacy ones lists.
std::vector<Bytes> encoded_items(const rlp::Item& list) {
    std::vector<Bytes> out;
    for (const rlp::Item& item : list.items) {
        if (item.is_list) {
            rlp::put(out.emplace_back(), item);
        } else {
            out.emplace_back(item.bytes.begin(), item.bytes.end());
        }
    }
    return out;
}

Hash32 list_root(const std::vector<Bytes>& items) {
    return ordered_trie_root(test::views(items));
}

/// Each way in which a list of receipts can differ from the block's in one thing.
std::vector<ReceiptList> lies_about(const ReceiptList& truth) {
    std::vector<ReceiptList> out;
    for (std::size_t i = 0; i < truth.receipts.size(); ++i) {
        auto* lie = &out.emplace_back(truth);
        lie->receipts[i].cumulative_gas_used += 1;
        lie = &out.emplace_back(truth);
        lie->receipts[i].type ^= 1U;
        lie = &out.emplace_back(truth);
        if (auto* succeeded = std::get_if<bool>(&lie->receipts[i].outcome)) {
            *succeeded = !*succeeded;
        } else {
            std::get<Hash32>(lie->receipts[i].outcome).bytes.back() ^= 1U;
        }
        if (truth.receipts[i].log_count > 0) {
            lie = &out.emplace_back(truth);
            lie->receipts[i].log_count -= 1;
            lie = &out.emplace_back(truth);
            lie->receipts[i].log_count = 0;
        }
        lie = &out.emplace_back(truth);
        lie->receipts.erase(lie->receipts.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return out;
}

}  // namespace

TEST_CASE("headers of every fork hash to what ethereumjs computes") {
    const Fixture fixture("verification/headers.json");
    std::map<std::string, std::size_t> forks;
    for (const simdjson::dom::element row : fixture.rows()) {
        INFO(test::text(row, "fork"));
        const auto hash = header_hash(test::header_from_json(row["header"].value()));
        REQUIRE(hash.has_value());
        CHECK(hash->hex() == test::text(row, "hash"));
        ++forks[test::text(row, "fork")];
    }
    CHECK(forks.size() == 9);
}

TEST_CASE("headers of mainnet blocks, as endpoints answer them, hash to their names") {
    simdjson::dom::parser parser;
    const std::string path =
        std::string(FAULTLINE_SOURCE_DIR) + "/tests/fixtures/jsonrpc/mainnet_blocks.jsonl";
    std::size_t checked = 0;
    for (const simdjson::dom::element line : parser.load_many(path)) {
        const simdjson::dom::element block = line["response"]["result"];
        CHECK(header_hash(test::header_from_json(block))->hex() == test::text(block, "hash"));
        ++checked;
    }
    CHECK(checked == 2);
}

TEST_CASE("the blocks of a chain through all forks are verified from their parts") {
    const Fixture fixture("verification/chain.json");
    std::string parent;
    std::size_t receipts = 0;
    std::size_t logs = 0;
    for (const simdjson::dom::element row : fixture.rows()) {
        INFO("block " << row["number"]);
        const Bytes encoded = test::bytes(row, "rlp");
        const auto block = rlp::decode(encoded);
        REQUIRE(block.has_value());
        const FullHeader header = test::header_from_rlp(block->items[0]);
        CHECK(header_hash(header)->hex() == test::text(row, "hash"));
        CHECK((parent.empty() || header.parent.hex() == parent));
        CHECK(list_root(encoded_items(block->items[1])) == header.transactions_root);
        const bool has_withdrawals = block->items.size() > 3;
        CHECK(has_withdrawals == header.withdrawals_root.has_value());
        if (has_withdrawals) {
            CHECK(list_root(encoded_items(block->items[3])) == *header.withdrawals_root);
        }
        const ReceiptList list = test::receipts(row);
        CHECK(list.receipts.size() == block->items[1].items.size());
        CHECK(receipts_root(list) == header.receipts_root);
        CHECK(bloom_of(list.logs) == header.logs_bloom);
        parent = test::text(row, "hash");
        receipts += list.receipts.size();
        logs += list.logs.size();
    }
    CHECK(receipts == 249);
    CHECK(logs == 383);
}

TEST_CASE("receipts of whole blocks have the root and bloom that ethereumjs computes") {
    const Fixture fixture("verification/receipts.json");
    std::size_t most = 0;
    for (const simdjson::dom::element row : fixture.rows()) {
        const ReceiptList list = test::receipts(row);
        INFO(list.receipts.size() << " receipts");
        CHECK(receipts_root(list).hex() == test::text(row, "root"));
        CHECK(bloom_of(list.logs).bits.hex() == test::text(row, "bloom"));
        most = std::max(most, list.receipts.size());
    }
    CHECK(most == 300);
}

TEST_CASE("no change of one receipt keeps the root") {
    const Fixture fixture("verification/receipts.json");
    std::size_t lies = 0;
    for (const simdjson::dom::element row : fixture.rows()) {
        const ReceiptList truth = test::receipts(row);
        if (truth.receipts.size() > 129) {
            continue;
        }
        for (const ReceiptList& lie : lies_about(truth)) {
            if (receipts_root(lie).hex() == test::text(row, "root")) {
                FAIL("of " << truth.receipts.size() << " receipts");
            }
            ++lies;
        }
    }
    CHECK(lies > 1'000);
}

TEST_CASE("blocks of an OP Stack chain are verified with their deposits") {
    const Fixture fixture("verification/op_blocks.json");
    std::size_t checked = 0;
    for (const simdjson::dom::element row : fixture.rows()) {
        FullHeader header = test::header_from_json(row["header"].value());
        std::vector<Bytes> transactions;
        for (const simdjson::dom::element transaction : row["transactions"].get_array()) {
            transactions.push_back(*bytes_from_hex(transaction.get_string().value()));
        }
        header.transactions_root = list_root(transactions);
        ReceiptList list = test::receipts(row);
        CHECK(receipts_root(list) == header.receipts_root);
        CHECK(bloom_of(list.logs) == header.logs_bloom);
        CHECK(header_hash(header)->hex() == test::text(row, "hash"));
        list.receipts.front().deposit.reset();
        CHECK(receipts_root(list) != header.receipts_root);
        ++checked;
    }
    CHECK(checked == 5);
}

TEST_CASE("before Canyon the nonce of a deposit is not part of its receipt") {
    const Fixture fixture("verification/op_regolith.json");
    for (const simdjson::dom::element row : fixture.rows()) {
        CHECK(receipts_root(test::receipts(row)).hex() == test::text(row, "root"));
    }
}

}  // namespace faultline::eth
