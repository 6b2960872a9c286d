// SPDX-License-Identifier: Apache-2.0
// A market with USDS and Lockstake that is read at a block.
#include "unit/core/protocols/maker/maker_fixture.hpp"

#include <set>

namespace faultline::maker {
namespace {

const Address kUsds = address(18);
const Address kUsdsJoin = address(19);
const Address kDaiUsds = address(20);
const Address kDaiJoin = address(21);
const Address kEngine = address(30);
const Address kUrn = address(31);

MarketConfig with_usds(bool from_its_deployment) {
    MarketConfig out = TestMaker::config();
    out.dai_join = kDaiJoin;
    out.usds = kUsds;
    out.usds_join = kUsdsJoin;
    out.dai_usds = kDaiUsds;
    out.lockstake_engine = kEngine;
    if (!from_its_deployment) {
        out.deployed_at.reset();
    }
    return out;
}

/// A vault of 1,000 Dai, 600 of them converted to USDS; an urn opened; the ESM given 5.
void live(TestMaker& test) {
    test.open_vault();
    const auto move = [&](const Address& from, const Address& to) {
        test.vat(
            note_topic<"move(address,address,uint256)">(), {word_of(from), word_of(to), rad(600)}
        );
    };
    move(kAlice, kDaiJoin);
    test.event<events::Transfer>(kDai, {Address{}, kDaiUsds, wads(600)});
    move(kDaiJoin, kDaiUsds);
    test.event<events::Transfer>(kDai, {kDaiUsds, Address{}, wads(600)});
    move(kDaiUsds, kUsdsJoin);
    test.event<events::Transfer>(kUsds, {Address{}, kBob, wads(600)});
    test.event<events::DaiToUsds>(kDaiUsds, {kAlice, kBob, wads(600)});
    test.event<events::LockstakeOpen>(kEngine, {kAlice, U256(0), kUrn});
    test.event<events::EsmJoin>(kEsm, {kAlice, wads(5)});
    test.seal_well();
}

/// What the folded rows answer; zero for what they do not tell.
eth::ReadAnswer answer_by(const TestMaker& test, const eth::Read& read) {
    const auto views = test.protocol->views(test.at(), protocol::Trust::kWithhold);
    const auto ours = views->answer(read);
    eth::ReadAnswer out{.read = read, .outcome = eth::ReadOutcome::kReturned, .result = {}};
    if (ours && ours->status == FigureStatus::kError) {
        out.outcome = eth::ReadOutcome::kReverted;
        return out;
    }
    std::vector<U256> words{U256()};
    if (ours && ours->ok()) {
        words.clear();
        for (const auto& word : ours->value.words) {
            words.push_back(word.value_or(U256()));
        }
    }
    for (const U256& word : words) {
        const auto bytes = word.to_be_bytes();
        out.result.insert(out.result.end(), bytes.begin(), bytes.end());
    }
    return out;
}

void read_from(TestMaker& read, const TestMaker& folded) {
    std::set<protocol::Holder> holders;
    folded.protocol->each_holder(0, [&](const auto& holder) { holders.insert(holder); });
    for (const protocol::Subject& part : folded.protocol->parts(0)) {
        holders.insert(part.holder);
    }
    eth::BlockRef block;
    block.number = folded.at().number;
    const auto reading = read.protocol->read_market(
        {.market = 0,
         .block = block,
         .timestamp = folded.at().timestamp,
         .holders = {holders.begin(), holders.end()},
         .holders_known = 0}
    );
    while (!reading->calls().empty()) {
        std::vector<eth::ReadAnswer> answers;
        for (const eth::Read& call : reading->calls()) {
            answers.push_back(answer_by(folded, call));
        }
        const auto taken = reading->take(answers);
        INFO((taken ? "" : taken.error().message()));
        REQUIRE(taken);
    }
    static_cast<void>(read.ledger.seal());
    read.number = folded.number;
    read.now = folded.now;
}

}  // namespace

TEST_CASE("a market that is read has its supplies, and counts flows from there") {
    TestMaker folded(with_usds(true));
    live(folded);
    TestMaker read(with_usds(false));
    read_from(read, folded);
    const auto sheet = [&] {
        return read.protocol->market_sheet(0, read.at());
    };
    CHECK(read.protocol->broken_laws().empty());
    CHECK(number_of(sheet(), "usds_supply_wad") == wads(600));
    CHECK(number_of(sheet(), "dai_supply_wad") == U256());
    CHECK(number_of(sheet(), "dai_to_usds_wad") == U256());
    CHECK(number_of(sheet(), "esm_joined_wad") == U256());
    CHECK(number_of(sheet(), "flows_since_block") == U256(folded.at().number));
    CHECK(
        number_of(list_of(sheet(), "psms").at(0), "flows_since_block") == U256(folded.at().number)
    );

    // 200 go back.
    const auto move = [&](const Address& from, const Address& to) {
        read.vat(
            note_topic<"move(address,address,uint256)">(), {word_of(from), word_of(to), rad(200)}
        );
    };
    read.event<events::Transfer>(kUsds, {kBob, kDaiUsds, wads(200)});
    move(kUsdsJoin, kDaiUsds);
    read.event<events::Transfer>(kUsds, {kDaiUsds, Address{}, wads(200)});
    move(kDaiUsds, kDaiJoin);
    read.event<events::Transfer>(kDai, {Address{}, kAlice, wads(200)});
    read.event<events::UsdsToDai>(kDaiUsds, {kBob, kAlice, wads(200)});
    read.event<events::SellGem>(kPsm, {kAlice, U256(7), U256(1)});
    read.seal_well();
    CHECK(number_of(sheet(), "usds_supply_wad") == wads(400));
    CHECK(number_of(sheet(), "dai_supply_wad") == wads(200));
    CHECK(number_of(sheet(), "usds_to_dai_wad") == wads(200));
    CHECK(number_of(list_of(sheet(), "psms").at(0), "sold_gem_wei") == U256(7));
    CHECK(read.quarantine.total() == 0);
}

TEST_CASE("of a market that is read, urns are known as they are opened from there on") {
    TestMaker folded(with_usds(true));
    live(folded);
    TestMaker read(with_usds(false));
    read_from(read, folded);
    const auto open_vault_of = [&](const Address& urn) {
        read.vat(
            note_topic<"slip(bytes32,address,int256)">(), {word_of(kEth), word_of(urn), wads(15)}
        );
        read.frob(urn, wads(15), wads(100));
    };
    const Address later = address(32);
    open_vault_of(kUrn);
    read.event<events::SelectFarm>(kEngine, {kAlice, U256(0), kBob, 0});
    read.event<events::LockstakeOpen>(kEngine, {kAlice, U256(1), later});
    open_vault_of(later);
    read.seal_well();
    const auto vaults = list_of(read.protocol->account_sheet(0, kAlice, read.at()), "vaults");
    REQUIRE(vaults.size() == 2);
    CHECK(std::get<Address>(entry_of(vaults[0], "vault").value) == kAlice);
    CHECK(std::get<Address>(entry_of(vaults[1], "vault").value) == later);
    const auto before = list_of(read.protocol->account_sheet(0, kUrn, read.at()), "vaults");
    REQUIRE(before.size() == 1);
    CHECK_FALSE(contains(before[0].entries, "lockstake_owner", &protocol::SheetEntry::name));
    CHECK(read.quarantine.total() == 0);
}

}  // namespace faultline::maker
