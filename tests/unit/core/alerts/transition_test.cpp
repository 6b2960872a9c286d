// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/hex.hpp>
#include <faultline/core/alerts/transition.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>

using namespace faultline;
using namespace faultline::alerts;

namespace {

using Engine = std::mt19937_64;

std::string any_text(Engine& engine) {
    std::string out(engine() % 40, '\0');
    for (char& c : out) {
        c = static_cast<char>(engine());
    }
    return out;
}

template <class T>
T any_of_first(Engine& engine, std::uint64_t count) {
    return static_cast<T>(engine() % count);
}

Transition any_transition(Engine& engine) {
    Transition out;
    out.fingerprint = any_text(engine);
    out.episode = any_text(engine);
    out.kind = any_of_first<Kind>(engine, 4);
    out.retracts = any_of_first<Kind>(engine, 4);
    out.block.number = engine();
    for (std::uint8_t& byte : out.block.hash.bytes) {
        byte = static_cast<std::uint8_t>(engine());
    }
    out.block_timestamp_s = engine();
    out.occurrence = static_cast<std::uint32_t>(engine());
    out.severity = any_of_first<rules::Severity>(engine, 3);
    out.rule = any_text(engine);
    out.summary = any_text(engine);
    for (std::uint64_t i = engine() % 4; i > 0; --i) {
        out.labels[any_text(engine)] = any_text(engine);
        out.figures[any_text(engine)] = any_text(engine);
        out.evidence.endpoints.push_back(any_text(engine));
    }
    for (std::uint64_t i = engine() % 3; i > 0; --i) {
        out.contributors.push_back(
            {.is = any_text(engine),
             .path = {any_text(engine), any_text(engine)},
             .unit = any_text(engine),
             .value = any_text(engine)}
        );
        out.price_ages.push_back(
            {.protocol = any_text(engine),
             .market = any_text(engine),
             .of = any_text(engine),
             .unchanged_s = engine()}
        );
    }
    out.evidence.checks = {"header_hash", "bloom"};
    out.evidence.doubt = "none of the endpoints";
    out.evidence.finality = any_of_first<eth::Finality>(engine, 3);
    out.wait_for = any_of_first<eth::Finality>(engine, 3);
    out.news = any_of_first<News>(engine, 3);
    out.repeated = out.news != News::kNone || engine() % 2 == 0;
    return out;
}

Transition example() {
    Transition out;
    out.fingerprint = "a1b2c3d4e5f60718";
    out.episode = "100-0a0b0c0d";
    out.kind = Kind::kFiring;
    out.block.number = 101;
    out.block.hash = Hash32::from_hex("0xdeadbeef" + std::string(56, '0')).value();
    out.labels = {{"account", "0x01"}, {"chain", "devnet"}};
    out.figures = {{"health_factor_wad", "990000000000000000"}};
    return out;
}

}  // namespace

TEST_CASE("A key names fingerprint, episode, kind and block", "[alerts]") {
    CHECK(example().key() == "a1b2c3d4e5f60718/100-0a0b0c0d/firing@101-deadbeef");
}

TEST_CASE("The key of a retraction names what is taken back", "[alerts]") {
    Transition transition = example();
    transition.kind = Kind::kRetracted;
    transition.retracts = Kind::kResolved;
    CHECK(transition.key() == "a1b2c3d4e5f60718/100-0a0b0c0d/retracted-resolved@101-deadbeef");
}

TEST_CASE("A block that comes back after it was orphaned makes new keys", "[alerts]") {
    Transition transition = example();
    transition.occurrence = 2;
    CHECK(transition.key() == "a1b2c3d4e5f60718/100-0a0b0c0d/firing@101-deadbeef.2");
}

TEST_CASE("What is encoded decodes to itself", "[alerts][property]") {
    Engine engine(20'261'121);
    for (int i = 0; i < 2000; ++i) {
        const Transition transition = any_transition(engine);
        const auto decoded = decode_transition(encode(transition));
        REQUIRE(decoded.has_value());
        REQUIRE(*decoded == transition);
    }
}

