// SPDX-License-Identifier: Apache-2.0
#include "property/aave_recording.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>

#include <simdjson.h>

#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::tests {
namespace {

using simdjson::dom::element;

template <class T>
T checked(Result<T> result) {
    if (!result) {
        throw std::runtime_error(result.error().message());
    }
    return *std::move(result);
}

std::string_view text(element value) {
    return value.get_string().value();
}

Address address(element value) {
    return checked(Address::from_hex(text(value)));
}

Hash32 hash(element value) {
    return checked(Hash32::from_hex(text(value)));
}

Bytes bytes(element value) {
    return checked(bytes_from_hex(text(value)));
}

std::uint64_t number(element value) {
    return checked(quantity_from_hex(text(value)));
}

void add_log(eth::LogList& logs, element entry) {
    std::vector<Hash32> topics;
    for (const element topic : entry.at(3).get_array()) {
        topics.push_back(hash(topic));
    }
    const Bytes data = bytes(entry.at(4));
    logs.add({
        .address = address(entry.at(0)),
        .topics = topics,
        .data = data,
        .tx_hash = hash(entry.at(1)),
        .tx_index = 0,
        .log_index = static_cast<std::uint32_t>(number(entry.at(2))),
    });
}

RecordedStep step_of(element line) {
    RecordedStep step;
    element field;
    if (line["reverted"].get(field) == simdjson::SUCCESS) {
        step.reverted = true;
        return step;
    }
    const element header = line["block"];
    step.block.header.ref = {number(header.at(0)), hash(header.at(1))};
    step.block.header.parent = hash(header.at(2));
    step.block.header.timestamp = {number(header.at(3))};
    for (const element entry : line["logs"].get_array()) {
        add_log(step.block.logs, entry);
    }
    for (const element call : line["calls"].get_array()) {
        step.block.reads.push_back(
            {.read = {address(call.at(0)), bytes(call.at(1))},
             .reverted = false,
             .result = bytes(call.at(2))}
        );
    }
    if (line["truth"].get(field) == simdjson::SUCCESS) {
        for (const element view : field.get_array()) {
            step.truth.push_back(
                {std::string(text(view.at(0))),
                 address(view.at(1)),
                 bytes(view.at(2)),
                 bytes(view.at(3))}
            );
        }
    }
    return step;
}

}  // namespace

Recording load_recording(const std::string& name) {
    std::ifstream file(std::string(FAULTLINE_SOURCE_DIR) + "/tests/fixtures/aave/" + name);
    std::string line;
    if (!std::getline(file, line)) {
        throw std::runtime_error("no recording " + name);
    }
    simdjson::dom::parser parser;
    Recording recording;
    const element market = parser.parse(line)["market"];
    recording.market.name = "recorded";
    recording.market.pool = address(market["pool"]);
    recording.market.configurator = address(market["configurator"]);
    recording.market.oracle = address(market["oracle"]);
    recording.market.addresses_provider = address(market["provider"]);
    while (std::getline(file, line)) {
        recording.steps.push_back(step_of(parser.parse(line)));
    }
    return recording;
}

}  // namespace faultline::tests
