// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/shell/dexposure/writer.hpp>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <span>
#include <utility>

namespace faultline::dexposure {

namespace {

using network::Snapshot;
using network::SnapshotId;
using network::SnapshotLink;
using network::SnapshotNode;
using network::TokenValue;

template <class Item>
bool is_finite(const Item& item) {
    return std::isfinite(item.size) &&
           std::ranges::all_of(item.composition, [](const TokenValue& held) {
               return std::isfinite(held.value_usd);
           });
}

void write_id(JsonWriter& json, const char* name, const SnapshotId& id) {
    json.key(name);
    if (id) {
        json.string(*id);
    } else {
        json.null();
    }
}

void write_value(JsonWriter& json, double size, std::span<const TokenValue> composition) {
    json.key("size").real(size).key("composition").begin_object();
    for (const TokenValue& held : composition) {
        json.key(held.token).real(held.value_usd);
    }
    json.end_object();
}

}  // namespace

SnapshotWriter::SnapshotWriter(std::ostream& out) : out_(out) {
    out_ << "{\"data\":{";
}

Result<void> SnapshotWriter::add(const Snapshot& week) {
    const auto finite = [](const auto& item) {
        return is_finite(item);
    };
    if (!std::ranges::all_of(week.nodes, finite) || !std::ranges::all_of(week.links, finite)) {
        return Error(
                   Code::kInvalid, "write the week " + week.date.text() + ": a value is not finite"
        )
            .advise("JSON has no NaN or infinity; leave out what has no value");
    }
    JsonWriter json;
    json.begin_object().key("nodes").begin_array();
    for (const SnapshotNode& node : week.nodes) {
        json.begin_object();
        write_id(json, "id", node.id);
        write_value(json, node.size, node.composition);
        json.end_object();
    }
    json.end_array().key("links").begin_array();
    for (const SnapshotLink& link : week.links) {
        json.begin_object();
        write_id(json, "source", link.source);
        write_id(json, "target", link.target);
        write_value(json, link.size, link.composition);
        json.end_object();
    }
    json.end_array().end_object();
    out_ << (std::exchange(first_, false) ? "\n" : ",\n") << '"' << week.date.text()
         << "\":" << json.take();
    return {};
}

Result<void> SnapshotWriter::finish() {
    out_ << "\n}}\n";
    out_.flush();
    if (!out_) {
        return Error(Code::kUnavailable, "write snapshots: the system gave an error")
            .advise("look at the space left on the disk");
    }
    return {};
}

}  // namespace faultline::dexposure
