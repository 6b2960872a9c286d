// SPDX-License-Identifier: Apache-2.0
#include "property/abi_vectors.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi_value.hpp>
#include <faultline/core/eth/int256.hpp>

#include <simdjson.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace faultline::eth::test {
namespace {

std::string json_string(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (byte < 0x20) {
            out += std::string("\\u00") + kDigits[byte >> 4U] + kDigits[byte & 0xfU];
        } else {
            out += c;
        }
    }
    return out + '"';
}

}  // namespace

Fixture::Fixture(std::string_view name)
    : rows_(parser_.load(std::string(FAULTLINE_SOURCE_DIR) + "/tests/fixtures/" + std::string(name))
                .get_array()
                .value()) {}

std::string text(simdjson::dom::element row, std::string_view field) {
    return std::string(row[field].get_string().value());
}

Bytes bytes(simdjson::dom::element row, std::string_view field) {
    return *bytes_from_hex(text(row, field));
}

std::vector<Hash32> topics(simdjson::dom::element row) {
    std::vector<Hash32> out;
    for (const simdjson::dom::element topic : row["topics"].get_array()) {
        out.push_back(*Hash32::from_hex(topic.get_string().value()));
    }
    return out;
}

std::string to_json(const AbiValue& value) {
    return std::visit(
        [](const auto& held) -> std::string {
            using Held = std::remove_cvref_t<decltype(held)>;
            if constexpr (std::is_same_v<Held, bool>) {
                return held ? "true" : "false";
            } else if constexpr (std::is_same_v<Held, U256> || std::is_same_v<Held, I256>) {
                return json_string(held.to_string());
            } else if constexpr (std::is_same_v<Held, Address>) {
                return json_string(held.hex());
            } else if constexpr (std::is_same_v<Held, Bytes>) {
                return json_string(to_hex(held));
            } else if constexpr (std::is_same_v<Held, std::string>) {
                return json_string(held);
            } else {
                return to_json(held);
            }
        },
        value.value
    );
}

std::string to_json(const AbiList& values) {
    std::string out = "[";
    for (std::size_t i = 0; i < values.size(); ++i) {
        out += (i == 0 ? "" : ",") + to_json(values[i]);
    }
    return out + "]";
}

}  // namespace faultline::eth::test
