// SPDX-License-Identifier: Apache-2.0
// A market begun at a block by view calls.
#include "unit/core/protocols/maker/maker_fixture.hpp"

#include <faultline/core/protocol/exposure.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocol/standing.hpp>

#include <cstddef>
#include <map>
#include <set>

namespace faultline::maker {
namespace {

MarketConfig without_psms() {
    MarketConfig out = TestMaker::config();
    out.psms = {};
    return out;
}

using Words = std::vector<U256>;
using Told = std::map<eth::Read, Words>;

/// With zeros after these words.
Bytes bytes_of(const Words& words) {
    constexpr std::size_t kMost = 5;  // Of any of these views.
    Bytes out;
    for (const U256& one : words) {
        const auto word = one.to_be_bytes();
        out.insert(out.end(), word.begin(), word.end());
    }
    out.resize(kMost * kWord);
    return out;
}

/// All that is not said is zero; no words revert. What was asked.
std::vector<eth::Read> read(
    TestMaker& test, const Told& told, const std::vector<protocol::Holder>& holders = {}
) {
    std::vector<eth::Read> asked;
    const auto reading = test.protocol->read_market(
        {.market = 0,
         .block = {.number = test.number, .hash = {}},
         .timestamp = {test.now},
         .holders = holders,
         .holders_known = 0}
    );
    while (!reading->calls().empty()) {
        std::vector<eth::ReadAnswer> answers;
        for (const eth::Read& call : reading->calls()) {
            const auto found = told.find(call);
            const Words words = found == told.end() ? Words{U256()} : found->second;
            answers.push_back(
                {.read = call,
                 .outcome = eth::outcome_of(words.empty()),
                 .result = words.empty() ? Bytes() : bytes_of(words)}
            );
            asked.push_back(call);
        }
        const auto taken = reading->take(answers);
        INFO((taken ? "" : taken.error().message()));
        REQUIRE(taken);
    }
    test.ledger.seal();
    CHECK(reading->holders_known() == holders.size());
    CHECK(reading->holders_compared() == holders.size());
    ++test.number;
    test.now += 12;
    return asked;
}

eth::Read of_ilk(const Address& contract, const Hash32& ilk) {
    return view_read(contract, View::kIlks, {word_of(ilk)});
}

eth::Read of_pip(View view) {
    eth::Read out = view_read(kPip, view);
    out.from = kSpotter;
    return out;
}

/// ETH-A with kPip; all is live.
Told with_ilk() {
    return {
        {view_read(kVat, View::kLive), {U256(1)}},
        {view_read(kSpotter, View::kLive), {U256(1)}},
        {view_read(kSpotter, View::kPar), {ray()}},
        {view_read(kDog, View::kLive), {U256(1)}},
        {view_read(kVow, View::kLive), {U256(1)}},
        {view_read(kPot, View::kLive), {U256(1)}},
        {of_ilk(kVat, kEth), {U256(), ray(), rays(60)}},
        {of_ilk(kSpotter, kEth), {word_of(kPip), *checked_mul(U256(3), half(ray()))}},
        {of_pip(View::kPeep), {wads(50), U256(1)}},
        {of_pip(View::kPeek), {wads(90), U256(1)}},
    };
}

const std::vector<protocol::Holder> kOfEth{{.account = {}, .part = kEth}};

std::vector<std::string> shown(const TestMaker& test) {
    std::vector<std::string> out;
    for (const protocol::Standing& one : test.protocol->standings()) {
        out.push_back((one.alarm ? "! " : "") + one.name);
    }
    return out;
}

using Shown = std::vector<std::string>;

}  // namespace

TEST_CASE("eras before a bootstrap are told where the Vow's Sin leaves no room for any") {
    TestMaker test(without_psms());
    const eth::Read live = view_read(kVow, View::kLive);
    const eth::Read all = view_read(kVow, View::kVowSinAll);
    const U256 era = 999'000;
    SECTION("nothing is left of any") {
        read(test, {{live, {U256(1)}}});
        CHECK(test.word(kVow, View::kVowSin, {era}) == U256());
    }
    SECTION("some of it is of one") {
        read(test, {{live, {U256(1)}}, {all, {rad(5)}}});
        CHECK(test.view(kVow, View::kVowSin, {era}).status == FigureStatus::kNoData);
    }
    SECTION("a cage zeroed it and left them") {
        read(test, {});
        CHECK(test.word(kVow, View::kVowSinAll) == U256());
        CHECK(test.view(kVow, View::kVowSin, {era}).status == FigureStatus::kNoData);
        // What is fessed later is known, and flogs of the others are read.
        test.lib(kVow, note_topic<"fess(uint256)">(), {rad(7)});
        test.seal_well();
        CHECK(test.word(kVow, View::kVowSin, {U256(test.now - 12)}) == rad(7));
        test.lib(kVow, note_topic<"flog(uint256)">(), {era});
        REQUIRE(test.asks(all));
        test.answer(all, {rad(4)});
        test.seal_well();
        CHECK(test.word(kVow, View::kVowSinAll) == rad(4));
    }
}

TEST_CASE("oracles are read with their market: a void one alarms at once") {
    TestMaker test(without_psms());
    Told told = with_ilk();
    const auto ilk = [&] {
        return list_of(test.protocol->market_sheet(0, test.at()), "ilks").at(0);
    };
    SECTION("with a price") {
        read(test, told, kOfEth);
        CHECK(shown(test).empty());
        CHECK(number_of(ilk(), "oracle_price_wad") == wads(90));
        CHECK(number_of(ilk(), "next_spot_ray") == *TestMaker::rday(50));
        CHECK_FALSE(std::get<bool>(entry_of(ilk(), "oracle_stopped").value));
    }
    SECTION("void, as OSM.void() leaves it") {
        told[of_pip(View::kPeep)] = {U256(), U256()};
        told[of_pip(View::kPeek)] = {U256(), U256()};
        told[of_pip(View::kStopped)] = {U256(1)};
        read(test, told, kOfEth);
        CHECK(shown(test) == Shown{"! oracle " + kPip.hex() + " is void"});
        CHECK(entry_of(ilk(), "oracle_price_wad").status == FigureStatus::kNoData);
        CHECK_THAT(entry_of(ilk(), "next_spot_ray").reason, Catch::Contains("void"));
        CHECK(std::get<bool>(entry_of(ilk(), "oracle_stopped").value));
    }
    SECTION("it answers nothing") {
        told[of_pip(View::kPeep)] = {};
        told[of_pip(View::kPeek)] = {};
        told[of_pip(View::kStopped)] = {};
        read(test, told, kOfEth);
        CHECK(shown(test).empty());
        for (const char* name : {"oracle_price_wad", "next_spot_ray", "oracle_stopped"}) {
            CHECK(entry_of(ilk(), name).status == FigureStatus::kNoData);
        }
    }
}

TEST_CASE("an ESM is read with its market: that it fired, and what it was given") {
    TestMaker test(without_psms());
    Told told = with_ilk();
    const eth::Read sum = view_read(kEsm, View::kEsmSum);
    const eth::Read fired = view_read(kEsm, View::kFired);
    const auto sheet = [&] {
        return test.protocol->market_sheet(0, test.at());
    };
    told[sum] = {wads(9)};
    SECTION("it fired") {
        told[fired] = {U256(1)};
        read(test, told, kOfEth);
        CHECK(shown(test) == Shown{"! the ESM " + kEsm.hex() + " fired"});
        CHECK(std::get<bool>(entry_of(sheet(), "esm_fired").value));
    }
    SECTION("it was given something, and goes on from there") {
        read(test, told, kOfEth);
        CHECK(shown(test) == Shown{"the ESM " + kEsm.hex() + " was given tokens"});
        test.event<events::EsmJoin>(kEsm, {kAlice, wads(1)});
        const auto incidents = test.seal();
        REQUIRE(incidents.size() == 1);
        CHECK(incidents[0].kind == protocol::IncidentKind::kNotice);
        CHECK(number_of(sheet(), "esm_joined_wad") == wads(10));
    }
    SECTION("a later one has no fired(): the Vat lives, so it has not") {
        told[fired] = {};
        read(test, told, kOfEth);
        CHECK_FALSE(std::get<bool>(entry_of(sheet(), "esm_fired").value));
        SECTION("or is caged, and others may have done that") {
            TestMaker caged(without_psms());
            told[view_read(kVat, View::kLive)] = {U256()};
            read(caged, told, kOfEth);
            const auto of_caged = caged.protocol->market_sheet(0, caged.at());
            CHECK(entry_of(of_caged, "esm_fired").status == FigureStatus::kNoData);
            CHECK(number_of(of_caged, "esm_joined_wad") == wads(9));
            CHECK(shown(caged).at(0) == "! the Vat is caged");
        }
    }
    SECTION("it is none") {
        told[sum] = {};
        told[fired] = {};
        read(test, told, kOfEth);
        CHECK(shown(test).empty());
        CHECK(entry_of(sheet(), "esm_joined_wad").status == FigureStatus::kNoData);
        CHECK(entry_of(sheet(), "esm_fired").status == FigureStatus::kNoData);
    }
}

TEST_CASE("ilks that only logs name are none of a market that is read, and cost a read each") {
    TestMaker test(without_psms());
    TestMaker named(without_psms());
    named.vat(note_topic<"fold(bytes32,address,int256)">(), {U256(7), word_of(kVow), U256()});
    for (std::uint64_t i = 0; i < 300; ++i) {  // Of more than is asked at once.
        named.vat(
            note_topic<"flux(bytes32,address,address,uint256)">(),
            {U256(8 + i), word_of(kAlice), word_of(kBob), U256()}
        );
    }
    std::set<protocol::Holder> holders{
        kOfEth.front(), {.account = kAlice, .part = {}}, {.account = kAlice, .part = kEth}
    };
    const eth::Block& block = named.pending();
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        for (const protocol::Holder& holder : named.protocol->named_holders(block.logs[i])) {
            holders.insert(holder);
        }
    }
    REQUIRE(holders.size() > 900);
    Told told = with_ilk();
    // Filed, and not begun yet: nobody else than governance can do that.
    const Hash32 filed = Hash32::from_bytes(U256(9).to_be_bytes());
    told[of_ilk(kVat, filed)] = {U256(), U256(), U256(), rad(5)};
    told[view_read(kVat, View::kGem, {word_of(kEth), word_of(kAlice)})] = {wads(3)};
    std::size_t of_others = 0;
    for (const eth::Read& call : read(test, told, {holders.begin(), holders.end()})) {
        const auto parsed = view_call(call.data);
        const bool of_ilks = parsed && !parsed->arguments.empty() &&
                             parsed->arguments[0] < U256(308) &&
                             parsed->arguments[0] != word_of(filed) &&
                             (parsed->view == View::kIlks || parsed->view == View::kUrns ||
                              parsed->view == View::kGem);
        of_others += of_ilks ? 1 : 0;
    }
    CHECK(of_others == 300);
    CHECK(test.protocol->parts(0).size() == 2);
    CHECK(list_of(test.protocol->market_sheet(0, test.at()), "ilks").size() == 2);
    CHECK(test.word(kVat, View::kGem, {word_of(kEth), word_of(kAlice)}) == wads(3));
}

