// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/bloom.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/eth/receipt.hpp>
#include <faultline/core/eth/trie_root.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace faultline::eth {
namespace {

const std::string kEmptyBloom = "b90100" + std::string(512, '0');

std::string encoded(const Receipt& receipt, const LogList& logs = {}) {
    return to_hex(encode_receipt(receipt, logs));
}

Receipt typed(std::uint8_t type) {
    Receipt out;
    out.type = type;
    out.cumulative_gas_used = 21'000;
    return out;
}

LogList two_logs() {
    LogList out;
    const std::array topics{keccak256("a"), keccak256("b")};
    const Bytes data{1, 2, 3};
    Log log;
    log.address.bytes.fill(0x11);
    log.topics = topics;
    out.add(log);
    log.topics = {};
    log.data = data;
    out.add(log);
    return out;
}

}  // namespace

TEST_CASE("a legacy receipt is a list of outcome, gas, bloom and logs") {
    CHECK(encoded(typed(0)) == "0xf9010801825208" + kEmptyBloom + "c0");
    Receipt failed = typed(0);
    failed.outcome = false;
    CHECK(encoded(failed) == "0xf9010880825208" + kEmptyBloom + "c0");
}

TEST_CASE("before Byzantium the outcome of a receipt is a state root") {
    Receipt receipt = typed(0);
    Hash32 root;
    root.bytes.fill(0xab);
    receipt.outcome = root;
    CHECK(
        encoded(receipt) ==
        "0xf90128" + ("a0" + root.hex().substr(2)) + "825208" + kEmptyBloom + "c0"
    );
}

TEST_CASE("a typed receipt is its type and the same list, also when the type is not known here") {
    constexpr std::array<std::uint8_t, 7> kTypes{1, 2, 3, 4, 5, 0x64, 0x7f};
    for (const std::uint8_t type : kTypes) {
        const Bytes prefix{type};
        CHECK(encoded(typed(type)) == to_hex(prefix) + encoded(typed(0)).substr(2));
    }
}

TEST_CASE("a deposit has two more fields since Canyon") {
    Receipt receipt = typed(0x7e);
    CHECK(encoded(receipt) == "0x7ef9010801825208" + kEmptyBloom + "c0");
    receipt.deposit = DepositFields{.nonce = 0x1234, .version = 1};
    CHECK(encoded(receipt) == "0x7ef9010c01825208" + kEmptyBloom + "c0" + "82123401");
}

TEST_CASE("a receipt encodes the range of logs that is its own") {
    const LogList logs = two_logs();
    Receipt receipt = typed(2);
    receipt.first_log = 1;
    receipt.log_count = 1;
    const std::string bloom = bloom_of(logs, 1, 1).bits.hex().substr(2);
    const std::string log = "da94" + std::string(40, '1') + "c083010203";
    CHECK(encoded(receipt, logs) == "0x02f9012301825208b90100" + bloom + "db" + log);
    receipt.log_count = 0;
    CHECK(encoded(receipt, logs) == encoded(typed(2)));
}

TEST_CASE("the root of a block without receipts is that of the empty trie") {
    CHECK(receipts_root({}) == kEmptyTrieRoot);
}

TEST_CASE("the root commits to whose logs are whose, not to where a node says they are") {
    ReceiptList list{.receipts = {typed(2), typed(2)}, .logs = two_logs()};
    list.receipts[0].log_count = 1;
    list.receipts[1].first_log = 1;
    list.receipts[1].log_count = 1;
    const Hash32 root = receipts_root(list);
    ReceiptList moved = list;
    moved.receipts[0].log_count = 2;
    moved.receipts[1].log_count = 0;
    CHECK(receipts_root(moved) != root);
    ReceiptList renumbered = list;
    renumbered.logs.clear();
    for (std::size_t i = 0; i < 2; ++i) {
        Log log = list.logs[i];
        log.log_index = 77;
        log.tx_hash.bytes.fill(9);
        renumbered.logs.add(log);
    }
    CHECK(receipts_root(renumbered) == root);
}

}  // namespace faultline::eth
