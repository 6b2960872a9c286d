// SPDX-License-Identifier: Apache-2.0
// A market begun at a block by view calls.
#include "unit/core/protocols/maker/maker_fixture.hpp"

#include <faultline/core/protocol/market_reading.hpp>

#include <cstddef>
#include <map>

namespace faultline::maker {
namespace {

MarketConfig without_psms() {
    MarketConfig out = TestMaker::config();
    out.psms = {};
    return out;
}

Bytes words_of(const U256& first) {
    constexpr std::size_t kMost = 5;  // Of any of these views.
    const auto word = first.to_be_bytes();
    Bytes out(word.begin(), word.end());
    out.resize(kMost * word.size());
    return out;
}

/// All that is not said is zero.
void read(TestMaker& test, const std::map<eth::Read, U256>& told) {
    const auto reading = test.protocol->read_market(
        {.market = 0,
         .block = {.number = test.number, .hash = {}},
         .timestamp = {test.now},
         .holders = {},
         .holders_known = 0}
    );
    while (!reading->calls().empty()) {
        std::vector<eth::ReadAnswer> answers;
        for (const eth::Read& call : reading->calls()) {
            const auto found = told.find(call);
            const U256 word = found == told.end() ? U256() : found->second;
            answers.push_back(
                {.read = call, .outcome = eth::ReadOutcome::kReturned, .result = words_of(word)}
            );
        }
        const auto taken = reading->take(answers);
        INFO((taken ? "" : taken.error().message()));
        REQUIRE(taken);
    }
    test.ledger.seal();
    ++test.number;
    test.now += 12;
}

}  // namespace

TEST_CASE("eras before a bootstrap are told where the Vow's Sin leaves no room for any") {
    TestMaker test(without_psms());
    const eth::Read live = view_read(kVow, View::kLive);
    const eth::Read all = view_read(kVow, View::kVowSinAll);
    const U256 era = 999'000;
    SECTION("nothing is left of any") {
        read(test, {{live, U256(1)}});
        CHECK(test.word(kVow, View::kVowSin, {era}) == U256());
    }
    SECTION("some of it is of one") {
        read(test, {{live, U256(1)}, {all, rad(5)}});
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

}  // namespace faultline::maker