namespace {

const Address kJoin = address(60);
const Address kWeth = address(62);

/// What a chain's logs name of kJoin and of two vaults of ETH-A; and from `init` on only if so.
std::vector<protocol::Holder> named_in(TestMaker& of, bool init) {
    of.rely(kJoin);
    of.rely(address(61));
    if (init) {
        of.vat(note_topic<"init(bytes32)">(), {word_of(kEth)});
    }
    for (const Address& urn : {kAlice, kBob}) {
        of.frob(urn, wads(1), U256());
    }
    std::set<protocol::Holder> out;
    const eth::Block& block = of.pending();
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        for (const protocol::Holder& holder : of.protocol->named_holders(block.logs[i])) {
            out.insert(holder);
        }
    }
    return {out.begin(), out.end()};
}

/// The join and what it holds; Alice has 2, Bob 3 and a half of gem.
Told with_vaults(const U256& in_join) {
    Told told = with_ilk();
    told[view_read(kVat, View::kWards, {word_of(kJoin)})] = {U256(1)};
    told[view_read(kJoin, View::kJoinIlk)] = {word_of(kEth)};
    told[view_read(kJoin, View::kJoinGem)] = {word_of(kWeth)};
    told[view_read(kJoin, View::kJoinDec)] = {U256(6)};
    told[view_read(kWeth, View::kBalanceOf, {word_of(kJoin)})] = {in_join};
    told[view_read(kVat, View::kUrns, {word_of(kEth), word_of(kAlice)})] = {wads(2)};
    told[view_read(kVat, View::kUrns, {word_of(kEth), word_of(kBob)})] = {wads(3)};
    told[view_read(kVat, View::kGem, {word_of(kEth), word_of(kBob)})] = {half(wad())};
    return told;
}

}  // namespace

