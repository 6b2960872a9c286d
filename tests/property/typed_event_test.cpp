// SPDX-License-Identifier: Apache-2.0
#include "property/abi_vectors.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi_value.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/event.hpp>
#include <faultline/core/eth/literal.hpp>

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace faultline::eth {
namespace {

using test::Fixture;
using test::text;
using test::to_json;

Log as_log(const EncodedLog& encoded) {
    Log log;
    log.topics = encoded.topics;
    log.data = encoded.data;
    return log;
}

template <class Event>
AbiList as_list(const Event& event) {
    return std::apply(
        [](const auto&... value) { return AbiList{detail::to_abi(value)...}; }, event.values()
    );
}

/// The rows of a declaration, through the type that the compiler makes of it.
template <Literal Declaration>
std::size_t check_event(const Fixture& fixture) {
    using TestEvent = Event<Declaration>;
    std::size_t checked = 0;
    for (const simdjson::dom::element row : fixture.rows()) {
        if (text(row, "declaration") != Declaration.view()) {
            continue;
        }
        INFO(text(row, "name") << ": " << Declaration.view());
        const EncodedLog emitted{test::topics(row), test::bytes(row, "data")};
        CHECK(TestEvent::matches(as_log(emitted)));
        const auto event = TestEvent::decode(as_log(emitted));
        if (!event) {
            FAIL(event.error().message());
        }
        CHECK(to_json(as_list(*event)) == std::string(simdjson::minify(row["values"])));
        const auto encoded = TestEvent::encode(event->values());
        REQUIRE(encoded.has_value());
        CHECK(encoded->topics == emitted.topics);
        CHECK(to_hex(encoded->data) == to_hex(emitted.data));
        ++checked;
    }
    return checked;
}

template <Literal... Declarations>
std::size_t check_events(const Fixture& fixture) {
    const std::array<std::size_t, sizeof...(Declarations)> counts{check_event<Declarations>(fixture
    )...};
    std::size_t missing = 0;
    for (const std::size_t count : counts) {
        missing += count == 0 ? 1 : 0;
    }
    return missing;
}

using BalanceTransfer = Event<
    "BalanceTransfer(address indexed from, address indexed to, uint256 value, uint256 index)">;

Address random_address(std::mt19937_64& random) {
    Address out;
    for (auto& byte : out.bytes) {
        byte = static_cast<std::uint8_t>(random());
    }
    return out;
}

U256 random_number(std::mt19937_64& random) {
    U256 out;
    for (auto& limb : out.limbs) {
        limb = random();
    }
    return out;
}

}  // namespace

TEST_CASE("typed events decode the logs of contracts and emit the same bytes") {
    const Fixture fixture("abi/events.json");
    const std::size_t missing = check_events<
        "testEvent(address p0)",
        "testEvent(address indexed p0)",
        "testEvent(address p0) anonymous",
        "testEvent(address indexed p0) anonymous",
        "testEvent(uint256 indexed p0, uint256 p1, uint256 indexed p2, uint256 indexed p3)",
        "testEvent(string p0)",
        "testEvent(string indexed p0)",
        "testEvent(bytes p0)",
        "testEvent(bytes indexed p0)",
        "testEvent(uint256[3] p0)",
        "testEvent(uint256[3] indexed p0)",
        "testEvent(uint256[2][3] p0)",
        "testEvent(uint256[2][3] indexed p0)",
        "testEvent(uint256[2][] p0)",
        "testEvent(uint256[2][] indexed p0)",
        "testEvent(bytes5[2] p0)",
        "testEvent() anonymous",
        "testEvent(bool[2][1][] p0, string p1, bytes2 p2, bytes25 p3, string p4, uint216[2][2][2] "
        "p5) anonymous",
        "testEvent(bool p0, uint88 p1, bytes p2, string indexed p3, bytes32 p4)",
        "testEvent(bytes p0, bool indexed p1, string indexed p2, bytes11 p3)",
        "testEvent(bytes4[3][1][] indexed p0, address p1, bytes p2, bytes27[] p3, address p4, "
        "bytes21 p5) anonymous",
        "testEvent(bool p0, address p1, string p2, address indexed p3) anonymous",
        "testEvent(int72 p0, bool indexed p1)",
        "testEvent(bool p0)",
        "testEvent(bytes p0, bytes17 p1, bytes p2, bytes32 p3)",
        "testEvent(bool p0, bool p1, bytes p2, int232 p3, bytes13 p4)",
        "testEvent(bytes10 p0, bool p1, bytes4 p2) anonymous",
        "testEvent(address[3][2][] p0, bytes10 p1, uint40 p2, uint160 p3, int224 p4, int96 p5)",
        "testEvent(bytes21[1][2][] p0, string p1, bytes22 p2, uint232 p3, bytes p4, address "
        "indexed p5)",
        "testEvent(bool p0, uint40 indexed p1) anonymous",
        "testEvent(address indexed p0, string p1, bool p2, string p3, bytes23 p4, bytes32 p5) "
        "anonymous",
        "testEvent(bool p0, bytes16 p1, bool p2, bytes8 p3, string p4, bytes p5) anonymous",
        "testEvent(bytes p0, bool p1, bytes p2, bool p3, address p4, uint8 p5)",
        "testEvent(bytes1 indexed p0, string p1, string p2, bool p3, bytes23 p4, bytes24 p5)",
        "testEvent(bool p0, address indexed p1)",
        "testEvent(address p0, bytes p1, bytes p2, bytes5 p3)",
        "testEvent(bytes10 p0, address p1, address indexed p2) anonymous",
        "testEvent(bytes indexed p0, bytes3 p1, bool[] p2, address[] p3, bytes15 p4) anonymous",
        "testEvent(int96 p0, int160[1][3][] p1, bytes1[2][1][] p2, int80 p3, address indexed p4, "
        "string p5) anonymous",
        "testEvent(bytes1 indexed p0)",
        "testEvent(bytes32 p0, bytes p1, bool[2][1] p2, bytes p3)",
        "testEvent(bytes28 p0, bytes4 p1)",
        "testEvent(string p0, address indexed p1, bytes p2, string p3, bytes16 p4) anonymous",
        "testEvent(bool indexed p0, bytes15 p1)",
        "testEvent(bytes3 p0, bytes21 p1, bytes indexed p2)",
        "testEvent(string p0, bytes22 p1, bytes16 p2, bool p3, address p4, bytes p5) anonymous",
        "testEvent(uint240 p0)",
        "testEvent(address indexed p0, bytes p1, uint40 p2, bytes p3)">(fixture);
    CHECK(missing == 0);
}

TEST_CASE(
    "what encodes decodes to itself, and no flipped bit of a topic or an address passes unseen"
) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 2'000; ++i) {
        const BalanceTransfer::Values values{
            random_address(random),
            random_address(random),
            random_number(random),
            random_number(random)
        };
        EncodedLog encoded = *BalanceTransfer::encode(values);
        const auto event = BalanceTransfer::decode(as_log(encoded));
        REQUIRE(event.has_value());
        CHECK(event->values() == values);

        const std::size_t topic = random() % 3;
        encoded.topics[topic].bytes[random() % 32] ^=
            static_cast<std::uint8_t>(1U << (random() % 8));
        const auto flipped = BalanceTransfer::decode(as_log(encoded));
        CHECK((!flipped || flipped->values() != values));
    }
}

}  // namespace faultline::eth
