// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/protocols/maker/events.hpp"
#include "core/protocols/maker/notes.hpp"
#include "core/protocols/maker/view_calls.hpp"
#include "unit/core/protocol/activities_told.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/fixed_point.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>
#include <faultline/core/protocol/sheet.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/protocols/maker/deployment.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::maker {

inline Address address(std::uint8_t n) {
    Address out;
    out.bytes[19] = n;
    return out;
}

inline Hash32 bytes32(std::string_view text) {
    Hash32 out;
    std::ranges::copy(text, out.bytes.begin());
    return out;
}

inline const Address kVat = address(1);
inline const Address kJug = address(2);
inline const Address kSpotter = address(3);
inline const Address kDog = address(4);
inline const Address kVow = address(5);
inline const Address kPot = address(6);
inline const Address kDai = address(7);
inline const Address kEnd = address(8);
inline const Address kEsm = address(9);
inline const Address kPsm = address(10);
inline const Address kPocket = address(11);
inline const Address kGem = address(12);
inline const Address kClip = address(13);
inline const Address kCalc = address(14);
inline const Address kPip = address(15);
inline const Address kSavings = address(16);
inline const Address kStUsds = address(17);
inline const Address kAlice = address(100);
inline const Address kBob = address(101);
inline const Hash32 kEth = bytes32("ETH-A");
inline const Hash32 kPsmIlk = bytes32("PSM-A");

/// So many rad: Dai as the Vat has it.
inline U256 rad(std::uint64_t dai) {
    return *checked_mul(*checked_mul(U256(dai), wad()), ray());
}

inline U256 wads(std::uint64_t amount) {
    return *checked_mul(U256(amount), wad());
}

inline U256 rays(std::uint64_t amount) {
    return *checked_mul(U256(amount), ray());
}

inline U256 minus_word(const U256& value) {
    return wrapping_sub(U256(), value);
}

/// A Vat fed with logs written in the test: one block a call to seal().
class TestMaker {
  public:
    TestMaker() : TestMaker(config()) {}

    explicit TestMaker(const MarketConfig& of)
        : deployment({of}), protocol(deployment.open(ledger, quarantine, 0)) {}

    static MarketConfig config() {
        MarketConfig out;
        out.name = "test";
        out.vat = kVat;
        out.jug = kJug;
        out.spotter = kSpotter;
        out.dog = kDog;
        out.vow = kVow;
        out.pot = kPot;
        out.dai = kDai;
        out.end = kEnd;
        out.esm = kEsm;
        out.psms = {
            {.name = "usdc",
             .psm = kPsm,
             .pocket = kPocket,
             .gem = kGem,
             .ilk = kPsmIlk,
             .gem_decimals = 6,
             .kind = PsmKind::kLite}
        };
        out.susds = kSavings;
        out.stusds = kStUsds;
        out.deployed_at = 0;
        return out;
    }

    void raw(const Address& emitter, std::vector<Hash32> topics, Bytes data) {
        block_.logs.add(
            {.address = emitter,
             .topics = topics,
             .data = data,
             .tx_hash = transaction_,
             .tx_index = 0,
             .log_index = static_cast<std::uint32_t>(block_.logs.size())}
        );
    }

    /// What a call with these words is noted as.
    static std::pair<std::vector<Hash32>, Bytes> noted(
        NoteKind kind, const Hash32& topic, std::initializer_list<U256> words, const Address& sender
    ) {
        Bytes calldata(topic.bytes.begin(), topic.bytes.begin() + 4);
        for (const U256& word : words) {
            const auto bytes = word.to_be_bytes();
            calldata.insert(calldata.end(), bytes.begin(), bytes.end());
        }
        calldata.resize(224);
        std::vector<Hash32> topics{topic};
        if (kind == NoteKind::kLib) {
            topics.emplace_back();
            std::ranges::copy(sender.bytes, topics.back().bytes.begin() + 12);
        }
        for (std::size_t at = 4; topics.size() < 4; at += 32) {
            topics.push_back(Hash32::from_bytes(BytesView(calldata).subspan(at, 32)));
        }
        Bytes data(64);
        data[31] = 0x20;
        data[63] = 0xe0;
        data.insert(data.end(), calldata.begin(), calldata.end());
        return {std::move(topics), std::move(data)};
    }