TEST_CASE("a market that is read asks its wards what they are, and sums its vaults") {
    TestMaker named(without_psms());
    const bool init = GENERATE(true, false);
    const std::uint64_t micros = GENERATE(5'500'000U, 5'500'001U);
    TestMaker test(without_psms());
    const auto asked = read(test, with_vaults(U256(micros)), named_in(named, init));
    const protocol::MarketExposure market = test.protocol->exposure(0, test.at());
    REQUIRE(market.parts.size() == 1);
    const protocol::PartSide& claims = market.parts[0].claims;
    CHECK(claims.token == kWeth);
    CHECK(claims.decimals == 6);
    // Whoever was not named would have something in the join, too.
    const bool is_all = init || micros == 5'500'000;
    CHECK(claims.total_units.ok() == is_all);
    CHECK(claims.total_units.status == (is_all ? FigureStatus::kValue : FigureStatus::kNoData));
    CHECK((!is_all || claims.total_units.value == wrapping_add(wads(5), half(wad()))));
    const eth::Read held = view_read(kWeth, View::kBalanceOf, {word_of(kJoin)});
    CHECK((std::ranges::find(asked, held) == asked.end()) == init);
    CHECK(test.protocol->parts(0).size() == 1);
}

TEST_CASE("a contract that is no ward any more is no join of a market that is read") {
    TestMaker named(without_psms());
    TestMaker test(without_psms());
    Told told = with_vaults(U256());
    told[view_read(kVat, View::kWards, {word_of(kJoin)})] = {U256()};
    read(test, told, named_in(named, true));
    CHECK(test.protocol->exposure(0, test.at()).parts.at(0).claims.token == Address{});
}

}  // namespace faultline::maker
