// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/full_header.hpp>
#include <faultline/core/eth/receipt.hpp>
#include <faultline/core/eth/rlp.hpp>

#include <simdjson.h>

#include <span>
#include <vector>

/// Reading tests/fixtures/verification.
namespace faultline::eth::test {

/// The member "receipts" of a row.
ReceiptList receipts(simdjson::dom::element row);

/// A header in the names of JSON-RPC; fields that are not there stay as they are.
FullHeader header_from_json(simdjson::dom::element header);

/// A header as it is hashed. @pre a list of 15 to 23 byte strings of the right sizes
FullHeader header_from_rlp(const rlp::Item& header);

/// Views of byte strings, as ordered_trie_root() takes them.
std::vector<BytesView> views(std::span<const Bytes> items);

}  // namespace faultline::eth::test
