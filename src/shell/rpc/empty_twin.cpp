// SPDX-License-Identifier: Apache-2.0
#include "block_proof.hpp"

#include <faultline/base/hex.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/eth/trie_root.hpp>
#include <faultline/shell/rpc/tape_block.hpp>

#include <simdjson.h>

#include <string>
#include <string_view>
#include <utility>

namespace faultline::rpc {
namespace {

/// What extraData holds in a twin, so that the twin of an empty block is another block.
constexpr std::string_view kTwinMark = "0x7477696e";  // "twin"

/// Gives the text of a field of our own JSON another value; leaves an object without it alone.
void set_text(std::string& object, std::string_view field, std::string_view value) {
    const std::string key = "\"" + std::string(field) + "\"";
    const auto at = object.find(key);
    const auto open = at == std::string::npos ? at : object.find('"', at + key.size());
    const auto close = open == std::string::npos ? open : object.find('"', open + 1);
    if (close != std::string::npos) {
        object.replace(open + 1, close - open - 1, value);
    }
}

/// Empties an array of texts.
void set_empty(std::string& object, std::string_view field) {
    const std::string key = "\"" + std::string(field) + "\"";
    const auto at = object.find(key);
    const auto open = at == std::string::npos ? at : object.find('[', at + key.size());
    const auto close = open == std::string::npos ? open : object.find(']', open);
    if (close != std::string::npos) {
        object.erase(open + 1, close - open - 1);
    }
}

/// The hash of the header's own fields; of its text where recorded headers have invented hashes.
Result<Hash32> hash_of(const std::string& header) {
    simdjson::dom::parser parser;
    simdjson::dom::element value;
    if (parser.parse(header).get(value) != simdjson::SUCCESS) {
        return Error(Code::kMalformed, "the twin's header cannot be read");
    }
    const auto full = read_full_header(value, "header");
    if (!full) {
        return eth::keccak256(header);
    }
    return eth::header_hash(*full);
}

}  // namespace

Result<TapeBlock> empty_twin(
    const TapeBlock& original, const Hash32& parent, const TapeBlock& fork_point
) {
    std::string header(original.header);
    const std::string no_items = eth::kEmptyTrieRoot.hex();
    set_text(header, "parentHash", parent.hex());
    set_text(header, "logsBloom", to_hex(eth::Bloom().bits.bytes));
    set_text(header, "receiptsRoot", no_items);
    set_text(header, "transactionsRoot", no_items);
    set_text(header, "gasUsed", "0x0");
    set_text(header, "extraData", kTwinMark);
    set_empty(header, "transactions");
    FAULTLINE_TRY(const Hash32 hash, hash_of(header));
    set_text(header, "hash", hash.hex());
    // Nothing happened in it, so contracts answer as they did before it.
    std::string line = "{\"header\":" + header + ",\"logs\":[]";
    const auto add = [&line](std::string_view name, std::string_view json) {
        if (!json.empty()) {
            line += ",\"" + std::string(name) + "\":" + std::string(json);
        }
    };
    add("calls", fork_point.calls);
    add("truth", fork_point.truth);
    add("receipts", original.receipts.empty() ? "" : "[]");
    return read_tape_block(line + "}");
}

}  // namespace faultline::rpc
