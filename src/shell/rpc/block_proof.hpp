// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "json_reply.hpp"
#include "proven_headers.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/full_header.hpp>
#include <faultline/core/eth/receipt.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <simdjson.h>

#include <string_view>
#include <vector>

/// Holds what an endpoint says of a block to the block's own hash. Errors are kMalformed and say
/// what contradicts what. Pure functions, any thread.
namespace faultline::rpc {

/// All fields that are hashed. An error when one that every fork has is missing.
Result<eth::FullHeader> read_full_header(simdjson::dom::element value, std::string_view method);

/// The answer of eth_getBlockReceipts, in the order of transactions.
Result<eth::ReceiptList> decode_receipts(const Exchange& exchange, const eth::BlockRef& block);

/// The header must have the hash it is asked for by.
Result<void> check_header_hash(const eth::FullHeader& header, const eth::BlockRef& block);

/// The header's bloom must include every log. True when it also includes a contract of the filter
/// that no log is of: such a log may have been left out, or the bloom is merely full.
/// @pre check_header_hash()
Result<bool> check_bloom(
    const eth::FullHeader& header, const eth::LogList& logs, const eth::LogFilter& filter
);

/// The same of many blocks, as far as the blooms of their headers were proven.
Result<void> check_blooms(ProvenHeaders& blooms, const std::vector<BlockLogs>& blocks);

/// The logs of the filter, if the receipts have the header's root. It covers address, topics, data
/// and order; transaction and indexes are as the endpoint says.
/// @pre check_header_hash()
Result<eth::LogList> proven_logs(
    const eth::FullHeader& header, const eth::ReceiptList& receipts, const eth::LogFilter& filter
);

/// The logs that came must be those that the receipts prove.
Result<void> check_logs(
    const eth::FullHeader& header, const eth::LogList& logs, const eth::LogList& proven
);

}  // namespace faultline::rpc
