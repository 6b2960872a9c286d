// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/rates.hpp"
#include "unit/core/protocols/maker/maker_fixture.hpp"

namespace faultline::maker {
namespace {

CalcRow curve(std::optional<U256> tau, std::optional<U256> cut, std::optional<U256> step) {
    CalcRow out;
    out.tau_s = tau;
    out.cut_ray = cut;
    out.step_s = step;
    return out;
}

/// 99 %
U256 ninety_nine() {
    return *mul_div_floor(ray(), U256(99), U256(100));
}

void file(TestMaker& test, const Address& emitter, std::string_view what, const U256& value) {
    test.event<events::FileUint>(emitter, {bytes32(what), value});
}

/// A clipper with a linear curve of an hour, as it is set up before the Dog names it.
void set_up(TestMaker& test) {
    test.open_vault();
    file(test, kCalc, "tau", U256(3600));
    file(test, kClip, "tail", U256(1800));
    file(test, kClip, "cusp", *mul_div_floor(ray(), U256(40), U256(100)));
    file(test, kClip, "chip", *checked_add(U256(7), *checked_mul(U256(1ULL << 63U), U256(2))));
    test.event<events::FileAddress>(kClip, {bytes32("calc"), kCalc});
    test.event<events::FileIlkUint>(kDog, {kEth, bytes32("chop"), *checked_add(wad(), U256(0))});
    test.event<events::FileIlkClip>(kDog, {kEth, bytes32("clip"), kClip});
    const auto incidents = test.seal();
    REQUIRE(incidents.size() == 1);
    CHECK_THAT(incidents[0].text, Catch::Contains("clipper"));
    CHECK(test.quarantine.total() == 0);
}

void kick(TestMaker& test, std::uint64_t id) {
    test.event<events::Kick>(
        kClip, {U256(id), rays(120), rad(1000), wads(10), kAlice, kBob, U256()}
    );
}

std::vector<U256> listed(const TestMaker& test) {
    const auto figure = test.view(kClip, View::kList);
    REQUIRE(figure.ok());
    REQUIRE(figure.value.array);
    std::vector<U256> out;
    for (std::size_t i = 1; i < figure.value.words.size(); ++i) {
        out.push_back(*figure.value.words[i]);
    }
    CHECK(*figure.value.words[0] == U256(out.size()));
    return out;
}

}  // namespace

TEST_CASE("the three price curves") {
    SECTION("linear") {
        const CalcRow linear = curve(U256(3600), {}, {});
        CHECK(price_after(linear, rays(120), U256(0)) == rays(120));
        CHECK(price_after(linear, rays(120), U256(1800)) == rays(60));
        CHECK(price_after(linear, rays(120), U256(3600)) == U256());
        CHECK(price_after(linear, rays(120), U256(9999)) == U256());
        // A third of an hour is left: (1200*RAY/3600 down)*top/RAY.
        CHECK(
            price_after(linear, rays(3), U256(2400)) ==
            *checked_mul(U256(3), div_mod(ray(), U256(3)).quotient)
        );
        CHECK(price_after(curve(U256(), {}, {}), rays(3), U256()) == U256());
    }
    SECTION("in steps") {
        const CalcRow steps = curve({}, ninety_nine(), U256(90));
        CHECK(price_after(steps, rays(100), U256(89)) == rays(100));
        CHECK(price_after(steps, rays(100), U256(90)) == rays(99));
        CHECK(price_after(steps, rays(10'000), U256(180)) == rays(9801));
        CHECK_FALSE(price_after(curve({}, ninety_nine(), U256()), rays(1), U256(1)));
    }
    SECTION("exponential") {
        const CalcRow exponential = curve({}, ninety_nine(), {});
        CHECK(price_after(exponential, rays(10'000), U256(2)) == rays(9801));
        CHECK(price_after(curve({}, U256(), {}), rays(1), U256()) == rays(1));
        CHECK(price_after(curve({}, U256(), {}), rays(1), U256(1)) == U256());
    }
    SECTION("unknown") {
        CHECK_FALSE(knows_curve(CalcRow{}));
        CHECK_FALSE(price_after(CalcRow{}, rays(1), U256()));
    }
}

TEST_CASE("rpow rounds half up at every step, and reverts where the contract does") {
    CHECK(rpow(U256(), U256()) == ray());
    CHECK(rpow(U256(), U256(5)) == U256());
    CHECK(rpow(ray(), U256::max()) == ray());
    CHECK(rpow(rays(2), U256(10)) == rays(1024));
    CHECK(rpow(half(ray()), U256(2)) == div_mod(ray(), U256(4)).quotient);
    CHECK_FALSE(rpow(rays(1'000'000), U256(64)));
    CHECK_FALSE(grown(ray(), ray(), {2}, {1}));
}

TEST_CASE("a clipper's parameters are known though they were filed before the Dog named it") {
    TestMaker test;
    set_up(test);
    CHECK(test.word(kClip, View::kTail) == U256(1800));
    CHECK(test.word(kClip, View::kBuf) == ray());
    CHECK(test.word(kClip, View::kChip) == U256(7));  // A uint64.
    CHECK(test.word(kClip, View::kCalc) == word_of(kCalc));
    CHECK(test.word(kCalc, View::kTau) == U256(3600));
    CHECK(test.word(kDog, View::kIlks, {word_of(kEth)}, 0) == word_of(kClip));
    file(test, kClip, "tail", U256(900));
    file(test, kCalc, "tau", U256(60));
    test.seal_well();
    CHECK(test.word(kClip, View::kTail) == U256(900));
    CHECK(test.word(kCalc, View::kTau) == U256(60));
}

TEST_CASE("auctions run from kick to their end, in the order of the clipper's list") {
    TestMaker test;
    set_up(test);
    kick(test, 1);
    kick(test, 2);
    kick(test, 3);
    const auto incidents = test.seal();
    CHECK(incidents.size() == 3);
    CHECK(listed(test) == std::vector<U256>{1, 2, 3});
    CHECK(test.word(kClip, View::kKicks) == U256(3));
    CHECK(test.word(kClip, View::kSales, {U256(2)}, 0) == U256(1));
    CHECK(test.word(kClip, View::kSales, {U256(2)}, 5) == rays(120));
    CHECK(test.word(kClip, View::kGetStatus, {U256(1)}, 0) == U256());
    CHECK(test.word(kClip, View::kGetStatus, {U256(1)}, 1) == rays(120));
    SECTION("a take leaves the rest") {
        test.event<events::Take>(
            kClip, {U256(2), U256::max(), rays(60), rad(400), rad(600), wads(4), kBob}
        );
        test.seal_well();
        CHECK(test.word(kClip, View::kSales, {U256(2)}, 1) == rad(600));
        CHECK(test.word(kClip, View::kSales, {U256(2)}, 2) == wads(4));
    }
    SECTION("the last takes the place of one that ends") {
        test.event<events::Take>(
            kClip, {U256(1), U256::max(), rays(60), rad(600), rad(400), U256(), kBob}
        );
        test.seal_well();
        CHECK(listed(test) == std::vector<U256>{3, 2});
        CHECK(test.word(kClip, View::kSales, {U256(3)}, 0) == U256());
        CHECK(test.word(kClip, View::kSales, {U256(1)}, 1) == U256());
        CHECK(test.word(kClip, View::kGetStatus, {U256(1)}, 1) == U256());
        test.event<events::Yank>(kClip, {U256(2)});
        test.event<events::Take>(
            kClip, {U256(3), U256::max(), rays(60), rad(1000), U256(), wads(1), kBob}
        );
        test.seal_well();
        CHECK(listed(test).empty());
        CHECK(test.word(kClip, View::kKicks) == U256(3));
    }
    SECTION("one that is too old, or too cheap, needs a redo") {
        test.now += 1800 - 12 + 1;
        test.seal_well();
        CHECK(test.word(kClip, View::kGetStatus, {U256(1)}, 0) == U256(1));
        file(test, kClip, "tail", U256(36'000));
        test.seal_well();
        CHECK(test.word(kClip, View::kGetStatus, {U256(1)}, 0) == U256());
        file(test, kClip, "cusp", *mul_div_floor(ray(), U256(60), U256(100)));
        test.seal_well();
        CHECK(test.word(kClip, View::kGetStatus, {U256(1)}, 0) == U256(1));
        test.event<events::Redo>(
            kClip, {U256(1), rays(90), rad(1000), wads(10), kAlice, kBob, U256()}
        );
        test.seal_well();
        CHECK(test.word(kClip, View::kGetStatus, {U256(1)}, 0) == U256());
        CHECK(test.word(kClip, View::kGetStatus, {U256(1)}, 1) == rays(90));
        const auto sheet = test.protocol->market_sheet(0, test.at());
        const auto& auctions = list_of(sheet, "auctions");
        REQUIRE(auctions.size() == 3);
        CHECK(number_of(auctions[0], "age_s") == U256());
        CHECK(number_of(auctions[0], "price_of_market_bps") == U256(9000));
    }
}

TEST_CASE("a log of a clipper that cannot be degrades its market") {
    TestMaker test;
    set_up(test);
    kick(test, 1);
    kick(test, 2);
    test.seal();
    SECTION("a kick that does not follow on") {
        kick(test, 5);
    }
    SECTION("a take of none") {
        test.event<events::Take>(
            kClip, {U256(9), U256::max(), rays(60), rad(1), rad(1), wads(1), kBob}
        );
    }
    SECTION("a take that leaves too much") {
        test.event<events::Take>(
            kClip, {U256(2), U256::max(), rays(60), rad(1), rad(1000), wads(4), kBob}
        );
    }
    const auto wrong = test.seal();
    REQUIRE(wrong.size() == 1);
    CHECK(wrong[0].kind == protocol::IncidentKind::kDegrades);
}

TEST_CASE("chost is told at a block where it was read, and while it is what upchost sets") {
    TestMaker test;
    set_up(test);
    CHECK(test.word(kClip, View::kChost) == U256());
    test.vat(
        note_topic<"file(bytes32,bytes32,uint256)">(),
        {word_of(kEth), word_of(bytes32("dust")), rad(100)}
    );
    kick(test, 1);
    test.seal();
    CHECK(test.view(kClip, View::kChost).status == FigureStatus::kNoData);
    const eth::Read read = view_read(kClip, View::kChost);
    REQUIRE(test.asks(read));
    SECTION("it is old") {
        test.answer(read, {rad(50)});
        test.seal_well();
        CHECK(test.word(kClip, View::kChost) == rad(50));
        CHECK(test.asks(read));
        test.seal_well();
        CHECK_FALSE(test.view(kClip, View::kChost).ok());
    }
    SECTION("it is dust*chop") {
        test.answer(read, {rad(100)});
        test.seal_well();
        CHECK_FALSE(test.asks(read));
        test.seal_well();
        CHECK(test.word(kClip, View::kChost) == rad(100));
    }
}

TEST_CASE("a bark adds to Dirt what its auction has to bring, and Digs takes it off") {
    TestMaker test;
    set_up(test);
    test.vat(
        note_topic<"grab(bytes32,address,address,address,int256,int256)">(),
        {word_of(kEth),
         word_of(kAlice),
         word_of(kClip),
         word_of(kVow),
         minus_word(wads(15)),
         minus_word(wads(1000))}
    );
    SECTION("a Vow that notes says it, too") {
        test.lib(kVow, note_topic<"fess(uint256)">(), {rad(1000)});
        test.event<events::Bark>(
            kDog, {kEth, kAlice, wads(15), wads(1000), rad(1000), kClip, U256(1)}
        );
        test.seal_well();
        CHECK(test.word(kVow, View::kVowSinAll) == rad(1000));
        CHECK(test.word(kVow, View::kVowSin, {U256(test.now - 12)}) == rad(1000));
        test.lib(kVow, note_topic<"flog(uint256)">(), {U256(test.now - 12)});
        test.seal_well();
        CHECK(test.word(kVow, View::kVowSinAll) == U256());
    }
    SECTION("a silent Vow has to be read") {
        test.event<events::Bark>(
            kDog, {kEth, kAlice, wads(15), wads(1000), rad(1000), kClip, U256(1)}
        );
        test.seal_well();
        CHECK_FALSE(test.view(kVow, View::kVowSinAll).ok());
        for (const View view : {View::kAsh, View::kWait, View::kHump}) {
            test.answer(view_read(kVow, view), {U256(3)});
        }
        test.answer(view_read(kVow, View::kVowSinAll), {rad(1000)});
        test.seal_well();
        CHECK(test.word(kVow, View::kVowSinAll) == rad(1000));
        CHECK(test.word(kVow, View::kVowSin, {U256(test.now - 24)}) == rad(1000));
        CHECK(test.word(kVow, View::kWait) == U256(3));
        // Somebody flogged it: the sum says so, and the era is asked.
        test.answer(view_read(kVow, View::kVowSinAll), {U256()});
        CHECK(test.asks(view_read(kVow, View::kVowSin, {U256(test.now - 24)})));
    }
    CHECK(test.word(kDog, View::kDirt) == rad(1000));
    test.event<events::Digs>(kDog, {kEth, rad(400)});
    test.seal_well();
    CHECK(test.word(kDog, View::kDirt) == rad(600));
    CHECK(test.word(kDog, View::kIlks, {word_of(kEth)}, 3) == rad(600));
    test.event<events::Digs>(kDog, {kEth, rad(601)});
    CHECK(test.seal().front().kind == protocol::IncidentKind::kDegrades);
}

TEST_CASE("contracts that nobody goes by are kept up to a bound; beyond it a clipper is read") {
    TestMaker test;
    test.open_vault();
    for (std::uint32_t i = 0; i <= kMostCandidates; ++i) {
        Address other = address(200);
        other.bytes[0] = static_cast<std::uint8_t>(i >> 8U);
        other.bytes[1] = static_cast<std::uint8_t>(i);
        file(test, other, "tail", U256(1));
    }
    test.seal_well();
    test.event<events::FileIlkClip>(kDog, {kEth, bytes32("clip"), kClip});
    test.seal();
    CHECK_FALSE(test.view(kClip, View::kTail).ok());
    kick(test, 8);  // It has had seven: what follows is in what is read.
    REQUIRE(test.asks(view_read(kClip, View::kList)));
    for (const View view :
         {View::kBuf,
          View::kTail,
          View::kCusp,
          View::kChip,
          View::kTip,
          View::kChost,
          View::kStopped}) {
        test.answer(view_read(kClip, view), {U256(5)});
    }
    test.answer(view_read(kClip, View::kKicks), {U256(8)});
    test.answer(view_read(kClip, View::kCalc), {word_of(kCalc)});
    test.answer(view_read(kClip, View::kList), {U256(32), U256(1), U256(8)});
    REQUIRE(test.asks(view_read(kClip, View::kSales, {U256(8)})));
    test.answer(
        view_read(kClip, View::kSales, {U256(8)}),
        {U256(), rad(7), wads(1), word_of(kAlice), U256(test.now), rays(9)}
    );
    test.seal_well();
    CHECK(test.word(kClip, View::kTail) == U256(5));
    CHECK(test.word(kClip, View::kChost) == U256(5));
    CHECK(listed(test) == std::vector<U256>{8});
    CHECK_FALSE(test.view(kClip, View::kGetStatus, {U256(8)}).ok());
    test.answer(view_read(kCalc, View::kTau), {U256(3600)});
    test.answer(view_read(kCalc, View::kCut), {}, true);
    test.answer(view_read(kCalc, View::kStep), {}, true);
    test.seal_well();
    CHECK(test.word(kClip, View::kGetStatus, {U256(8)}, 3) == rad(7));
}

}  // namespace faultline::maker
