// SPDX-License-Identifier: Apache-2.0
#include "unit/core/protocols/maker/maker_fixture.hpp"

namespace faultline::maker {

TEST_CASE("the Vat's notes change what its views answer") {
    TestMaker test;
    test.open_vault();
    CHECK(test.word(kVat, View::kUrns, {word_of(kEth), word_of(kAlice)}, 0) == wads(15));
    CHECK(test.word(kVat, View::kUrns, {word_of(kEth), word_of(kAlice)}, 1) == wads(1000));
    CHECK(test.word(kVat, View::kIlks, {word_of(kEth)}, 0) == wads(1000));
    CHECK(test.word(kVat, View::kIlks, {word_of(kEth)}, 1) == ray());
    CHECK(test.word(kVat, View::kIlks, {word_of(kEth)}, 3) == rad(10'000));
    CHECK(test.word(kVat, View::kGem, {word_of(kEth), word_of(kAlice)}) == U256());
    CHECK(test.word(kVat, View::kDebt) == rad(1000));
    CHECK(test.word(kVat, View::kLine) == rad(1'000'000));
    CHECK(test.dai(kAlice) == rad(1000));

    SECTION("move, flux and slip") {
        test.vat(
            note_topic<"move(address,address,uint256)">(),
            {word_of(kAlice), word_of(kBob), rad(400)}
        );
        test.vat(
            note_topic<"slip(bytes32,address,int256)">(), {word_of(kEth), word_of(kBob), wads(5)}
        );
        test.vat(
            note_topic<"flux(bytes32,address,address,uint256)">(),
            {word_of(kEth), word_of(kBob), word_of(kAlice), wads(2)}
        );
        test.vat(
            note_topic<"slip(bytes32,address,int256)">(),
            {word_of(kEth), word_of(kBob), minus_word(wads(3))}
        );
        test.seal_well();
        CHECK(test.dai(kAlice) == rad(600));
        CHECK(test.dai(kBob) == rad(400));
        CHECK(test.word(kVat, View::kGem, {word_of(kEth), word_of(kAlice)}) == wads(2));
        CHECK(test.word(kVat, View::kGem, {word_of(kEth), word_of(kBob)}) == U256());
    }
    SECTION("fork leaves Art, debt and gem alone") {
        test.vat(
            note_topic<"fork(bytes32,address,address,int256,int256)">(),
            {word_of(kEth), word_of(kAlice), word_of(kBob), wads(5), wads(100)}
        );
        test.seal_well();
        CHECK(test.word(kVat, View::kUrns, {word_of(kEth), word_of(kAlice)}, 1) == wads(900));
        CHECK(test.word(kVat, View::kUrns, {word_of(kEth), word_of(kBob)}, 0) == wads(5));
        CHECK(test.word(kVat, View::kIlks, {word_of(kEth)}, 0) == wads(1000));
        CHECK(test.word(kVat, View::kDebt) == rad(1000));
    }
    SECTION("a fork to oneself changes nothing") {
        test.vat(
            note_topic<"fork(bytes32,address,address,int256,int256)">(),
            {word_of(kEth), word_of(kAlice), word_of(kAlice), wads(5), wads(100)}
        );
        test.seal_well();
        CHECK(test.word(kVat, View::kUrns, {word_of(kEth), word_of(kAlice)}, 1) == wads(1000));
    }
}

TEST_CASE("the Vat's notes change what it owes") {
    TestMaker test;
    test.open_vault();
    SECTION("grab makes the debt sin") {
        test.vat(
            note_topic<"grab(bytes32,address,address,address,int256,int256)">(),
            {word_of(kEth),
             word_of(kAlice),
             word_of(kClip),
             word_of(kVow),
             minus_word(wads(15)),
             minus_word(wads(1000))}
        );
        test.seal_well();
        CHECK(test.sin(kVow) == rad(1000));
        CHECK(test.word(kVat, View::kVice) == rad(1000));
        CHECK(test.word(kVat, View::kDebt) == rad(1000));
        CHECK(test.word(kVat, View::kGem, {word_of(kEth), word_of(kClip)}) == wads(15));
    }
    SECTION("fold is of the ilk as it stands") {
        test.vat(
            note_topic<"fold(bytes32,address,int256)">(),
            {word_of(kEth), word_of(kVow), half(ray())}
        );
        test.seal_well();
        CHECK(test.dai(kVow) == rad(500));
        CHECK(test.word(kVat, View::kDebt) == rad(1500));
        CHECK(test.word(kVat, View::kIlks, {word_of(kEth)}, 1) == *checked_add(ray(), half(ray())));
    }
    SECTION("bits above an address's are not looked at") {
        U256 dirty = word_of(kBob);
        dirty.set_bit(255, true);
        dirty.set_bit(160, true);
        test.vat(note_topic<"move(address,address,uint256)">(), {word_of(kAlice), dirty, rad(1)});
        test.seal_well();
        CHECK(test.dai(kBob) == rad(1));
    }
    SECTION("a block that is undone leaves no trace") {
        const auto before = test.ledger.dump();
        test.frob(kAlice, U256(), minus_word(wads(500)));
        test.seal_well();
        CHECK(test.dai(kAlice) == rad(500));
        REQUIRE(test.ledger.undo(test.undo.back()));
        CHECK(test.ledger.dump() == before);
    }
    SECTION("the end of the system is announced") {
        test.vat(note_topic<"cage()">(), {});
        const auto incidents = test.seal();
        REQUIRE(incidents.size() == 1);
        CHECK(incidents[0].kind == protocol::IncidentKind::kAlarm);
        CHECK(test.word(kVat, View::kLive) == U256());
    }
}

TEST_CASE("the first that is heard of an ilk is announced, once") {
    TestMaker test;
    test.vat(note_topic<"init(bytes32)">(), {word_of(kEth)});
    test.lib(kJug, note_topic<"init(bytes32)">(), {word_of(kEth)});
    const auto incidents = test.seal();
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].kind == protocol::IncidentKind::kNotice);
    CHECK_THAT(incidents[0].text, Catch::Contains("ilk ETH-A is new"));
}

TEST_CASE("a log of the Vat that cannot be degrades its market, once") {
    TestMaker test;
    test.open_vault();
    SECTION("it takes what is not there") {
        test.vat(
            note_topic<"move(address,address,uint256)">(), {word_of(kBob), word_of(kAlice), rad(1)}
        );
    }
    SECTION("its data is short") {
        auto [topics, data] =
            TestMaker::noted(NoteKind::kVat, note_topic<"heal(uint256)">(), {U256(1)}, {});
        data.resize(100);
        test.raw(kVat, topics, data);
    }
    SECTION("its topics are not its call's") {
        auto [topics, data] = TestMaker::noted(
            NoteKind::kVat, note_topic<"suck(address,address,uint256)">(), {U256(1)}, {}
        );
        topics[1] = Hash32{};
        test.raw(kVat, topics, data);
    }
    SECTION("an ilk begins twice") {
        test.vat(note_topic<"init(bytes32)">(), {word_of(kEth)});
    }
    SECTION("a heal of nobody's") {
        test.vat(note_topic<"heal(uint256)">(), {rad(1)});
    }
    test.vat(note_topic<"move(address,address,uint256)">(), {word_of(kBob), word_of(kVow), rad(9)});
    const auto incidents = test.seal();
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].kind == protocol::IncidentKind::kDegrades);
    CHECK(test.quarantine.total(0) == 2);
    CHECK(test.protocol->usable(0).status == FigureStatus::kError);
    CHECK_FALSE(test.protocol->degraded(0).empty());
    CHECK_FALSE(test.view(kVat, View::kDebt).ok());
    CHECK_FALSE(test.protocol->health(0, test.at())->of({.account = kAlice, .part = kEth}).ok());
    CHECK(test.protocol->plan_reads(test.pending()).empty());
}