    void vat(const Hash32& topic, std::initializer_list<U256> words) {
        auto [topics, data] = noted(NoteKind::kVat, topic, words, {});
        raw(kVat, std::move(topics), std::move(data));
    }

    void lib(
        const Address& emitter,
        const Hash32& topic,
        std::initializer_list<U256> words,
        const Address& sender = kAlice
    ) {
        auto [topics, data] = noted(NoteKind::kLib, topic, words, sender);
        raw(emitter, std::move(topics), std::move(data));
    }

    template <class Event>
    void event(const Address& emitter, const typename Event::Values& values) {
        const auto encoded = Event::encode(values);
        REQUIRE(encoded);
        raw(emitter, encoded->topics, encoded->data);
    }

    void next_transaction() { ++transaction_.bytes[0]; }

    void answer(const eth::Read& read, const std::vector<U256>& words, bool reverted = false) {
        Bytes result;
        for (const U256& word : words) {
            const auto bytes = word.to_be_bytes();
            result.insert(result.end(), bytes.begin(), bytes.end());
        }
        block_.reads.push_back(
            {.read = read, .outcome = eth::outcome_of(reverted), .result = result}
        );
    }

    void unanswered(const eth::Read& read) {
        block_.reads.push_back({.read = read, .outcome = eth::ReadOutcome::kNoAnswer, .result = {}}
        );
    }

    [[nodiscard]] bool asks(const eth::Read& read) {
        const auto reads = protocol->plan_reads(pending());
        return std::ranges::find(reads, read) != reads.end();
    }

    eth::Block& pending() {
        block_.header.ref.number = number;
        block_.header.timestamp = {now};
        return block_;
    }

    std::vector<protocol::Incident> seal() {
        std::vector<protocol::Incident> out;
        protocol->apply(pending(), out);
        activities = protocol::activities_of(out);
        undo.push_back(ledger.seal());
        const bool live = block_.live;
        block_ = {};
        block_.live = live;
        ++number;
        now += 12;
        next_transaction();
        return out;
    }

    std::vector<protocol::Incident> activities;  ///< Of the block sealed last.

    /// Nothing degraded and every law holds.
    void seal_well() {
        for (const protocol::Incident& incident : seal()) {
            INFO(incident.text);
            CHECK_FALSE(incident.degrades());
            CHECK(incident.kind != protocol::IncidentKind::kAnomaly);
        }
        for (const protocol::BrokenLaw& law : protocol->broken_laws()) {
            FAIL_CHECK(law.law << ": " << law.text);
        }
    }

    /// As of the block last sealed.
    [[nodiscard]] protocol::At at() const {
        return {.number = number - 1, .timestamp = {now - 12}};
    }

    [[nodiscard]] Figure<protocol::ViewFigure> view(
        const Address& contract, View view, std::initializer_list<U256> arguments = {}
    ) const {
        const auto views = protocol->views(at(), protocol::Trust::kWithhold);
        const auto out = views->answer(view_read(contract, view, arguments));
        REQUIRE(out);
        return *out;
    }

    [[nodiscard]] U256 word(
        const Address& contract,
        View of,
        std::initializer_list<U256> arguments = {},
        std::size_t place = 0
    ) const {
        const auto figure = view(contract, of, arguments);
        INFO(figure.reason);
        REQUIRE(figure.ok());
        REQUIRE(figure.value.words.size() > place);
        return *figure.value.words[place];
    }

    [[nodiscard]] U256 dai(const Address& account) const {
        return word(kVat, View::kDai, {word_of(account)});
    }

    [[nodiscard]] U256 sin(const Address& account) const {
        return word(kVat, View::kSin, {word_of(account)});
    }

    void rely(const Address& ward) { vat(note_topic<"rely(address)">(), {word_of(ward)}); }

