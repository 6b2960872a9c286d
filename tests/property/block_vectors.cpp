// SPDX-License-Identifier: Apache-2.0
#include "property/block_vectors.hpp"

#include "property/abi_vectors.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/full_header.hpp>
#include <faultline/core/eth/receipt.hpp>
#include <faultline/core/eth/rlp.hpp>

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace faultline::eth::test {
namespace {

/// Hex, or for long data of zeros their number.
Bytes log_data(simdjson::dom::element log) {
    if (log["data"].is_uint64()) {
        return Bytes(log["data"].get_uint64().value());
    }
    return bytes(log, "data");
}

Receipt receipt(simdjson::dom::element row, LogList& logs) {
    Receipt out;
    out.type = static_cast<std::uint8_t>(row["type"].get_uint64().value());
    if (row["root"].error() == simdjson::SUCCESS) {
        out.outcome = *Hash32::from_hex(text(row, "root"));
    } else {
        out.outcome = row["status"].get_bool().value();
    }
    out.cumulative_gas_used = row["gas"].get_uint64().value();
    out.first_log = logs.size();
    for (const simdjson::dom::element log : row["logs"].get_array()) {
        const std::vector<Hash32> topic_list = topics(log);
        const Bytes data = log_data(log);
        Log next;
        next.address = *Address::from_hex(text(log, "address"));
        next.topics = topic_list;
        next.data = data;
        logs.add(next);
    }
    out.log_count = logs.size() - out.first_log;
    if (row["deposit"].error() == simdjson::SUCCESS) {
        out.deposit = DepositFields{
            .nonce = row["deposit"]["nonce"].get_uint64().value(),
            .version = row["deposit"]["version"].get_uint64().value(),
        };
    }
    return out;
}

/// Takes the fields of a header in JSON, those that are there.
class JsonFields {
  public:
    explicit JsonFields(simdjson::dom::element object) : object_(object) {}

    template <std::size_t N, class Tag>
    void take(std::string_view name, FixedBytes<N, Tag>& out) const {
        if (has(name)) {
            out = *FixedBytes<N, Tag>::from_hex(text(object_, name));
        }
    }

    void take(std::string_view name, U256& out) const {
        if (has(name)) {
            out = *U256::from_hex(text(object_, name));
        }
    }

    void take(std::string_view name, std::uint64_t& out) const {
        if (has(name)) {
            out = *quantity_from_hex(text(object_, name));
        }
    }

    template <class T>
    void take(std::string_view name, std::optional<T>& out) const {
        if (has(name)) {
            take(name, out.emplace());
        }
    }

  private:
    [[nodiscard]] bool has(std::string_view name) const {
        return object_[name].error() == simdjson::SUCCESS;
    }

    simdjson::dom::element object_;
};

/// Takes the fields of a header in RLP, in order.
class RlpFields {
  public:
    explicit RlpFields(const rlp::Item& list) : left_(list.items) {}

    template <std::size_t N, class Tag>
    void take(FixedBytes<N, Tag>& out) {
        out = FixedBytes<N, Tag>::from_bytes(next().bytes);
    }

    void take(U256& out) { out = *next().number(); }

    void take(std::uint64_t& out) { out = next().number()->low_u64(); }

    void take(Bytes& out) {
        const BytesView content = next().bytes;
        out.assign(content.begin(), content.end());
    }

    template <class T>
    void take(std::optional<T>& out) {
        if (!left_.empty()) {
            take(out.emplace());
        }
    }

  private:
    const rlp::Item& next() {
        const rlp::Item& out = left_.front();
        left_ = left_.subspan(1);
        return out;
    }

    std::span<const rlp::Item> left_;
};

}  // namespace

ReceiptList receipts(simdjson::dom::element row) {
    ReceiptList out;
    for (const simdjson::dom::element one : row["receipts"].get_array()) {
        out.receipts.push_back(receipt(one, out.logs));
    }
    return out;
}

FullHeader header_from_json(simdjson::dom::element header) {
    FullHeader out;
    const JsonFields fields(header);
    fields.take("parentHash", out.parent);
    fields.take("sha3Uncles", out.ommers_hash);
    fields.take("miner", out.beneficiary);
    fields.take("stateRoot", out.state_root);
    fields.take("transactionsRoot", out.transactions_root);
    fields.take("receiptsRoot", out.receipts_root);
    fields.take("logsBloom", out.logs_bloom.bits);
    fields.take("difficulty", out.difficulty);
    fields.take("number", out.number);
    fields.take("gasLimit", out.gas_limit);
    fields.take("gasUsed", out.gas_used);
    fields.take("timestamp", out.timestamp.value);
    out.extra_data = bytes(header, "extraData");
    fields.take("mixHash", out.mix_hash);
    fields.take("nonce", out.nonce);
    fields.take("baseFeePerGas", out.base_fee_wei);
    fields.take("withdrawalsRoot", out.withdrawals_root);
    fields.take("blobGasUsed", out.blob_gas_used);
    fields.take("excessBlobGas", out.excess_blob_gas);
    fields.take("parentBeaconBlockRoot", out.parent_beacon_root);
    fields.take("requestsHash", out.requests_hash);
    fields.take("blockAccessListHash", out.block_access_list_hash);
    fields.take("slotNumber", out.slot_number);
    return out;
}

FullHeader header_from_rlp(const rlp::Item& header) {
    FullHeader out;
    RlpFields fields(header);
    fields.take(out.parent);
    fields.take(out.ommers_hash);
    fields.take(out.beneficiary);
    fields.take(out.state_root);
    fields.take(out.transactions_root);
    fields.take(out.receipts_root);
    fields.take(out.logs_bloom.bits);
    fields.take(out.difficulty);
    fields.take(out.number);
    fields.take(out.gas_limit);
    fields.take(out.gas_used);
    fields.take(out.timestamp.value);
    fields.take(out.extra_data);
    fields.take(out.mix_hash);
    fields.take(out.nonce);
    fields.take(out.base_fee_wei);
    fields.take(out.withdrawals_root);
    fields.take(out.blob_gas_used);
    fields.take(out.excess_blob_gas);
    fields.take(out.parent_beacon_root);
    fields.take(out.requests_hash);
    fields.take(out.block_access_list_hash);
    fields.take(out.slot_number);
    return out;
}

std::vector<BytesView> views(std::span<const Bytes> items) {
    return {items.begin(), items.end()};
}

}  // namespace faultline::eth::test
