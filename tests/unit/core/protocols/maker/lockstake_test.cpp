// SPDX-License-Identifier: Apache-2.0
#include "unit/core/protocols/maker/maker_fixture.hpp"

namespace faultline::maker {
namespace {

const Address kEngine = address(30);
const Address kUrn = address(31);
const Address kSecondUrn = address(32);
const Address kDelegate = address(33);
const Address kFarm = address(34);

MarketConfig with_engine() {
    MarketConfig out = TestMaker::config();
    out.lockstake_engine = kEngine;
    return out;
}

/// Alice opens two urns; each has 15 ETH-A and 1,000 Dai of debt, and so has Bob himself.
void begin(TestMaker& test) {
    test.init_ilk();
    test.event<events::LockstakeOpen>(kEngine, {kAlice, U256(1), kSecondUrn});
    test.event<events::LockstakeOpen>(kEngine, {kAlice, U256(0), kUrn});
    for (const Address& account : {kUrn, kSecondUrn, kBob}) {
        test.vat(
            note_topic<"slip(bytes32,address,int256)">(),
            {word_of(kEth), word_of(account), wads(15)}
        );
        test.frob(account, wads(15), wads(1000));
    }
    test.seal_well();
}

std::vector<protocol::Sheet> vaults_of(const TestMaker& test, const Address& account) {
    return list_of(test.protocol->account_sheet(0, account, test.at()), "vaults");
}

Address address_in(const protocol::Sheet& sheet, const std::string& name) {
    return std::get<Address>(entry_of(sheet, name).value);
}

bool says_owner(const protocol::Sheet& sheet) {
    return contains(sheet.entries, "lockstake_owner", &protocol::SheetEntry::name);
}

}  // namespace

TEST_CASE("vaults of the LockstakeEngine's urns are listed with their owner") {
    TestMaker test(with_engine());
    begin(test);
    const auto owned = vaults_of(test, kAlice);
    REQUIRE(owned.size() == 2);
    CHECK(address_in(owned[0], "vault") == kUrn);
    CHECK(address_in(owned[1], "vault") == kSecondUrn);
    CHECK(address_in(owned[1], "lockstake_owner") == kAlice);
    CHECK(number_of(owned[1], "lockstake_index") == U256(1));
    CHECK(number_of(owned[1], "debt_rad") == rad(1000));
    CHECK(entry_of(owned[1], "lockstake_farm").status == FigureStatus::kNoData);
    const auto urn = vaults_of(test, kUrn);
    REQUIRE(urn.size() == 1);
    CHECK(address_in(urn[0], "lockstake_owner") == kAlice);
    // Whose vault is his own has no such owner.
    const auto own = vaults_of(test, kBob);
    REQUIRE(own.size() == 1);
    CHECK_FALSE(says_owner(own[0]));
    // All three are unsafe, as the fixture has it.
    const auto sheet = test.protocol->market_sheet(0, test.at());
    const auto& unsafe = list_of(sheet, "unsafe_vaults");
    CHECK(std::ranges::count_if(unsafe, says_owner) == 2);
    // They hold nothing themselves: the Vat's holders are the urns.
    CHECK(test.protocol->holders_of(0, kAlice).empty());
}

TEST_CASE("what was selected for an urn is told until its stake is auctioned") {
    TestMaker test(with_engine());
    begin(test);
    test.event<events::SelectVoteDelegate>(kEngine, {kAlice, U256(0), kDelegate});
    test.event<events::SelectFarm>(kEngine, {kAlice, U256(0), kFarm, 7});
    // Of an urn that was never seen to be opened.
    test.event<events::SelectFarm>(kEngine, {kBob, U256(0), kFarm, 7});
    test.seal_well();
    CHECK(address_in(vaults_of(test, kUrn)[0], "lockstake_vote_delegate") == kDelegate);
    CHECK(address_in(vaults_of(test, kUrn)[0], "lockstake_farm") == kFarm);
    CHECK(
        entry_of(vaults_of(test, kSecondUrn)[0], "lockstake_farm").status == FigureStatus::kNoData
    );
    test.event<events::OnKick>(kEngine, {kUrn, wads(1)});
    test.event<events::OnKick>(kEngine, {kBob, wads(1)});
    test.seal_well();
    const auto urn = vaults_of(test, kUrn)[0];
    CHECK(entry_of(urn, "lockstake_vote_delegate").status == FigureStatus::kNoData);
    CHECK(entry_of(urn, "lockstake_farm").status == FigureStatus::kNoData);
    CHECK(address_in(urn, "lockstake_owner") == kAlice);
}

TEST_CASE("others' Open says nothing") {
    TestMaker test(with_engine());
    begin(test);
    test.event<events::LockstakeOpen>(kBob, {kAlice, U256(2), kBob});
    test.event<events::SelectFarm>(kBob, {kAlice, U256(0), kFarm, 7});
    test.event<events::OnKick>(kBob, {kUrn, wads(1)});
    test.seal_well();
    CHECK(vaults_of(test, kAlice).size() == 2);
    CHECK_FALSE(says_owner(vaults_of(test, kBob)[0]));
    CHECK(entry_of(vaults_of(test, kUrn)[0], "lockstake_farm").status == FigureStatus::kNoData);
    CHECK(test.quarantine.total() == 0);
}

TEST_CASE("what the engine is not known to say is kept aside, and figures go on") {
    TestMaker test(with_engine());
    begin(test);
    SECTION("an urn that is opened twice") {
        test.event<events::LockstakeOpen>(kEngine, {kBob, U256(0), kUrn});
    }
    SECTION("another urn at the same index") {
        test.event<events::LockstakeOpen>(kEngine, {kAlice, U256(0), kBob});
    }
    SECTION("an Open that does not decode") {
        test.raw(kEngine, {events::LockstakeOpen::kTopic0, Hash32{}}, Bytes(3));
    }
    SECTION("an OnKick that does not decode") {
        test.raw(kEngine, {events::OnKick::kTopic0}, Bytes(3));
    }
    test.seal_well();
    CHECK(test.protocol->usable(0).ok());
    CHECK(test.quarantine.total() == 1);
    const auto sheet = test.protocol->market_sheet(0, test.at());
    CHECK(number_of(sheet, "unknown_logs") == U256(1));
    CHECK(vaults_of(test, kAlice).size() == 2);
    CHECK(address_in(vaults_of(test, kUrn)[0], "lockstake_owner") == kAlice);
    CHECK_FALSE(says_owner(vaults_of(test, kBob)[0]));
}

TEST_CASE("parameters and permissions of the engine are passed over") {
    TestMaker test(with_engine());
    begin(test);
    test.event<events::FileAddress>(kEngine, {bytes32("jug"), kJug});
    test.event<events::FileUint>(kEngine, {bytes32("fee"), wads(1)});
    test.event<events::Rely>(kEngine, {kClip});
    test.seal_well();
    CHECK(test.quarantine.total() == 0);
}

TEST_CASE("the Lockstake clipper is found by the Dog as any other") {
    TestMaker test(with_engine());
    begin(test);
    const auto file = [&](const Address& emitter, std::string_view what, const U256& value) {
        test.event<events::FileUint>(emitter, {bytes32(what), value});
    };
    file(kCalc, "tau", U256(3600));
    file(kClip, "tail", U256(1800));
    test.event<events::FileAddress>(kClip, {bytes32("calc"), kCalc});
    // What only this one has.
    test.event<events::FileAddress>(kClip, {bytes32("cuttee"), kStUsds});
    test.event<events::FileIlkUint>(kDog, {kEth, bytes32("chop"), wad()});
    test.event<events::FileIlkClip>(kDog, {kEth, bytes32("clip"), kClip});
    test.seal_well();
    CHECK(test.word(kClip, View::kTail) == U256(1800));
    test.event<events::OnKick>(kEngine, {kUrn, wads(10)});
    test.event<events::Kick>(kClip, {U256(1), rays(120), rad(500), wads(10), kUrn, kBob, U256()});
    test.seal_well();
    const auto sheet = test.protocol->market_sheet(0, test.at());
    const auto& auctions = list_of(sheet, "auctions");
    REQUIRE(auctions.size() == 1);
    CHECK(address_in(auctions[0], "vault") == kUrn);
    CHECK(address_in(auctions[0], "lockstake_owner") == kAlice);
    // A buyer takes all of it: the engine is told before the clipper says so.
    test.raw(kEngine, {Hash32{}}, {});
    test.event<events::Take>(kClip, {U256(1), rays(200), rays(50), rad(500), U256(), U256(), kUrn});
    test.seal_well();
    CHECK(list_of(test.protocol->market_sheet(0, test.at()), "auctions").empty());
    CHECK(test.quarantine.total() == 0);
}

TEST_CASE("a block with an Open is undone whole") {
    TestMaker test(with_engine());
    test.init_ilk();
    test.seal_well();
    const auto before = test.ledger.dump();
    test.event<events::LockstakeOpen>(kEngine, {kAlice, U256(0), kUrn});
    test.event<events::SelectFarm>(kEngine, {kAlice, U256(0), kFarm, 7});
    test.seal_well();
    CHECK(test.ledger.dump() != before);
    REQUIRE(test.ledger.undo(test.undo.back()));
    CHECK(test.ledger.dump() == before);
}

}  // namespace faultline::maker