    /// ilk(), gem() and dec() of a join.
    void answer_join(
        const Address& join, const Hash32& ilk, const Address& gem, std::uint64_t decimals
    ) {
        answer(view_read(join, View::kJoinIlk), {word_of(ilk)});
        answer(view_read(join, View::kJoinGem), {word_of(gem)});
        answer(view_read(join, View::kJoinDec), {U256(decimals)});
    }

    /// ETH-A at 100 with mat 150 %, and 15 of it with 1,000 Dai of debt for Alice.
    void open_vault() {
        init_ilk();
        vat(note_topic<"slip(bytes32,address,int256)">(),
            {word_of(kEth), word_of(kAlice), wads(15)});
        frob(kAlice, wads(15), wads(1000));
        seal_well();
    }

    void init_ilk() {
        vat(note_topic<"init(bytes32)">(), {word_of(kEth)});
        lib(kJug, note_topic<"init(bytes32)">(), {word_of(kEth)});
        vat(note_topic<"file(bytes32,uint256)">(), {word_of(bytes32("Line")), rad(1'000'000)});
        vat(note_topic<"file(bytes32,bytes32,uint256)">(),
            {word_of(kEth), word_of(bytes32("line")), rad(10'000)});
        lib(kSpotter,
            note_topic<"file(bytes32,bytes32,address)">(),
            {word_of(kEth), word_of(bytes32("pip")), word_of(kPip)});
        lib(kSpotter,
            note_topic<"file(bytes32,bytes32,uint256)">(),
            {word_of(kEth), word_of(bytes32("mat")), *checked_mul(U256(3), half(ray()))});
        poke(100);
    }

    void frob(const Address& urn, const U256& dink, const U256& dart) {
        vat(note_topic<"frob(bytes32,address,address,address,int256,int256)">(),
            {word_of(kEth), word_of(urn), word_of(urn), word_of(urn), dink, dart});
    }

    /// The Spotter's: the Vat's note, then the event.
    void poke(std::uint64_t price) {
        const U256 spot = *rday(price);
        vat(note_topic<"file(bytes32,bytes32,uint256)">(),
            {word_of(kEth), word_of(bytes32("spot")), spot});
        event<events::Poke>(kSpotter, {kEth, Hash32::from_bytes(wads(price).to_be_bytes()), spot});
    }

    /// price / 1.5, down
    static std::optional<U256> rday(std::uint64_t price) {
        return mul_div_floor(rays(price), ray(), *checked_mul(U256(3), half(ray())));
    }

    ledger::Ledger ledger;
    protocol::Quarantine quarantine{ledger};
    Deployment deployment;
    std::unique_ptr<protocol::Protocol> protocol;
    std::vector<std::vector<ledger::RowChange>> undo;
    std::uint64_t number = 1;
    std::uint64_t now = 1'000'000;

  private:
    eth::Block block_;
    Hash32 transaction_;
};

template <class Range, class Value, class Projection = std::identity>
bool contains(const Range& range, const Value& value, Projection projection = {}) {
    return std::ranges::find(range, value, projection) != std::ranges::end(range);
}

/// An entry by its name; what it is worth.
inline const protocol::SheetEntry& entry_of(const protocol::Sheet& sheet, const std::string& name) {
    const auto found = std::ranges::find(sheet.entries, name, &protocol::SheetEntry::name);
    INFO(name);
    REQUIRE(found != sheet.entries.end());
    return *found;
}

inline U256 number_of(const protocol::Sheet& sheet, const std::string& name) {
    const protocol::SheetEntry& entry = entry_of(sheet, name);
    INFO(name << " " << entry.reason);
    REQUIRE(std::holds_alternative<U256>(entry.value));
    return std::get<U256>(entry.value);
}

inline const std::vector<protocol::Sheet>& list_of(
    const protocol::Sheet& sheet, const std::string& name
) {
    const auto found =
        std::ranges::find(sheet.lists, name, [](const auto& list) { return list.first; });
    REQUIRE(found != sheet.lists.end());
    return found->second;
}

}  // namespace faultline::maker
