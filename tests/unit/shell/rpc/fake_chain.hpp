// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "exchanges.hpp"
#include "fake_http.hpp"

#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/net/http.hpp>

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rpc {

/// A request of a batch, as a node sees it.
struct Asked {
    std::uint64_t id = 0;
    std::string method;
    std::string params;
};

inline std::vector<Asked> asked_in(const std::string& body) {
    simdjson::dom::parser parser;
    simdjson::dom::element document;
    REQUIRE(parser.parse(body).get(document) == simdjson::SUCCESS);
    std::vector<simdjson::dom::element> items;
    simdjson::dom::array array;
    if (document.get(array) == simdjson::SUCCESS) {
        items.assign(array.begin(), array.end());
    } else {
        items.push_back(document);
    }
    std::vector<Asked> out;
    for (const simdjson::dom::element item : items) {
        Asked asked;
        std::string_view method;
        REQUIRE(item["id"].get(asked.id) == simdjson::SUCCESS);
        REQUIRE(item["method"].get(method) == simdjson::SUCCESS);
        asked.method = std::string(method);
        asked.params = simdjson::minify(item["params"].value());
        out.push_back(asked);
    }
    return out;
}

/// The answer to a whole request, each call answered by `result` (JSON), in reverse order.
inline FakeHttp::Answer answer_each(std::function<std::string(const Asked&)> result) {
    return [result](const net::HttpRequest& request) -> Result<net::HttpResponse> {
        std::vector<Asked> asked = asked_in(request.body);
        std::ranges::reverse(asked);
        std::string out;
        for (const Asked& one : asked) {
            out += (out.empty() ? "" : ",") + result_of(static_cast<int>(one.id), result(one));
        }
        return ok(asked.size() == 1 ? out : "[" + out + "]");
    };
}

/// The hash of block `number` on a chain without forks.
inline std::string chain_hash(std::uint64_t number) {
    std::string digits = std::to_string(number);
    return "0x" + std::string(64 - digits.size(), '0') + digits;
}

inline std::string chain_block(std::uint64_t number) {
    return R"({"number":")" + quantity_hex(number) + R"(","hash":")" + chain_hash(number) +
           R"(","parentHash":")" + chain_hash(number - 1) + R"(","timestamp":")" +
           quantity_hex(number * 12) + R"("})";
}

/// The number in a params text such as ["0x10",false].
inline std::uint64_t number_in(const std::string& params) {
    const std::size_t end = params.find('"', 2);
    const auto number = quantity_from_hex(std::string_view(params).substr(2, end - 2));
    REQUIRE(number.has_value());
    return *number;
}

}  // namespace faultline::rpc
