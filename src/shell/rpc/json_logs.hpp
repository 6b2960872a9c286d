// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "json_decode.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>

#include <simdjson.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace faultline::rpc {

/// A log as it stands in the answer, with what orders it decoded.
struct RawLog {
    eth::BlockNum number = 0;
    Hash32 block_hash;
    std::uint32_t log_index = 0;
    std::uint32_t tx_index = 0;
    std::string_view address;
    std::string_view data;
    std::string_view tx_hash;
    simdjson::dom::array topics;
};

/// The logs of an eth_getLogs result in order of block and log_index, none twice.
/// Errors: kMissing for a log marked as removed, kMalformed.
Result<std::vector<RawLog>> read_logs(simdjson::dom::element value);

/// kMalformed when the log is not of that block.
Result<void> of_block(const RawLog& log, const eth::BlockRef& ref);

/// Whether the filter wants the log; false also for a log that append_log() refuses.
bool asked_for(const RawLog& log, const eth::LogFilter& filter);

/// Decodes the rest of the log and adds it. kMalformed when the clause does not want it.
Result<void> append_log(eth::LogList& out, const RawLog& log, const eth::LogClause& clause);
/// Appends a log whoever wants it. kMalformed otherwise as append_log().
Result<void> append_any_log(eth::LogList& out, const RawLog& log);

}  // namespace faultline::rpc
