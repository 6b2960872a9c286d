// SPDX-License-Identifier: Apache-2.0
#include "core/protocols/maker/rates.hpp"
#include "core/protocols/maker/vault_figures.hpp"
#include "unit/core/protocols/maker/maker_fixture.hpp"

namespace faultline::maker {
namespace {

IlkRow ilk_at(const U256& spot, const U256& rate) {
    IlkRow out;
    out.spot_ray = spot;
    out.rate_ray = rate;
    out.mat_ray = ray();
    return out;
}

UrnRow vault(const U256& ink, const U256& art) {
    return {.ink_wad = ink, .art_wad = art, .gem_wad = {}};
}

protocol::Signed signed_of(const protocol::Sheet& sheet, const std::string& name) {
    const auto& entry = entry_of(sheet, name);
    REQUIRE(std::holds_alternative<protocol::Signed>(entry.value));
    return std::get<protocol::Signed>(entry.value);
}

}  // namespace

TEST_CASE("health is below one exactly where the Dog would bark") {
    const IlkRow ilk = ilk_at(U256(1), U256(1));
    for (std::uint64_t art = 999; art <= 1001; ++art) {
        const auto health = vault_health(vault(U256(1000), U256(art)), ilk);
        REQUIRE(health.ok());
        CHECK((health.value.health_factor_wad < wad()) == (1000 < art));
        CHECK(is_unsafe(vault(U256(1000), U256(art)), ilk) == (1000 < art));
    }
    CHECK(vault_health(vault(U256(1), U256()), ilk).value.health_factor_wad == U256::max());
    CHECK(vault_health(vault(U256(), U256(1)), ilk).value.health_factor_wad == U256());
    // More than a word: as safe as can be said, and not "without debt".
    const IlkRow dear = ilk_at(U256::max(), U256(1));
    CHECK(health_factor_wad(vault(U256(9), U256(1)), dear.spot_ray, dear.rate_ray) < U256::max());
}

TEST_CASE("nobody can be barked where the ilk has no price") {
    const IlkRow ilk = ilk_at(U256(), ray());
    const auto health = vault_health(vault(wads(1), wads(1)), ilk);
    CHECK(health.status == FigureStatus::kNoData);
    CHECK_THAT(health.reason, Catch::Contains("spot is 0"));
    CHECK_FALSE(is_unsafe(vault(wads(1), wads(1)), ilk));
    CHECK(vault_health(vault(wads(1), U256()), ilk).value.health_factor_wad == U256::max());
}

TEST_CASE("a vault's health follows price, rate and debt") {
    TestMaker test;
    test.open_vault();
    const protocol::Holder alice{.account = kAlice, .part = kEth};
    const auto health = [&] {
        return test.protocol->health(0, test.at())->of(alice).value;
    };
    // 15 * 66.66… over 1,000: spot is rounded down, so it is just unsafe.
    CHECK(health().health_factor_wad == *checked_sub(wad(), U256(1)));
    CHECK(health().collateral_base == rad(1500));
    CHECK(health().debt_base == rad(1000));
    test.poke(150);
    test.seal_well();
    CHECK(health().health_factor_wad == *mul_div_floor(wad(), U256(3), U256(2)));
    test.vat(
        note_topic<"fold(bytes32,address,int256)">(), {word_of(kEth), word_of(kVow), half(ray())}
    );
    test.seal_well();
    CHECK(health().health_factor_wad == wad());
    std::size_t indebted = 0;
    test.protocol->health(0, test.at())->each_indebted([&](const auto& holder, const auto& of) {
        CHECK(holder == alice);
        CHECK(of.value.debt_base == rad(1500));
        ++indebted;
    });
    CHECK(indebted == 1);
}

TEST_CASE("a market says how its ilks, its surplus and its unsafe vaults stand") {
    TestMaker test;
    test.open_vault();
    test.vat(
        note_topic<"suck(address,address,uint256)">(), {word_of(kVow), word_of(kBob), rad(30)}
    );
    test.seal_well();
    const auto sheet = test.protocol->market_sheet(0, test.at());
    CHECK(number_of(sheet, "debt_rad") == rad(1030));
    CHECK(number_of(sheet, "debt_of_line_bps") == U256(10));
    CHECK(signed_of(sheet, "surplus_rad").negative);
    CHECK(signed_of(sheet, "surplus_rad").magnitude == rad(30));
    CHECK(number_of(sheet, "unsafe_vaults") == U256(1));
    const auto& ilks = list_of(sheet, "ilks");
    REQUIRE(ilks.size() == 1);
    CHECK(number_of(ilks[0], "ceiling_use_bps") == U256(1000));
    CHECK(entry_of(ilks[0], "next_spot_ray").status == FigureStatus::kNoData);
    const auto& unsafe = list_of(sheet, "unsafe_vaults");
    REQUIRE(unsafe.size() == 1);
    CHECK(std::get<Address>(entry_of(unsafe[0], "vault").value) == kAlice);
}

TEST_CASE("figures at the oracle's next price are given where it answers") {
    TestMaker test;
    test.open_vault();
    eth::Read peep = view_read(kPip, View::kPeep);
    CHECK_FALSE(test.asks(peep));  // Nobody in particular is on no OSM's list.
    peep.from = kSpotter;
    REQUIRE(test.asks(peep));
    const auto vault = [&] {
        return list_of(test.protocol->account_sheet(0, kAlice, test.at()), "vaults").at(0);
    };
    SECTION("it will be half") {
        test.answer(peep, {wads(50), U256(1)});
        test.seal_well();
        CHECK(number_of(vault(), "ratio_ray") == *checked_mul(U256(3), half(ray())));
        CHECK(number_of(vault(), "next_health_factor_wad") < wad());
        CHECK(signed_of(vault(), "next_distance_bps").negative);
        CHECK(signed_of(vault(), "next_distance_bps").magnitude == U256(10'000));
        test.event<events::LogValue>(kPip, {Hash32::from_bytes(wads(50).to_be_bytes())});
        CHECK(test.asks(peep));
        test.seal_well();
        CHECK(entry_of(vault(), "next_distance_bps").status == FigureStatus::kNoData);
        test.answer(peep, {wads(40), U256(1)});
        test.seal_well();
        CHECK(number_of(vault(), "next_health_factor_wad") < wad());
        CHECK_FALSE(test.asks(peep));  // The next LogValue says when.
    }
    SECTION("it refuses") {
        test.answer(peep, {}, true);
        test.seal_well();
        const protocol::Sheet sheet = vault();
        CHECK(entry_of(sheet, "next_distance_bps").status == FigureStatus::kNoData);
        // Not all oracles have one: who refuses is not known to have it.
        CHECK_THAT(
            entry_of(sheet, "next_distance_bps").reason,
            Catch::Contains("did not answer peep()") && Catch::Contains("on its list")
        );
        CHECK_FALSE(test.asks(peep));
    }
    SECTION("nobody could read it, which is no refusal") {
        test.unanswered(peep);
        test.seal_well();
        CHECK(entry_of(vault(), "next_health_factor_wad").status == FigureStatus::kNoData);
        REQUIRE(test.asks(peep));
        test.answer(peep, {wads(50), U256(1)});
        test.seal_well();
        CHECK(number_of(vault(), "next_health_factor_wad") < wad());
    }
    SECTION("there will be none") {
        test.answer(peep, {U256(), U256()});
        test.seal_well();
        CHECK(entry_of(vault(), "next_health_factor_wad").status == FigureStatus::kNoData);
        const auto sheet = test.protocol->market_sheet(0, test.at());
        const protocol::Sheet& ilk = list_of(sheet, "ilks").at(0);
        for (const char* name : {"next_spot_ray", "unsafe_vaults_next"}) {
            CHECK(entry_of(ilk, name).status == FigureStatus::kNoData);
            CHECK_THAT(entry_of(ilk, name).reason, Catch::Contains("void"));
        }
    }
}

TEST_CASE("rates are held to what the contracts did") {
    TestMaker test;
    test.open_vault();
    const U256 duty = *checked_add(ray(), U256(1'000'000'000'000));
    test.vat(note_topic<"fold(bytes32,address,int256)">(), {word_of(kEth), word_of(kVow), U256()});
    test.lib(kJug, note_topic<"drip(bytes32)">(), {word_of(kEth)});
    test.lib(
        kJug,
        note_topic<"file(bytes32,bytes32,uint256)">(),
        {word_of(kEth), word_of(bytes32("duty")), duty}
    );
    test.seal_well();
    const U256 after = *grown(ray(), duty, {0}, {12});
    SECTION("as duty has it") {
        test.vat(
            note_topic<"fold(bytes32,address,int256)">(),
            {word_of(kEth), word_of(kVow), wrapping_sub(after, ray())}
        );
        test.lib(kJug, note_topic<"drip(bytes32)">(), {word_of(kEth)});
        test.seal_well();
        CHECK(test.word(kVat, View::kIlks, {word_of(kEth)}, 1) == after);
        CHECK(test.word(kJug, View::kIlks, {word_of(kEth)}, 1) == U256(test.now - 12));
    }
    SECTION("as it does not") {
        test.vat(
            note_topic<"fold(bytes32,address,int256)">(), {word_of(kEth), word_of(kVow), after}
        );
        test.lib(kJug, note_topic<"drip(bytes32)">(), {word_of(kEth)});
        CHECK(test.seal().front().kind == protocol::IncidentKind::kDegrades);
    }
}

TEST_CASE("savings grow between drips") {
    TestMaker test;
    test.open_vault();
    test.vat(
        note_topic<"move(address,address,uint256)">(), {word_of(kAlice), word_of(kPot), rad(100)}
    );
    test.lib(kPot, note_topic<"join(uint256)">(), {wads(100)});
    test.seal_well();
    CHECK(test.word(kPot, View::kPie, {word_of(kAlice)}) == wads(100));
    CHECK_FALSE(test.view(kPot, View::kRho).ok());
    const U256 dsr = *checked_add(ray(), U256(1'000'000'000'000));
    test.vat(note_topic<"suck(address,address,uint256)">(), {word_of(kVow), word_of(kPot), U256()});
    test.lib(kPot, note_topic<"drip()">(), {});
    test.lib(kPot, note_topic<"file(bytes32,uint256)">(), {word_of(bytes32("dsr")), dsr});
    test.seal_well();
    CHECK(test.word(kPot, View::kRho) == U256(test.now - 12));
    const U256 chi = *grown(ray(), dsr, {0}, {12});
    test.seal_well();
    CHECK(number_of(test.protocol->market_sheet(0, test.at()), "pot_chi_now_ray") == chi);
    CHECK(test.word(kPot, View::kChi) == ray());

    test.event<events::FileUint>(kSavings, {bytes32("ssr"), dsr});
    test.event<events::Drip>(kSavings, {rays(2), U256()});
    test.event<events::Transfer>(kSavings, {Address{}, kAlice, wads(10)});
    test.seal_well();
    CHECK(test.word(kSavings, View::kConvertToAssets, {wads(10)}) == wads(20));
    CHECK(test.word(kSavings, View::kTotalSupply) == wads(10));
    test.event<events::Cut>(kStUsds, {wads(3), ray(), half(ray())});
    const auto incidents = test.seal();
    REQUIRE(incidents.size() == 1);
    CHECK_THAT(incidents[0].text, Catch::Contains("bad debt"));
    CHECK(test.word(kStUsds, View::kChi) == half(ray()));
}

TEST_CASE("a LitePSM says how deep it is and what it may do") {
    TestMaker test;
    test.vat(note_topic<"init(bytes32)">(), {word_of(kPsmIlk)});
    test.vat(note_topic<"file(bytes32,uint256)">(), {word_of(bytes32("Line")), rad(1000)});
    test.vat(
        note_topic<"file(bytes32,bytes32,uint256)">(),
        {word_of(kPsmIlk), word_of(bytes32("line")), rad(500)}
    );
    test.event<events::FileUint>(kPsm, {bytes32("buf"), wads(100)});
    test.event<events::FileUint>(kPsm, {bytes32("tout"), U256::max()});
    test.event<events::Transfer>(kGem, {Address{}, kPocket, U256(40'000'000)});
    test.event<events::Transfer>(kDai, {Address{}, kPsm, wads(60)});
    test.event<events::SellGem>(kPsm, {kAlice, U256(40'000'000), wads(1)});
    test.seal_well();
    CHECK(test.word(kPsm, View::kRush) == wads(140));
    CHECK(test.word(kPsm, View::kGush) == U256());
    CHECK(test.word(kPsm, View::kCut) == wads(60));
    CHECK(test.word(kDai, View::kTotalSupply) == wads(60));
    CHECK(test.word(kGem, View::kBalanceOf, {word_of(kPocket)}) == U256(40'000'000));
    CHECK_FALSE(test.view(kGem, View::kBalanceOf, {word_of(kAlice)}).ok());
    const auto sheet = test.protocol->market_sheet(0, test.at());
    const auto& psm = list_of(sheet, "psms").at(0);
    CHECK(number_of(psm, "gem_wad") == wads(40));
    CHECK(std::get<bool>(entry_of(psm, "buying_halted").value));
    CHECK(number_of(psm, "fees_wei") == wads(1));
    CHECK(signed_of(psm, "net_gem_wei").magnitude == U256(40'000'000));
    // It owes more than it holds: cut() reverts.
    test.vat(
        note_topic<"slip(bytes32,address,int256)">(), {word_of(kPsmIlk), word_of(kPsm), U256(1)}
    );
    test.vat(
        note_topic<"frob(bytes32,address,address,address,int256,int256)">(),
        {word_of(kPsmIlk), word_of(kPsm), word_of(kPsm), word_of(kPsm), U256(1), wads(200)}
    );
    test.seal_well();
    CHECK(test.view(kPsm, View::kCut).status == FigureStatus::kError);
    CHECK(test.word(kPsm, View::kGush) == wads(60));
}

TEST_CASE("shutdown is announced") {
    TestMaker test;
    test.open_vault();
    test.event<events::EsmJoin>(kEsm, {kAlice, wads(5)});
    test.event<events::Fire>(kEsm, {});
    test.event<events::Cage>(kEnd, {});
    test.event<events::CageIlk>(kEnd, {kEth});
    test.event<events::Cage>(kDog, {});
    test.lib(kVow, note_topic<"cage()">(), {});
    test.lib(kSpotter, note_topic<"cage()">(), {});
    test.lib(kPot, note_topic<"cage()">(), {});
    test.lib(kVow, note_topic<"flop()">(), {});
    const auto incidents = test.seal();
    CHECK(incidents.size() == 9);
    for (const protocol::Incident& incident : incidents) {
        // A price that End fixes wakes nobody who is awake already.
        const bool notice = incident.text.contains("fixes the price");
        CHECK(
            incident.kind ==
            (notice ? protocol::IncidentKind::kNotice : protocol::IncidentKind::kAlarm)
        );
    }
    CHECK(test.word(kDog, View::kLive) == U256());
    CHECK(test.protocol->usable(0).ok());
}

TEST_CASE("of two alarms of a kind in one block each says what it is about") {
    TestMaker test;
    test.open_vault();
    test.lib(kVow, note_topic<"file(bytes32,uint256)">(), {word_of(bytes32("sump")), rad(50'000)});
    test.event<events::DenyProxy>(kEsm, {kVat, kAlice});
    test.event<events::DenyProxy>(kEsm, {kDog, kAlice});
    test.lib(kVow, note_topic<"flop()">(), {}, kAlice);
    test.lib(kVow, note_topic<"flop()">(), {}, kBob);
    const auto incidents = test.seal();
    REQUIRE(incidents.size() == 4);
    CHECK_THAT(incidents[0].text, Catch::Contains("takes contract " + kVat.hex()));
    CHECK_THAT(incidents[0].text, Catch::Contains("from governance (" + kAlice.hex() + ")"));
    CHECK_THAT(incidents[1].text, Catch::Contains("takes contract " + kDog.hex()));
    CHECK_THAT(incidents[2].text, Catch::Contains("Vow.flop by " + kAlice.hex()));
    CHECK_THAT(incidents[2].text, Catch::Contains(rad(50'000).to_string() + " rad of bad debt"));
    CHECK_THAT(incidents[3].text, Catch::Contains("Vow.flop by " + kBob.hex()));
    CHECK_THAT(incidents[3].text, Catch::Contains(rad(100'000).to_string() + " rad in all"));
}

TEST_CASE("dust for the ESM wakes nobody, and nothing is no news at all") {
    TestMaker test;
    test.open_vault();
    test.event<events::EsmJoin>(kEsm, {kAlice, wads(5)});
    test.seal();
    test.event<events::EsmJoin>(kEsm, {kAlice, U256()});
    test.event<events::EsmJoin>(kEsm, {kAlice, U256(1)});
    test.event<events::EsmJoin>(kEsm, {kAlice, wads(6)});
    const auto incidents = test.seal();
    REQUIRE(incidents.size() == 2);
    CHECK(incidents[0].kind == protocol::IncidentKind::kNotice);
    CHECK(incidents[1].kind == protocol::IncidentKind::kAlarm);
}

TEST_CASE("holders are listed in pages, and what to ask about each") {
    TestMaker test;
    test.open_vault();
    const auto first = test.protocol->holders_after(0, std::nullopt, 1);
    REQUIRE(first.size() == 1);
    const auto rest = test.protocol->holders_after(0, first[0], 10);
    CHECK(first.size() + rest.size() == test.protocol->holders(0));
    CHECK(test.protocol->holders_of(0, kAlice).size() == 2);
    CHECK(test.protocol->holders_of(0, kBob).empty());
    const auto views = test.protocol->views(test.at(), protocol::Trust::kWithhold);
    std::vector<protocol::Subject> subjects = test.protocol->parts(0);
    REQUIRE(subjects.size() == 1);
    subjects.push_back({.market = 0, .kind = protocol::SubjectKind::kMarket, .holder = {}});
    for (const protocol::Holder& holder : test.protocol->holders_of(0, kAlice)) {
        subjects.push_back({.market = 0, .kind = protocol::SubjectKind::kAccount, .holder = holder}
        );
    }
    for (const protocol::Subject& subject : subjects) {
        const auto reads = test.protocol->audit_reads(subject);
        CHECK_FALSE(reads.empty());
        for (const eth::Read& read : reads) {
            CHECK(views->answer(read));
            CHECK(test.protocol->call_name(read.data));
        }
    }
    CHECK(test.protocol
              ->audit_reads(
                  {.market = 0,
                   .kind = protocol::SubjectKind::kAccount,
                   .holder = {.account = kBob, .part = kEth}}
              )
              .empty());
    CHECK(test.protocol->part_name(kEth) == "ETH-A");
    test.protocol->give_up(0, "it could not be read");
    CHECK(test.protocol->degraded(0) == "it could not be read");
}

}  // namespace faultline::maker
