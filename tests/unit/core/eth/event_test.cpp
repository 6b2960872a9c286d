// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi_value.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/event.hpp>
#include <faultline/core/eth/int256.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace faultline::eth {
namespace {

using Supply = Event<
    "Supply(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, "
    "uint16 indexed referralCode)">;
using Transfer = Event<"Transfer(address indexed from, address indexed to, uint256 value)">;
using Initialized = Event<
    "Initialized(address indexed underlyingAsset, address indexed pool, address treasury, "
    "address incentivesController, uint8 aTokenDecimals, string aTokenName, string aTokenSymbol, "
    "bytes params)">;
using Everything = Event<
    "Everything(bool flag, int24 small, int256 wide, bytes4 tag, bytes32 digest, "
    "(uint256,address[])[2] pairs, string indexed label) anonymous">;

static_assert(Supply::kSignature == "Supply(address,address,address,uint256,uint16)");
static_assert(Supply::kName == "Supply");
static_assert(Supply::kCount == 5);
static_assert(!Supply::kAnonymous && Everything::kAnonymous);
static_assert(std::is_same_v<Supply::Value<4>, std::uint64_t>);
static_assert(std::is_same_v<Everything::Value<2>, I256>);
static_assert(std::is_same_v<Everything::Value<3>, FixedBytesN<4>>);
static_assert(std::is_same_v<Everything::Value<6>, Hash32>);
static_assert(
    Event<"E(uint a, int b, address payable c)">::kSignature == "E(uint256,int256,address)"
);
static_assert(Event<" E ( tuple( uint8 a , bool ) [] x ) ">::kSignature == "E((uint8,bool)[])");

template <std::size_t N, class Tag>
constexpr FixedBytes<N, Tag> filled(std::uint8_t byte) {
    FixedBytes<N, Tag> out;
    out.bytes.fill(byte);
    return out;
}

const Address kAlice = filled<20, AddressTag>(0xa1);
const Address kBob = filled<20, AddressTag>(0xb0);
const Address kAsset = filled<20, AddressTag>(0xcc);

Log as_log(const EncodedLog& encoded) {
    Log log;
    log.topics = encoded.topics;
    log.data = encoded.data;
    return log;
}

EncodedLog supply_log() {
    return *Supply::encode({kAsset, kAlice, kBob, U256(1'000), 7});
}

std::string failure(const EncodedLog& encoded) {
    const auto decoded = Supply::decode(as_log(encoded));
    REQUIRE_FALSE(decoded.has_value());
    CHECK(decoded.error().code() == Code::kMalformed);
    return decoded.error().message();
}

}  // namespace

TEST_CASE("topic0 is the digest that Ethereum knows") {
    CHECK(
        Transfer::kTopic0.hex() ==
        "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
    );
    CHECK(
        Supply::kTopic0.hex() ==
        "0x2b627736bca15cd5381dcf80b0bf11fd197d01a037c52b927a881a10fb73ba61"
    );
    CHECK(
        Initialized::kTopic0.hex() ==
        "0xb19e051f8af41150ccccb3fc2c2d8d15f4a4cf434f32a559ba75fe73d6eea20b"
    );
}

TEST_CASE("a log decodes to the values it was made of, by name and by place") {
    const EncodedLog encoded = supply_log();
    CHECK(Supply::matches(as_log(encoded)));
    CHECK_FALSE(Transfer::matches(as_log(encoded)));
    const auto supply = Supply::decode(as_log(encoded));
    REQUIRE(supply.has_value());
    CHECK(supply->get<"reserve">() == kAsset);
    CHECK(supply->get<"user">() == kAlice);
    CHECK(supply->get<"onBehalfOf">() == kBob);
    CHECK(supply->get<"amount">() == U256(1'000));
    CHECK(supply->get<"referralCode">() == 7);
    CHECK(supply->get<3>() == U256(1'000));
}

TEST_CASE("strings and bytes are views into the log") {
    const Bytes params{1, 2, 3};
    const EncodedLog encoded = *Initialized::encode(
        {kAsset, kAlice, kBob, kBob, 6, "Aave Ethereum USDC", "aEthUSDC", BytesView(params)}
    );
    const auto event = Initialized::decode(as_log(encoded));
    REQUIRE(event.has_value());
    CHECK(event->get<"aTokenName">() == "Aave Ethereum USDC");
    CHECK(event->get<"aTokenSymbol">() == "aEthUSDC");
    const BytesView decoded = event->get<"params">();
    CHECK(Bytes(decoded.begin(), decoded.end()) == params);
    CHECK(decoded.data() > encoded.data.data());
    CHECK(decoded.data() < encoded.data.data() + encoded.data.size());
}

TEST_CASE("every kind of argument survives encode and decode") {
    const AbiList pair{AbiValue{U256::max()}, AbiValue{AbiList{AbiValue{kAlice}, AbiValue{kBob}}}};
    const AbiValue pairs{AbiList{AbiValue{pair}, AbiValue{pair}}};
    const Hash32 label = keccak256("label");
    const I256 lowest{wrapping_add(half(U256::max()), 1)};
    const EncodedLog encoded = *Everything::encode(
        {true, -8'388'608, lowest, filled<4, FixedBytesTag>(9), keccak256("x"), pairs, label}
    );
    CHECK(encoded.topics == std::vector{label});
    CHECK(Everything::matches(as_log(encoded)));
    const auto event = Everything::decode(as_log(encoded));
    REQUIRE(event.has_value());
    CHECK(event->get<"flag">());
    CHECK(event->get<"small">() == -8'388'608);
    CHECK(event->get<"wide">() == lowest);
    CHECK(event->get<"tag">() == filled<4, FixedBytesTag>(9));
    CHECK(event->get<"digest">() == keccak256("x"));
    CHECK(event->get<"pairs">() == pairs);
    CHECK(event->get<"label">() == label);
}

TEST_CASE("a number that does not fit its type is not encoded") {
    const auto encoded = Supply::encode({kAsset, kAlice, kBob, U256(1), 65'536});
    REQUIRE_FALSE(encoded.has_value());
    CHECK(encoded.error().code() == Code::kInvalid);
}

TEST_CASE("a log with another number of topics is refused with both numbers") {
    EncodedLog encoded = supply_log();
    encoded.topics.pop_back();
    CHECK_THAT(failure(encoded), Catch::Contains("Supply(address,address,address,uint256,uint16)"));
    CHECK_THAT(failure(encoded), Catch::Contains("3 topics, the declaration 4"));
    encoded.topics.clear();
    CHECK_THAT(failure(encoded), Catch::Contains("0 topics"));
}

TEST_CASE("a log of another event is refused") {
    EncodedLog encoded = supply_log();
    encoded.topics.front() = Transfer::kTopic0;
    CHECK_THAT(failure(encoded), Catch::Contains("topic0 is 0xddf252ad"));
}

TEST_CASE("short data is refused at every length, more than enough is not") {
    const EncodedLog whole = supply_log();
    for (std::size_t size = 0; size < whole.data.size(); ++size) {
        EncodedLog cut = whole;
        cut.data.resize(size);
        CHECK_THAT(failure(cut), Catch::Contains("the declaration needs 64"));
    }
    EncodedLog longer = whole;
    longer.data.resize(1'000, 0xff);
    CHECK(Supply::decode(as_log(longer)).has_value());
}

TEST_CASE("a set bit outside an argument's type is refused by name, wherever it is") {
    for (std::size_t byte = 0; byte < 12; ++byte) {
        EncodedLog encoded = supply_log();
        encoded.topics[1].bytes[byte] = 1;
        CHECK_THAT(failure(encoded), Catch::Contains("argument \"reserve\": bits above the 160"));
        encoded = supply_log();
        encoded.data[byte] = 0x80;
        CHECK_THAT(failure(encoded), Catch::Contains("argument \"user\""));
    }
    EncodedLog encoded = supply_log();
    encoded.topics[3].bytes[29] = 1;
    CHECK_THAT(
        failure(encoded), Catch::Contains("argument \"referralCode\": bits above the lowest 16")
    );
}

}  // namespace faultline::eth
