// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/figure.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/shell/api/view.hpp>

#include <optional>
#include <string_view>

/// Parts that answers have in common.
namespace faultline::api {

inline void write_block(
    JsonWriter& json, std::string_view name, const std::optional<ProcessedBlock>& block
) {
    json.key(name);
    if (!block) {
        json.null();
        return;
    }
    json.begin_object();
    json.field("number", block->ref.number);
    json.field("hash", block->ref.hash.hex());
    json.field("timestamp", block->timestamp.value);
    json.end_object();
}

/// The object of an answer about one chain, with what each of them begins with.
template <class Page>
void begin_page(JsonWriter& json, const Page& page) {
    json.begin_object();
    write_block(json, "block", page.block);
    json.field("halted", page.halted);
}

template <class T>
void write_status(JsonWriter& json, const Figure<T>& figure) {
    json.field("status", figure_status_name(figure.status));
    json.field("reason", figure.reason);
}

inline void write_amount(JsonWriter& json, std::string_view name, const U256& amount) {
    json.field(name, amount.to_string());
}

/// {"status","reason"} and, where it has one, the value under its name.
inline void write_figure(
    JsonWriter& json, std::string_view key, std::string_view name, const Figure<U256>& figure
) {
    json.key(key).begin_object();
    write_status(json, figure);
    if (figure.ok()) {
        write_amount(json, name, figure.value);
    }
    json.end_object();
}

}  // namespace faultline::api