TEST_CASE("what a contract says that is accounted for nowhere is kept and shown, and no more") {
    TestMaker test;
    test.open_vault();
    SECTION("a note that another contract makes") {
        test.vat(note_topic<"drip(bytes32)">(), {word_of(kEth)});
    }
    SECTION("a note whose selector nobody here knows") {
        test.vat(note_topic<"unheardOf(address)">(), {word_of(kBob)});
    }
    SECTION("a log without a topic") {
        test.raw(kVat, {}, {1, 2, 3});
    }
    SECTION("a parameter that is unknown") {
        test.vat(note_topic<"file(bytes32,uint256)">(), {word_of(bytes32("Lime")), U256(1)});
    }
    SECTION("an event that another contract makes") {
        test.event<events::Digs>(kPsm, {kEth, U256(1)});
    }
    const auto incidents = test.seal();
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].kind == protocol::IncidentKind::kNotice);
    CHECK(test.quarantine.total(0) == 1);
    CHECK(test.protocol->usable(0).ok());
    CHECK(number_of(test.protocol->market_sheet(0, test.at()), "unknown_logs") == U256(1));
}

TEST_CASE("logs of contracts that are nobody's are passed over") {
    TestMaker test;
    test.open_vault();
    const auto before = test.ledger.dump();
    const Address foreign = address(77);
    auto [topics, data] =
        TestMaker::noted(NoteKind::kVat, note_topic<"heal(uint256)">(), {rad(1)}, {});
    test.raw(foreign, topics, data);
    test.raw(foreign, {events::Kick::kTopic0}, {});
    test.raw(foreign, {events::FileUint::kTopic0}, {1, 2, 3});
    test.raw(foreign, {events::Transfer::kTopic0}, {});
    test.raw(foreign, {}, {1});
    test.event<events::FileUint>(foreign, {bytes32("whatever"), U256(1)});
    test.seal_well();
    CHECK(test.quarantine.total() == 0);
    CHECK(test.ledger.dump() == before);
}

