// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

/// Receipts as a block's receiptsRoot commits to them. Sources: Ethereum yellow paper, 4.3.1;
/// EIP-658, EIP-2718; OP Stack specification, "Deposits".
namespace faultline::eth {

/// What OP Stack chains put into the receipt of a deposit (type 0x7e) since Canyon.
struct DepositFields {
    std::uint64_t nonce = 0;
    std::uint64_t version = 0;

    bool operator==(const DepositFields&) const = default;
};

/// The receipt of one transaction. Its logs are a range of the block's.
struct Receipt {
    std::uint8_t type = 0;  ///< Of the transaction; 0 is a legacy one. Others need not be known.
    /// Whether it succeeded; before Byzantium the state root after it.
    std::variant<bool, Hash32> outcome = true;
    std::uint64_t cumulative_gas_used = 0;  ///< Gas of the block up to and with this transaction.
    std::size_t first_log = 0;
    std::size_t log_count = 0;
    /// Present when a node answers with a depositReceiptVersion. A depositNonce alone (Regolith) is
    /// not part of what is hashed.
    std::optional<DepositFields> deposit;

    bool operator==(const Receipt&) const = default;
};

/// The receipts of a block, in the order of its transactions, and its logs in one list.
struct ReceiptList {
    std::vector<Receipt> receipts;
    LogList logs;
};

/// What the trie of receipts holds of one: a type above 0 as a byte, then RLP. The bloom in it is
/// computed from the logs. @pre the receipt's logs are inside `logs`
Bytes encode_receipt(const Receipt& receipt, const LogList& logs);

/// The receiptsRoot of a block with these receipts. If it is that of a header whose hash was
/// checked, the logs are all of the block's, none added, left out or changed. Addresses, topics and
/// data are committed to; Log::tx_hash and the two indexes are not. @pre as encode_receipt()
Hash32 receipts_root(const ReceiptList& list);

}  // namespace faultline::eth
