// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/hex.hpp>
#include <faultline/shell/rpc/tape_block.hpp>

#include <simdjson.h>

#include <string>
#include <string_view>
#include <utility>

namespace faultline::rpc {
namespace {

namespace ondemand = simdjson::ondemand;

Error malformed(std::string_view field, std::string_view why) {
    return {Code::kMalformed, "the field " + std::string(field) + " " + std::string(why)};
}

template <class T>
Result<T> need(simdjson::simdjson_result<T> value, std::string_view field) {
    T out;
    if (std::move(value).get(out) != simdjson::SUCCESS) {
        return malformed(field, "is missing or not what it should be");
    }
    return out;
}

template <class Fixed>
Result<Fixed> fixed(ondemand::object& object, std::string_view field) {
    FAULTLINE_TRY(
        const std::string_view text, need<std::string_view>(object[field].get_string(), field)
    );
    auto out = Fixed::from_hex(text);
    if (!out) {
        return malformed(field, out.error().detail());
    }
    return *out;
}

Result<std::uint64_t> number(ondemand::object& object, std::string_view field) {
    FAULTLINE_TRY(
        const std::string_view text, need<std::string_view>(object[field].get_string(), field)
    );
    const auto out = quantity_from_hex(text);
    if (!out) {
        return malformed(field, out.error().detail());
    }
    return *out;
}

Result<void> read_topics(ondemand::object& object, TapeLog& log) {
    FAULTLINE_TRY(auto topics, need<ondemand::array>(object["topics"].get_array(), "topics"));
    for (auto item : topics) {
        FAULTLINE_TRY(
            const std::string_view text, need<std::string_view>(item.get_string(), "topics")
        );
        if (log.topic_count == log.topics.size()) {
            return malformed("topics", "has more than four");
        }
        const auto bad = bytes_from_hex_into(text, log.topics[log.topic_count].bytes);
        if (!bad) {
            return malformed("topics", bad.error().detail());
        }
        ++log.topic_count;
    }
    return {};
}

Result<TapeLog> read_log(ondemand::object object) {
    TapeLog log;
    FAULTLINE_TRY(log.json, need<std::string_view>(object.raw_json(), "logs"));
    if (object.reset().error() != simdjson::SUCCESS) {
        return malformed("logs", "cannot be read twice");
    }
    FAULTLINE_TRY(log.address, fixed<Address>(object, "address"));
    FAULTLINE_TRY_VOID(read_topics(object, log));
    return log;
}

Result<void> read_header(ondemand::object object, TapeBlock& block) {
    FAULTLINE_TRY(block.header, need<std::string_view>(object.raw_json(), "header"));
    if (object.reset().error() != simdjson::SUCCESS) {
        return malformed("header", "cannot be read twice");
    }
    FAULTLINE_TRY(block.ref.number, number(object, "number"));
    FAULTLINE_TRY(block.ref.hash, fixed<Hash32>(object, "hash"));
    FAULTLINE_TRY(block.parent, fixed<Hash32>(object, "parentHash"));
    return {};
}

Result<void> read_notes(ondemand::value value, TapeBlock& block) {
    FAULTLINE_TRY(auto notes, need<ondemand::array>(value.get_array(), "notes"));
    for (auto note : notes) {
        FAULTLINE_TRY(
            const std::string_view text, need<std::string_view>(note.get_string(), "notes")
        );
        block.notes.emplace_back(text);
    }
    return {};
}

Result<void> read_field(std::string_view name, ondemand::value value, TapeBlock& block) {
    if (name == "header") {
        FAULTLINE_TRY(auto header, need<ondemand::object>(value.get_object(), name));
        return read_header(header, block);
    }
    if (name == "logs") {
        FAULTLINE_TRY(auto logs, need<ondemand::array>(value.get_array(), name));
        for (auto item : logs) {
            FAULTLINE_TRY(auto log, need<ondemand::object>(item.get_object(), name));
            FAULTLINE_TRY(block.logs.emplace_back(), read_log(log));
        }
        return {};
    }
    if (name == "notes") {
        return read_notes(value, block);
    }
    std::string_view* const kept = name == "calls"      ? &block.calls
                                   : name == "truth"    ? &block.truth
                                   : name == "receipts" ? &block.receipts
                                                        : nullptr;
    if (kept != nullptr) {
        FAULTLINE_TRY(auto array, need<ondemand::array>(value.get_array(), name));
        FAULTLINE_TRY(*kept, need<std::string_view>(array.raw_json(), name));
    }
    return {};
}

/// Enough room behind the text for simdjson's vectors.
simdjson::padded_string_view padded(std::string& text) {
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    return simdjson::padded_string_view(text.data(), text.size(), text.capacity());
}

Result<TapeCall> read_call(ondemand::object object) {
    TapeCall call;
    FAULTLINE_TRY(call.to, fixed<Address>(object, "to"));
    FAULTLINE_TRY(const auto data, need<std::string_view>(object["data"].get_string(), "data"));
    auto bytes = bytes_from_hex(data);
    if (!bytes) {
        return malformed("data", bytes.error().detail());
    }
    call.data = std::move(*bytes);
    if (object["from"].error() == simdjson::SUCCESS) {
        FAULTLINE_TRY(call.from, fixed<Address>(object, "from"));
    }
    FAULTLINE_TRY(const auto text, need<std::string_view>(object["result"].get_string(), "result"));
    const auto result = bytes_from_hex(text);
    if (!result) {
        return malformed("result", result.error().detail());
    }
    call.result = "\"" + std::string(text) + "\"";
    bool reverted = false;
    call.reverted = object["reverted"].get_bool().get(reverted) == simdjson::SUCCESS && reverted;
    bool unanswered = false;
    call.unanswered =
        object["unanswered"].get_bool().get(unanswered) == simdjson::SUCCESS && unanswered;
    return call;
}

}  // namespace

Result<TapeBlock> read_tape_block(std::string line) {
    TapeBlock block;
    block.text = std::move(line);
    ondemand::parser parser;
    ondemand::document document;
    ondemand::object fields;
    if (parser.iterate(padded(block.text)).get(document) != simdjson::SUCCESS ||
        document.get_object().get(fields) != simdjson::SUCCESS) {
        return Error(Code::kMalformed, "it is no JSON object");
    }
    for (auto field : fields) {
        std::string_view name;
        ondemand::value value;
        if (field.unescaped_key().get(name) != simdjson::SUCCESS ||
            field.value().get(value) != simdjson::SUCCESS) {
            return Error(Code::kMalformed, "it is no whole JSON object");
        }
        FAULTLINE_TRY_VOID(read_field(name, value, block));
    }
    if (block.header.empty() || document.current_location().error() == simdjson::SUCCESS) {
        return malformed("header", "is missing, or something follows the object");
    }
    return block;
}

Result<std::vector<TapeCall>> read_tape_calls(std::string_view array) {
    std::vector<TapeCall> calls;
    if (array.empty()) {
        return calls;
    }
    simdjson::padded_string text(array);
    ondemand::parser parser;
    ondemand::document document;
    ondemand::array items;
    if (parser.iterate(text).get(document) != simdjson::SUCCESS ||
        document.get_array().get(items) != simdjson::SUCCESS) {
        return malformed("calls", "is no array");
    }
    for (auto item : items) {
        FAULTLINE_TRY(auto object, need<ondemand::object>(item.get_object(), "calls"));
        FAULTLINE_TRY(auto call, read_call(object));
        calls.push_back(std::move(call));
    }
    return calls;
}

std::optional<std::string> text_field(std::string_view json, std::string_view name) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    std::string_view text;
    if (parser.parse(json.data(), json.size()).get(object) != simdjson::SUCCESS ||
        object.at_key(name).get(text) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    return std::string(text);
}

}  // namespace faultline::rpc
