// SPDX-License-Identifier: Apache-2.0
#include "block_proof.hpp"

#include "json_field.hpp"
#include "json_logs.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/bloom.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace faultline::rpc {
namespace {

using simdjson::dom::element;

constexpr std::string_view kHeaderMethod = "eth_getBlockByHash";
constexpr std::string_view kLogsMethod = "eth_getLogs";
constexpr std::string_view kReceiptsMethod = "eth_getBlockReceipts";

/// Reads fields one after the other and keeps the first error.
class HeaderReader {
  public:
    explicit HeaderReader(const Fields& fields) : fields_(fields) {}

    void take(std::string_view name, Hash32& out) { put(fields_.hash(name), out); }

    void take(std::string_view name, Address& out) { put(fields_.address(name), out); }

    void take(std::string_view name, std::uint64_t& out) { put(fields_.quantity(name), out); }

    void take(std::string_view name, Bytes& out) { put(fields_.bytes(name), out); }

    void take(std::string_view name, U256& out) {
        const auto text = fields_.text(name);
        if (!text) {
            fail(text.error());
            return;
        }
        const auto number = U256::from_hex(*text);
        if (!number) {
            fail(fields_.wrong(name, number.error().detail()));
            return;
        }
        out = *number;
    }

    template <std::size_t N, class Tag>
    void take(std::string_view name, FixedBytes<N, Tag>& out) {
        const auto text = fields_.text(name);
        if (!text) {
            fail(text.error());
            return;
        }
        const auto bytes = FixedBytes<N, Tag>::from_hex(*text);
        if (!bytes) {
            fail(fields_.wrong(name, bytes.error().detail()));
            return;
        }
        out = *bytes;
    }

    template <class T>
    void take(std::string_view name, std::optional<T>& out) {
        if (fields_.has(name)) {
            take(name, out.emplace());
        }
    }

    [[nodiscard]] std::optional<Error>& error() { return error_; }

  private:
    template <class T>
    void put(Result<T> value, T& out) {
        if (value) {
            out = *std::move(value);
        } else {
            fail(std::move(value).error());
        }
    }

    void fail(Error error) {
        if (!error_) {
            error_ = std::move(error);
        }
    }

    const Fields& fields_;
    std::optional<Error> error_;
};

Result<eth::Receipt> read_receipt(element value, eth::LogList& logs) {
    FAULTLINE_TRY(const Fields fields, Fields::of(value, kReceiptsMethod, "a receipt"));
    eth::Receipt receipt;
    if (fields.has("type")) {
        FAULTLINE_TRY(const std::uint64_t type, fields.quantity("type"));
        if (type > std::numeric_limits<std::uint8_t>::max()) {
            return fields.wrong("type", "is larger than a byte");
        }
        receipt.type = static_cast<std::uint8_t>(type);
    }
    if (fields.has("status")) {
        FAULTLINE_TRY(const std::uint64_t status, fields.quantity("status"));
        receipt.outcome = status == 1;
    } else {
        FAULTLINE_TRY(receipt.outcome, fields.hash("root"));
    }
    FAULTLINE_TRY(receipt.cumulative_gas_used, fields.quantity("cumulativeGasUsed"));
    if (fields.has("depositReceiptVersion")) {
        eth::DepositFields deposit;
        FAULTLINE_TRY(deposit.nonce, fields.quantity("depositNonce"));
        FAULTLINE_TRY(deposit.version, fields.quantity("depositReceiptVersion"));
        receipt.deposit = deposit;
    }
    FAULTLINE_TRY(const element list, fields.value("logs"));
    FAULTLINE_TRY(const auto raw, read_logs(list));
    receipt.first_log = logs.size();
    receipt.log_count = raw.size();
    for (const RawLog& log : raw) {
        FAULTLINE_TRY_VOID(append_any_log(logs, log));
    }
    return receipt;
}

std::string place(const eth::Log& log) {
    return "log " + std::to_string(log.log_index);
}

Error not_in_bloom(const eth::Log& log, eth::BlockNum number) {
    return about(
        Code::kMalformed,
        kLogsMethod,
        "verification: " + place(log) + " of block " + std::to_string(number) +
            " is not in the block's bloom: the node made it up or changed it"
    );
}

}  // namespace

