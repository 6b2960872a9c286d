// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/tape/encode.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::tape {
namespace {

void write_answer(JsonWriter& json, const eth::ReadAnswer& answer) {
    json.field("to", answer.read.to.hex());
    json.field("data", to_hex(answer.read.data));
    if (!answer.read.from.is_zero()) {
        json.field("from", answer.read.from.hex());
    }
    json.field("result", to_hex(answer.result));
    if (answer.reverted()) {
        json.field("reverted", true);
    }
    if (answer.unanswered()) {
        json.field("unanswered", true);
    }
}

std::string calls_json(const eth::ReadAnswers& answers) {
    JsonWriter json;
    json.begin_array();
    for (const eth::ReadAnswer& answer : answers) {
        json.begin_object();
        write_answer(json, answer);
        json.end_object();
    }
    json.end_array();
    return json.take();
}

std::string truth_json(const std::vector<rpc::RecordedView>& truth) {
    JsonWriter json;
    json.begin_array();
    for (const rpc::RecordedView& view : truth) {
        json.begin_object();
        write_answer(json, view.answer);
        json.field("label", view.label);
        json.end_object();
    }
    json.end_array();
    return json.take();
}

std::string evidence_json(const eth::Evidence& evidence) {
    JsonWriter json;
    json.begin_object().key("endpoints").begin_array();
    for (const std::string& endpoint : evidence.endpoints) {
        json.string(endpoint);
    }
    json.end_array().field("finality", eth::finality_name(evidence.finality)).end_object();
    return json.take();
}

}  // namespace

std::string header_json(const eth::Header& header) {
    JsonWriter json;
    json.begin_object();
    json.field("number", quantity_hex(header.ref.number));
    json.field("hash", header.ref.hash.hex());
    json.field("parentHash", header.parent.hex());
    json.field("timestamp", quantity_hex(header.timestamp.value));
    if (header.base_fee_wei) {
        const auto word = header.base_fee_wei->to_be_bytes();
        json.field("baseFeePerGas", to_hex(word));
    }
    json.end_object();
    return json.take();
}

std::string logs_json(const eth::LogList& logs, const eth::Header& header) {
    JsonWriter json;
    json.begin_array();
    for (std::size_t i = 0; i < logs.size(); ++i) {
        const eth::Log log = logs[i];
        json.begin_object();
        json.field("address", log.address.hex());
        json.key("topics").begin_array();
        for (const Hash32& topic : log.topics) {
            json.string(topic.hex());
        }
        json.end_array();
        json.field("data", to_hex(log.data));
        json.field("blockNumber", quantity_hex(header.ref.number));
        json.field("blockHash", header.ref.hash.hex());
        json.field("transactionHash", log.tx_hash.hex());
        json.field("transactionIndex", quantity_hex(log.tx_index));
        json.field("logIndex", quantity_hex(log.log_index));
        json.field("removed", false);
        json.end_object();
    }
    json.end_array();
    return json.take();
}

std::string applied_line(
    std::string_view header,
    std::string_view logs,
    const eth::Block& block,
    const std::vector<rpc::RecordedView>& truth
) {
    std::string line = "{\"header\":";
    line += header;
    line += ",\"logs\":";
    line += logs;
    line += ",\"calls\":" + calls_json(block.reads);
    if (!truth.empty()) {
        line += ",\"truth\":" + truth_json(truth);
    }
    line += ",\"evidence\":" + evidence_json(block.evidence);
    line += block.live ? "}" : ",\"live\":false}";
    return line;
}

std::string reverted_line(const eth::BlockRef& ref) {
    return "{\"reverted\":{\"number\":\"" + quantity_hex(ref.number) + "\",\"hash\":\"" +
           ref.hash.hex() + "\"}}";
}

}  // namespace faultline::tape
