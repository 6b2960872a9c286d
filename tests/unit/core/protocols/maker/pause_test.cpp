// SPDX-License-Identifier: Apache-2.0
// What waits in the DSPause.
#include "core/protocols/maker/pause.hpp"

#include "core/protocols/maker/notes.hpp"
#include "unit/core/protocols/maker/maker_fixture.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/abi.hpp>
#include <faultline/core/eth/block.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace faultline::maker {
namespace {

const Address kPause = address(180);
const Address kProxy = address(181);
const Address kSpell = address(182);
const Bytes kFax{0x61, 0x46, 0x19, 0x54};

eth::Read proxy_read() {
    return {.to = kEsm, .data = eth::encode_call<"proxy()">(), .from = {}};
}

eth::Read owner_read() {
    return {.to = kProxy, .data = eth::encode_call<"owner()">(), .from = {}};
}

/// As ds-note logs a call: the value, then all calldata.
void noted(TestMaker& maker, const Address& emitter, const Bytes& calldata) {
    Hash32 selector;
    std::copy_n(calldata.begin(), 4, selector.bytes.begin());
    Hash32 sender;
    std::ranges::copy(kAlice.bytes, sender.bytes.begin() + 12);
    Bytes padded = calldata;
    padded.resize(std::max<std::size_t>(padded.size(), 68));
    Bytes data(96);
    data[63] = 64;
    data[94] = static_cast<std::uint8_t>(calldata.size() >> 8U);
    data[95] = static_cast<std::uint8_t>(calldata.size());
    data.insert(data.end(), calldata.begin(), calldata.end());
    data.resize((data.size() + 31) / 32 * 32);
    maker.raw(
        emitter,
        {selector,
         sender,
         Hash32::from_bytes(BytesView(padded).subspan(4, 32)),
         Hash32::from_bytes(BytesView(padded).subspan(36, 32))},
        data
    );
}

/// Of plot, exec and drop, which take the same.
Bytes call_of(const eth::Selector& selector) {
    Bytes out(selector.begin(), selector.end());
    const auto word = [&out](const U256& value) {
        const auto bytes = value.to_be_bytes();
        out.insert(out.end(), bytes.begin(), bytes.end());
    };
    word(word_of(kSpell));
    word(word_of(bytes32("tag")));
    word(U256(128));
    word(U256(1'700'000'000));
    word(U256(kFax.size()));
    out.insert(out.end(), kFax.begin(), kFax.end());
    out.resize(4 + (6 * 32));
    return out;
}

Bytes plot() {
    return call_of(eth::selector<"plot(address,bytes32,bytes,uint256)">());
}

/// The pause is known from block 15 on.
void learn(TestMaker& maker) {
    while (maker.number < 15) {
        CHECK_FALSE(maker.asks(proxy_read()));
        maker.seal_well();
    }
    CHECK(maker.asks(proxy_read()));
    maker.answer(proxy_read(), {word_of(kProxy)});
    CHECK(maker.asks(owner_read()));
    maker.answer(owner_read(), {word_of(kPause)});
    maker.seal_well();
    // What comes through it can change everything.
    const auto governed_by = maker.protocol->exposure(0, maker.at()).governed_by;
    CHECK(std::ranges::count(governed_by, kPause) == 1);
    CHECK(governed_by.size() == 3);
    CHECK_FALSE(maker.asks(proxy_read()));
}

}  // namespace

TEST_CASE("what is plotted, dropped and executed in the DSPause is told", "[activity]") {
    TestMaker maker;
    noted(maker, kPause, plot());
    maker.seal_well();
    CHECK(maker.activities.empty());
    learn(maker);
    noted(maker, kPause, plot());
    noted(maker, address(199), plot());
    noted(maker, kPause, call_of(eth::selector<"exec(address,bytes32,bytes,uint256)">()));
    noted(maker, kPause, call_of(eth::selector<"drop(address,bytes32,bytes,uint256)">()));
    noted(maker, kPause, eth::encode_call<"setDelay(uint256)">(U256(57'600)));
    noted(maker, kPause, eth::encode_call<"setAuthority(address)">(kBob));
    maker.seal_well();
    REQUIRE(maker.activities.size() == 5);
    const std::vector<std::string> details{"queued", "executed", "cancelled", "parameter", "admin"};
    for (std::size_t i = 0; i < details.size(); ++i) {
        CHECK(maker.activities[i].activity->event == "governance");
        CHECK(maker.activities[i].activity->detail == details[i]);
    }
    CHECK_THAT(
        maker.activities[0].text,
        Catch::Contains("DSPause.plot(usr " + kSpell.hex()) &&
            Catch::Contains("fax 0x61461954, eta 1700000000)")
    );
    CHECK_THAT(maker.activities[3].text, Catch::Contains("DSPause.setDelay(57600 s)"));
    CHECK_THAT(maker.activities[4].text, Catch::Contains("DSPause.setAuthority(" + kBob.hex()));
}

TEST_CASE("a plot whose calldata makes no sense is told all the same", "[activity]") {
    TestMaker maker;
    learn(maker);
    const Bytes whole = plot();
    // Cut anywhere, or with an offset or a length that leads out of it.
    for (std::size_t size = 4; size < whole.size(); ++size) {
        noted(maker, kPause, Bytes(whole.begin(), whole.begin() + static_cast<long>(size)));
    }
    for (const std::size_t word : {2UL, 4UL}) {
        Bytes wrong = whole;
        std::fill_n(wrong.begin() + static_cast<long>(4 + (32 * word)), 32, 0xff);
        noted(maker, kPause, wrong);
    }
    maker.raw(kPause, {note_topic<"plot(address,bytes32,bytes,uint256)">()}, {});
    maker.seal_well();
    CHECK(maker.activities.size() == whole.size() - 4 + 3);
    CHECK_THAT(
        maker.activities.back().text,
        Catch::Contains("DSPause.plot, with calldata that does not decode")
    );
    CHECK(std::ranges::all_of(maker.activities, [](const auto& told) {
        return told.activity->detail == "queued";
    }));
}

}  // namespace faultline::maker
