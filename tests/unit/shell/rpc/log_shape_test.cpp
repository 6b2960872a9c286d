// SPDX-License-Identifier: Apache-2.0
#include "answer_json.hpp"
#include "exchanges.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/runtime/random.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <shell/rpc/hex_block.hpp>
#include <shell/rpc/json_decode.hpp>
#include <shell/rpc/log_shape.hpp>
#include <shell/rpc/shaped_reply.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rpc {
namespace {

using runtime::Random;

constexpr LogRange kRange{.first = 0x10, .last = 0x2f, .last_hash = {}};

/// What decoding came to, as text that can be compared: each field of each log, or the failure.
std::string told(const Result<std::vector<BlockLogs>>& decoded) {
    if (!decoded) {
        const Error& error = decoded.error();
        // It quotes the beginning of the answer, which differs between the two ways here.
        const bool quotes = error.detail().contains("is not JSON");
        return std::string(code_name(error.code())) + (quotes ? "" : error.detail());
    }
    std::string out;
    for (const BlockLogs& block : *decoded) {
        out += block.ref.text() + "\n";
        for (std::size_t i = 0; i < block.logs.size(); ++i) {
            const eth::Log log = block.logs[i];
            out += log.address.hex() + " " + log.tx_hash.hex() + " " +
                   std::to_string(log.tx_index) + " " + std::to_string(log.log_index) + " " +
                   to_hex(log.data);
            for (const Hash32& topic : log.topics) {
                out += " " + topic.hex();
            }
            out += "\n";
        }
    }
    return out;
}

std::string decoded(const std::string& body) {
    const Answered answered(calls_of({"eth_getLogs"}), body);
    return told(decode_logs(answered.exchange(), kRange, kFilter));
}

/// The same answer, but with a space by which the shape is not found.
std::string parsed(std::string body) {
    const std::size_t at = body.find("\"result\":[{");
    if (at != std::string::npos) {
        body.insert(at + 10, " ");
    }
    return decoded(body);
}

bool shaped(const std::string& array) {
    return read_shaped_logs(array, &kFilter.clauses().front()).has_value();
}

std::string hex_text(Random& random, std::size_t digits) {
    constexpr std::string_view kDigits = "0123456789abcdefABCDEF";
    std::string out = "0x";
    for (std::size_t i = 0; i < digits; ++i) {
        out += kDigits[random.below(kDigits.size())];
    }
    return out;
}

/// Logs as a node sends them, in order.
std::string some_array(Random& random) {
    std::vector<LogJson> logs;
    std::uint64_t number = 0x10;
    std::uint64_t index = 0;
    const std::string extra = random.chance(0.5) ? R"(,"removed":false)" : "";
    for (std::uint64_t i = 0, count = random.between(1, 12); i < count; ++i) {
        if (random.chance(0.3)) {
            number += random.between(1, 3);
            index = 0;
        }
        LogJson log = log_at(quantity_hex(number), quantity_hex(index), "abcdef"[number % 6]);
        index += random.between(1, 20);
        for (std::uint64_t more = random.below(4); more > 0; --more) {
            log.topics += "," + quoted(hex_text(random, 64));
        }
        log.address = hex_text(random, 40);
        log.txn = hex_text(random, 64);
        log.data = hex_text(random, 2 * random.below(100));
        log.txn_index = quoted(quantity_hex(random.below(300)));
        log.extra = extra;
        logs.push_back(log);
    }
    return array_of(logs);
}

std::string mutated(Random& random, std::string text) {
    constexpr std::string_view kBytes = "\"\\,:{}[]0x19afgAFG \n\tnull";
    for (std::uint64_t times = random.between(1, 3); times > 0; --times) {
        const std::size_t at = random.below(text.size());
        const std::size_t size = random.between(1, 6);
        switch (random.below(4)) {
            case 0:
                text[at] = kBytes[random.below(kBytes.size())];
                break;
            case 1:
                text.erase(at, size);
                break;
            case 2:
                text.insert(at, 1, kBytes[random.below(kBytes.size())]);
                break;
            default:
                text.insert(at, text.substr(random.below(text.size()), 10 * size));
                break;
        }
    }
    return text;
}

}  // namespace

