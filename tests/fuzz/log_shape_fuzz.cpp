// SPDX-License-Identifier: Apache-2.0
// Logs read by the shape of the one before against the same logs read by the parser: the value or
// the failure must be the same. The input is an array of logs, or edits of one that is right.
#include <faultline/base/assert.hpp>
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <cstddef>
#include <cstdint>
#include <shell/rpc/json_decode.hpp>
#include <shell/rpc/json_encode.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rpc {
namespace {

constexpr std::size_t kEditBytes = 4;

std::string hex_of(char digit, std::size_t digits) {
    return "\"0x" + std::string(digits, digit) + "\"";
}

std::string log_at(char place) {
    return R"({"address":)" + hex_of('1', 40) + R"(,"topics":[)" + hex_of('a', 64) + "," +
           hex_of(place, 64) + R"(],"data":)" + hex_of('5', 128) + R"(,"blockHash":)" +
           hex_of('b', 64) + R"(,"blockNumber":"0x12","transactionHash":)" + hex_of('c', 64) +
           R"(,"transactionIndex":"0x0","logIndex":"0x)" + place + R"(","removed":false})";
}

/// A sound array of logs in which each four bytes of input replace, remove or insert a character.
std::string edited(std::span<const std::uint8_t> edits) {
    std::string text = "[" + log_at('1') + "," + log_at('2') + "," + log_at('3') + "]";
    for (; edits.size() >= kEditBytes; edits = edits.subspan(kEditBytes)) {
        const std::size_t at = (edits[0] | (std::size_t{edits[1]} << 8U)) % text.size();
        const char put = static_cast<char>(edits[3]);
        switch (edits[2] % 3) {
            case 0:
                text[at] = put;
                break;
            case 1:
                text.insert(at, 1, put);
                break;
            default:
                text.erase(at, 1);
                break;
        }
        if (text.empty()) {
            return "[]";
        }
    }
    return text;
}

Result<std::vector<BlockLogs>> decoded(std::string_view before, std::string_view array) {
    const Call call{.method = "eth_getLogs", .params = "[]"};
    const std::string body =
        R"({"jsonrpc":"2.0","id":1,"result":)" + std::string(before) + std::string(array) + "}";
    Exchange exchange;
    exchange.calls = std::span(&call, 1);
    exchange.first_id = 1;
    exchange.body = body;
    exchange.http_status = 200;
    Hash32 topic0;
    topic0.bytes.fill(0xaa);
    const eth::LogFilter filter = eth::LogFilter::of_topics({topic0});
    return decode_logs(exchange, {.first = 0x10, .last = 0x2f, .last_hash = {}}, filter);
}

void check_same(std::string_view array) {
    const auto by_shape = decoded("", array);
    const auto parsed = decoded(" ", array);  // With the space there is no shape to go by.
    FAULTLINE_ASSERT(by_shape.has_value() == parsed.has_value());
    if (!parsed) {
        FAULTLINE_ASSERT(by_shape.error().code() == parsed.error().code());
        return;
    }
    FAULTLINE_ASSERT(by_shape->size() == parsed->size());
    for (std::size_t i = 0; i < parsed->size(); ++i) {
        FAULTLINE_ASSERT((*by_shape)[i].ref == (*parsed)[i].ref);
        FAULTLINE_ASSERT((*by_shape)[i].logs == (*parsed)[i].logs);
    }
}

}  // namespace
}  // namespace faultline::rpc

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::span input(data + 1, size - 1);
    if (data[0] % 2 == 0) {
        faultline::rpc::check_same(faultline::rpc::edited(input));
    } else {
        faultline::rpc::check_same(std::string(input.begin(), input.end()));
    }
    return 0;
}