TEST_CASE("The stored form of a transition does not change", "[alerts]") {
    Transition transition = example();
    transition.labels = {{"a", "b"}};
    transition.figures.clear();
    transition.evidence.endpoints = {"n1"};
    transition.evidence.finality = eth::Finality::kSafe;
    transition.rule = "r";
    transition.summary = "s";
    transition.block_timestamp_s = 7;
    transition.occurrence = 1;
    // Layout; fingerprint; episode; kind and retracts; block; time, occurrence, severity; rule and
    // summary; labels; figures; endpoints and finality; then, since layout 2, what it waits for;
    // since layout 3, checks and doubt; since layout 4, inputs, since when, repeated, runbook,
    // group; since layout 5, contributors and price ages.
    const std::string stored =
        "0000001061316232633364346535663630373138"
        "0000000c3130302d3061306230633064"
        "0101"
        "0000000000000065deadbeef00000000000000000000000000000000000000000000000000000000"
        "00000000000000070000000101"
        "00000001720000000173"
        "0000000100000001610000000162"
        "00000000"
        "00000001000000026e3101";
    transition.wait_for = eth::Finality::kFinalized;
    CHECK(decode_transition(*bytes_from_hex("0x02" + stored + "02")) == transition);
    transition.evidence.checks = {"bloom"};
    transition.evidence.doubt = "d";
    const std::string third = stored + "02" + "0000000100000005626c6f6f6d" + "0000000164";
    CHECK(decode_transition(*bytes_from_hex("0x03" + third)) == transition);
    transition.inputs = {{"p", "1"}};
    transition.since_s = 9;
    transition.repeated = true;
    transition.runbook = "u";
    transition.group = "g";
    const std::string fourth = third + "0000000100000001700000000131" + "0000000000000009" + "01" +
                               "0000000175" + "0000000167";
    CHECK(decode_transition(*bytes_from_hex("0x04" + fourth)) == transition);
    transition.contributors = {{.is = "p", .path = {"a", "b"}, .unit = "u", .value = "1"}};
    transition.price_ages = {{.protocol = "p", .market = "m", .of = "t", .unchanged_s = 9}};
    CHECK(
        to_hex(encode(transition)) == "0x05" + fourth + "00000001" + "0000000170" +
                                          "0000000200000001610000000162" + "0000000175" +
                                          "0000000131" + "00000001" + "0000000170" + "000000016d" +
                                          "0000000174" + "0000000000000009"
    );
    transition.contributors.clear();
    transition.price_ages.clear();
    for (const auto& [news, byte] :
         {std::pair(News::kNew, "02"), std::pair(News::kTakenBack, "03")}) {
        transition.news = news;
        CHECK(
            to_hex(encode(transition)) == "0x05" + third + "0000000100000001700000000131" +
                                              "0000000000000009" + byte + "0000000175" +
                                              "0000000167" + "00000000" + "00000000"
        );
    }
    transition.news = News::kNone;
    transition.inputs.clear();
    transition.since_s = 0;
    transition.repeated = false;
    transition.runbook.clear();
    transition.group.clear();
    transition.evidence.checks.clear();
    transition.evidence.doubt.clear();
    transition.wait_for = eth::Finality::kLatest;
    CHECK(decode_transition(*bytes_from_hex("0x01" + stored)) == transition);
}

TEST_CASE("A row cut at any length is corrupt", "[alerts]") {
    const Bytes whole = encode(example());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto decoded = decode_transition(BytesView(whole).first(size));
        REQUIRE_FALSE(decoded.has_value());
        REQUIRE(decoded.error().code() == Code::kCorrupt);
    }
    Bytes longer = whole;
    longer.push_back(0);
    CHECK_FALSE(decode_transition(longer).has_value());
}

TEST_CASE("A damaged row is corrupt or decodes to what encodes to it", "[alerts][property]") {
    Engine engine(7);
    for (int i = 0; i < 20'000; ++i) {
        Bytes bytes = encode(any_transition(engine));
        for (std::uint64_t hits = 1 + engine() % 4; hits > 0; --hits) {
            bytes[engine() % bytes.size()] = static_cast<std::uint8_t>(engine());
        }
        if (const auto decoded = decode_transition(bytes)) {
            REQUIRE(encode(*decoded) == bytes);
        }
    }
}

TEST_CASE("A row of an unknown layout says so", "[alerts]") {
    Bytes bytes = encode(example());
    bytes[0] = 9;
    const auto decoded = decode_transition(bytes);
    REQUIRE_FALSE(decoded.has_value());
    CHECK(decoded.error().message().find("layout 9") != std::string::npos);
}

TEST_CASE("Labels out of order or doubled are corrupt", "[alerts]") {
    Transition transition = example();
    transition.labels = {{"aa", "1"}, {"bb", "2"}};
    const Bytes good = encode(transition);
    std::string text(good.begin(), good.end());
    const std::size_t second = text.find("bb");
    REQUIRE(second != std::string::npos);
    Bytes doubled = good;
    doubled[second] = 'a';
    doubled[second + 1] = 'a';
    CHECK_FALSE(decode_transition(doubled).has_value());
}

TEST_CASE("Kinds and severities have stable names", "[alerts]") {
    CHECK(kind_name(Kind::kPending) == "pending");
    CHECK(kind_name(Kind::kFiring) == "firing");
    CHECK(kind_name(Kind::kResolved) == "resolved");
    CHECK(kind_name(Kind::kRetracted) == "retracted");
    CHECK(rules::severity_name(rules::Severity::kInfo) == "info");
    CHECK(rules::severity_name(rules::Severity::kWarning) == "warning");
    CHECK(rules::severity_name(rules::Severity::kCritical) == "critical");
}
