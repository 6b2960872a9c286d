// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// What a node said, kept as JSON lines (a tape), to values: by the same rules as its answers.
/// Pure functions, any thread. Errors are kMalformed and name the method and the field.
namespace faultline::rpc {

/// A view function's own answer at a block, kept to compare with.
struct RecordedView {
    eth::ReadAnswer answer;
    std::string label;  ///< For messages: "aave.getUserAccountData:0x…".
};

struct RecordedBlock {
    eth::Header header;
    eth::LogList logs;  ///< Those the filter asks for, in order of log_index.
    std::size_t all_logs = 0;
    std::vector<eth::ReadAnswer> calls;
    std::vector<RecordedView> truth;
    bool live = true;  ///< "live": false for what was followed as history.
    eth::Evidence evidence;
};

/// {"header","logs","calls","truth"}: header as in eth_getBlockByHash, logs as in eth_getLogs,
/// calls [{"to","data","result"}], each with "from" where it named its caller, "reverted": true
/// when it reverted and "unanswered": true when no endpoint carried it through; truth and the rest
/// may be absent. Logs that `filter` does not ask for are left out; every log must be of that
/// block.
Result<RecordedBlock> decode_recorded_block(std::string_view json, const eth::LogFilter& filter);

/// {"reverted":{"number","hash"}}; the number as a quantity or as a number.
Result<eth::BlockRef> decode_recorded_revert(std::string_view json);

/// Every text, number and flag within a JSON object by its path: "manifest.aave.pool" -> "0x…",
/// "manifest.markets.0.name" -> "core".
Result<std::map<std::string, std::string>> flatten_json(std::string_view json);

}  // namespace faultline::rpc