Result<eth::FullHeader> read_full_header(element value, std::string_view method) {
    FAULTLINE_TRY(const Fields fields, Fields::of(value, method, "the block"));
    eth::FullHeader out;
    HeaderReader reader(fields);
    reader.take("parentHash", out.parent);
    reader.take("sha3Uncles", out.ommers_hash);
    reader.take("miner", out.beneficiary);
    reader.take("stateRoot", out.state_root);
    reader.take("transactionsRoot", out.transactions_root);
    reader.take("receiptsRoot", out.receipts_root);
    reader.take("logsBloom", out.logs_bloom.bits);
    reader.take("difficulty", out.difficulty);
    reader.take("number", out.number);
    reader.take("gasLimit", out.gas_limit);
    reader.take("gasUsed", out.gas_used);
    reader.take("timestamp", out.timestamp.value);
    reader.take("extraData", out.extra_data);
    reader.take("mixHash", out.mix_hash);
    reader.take("nonce", out.nonce);
    reader.take("baseFeePerGas", out.base_fee_wei);
    reader.take("withdrawalsRoot", out.withdrawals_root);
    reader.take("blobGasUsed", out.blob_gas_used);
    reader.take("excessBlobGas", out.excess_blob_gas);
    reader.take("parentBeaconBlockRoot", out.parent_beacon_root);
    reader.take("requestsHash", out.requests_hash);
    reader.take("blockAccessListHash", out.block_access_list_hash);
    reader.take("slotNumber", out.slot_number);
    if (reader.error()) {
        return *std::move(reader.error());
    }
    return out;
}

Result<eth::ReceiptList> decode_receipts(const Exchange& exchange, const eth::BlockRef& block) {
    FAULTLINE_TRY(const Reply reply, Reply::parse(exchange));
    FAULTLINE_TRY(const element value, reply.present(0, "receipts of block " + block.text()));
    simdjson::dom::array items;
    if (value.get(items) != simdjson::SUCCESS) {
        return about(Code::kMalformed, kReceiptsMethod, "the result is not an array");
    }
    eth::ReceiptList out;
    for (const element item : items) {
        FAULTLINE_TRY(eth::Receipt receipt, read_receipt(item, out.logs));
        out.receipts.push_back(std::move(receipt));
    }
    return out;
}

Result<void> check_header_hash(const eth::FullHeader& header, const eth::BlockRef& block) {
    FAULTLINE_TRY(const Hash32 hash, eth::header_hash(header));
    if (hash != block.hash) {
        return about(
            Code::kMalformed,
            kHeaderMethod,
            "verification: the header of block " + block.text() + " has the hash " + hash.hex() +
                ", so one of its fields is wrong"
        );
    }
    return {};
}

Result<void> check_blooms(ProvenHeaders& blooms, const std::vector<BlockLogs>& blocks) {
    for (const BlockLogs& block : blocks) {
        if (const auto stray = blooms.stray(block.ref.hash, block.logs)) {
            return not_in_bloom(*stray, block.ref.number);
        }
    }
    return {};
}

Result<bool> check_bloom(
    const eth::FullHeader& header, const eth::LogList& logs, const eth::LogFilter& filter
) {
    for (std::size_t i = 0; i < logs.size(); ++i) {
        if (!header.logs_bloom.includes(eth::bloom_of(logs, i, 1))) {
            return not_in_bloom(logs[i], header.number);
        }
    }
    return std::ranges::any_of(filter.outspoken(), [&](const Address& contract) {
        if (!header.logs_bloom.may_contain(contract.view())) {
            return false;
        }
        for (std::size_t i = 0; i < logs.size(); ++i) {
            if (logs[i].address == contract) {
                return false;
            }
        }
        return true;
    });
}

Result<eth::LogList> proven_logs(
    const eth::FullHeader& header, const eth::ReceiptList& receipts, const eth::LogFilter& filter
) {
    const Hash32 root = eth::receipts_root(receipts);
    if (root != header.receipts_root) {
        return about(
            Code::kMalformed,
            kReceiptsMethod,
            "verification: the receipts of block " + std::to_string(header.number) +
                " have the root " + root.hex() + ", the header says " + header.receipts_root.hex()
        );
    }
    eth::LogList watched;
    for (std::size_t i = 0; i < receipts.logs.size(); ++i) {
        const eth::Log log = receipts.logs[i];
        if (filter.wants(log)) {
            watched.add(log);
        }
    }
    return watched;
}

Result<void> check_logs(
    const eth::FullHeader& header, const eth::LogList& logs, const eth::LogList& proven
) {
    if (logs == proven) {
        return {};
    }
    return about(
        Code::kMalformed,
        kLogsMethod,
        "verification: block " + std::to_string(header.number) + " has " +
            std::to_string(proven.size()) +
            " logs of those asked for, as its receipts prove; the node returned " +
            std::to_string(logs.size()) + (proven.size() == logs.size() ? " others" : "")
    );
}

}  // namespace faultline::rpc