TEST_CASE("what anybody may do of an ilk that is none makes none") {
    TestMaker test;
    test.open_vault();
    const auto before = test.ledger.dump();
    const U256 none = word_of(bytes32("NONE"));
    test.vat(
        note_topic<"fork(bytes32,address,address,int256,int256)">(),
        {none, word_of(kAlice), word_of(kBob), U256(), U256()}
    );
    test.vat(note_topic<"fold(bytes32,address,int256)">(), {none, word_of(kVow), U256()});
    test.lib(kJug, note_topic<"drip(bytes32)">(), {none});
    CHECK(test.seal().empty());
    CHECK(test.ledger.dump() == before);
    CHECK_FALSE(test.view(kJug, View::kIlks, {none}).ok());
    CHECK(test.word(kVat, View::kIlks, {none}, 1) == U256());
}

TEST_CASE("a market that is not deployed yet has no figures") {
    MarketConfig config = TestMaker::config();
    config.deployed_at = std::nullopt;
    TestMaker test(config);
    test.vat(note_topic<"init(bytes32)">(), {word_of(kEth)});
    CHECK(test.seal().empty());
    CHECK(test.protocol->usable(0).status == FigureStatus::kNoData);
    CHECK(test.protocol->broken_laws().empty());
}

TEST_CASE("transfers are asked for of the tokens that are followed, and all of the core") {
    MarketConfig config = TestMaker::config();
    const std::vector<Hash32> transfer{events::Transfer::kTopic0};
    const std::vector<Hash32> kick{events::Kick::kTopic0};
    const std::vector<Hash32> unheard_of{eth::keccak256_literal("no word of ours")};
    const eth::LogFilter with = Deployment({config}).wanted_logs();
    CHECK(with.clauses().size() == 3);
    CHECK(with.outspoken() == std::vector<Address>{kVat});
    CHECK(with.wants(kDai, transfer));
    CHECK_FALSE(with.wants(kBob, transfer));
    CHECK(with.wants(kBob, kick));
    for (const Address& core : {kVat, kJug, kSpotter, kDog, kVow, kPot, kEnd, kEsm}) {
        CHECK(with.wants(core, unheard_of));
        CHECK(with.wants(core, {}));
    }
    CHECK_FALSE(with.wants(kDai, unheard_of));
    CHECK_FALSE(with.wants(kBob, unheard_of));
    config.dai = {};
    config.psms.clear();
    config.susds = {};
    config.stusds = {};
    const eth::LogFilter without = Deployment({config}).wanted_logs();
    CHECK(without.clauses().size() == 2);
    CHECK_FALSE(without.wants(kDai, transfer));
}

}  // namespace faultline::maker
