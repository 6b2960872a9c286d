// SPDX-License-Identifier: Apache-2.0
// The Vat's note of a heal does not say whose it is.
#include "unit/core/protocols/maker/maker_fixture.hpp"

namespace faultline::maker {
namespace {

void suck(TestMaker& test, const Address& account, std::uint64_t dai) {
    test.vat(
        note_topic<"suck(address,address,uint256)">(),
        {word_of(account), word_of(account), rad(dai)}
    );
}

void heal(TestMaker& test, std::uint64_t dai) {
    test.vat(note_topic<"heal(uint256)">(), {rad(dai)});
}

eth::Read dai_read(const Address& account) {
    return view_read(kVat, View::kDai, {word_of(account)});
}

eth::Read sin_read(const Address& account) {
    return view_read(kVat, View::kSin, {word_of(account)});
}

}  // namespace

TEST_CASE("a heal is of the only one who could") {
    TestMaker test;
    suck(test, kAlice, 100);
    suck(test, kBob, 10);
    test.seal_well();
    heal(test, 50);
    test.seal_well();
    CHECK(test.sin(kAlice) == rad(50));
    CHECK(test.dai(kAlice) == rad(50));
    CHECK(test.sin(kBob) == rad(10));
    CHECK(test.word(kVat, View::kDebt) == rad(60));
    CHECK(test.word(kVat, View::kVice) == rad(60));
}

TEST_CASE("a heal is the Vow's where its own note follows") {
    TestMaker test;
    suck(test, kAlice, 100);
    suck(test, kVow, 100);
    test.seal_well();
    heal(test, 40);
    test.lib(kVow, note_topic<"heal(uint256)">(), {rad(40)});
    test.seal_well();
    CHECK(test.sin(kVow) == rad(60));
    CHECK(test.sin(kAlice) == rad(100));
    // A Vow that notes would have said so: this is another's.
    heal(test, 40);
    test.seal_well();
    CHECK(test.sin(kVow) == rad(60));
    CHECK(test.sin(kAlice) == rad(60));
}

TEST_CASE("a heal that several could have made is told once they are read") {
    TestMaker test;
    suck(test, kAlice, 100);
    suck(test, kBob, 100);
    test.seal_well();
    SECTION("in its own block") {
        heal(test, 40);
        CHECK(test.asks(dai_read(kAlice)));
        CHECK(test.asks(sin_read(kBob)));
        test.answer(dai_read(kAlice), {rad(100)});
        test.answer(sin_read(kAlice), {rad(100)});
        test.answer(dai_read(kBob), {rad(60)});
        test.answer(sin_read(kBob), {rad(60)});
        test.seal_well();
    }
    SECTION("in history, at the first live block") {
        test.pending().live = false;
        heal(test, 40);
        CHECK(test.protocol->plan_reads(test.pending()).empty());
        test.seal_well();
        CHECK(test.view(kVat, View::kDai, {word_of(kAlice)}).status == FigureStatus::kNoData);
        CHECK(test.view(kVat, View::kSin, {word_of(kBob)}).status == FigureStatus::kNoData);
        CHECK(test.word(kVat, View::kDebt) == rad(160));
        test.pending().live = true;
        REQUIRE(test.asks(dai_read(kBob)));
        test.answer(dai_read(kAlice), {rad(100)});
        test.answer(sin_read(kAlice), {rad(100)});
        test.answer(dai_read(kBob), {rad(60)});
        test.answer(sin_read(kBob), {rad(60)});
        test.seal_well();
    }
    SECTION("also where the healer alone is read") {
        heal(test, 40);
        test.answer(dai_read(kBob), {rad(60)});
        test.answer(sin_read(kBob), {rad(60)});
        test.seal_well();
    }
    CHECK(test.dai(kBob) == rad(60));
    CHECK(test.sin(kBob) == rad(60));
    CHECK(test.dai(kAlice) == rad(100));
    CHECK(test.sin(kAlice) == rad(100));
    CHECK_FALSE(test.asks(dai_read(kBob)));
}

TEST_CASE("what is read and does not add up breaks a law") {
    TestMaker test;
    suck(test, kAlice, 100);
    suck(test, kBob, 100);
    test.seal_well();
    heal(test, 40);
    for (const Address& account : {kAlice, kBob}) {
        test.answer(dai_read(account), {rad(90)});
        test.answer(sin_read(account), {rad(80)});
    }
    test.seal();
    CHECK_FALSE(test.protocol->broken_laws().empty());
}

}  // namespace faultline::maker
