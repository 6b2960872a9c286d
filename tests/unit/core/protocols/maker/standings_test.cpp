// SPDX-License-Identifier: Apache-2.0
// What alerts for as long as the rows show it.
#include "unit/core/protocols/maker/maker_fixture.hpp"

#include <faultline/core/protocol/standing.hpp>

namespace faultline::maker {
namespace {

/// "! the Vat is caged" of an alarm, "auctions of ETH-A" of news.
std::vector<std::string> shown(const TestMaker& test) {
    std::vector<std::string> out;
    for (const protocol::Standing& one : test.protocol->standings()) {
        CHECK(one.market == 0);
        CHECK_THAT(one.text, Catch::StartsWith("market \"test\": " + one.name + ": "));
        out.push_back((one.alarm ? "! " : "") + one.name);
    }
    return out;
}

using Shown = std::vector<std::string>;

void kick(TestMaker& test, std::uint64_t id, std::uint64_t tab) {
    test.event<events::Kick>(
        kClip, {U256(id), rays(120), rad(tab), wads(15), kAlice, kBob, U256()}
    );
}

}  // namespace

TEST_CASE("a market in which all is well shows nothing") {
    TestMaker test;
    CHECK(shown(test).empty());
    test.open_vault();
    CHECK(shown(test).empty());
}

TEST_CASE("a shutdown shows for good, and is told by what it shows") {
    TestMaker test;
    test.open_vault();
    test.event<events::Cage>(kEnd, {});
    test.vat(note_topic<"cage()">(), {});
    test.event<events::Cage>(kDog, {});
    test.lib(kVow, note_topic<"cage()">(), {});
    test.lib(kSpotter, note_topic<"cage()">(), {});
    test.lib(kPot, note_topic<"cage()">(), {});
    test.event<events::Fire>(kEsm, {});
    for (const protocol::Incident& incident : test.seal()) {
        CHECK(incident.standing);
    }
    const Shown all{
        "! the Vat is caged",
        "! the Spotter is caged",
        "! the Dog is caged",
        "! the Vow is caged",
        "! the Pot is caged",
        "! the ESM " + kEsm.hex() + " fired"
    };
    CHECK(shown(test) == all);
    CHECK_THAT(test.protocol->standings().front().text, Catch::Contains("End.cage"));
    for (int i = 0; i < 100; ++i) {
        test.seal();
    }
    CHECK(shown(test) == all);
}

TEST_CASE("an oracle that is void is an alarm until it has a price again") {
    TestMaker test;
    test.open_vault();
    test.lib(kPip, note_topic<"void()">(), {});
    const auto incidents = test.seal();
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].kind == protocol::IncidentKind::kAlarm);
    CHECK(incidents[0].standing);
    const Shown is_void{"! oracle " + kPip.hex() + " is void"};
    CHECK(shown(test) == is_void);
    CHECK_THAT(test.protocol->standings().front().text, Catch::Contains("no price for ETH-A"));
    test.lib(kPip, note_topic<"start()">(), {});
    test.event<events::LogValue>(kPip, {Hash32()});
    test.seal();
    CHECK(shown(test) == is_void);
    SECTION("of its own") {
        test.event<events::LogValue>(kPip, {Hash32::from_bytes(wads(50).to_be_bytes())});
    }
    SECTION("or the ilk has another oracle") {
        test.lib(
            kSpotter,
            note_topic<"file(bytes32,bytes32,address)">(),
            {word_of(kEth), word_of(bytes32("pip")), word_of(address(99))}
        );
    }
    test.seal();
    CHECK(shown(test).empty());
}

TEST_CASE("open auctions are shown together, by ilk, with what they have to raise") {
    TestMaker test;
    test.open_vault();
    test.event<events::FileIlkClip>(kDog, {kEth, bytes32("clip"), kClip});
    test.seal();
    CHECK(shown(test).empty());
    kick(test, 1, 100);
    kick(test, 2, 50);
    std::size_t told = 0;
    for (const protocol::Incident& incident : test.seal()) {
        CHECK(incident.standing);
        ++told;
    }
    CHECK(told == 2);
    CHECK(shown(test) == Shown{"auctions of ETH-A"});
    CHECK_THAT(
        test.protocol->standings().front().text,
        Catch::EndsWith(
            ": 2 open, " + rad(150).to_string() + " rad to raise, the newest is number 2"
        )
    );
    CHECK(test.protocol->standings().front().begun == 2);
    test.event<events::Yank>(kClip, {U256(1)});
    test.seal();
    CHECK(test.protocol->standings().front().begun == 2);
    CHECK_THAT(test.protocol->standings().front().text, Catch::Contains(": 1 open, "));
    test.event<events::Yank>(kClip, {U256(2)});
    test.seal();
    CHECK(shown(test).empty());
}

}  // namespace faultline::maker