TEST_CASE("logs of one shape are read without a parser", "[rpc][shape]") {
    Random random(1);
    for (int i = 0; i < 300; ++i) {
        const std::string array = some_array(random);
        INFO(array);
        CHECK(shaped(array));
        const std::string body = result_of(1, array);
        CHECK(decoded(body) == parsed(body));
    }
}

TEST_CASE("whatever is wrong with logs, both ways say the same", "[rpc][shape]") {
    Random random(2);
    std::size_t read = 0;
    for (int i = 0; i < 6000; ++i) {
        const std::string array = mutated(random, some_array(random));
        const std::string body = result_of(1, array);
        INFO(body);
        CHECK(decoded(body) == parsed(body));
        read += shaped(array) ? 1 : 0;
    }
    CHECK(read > 100);  // Some changes do no harm.
}

TEST_CASE("an envelope that hides the logs elsewhere is not believed", "[rpc][shape]") {
    Random random(3);
    const std::string array = some_array(random);
    for (const std::string& body : {
             R"({"jsonrpc":"2.0","id":1,"x":{"result":)" + array + R"(},"result":[]})",
             R"({"id":1,"result":[],"x":{"result":)" + array + "}}",
             R"({"id":1,"result":)" + array + R"(,"result":[]})",
             R"({"id":1,"y":"faultline took the logs","result":)" + array + "}",
             R"({"id":1,"result":"faultline took the logs","x":{"result":)" + array + "}}",
             R"({"id":2,"result":)" + array + "}",
             R"({"result":)" + array + "}",
             R"({"id":1,"error":{"code":-32000,"message":"oh"},"result":)" + array + "}",
             R"([{"id":1,"result":)" + array + R"(},{"id":1,"result":[]}])",
             result_of(1, array) + "x",
             result_of(1, array).substr(0, 60),
         }) {
        INFO(body);
        CHECK(decoded(body) == parsed(body));
    }
}

TEST_CASE("what is not plainly the next log is left to the parser", "[rpc][shape]") {
    const LogJson log = log_at("0x10", "0x3");
    CHECK(shaped(array_of({log})));
    CHECK_FALSE(shaped("[]"));
    CHECK_FALSE(shaped(array_of({log, log})));
    CHECK_FALSE(shaped(array_of({log, log_at("0x10", "0x2")})));
    CHECK_FALSE(shaped(array_of({log, log_at("0xf", "0x4")})));
    CHECK_FALSE(shaped(array_of({log, log_at("0x10", "0x4", 'b')})));
    LogJson other = log_at("0x11", "0x0");
    other.topics = quoted(hash_text('9'));
    CHECK_FALSE(shaped(array_of({log, other})));
    other = log_at("0x11", "0x0");
    other.extra = R"(,"removed":true)";
    CHECK_FALSE(shaped(array_of({other})));
    other.extra = R"(,"logIndex":"0x0")";
    CHECK_FALSE(shaped(array_of({other})));
    other.extra = R"(,"log\u0049ndex":"0x1")";
    CHECK_FALSE(shaped(array_of({other})));
    other.extra = "";
    other.data = "0x123";
    CHECK_FALSE(shaped(array_of({other})));
    other.data = "0x";
    other.topics = "";
    CHECK_FALSE(shaped(array_of({other})));
}

TEST_CASE("hex is decoded up to the first character that is no digit", "[rpc][shape]") {
    const std::string text = "0123456789abCDEf";
    for (std::size_t at = 0; at <= kHexBlock; ++at) {
        for (int code = 0; code < 256; ++code) {
            std::string changed = text;
            if (at < kHexBlock) {
                changed[at] = static_cast<char>(code);
            }
            const bool digit =
                std::string_view("0123456789abcdefABCDEF").contains(changed[at % 16]);
            std::array<std::uint8_t, 8> out{};
            const std::size_t good = decode_hex_block(changed.data(), out.data());
            REQUIRE(good == (at < kHexBlock && !digit ? at : kHexBlock));
            if (good == kHexBlock) {
                REQUIRE(to_hex(out) == *[&]() -> std::optional<std::string> {
                    return to_hex(*bytes_from_hex("0x" + changed));
                }());
            }
        }
    }
}

}  // namespace faultline::rpc
