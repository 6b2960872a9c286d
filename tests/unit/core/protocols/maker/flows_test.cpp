// SPDX-License-Identifier: Apache-2.0
// PSMs, USDS and its converter, ESM: what went through them.
#include "unit/core/protocols/maker/maker_fixture.hpp"

namespace faultline::maker {
namespace {

const Address kUsds = address(18);
const Address kUsdsJoin = address(19);
const Address kDaiUsds = address(20);
const Address kDaiJoin = address(21);
const Address kLegacyPsm = address(22);

MarketConfig with_usds() {
    MarketConfig out = TestMaker::config();
    out.dai_join = kDaiJoin;
    out.usds = kUsds;
    out.usds_join = kUsdsJoin;
    out.dai_usds = kDaiUsds;
    out.psms.push_back(
        {.name = "old",
         .psm = kLegacyPsm,
         .pocket = {},
         .gem = kGem,
         .ilk = bytes32("PSM-OLD"),
         .gem_decimals = 6,
         .kind = PsmKind::kLegacy}
    );
    out.deployed_at = 1;
    return out;
}

void move(TestMaker& test, const Address& from, const Address& to, const U256& amount_rad) {
    test.vat(
        note_topic<"move(address,address,uint256)">(), {word_of(from), word_of(to), amount_rad}
    );
}

/// A join's exit: as many tokens for dai of the Vat.
void mint(TestMaker& test, const Address& join, const Address& to, std::uint64_t amount) {
    const bool usds = join == kUsdsJoin;
    move(test, usds ? kDaiUsds : to, join, rad(amount));
    test.event<events::Transfer>(usds ? kUsds : kDai, {Address{}, to, wads(amount)});
}

/// A join's join, of the converter.
void burn(TestMaker& test, const Address& join, std::uint64_t amount) {
    const bool usds = join == kUsdsJoin;
    move(test, join, kDaiUsds, rad(amount));
    test.event<events::Transfer>(usds ? kUsds : kDai, {kDaiUsds, Address{}, wads(amount)});
}

/// Alice has 1,000 Dai as a token, of which `amount` become Bob's USDS; without the event.
void convert(TestMaker& test, std::uint64_t amount) {
    test.event<events::Transfer>(kDai, {kAlice, kDaiUsds, wads(amount)});
    burn(test, kDaiJoin, amount);
    mint(test, kUsdsJoin, kBob, amount);
}

void begin(TestMaker& test) {
    test.open_vault();
    mint(test, kDaiJoin, kAlice, 1000);
    test.seal_well();
}

protocol::Sheet sheet_of(const TestMaker& test) {
    return test.protocol->market_sheet(0, test.at());
}

protocol::Signed signed_of(const protocol::Sheet& sheet, const std::string& name) {
    return std::get<protocol::Signed>(entry_of(sheet, name).value);
}

bool has_entry(const protocol::Sheet& sheet, const std::string& name) {
    return contains(sheet.entries, name, &protocol::SheetEntry::name);
}

std::size_t rows_of(const TestMaker& test) {
    std::size_t out = 0;
    for (const auto& changes : test.undo) {
        out += changes.size();
    }
    return out;
}

}  // namespace

TEST_CASE("gem that PSMs took and gave, and their fees, are counted of each of them") {
    TestMaker test(with_usds());
    test.event<events::SellGem>(kPsm, {kAlice, U256(40'000'000), wads(2)});
    test.event<events::BuyGem>(kPsm, {kBob, U256(70'000'000), wads(1)});
    // Of the NoFee variants.
    test.event<events::BuyGem>(kPsm, {kBob, U256(1), U256()});
    test.event<events::SellGem>(kLegacyPsm, {kAlice, U256(5), U256(3)});
    // Anybody's.
    test.event<events::SellGem>(kAlice, {kAlice, U256(1'000), wads(9)});
    test.seal_well();
    const protocol::Sheet sheet = sheet_of(test);
    const auto& psms = list_of(sheet, "psms");
    REQUIRE(psms.size() == 2);
    CHECK(number_of(psms[0], "sold_gem_wei") == U256(40'000'000));
    CHECK(number_of(psms[0], "bought_gem_wei") == U256(70'000'001));
    CHECK(number_of(psms[0], "fees_wei") == wads(3));
    CHECK(signed_of(psms[0], "net_gem_wei").negative);
    CHECK(signed_of(psms[0], "net_gem_wei").magnitude == U256(30'000'001));
    CHECK(number_of(psms[0], "flows_since_block") == U256(1));
    CHECK(std::get<std::string>(entry_of(psms[1], "kind").value) == "legacy");
    CHECK(number_of(psms[1], "sold_gem_wei") == U256(5));
    CHECK(number_of(psms[1], "bought_gem_wei") == U256());
    CHECK(number_of(psms[1], "fees_wei") == U256(3));
    CHECK_FALSE(signed_of(psms[1], "net_gem_wei").negative);
}

TEST_CASE("a PSM's swap that does not decode is quarantined") {
    TestMaker test(with_usds());
    test.raw(kPsm, {events::SellGem::kTopic0, Hash32{}}, Bytes(31));
    const auto incidents = test.seal();
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].degrades());
    CHECK(test.quarantine.total() == 1);
}

TEST_CASE("USDS is counted as it is minted and burnt, and conversions both ways") {
    TestMaker test(with_usds());
    begin(test);
    convert(test, 600);
    test.event<events::DaiToUsds>(kDaiUsds, {kAlice, kBob, wads(600)});
    test.seal_well();
    CHECK(test.word(kUsds, View::kTotalSupply) == wads(600));
    CHECK(test.word(kDai, View::kTotalSupply) == wads(400));
    CHECK(test.dai(kUsdsJoin) == rad(600));
    // And 50 of them back to Alice.
    test.event<events::Transfer>(kUsds, {kBob, kDaiUsds, wads(50)});
    burn(test, kUsdsJoin, 50);
    move(test, kDaiUsds, kDaiJoin, rad(50));
    test.event<events::Transfer>(kDai, {Address{}, kAlice, wads(50)});
    test.event<events::UsdsToDai>(kDaiUsds, {kBob, kAlice, wads(50)});
    test.seal_well();
    const protocol::Sheet sheet = sheet_of(test);
    CHECK(number_of(sheet, "usds_supply_wad") == wads(550));
    CHECK(number_of(sheet, "dai_supply_wad") == wads(450));
    CHECK(number_of(sheet, "dai_to_usds_wad") == wads(600));
    CHECK(number_of(sheet, "usds_to_dai_wad") == wads(50));
    CHECK(signed_of(sheet, "net_to_usds_wad").magnitude == wads(550));
    CHECK(number_of(sheet, "flows_since_block") == U256(1));
    CHECK(number_of(sheet, "unknown_logs") == U256());
    // Balances of it are nobody's to tell.
    CHECK_FALSE(test.view(kUsds, View::kBalanceOf, {word_of(kBob)}).ok());
    const auto reads = test.protocol->audit_reads(
        {.market = 0, .kind = protocol::SubjectKind::kMarket, .holder = {}}
    );
    CHECK(contains(reads, view_read(kUsds, View::kTotalSupply)));
}

TEST_CASE("several conversions of one transaction are each borne out once") {
    TestMaker test(with_usds());
    begin(test);
    for (int i = 0; i < 3; ++i) {
        convert(test, 100);
        test.event<events::DaiToUsds>(kDaiUsds, {kAlice, kBob, wads(100)});
    }
    test.seal_well();
    CHECK(number_of(sheet_of(test), "dai_to_usds_wad") == wads(300));
}

TEST_CASE("a conversion that the tokens do not bear out is left out, and announced") {
    TestMaker test(with_usds());
    begin(test);
    convert(test, 600);
    SECTION("of another amount") {
        test.event<events::DaiToUsds>(kDaiUsds, {kAlice, kBob, wads(601)});
    }
    SECTION("to somebody else") {
        test.event<events::DaiToUsds>(kDaiUsds, {kAlice, kAlice, wads(600)});
    }
    SECTION("the other way") {
        test.event<events::UsdsToDai>(kDaiUsds, {kAlice, kBob, wads(600)});
    }
    SECTION("in another transaction") {
        test.next_transaction();
        test.event<events::DaiToUsds>(kDaiUsds, {kAlice, kBob, wads(600)});
    }
    SECTION("twice") {
        test.event<events::DaiToUsds>(kDaiUsds, {kAlice, kBob, wads(600)});
        test.event<events::DaiToUsds>(kDaiUsds, {kAlice, kBob, wads(600)});
        test.seal_well();
        CHECK(number_of(sheet_of(test), "dai_to_usds_wad") == wads(600));
        CHECK(test.quarantine.total() == 1);
        return;
    }
    test.seal_well();
    const protocol::Sheet sheet = sheet_of(test);
    CHECK(number_of(sheet, "dai_to_usds_wad") == U256());
    CHECK(number_of(sheet, "usds_to_dai_wad") == U256());
    CHECK(number_of(sheet, "usds_supply_wad") == wads(600));
    CHECK(number_of(sheet, "unknown_logs") == U256(1));
    CHECK(test.quarantine.total() == 1);
}

TEST_CASE("others' conversions and tokens are nothing") {
    TestMaker test(with_usds());
    begin(test);
    test.event<events::Transfer>(kAlice, {Address{}, kAlice, wads(600)});
    test.event<events::DaiToUsds>(kAlice, {kAlice, kBob, wads(600)});
    test.event<events::UsdsToDai>(kUsdsJoin, {kAlice, kBob, wads(600)});
    test.seal_well();
    CHECK(number_of(sheet_of(test), "dai_to_usds_wad") == U256());
    CHECK(number_of(sheet_of(test), "usds_supply_wad") == U256());
    CHECK(test.quarantine.total() == 0);
}

TEST_CASE("what does not decode, or burns USDS that is not there, degrades") {
    TestMaker test(with_usds());
    begin(test);
    SECTION("a conversion without its amount") {
        test.raw(kDaiUsds, {events::DaiToUsds::kTopic0, Hash32{}, Hash32{}}, {});
    }
    SECTION("a burn of more than there is") {
        test.event<events::Transfer>(kUsds, {kBob, Address{}, wads(1)});
    }
    const auto incidents = test.seal();
    REQUIRE(incidents.size() == 1);
    CHECK(incidents[0].degrades());
    CHECK(test.quarantine.total() == 1);
}

TEST_CASE("USDS that no dai stands for breaks a law; dai given to its join does not") {
    TestMaker test(with_usds());
    begin(test);
    convert(test, 600);
    move(test, kDaiJoin, kUsdsJoin, rad(1));
    test.event<events::Transfer>(kUsds, {kBob, Address{}, wads(5)});
    static_cast<void>(test.seal());
    const auto broken = [&] {
        const auto laws = test.protocol->broken_laws();
        return contains(
            laws, "dai of the UsdsJoin >= RAY * USDS's supply", &protocol::BrokenLaw::law
        );
    };
    CHECK_FALSE(broken());
    test.event<events::Transfer>(kUsds, {Address{}, kBob, wads(7)});
    static_cast<void>(test.seal());
    CHECK(broken());
}

TEST_CASE("what is not configured is not followed, stored or asked for") {
    TestMaker with(with_usds());
    MarketConfig config = with_usds();
    config.usds = config.usds_join = config.dai_usds = {};
    TestMaker without(config);
    const eth::LogFilter less = without.deployment.wanted_logs();
    const std::vector<Hash32> converted{events::DaiToUsds::kTopic0};
    const std::vector<Hash32> opened{events::LockstakeOpen::kTopic0};
    CHECK_FALSE(less.wants(kDaiUsds, converted));
    CHECK_FALSE(less.wants(kDaiUsds, opened));
    const eth::LogFilter more = with.deployment.wanted_logs();
    CHECK(more.wants(kDaiUsds, converted));
    CHECK_FALSE(more.wants(kDaiUsds, opened));
    CHECK_FALSE(more.wants(kBob, converted));
    static_cast<void>(with.seal());
    static_cast<void>(without.seal());
    CHECK(rows_of(with) == rows_of(without) + 2);
    begin(without);
    convert(without, 600);
    without.event<events::DaiToUsds>(kDaiUsds, {kAlice, kBob, wads(600)});
    without.seal_well();
    CHECK_FALSE(has_entry(sheet_of(without), "usds_supply_wad"));
    CHECK_FALSE(has_entry(sheet_of(without), "dai_to_usds_wad"));
    CHECK(without.quarantine.total() == 0);
}

TEST_CASE("what the ESM was given is summed, and that it fired is kept") {
    TestMaker test;
    test.event<events::EsmJoin>(kEsm, {kAlice, wads(5)});
    test.event<events::EsmJoin>(kEsm, {kBob, wads(6)});
    test.event<events::EsmJoin>(kAlice, {kBob, wads(100)});
    CHECK(test.seal().size() == 2);
    CHECK(number_of(sheet_of(test), "esm_joined_wad") == wads(11));
    CHECK_FALSE(std::get<bool>(entry_of(sheet_of(test), "esm_fired").value));
    test.event<events::Fire>(kEsm, {});
    const auto incidents = test.seal();
    REQUIRE(incidents.size() == 1);
    CHECK_THAT(incidents[0].text, Catch::Contains("fired"));
    CHECK(std::get<bool>(entry_of(sheet_of(test), "esm_fired").value));
    test.raw(kEsm, {events::EsmJoin::kTopic0, Hash32{}}, {});
    CHECK(test.seal().front().degrades());
}

}  // namespace faultline::maker
