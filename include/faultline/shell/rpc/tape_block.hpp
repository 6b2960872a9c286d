// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What a node said of one block, as the bytes it said: for whoever passes them on unchanged. Pure;
// any thread. The line format is in src/shell/tape/README.md; unknown fields are left alone.

namespace faultline::rpc {

/// A log's JSON and what it can be searched by.
struct TapeLog {
    std::string_view json;
    Address address;
    std::array<Hash32, 4> topics;
    std::size_t topic_count = 0;
};

/// One applied block of a tape. The views are into `text`, and stay right when it is moved.
struct TapeBlock {
    TapeBlock() = default;
    TapeBlock(const TapeBlock&) = delete;
    TapeBlock& operator=(const TapeBlock&) = delete;
    TapeBlock(TapeBlock&&) = default;
    TapeBlock& operator=(TapeBlock&&) = default;
    ~TapeBlock() = default;

    std::string text;
    eth::BlockRef ref;
    Hash32 parent;
    std::string_view header;  ///< An object.
    std::vector<TapeLog> logs;
    std::string_view calls;  ///< An array, or empty when absent, as the next two.
    std::string_view truth;
    std::string_view receipts;
    std::vector<std::string> notes;  ///< What the recorder had to say about the block, for people.
};

/// Of {"header":{..},"logs":[..],...}. kMalformed saying which field.
Result<TapeBlock> read_tape_block(std::string line);

/// Another block of the same number and time with nothing in it, whose parent is `parent`. Its hash
/// is that of its fields. Contracts answer as at `fork_point`, the last block before it that both
/// branches have. kMalformed when the original's header is not one.
Result<TapeBlock> empty_twin(
    const TapeBlock& original, const Hash32& parent, const TapeBlock& fork_point
);

/// A recorded view call.
struct TapeCall {
    Address to;
    Bytes data;
    Address from;        ///< Zero: none was named.
    std::string result;  ///< A JSON string: what it returned, or reverted with.
    bool reverted = false;
    bool unanswered = false;  ///< No endpoint carried it through.
};

/// Of [{"to","data","result"}, ..], each with "from" where a caller was named, "reverted": true
/// when it reverted and "unanswered": true when nobody could answer; an empty text has none.
/// kMalformed.
Result<std::vector<TapeCall>> read_tape_calls(std::string_view array);

/// The text of a field of a JSON object; nullopt when `json` is no object or has no such text.
std::optional<std::string> text_field(std::string_view json, std::string_view name);

}  // namespace faultline::rpc
