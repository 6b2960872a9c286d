// SPDX-License-Identifier: Apache-2.0
#include "unit/engine/scripted_chain.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/engine/kept_blocks.hpp>
#include <faultline/shell/store/memory_store.hpp>
#include <faultline/shell/store/store.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>

namespace faultline::engine {
namespace {

/// Blocks that go through a KeptBlocks, each with a batch of its own.
struct Keeping {
    store::MemoryStore store;
    ScriptedChain chain;
    KeptBlocks kept;

    explicit Keeping(std::uint64_t newest) : kept({.newest = newest}) {}

    void restart(std::uint64_t newest) {
        kept = KeptBlocks({.newest = newest});
        REQUIRE(kept.load(store));
    }

    void apply(int count, bool live = true) {
        for (int i = 0; i < count; ++i) {
            eth::Block block = chain.next(100);
            block.live = live;
            store::Batch batch;
            kept.applied(batch, block);
            CHECK(batch.size() <= 65);
            REQUIRE(store.commit(batch, store::Durability::kSynced));
        }
    }

    void revert() {
        store::Batch batch;
        kept.reverted(batch, chain.blocks().back().ref().number);
        REQUIRE(store.commit(batch, store::Durability::kSynced));
        chain.drop_tip();
    }

    [[nodiscard]] std::string range() const {
        const auto range = kept_range(store);
        REQUIRE(range.has_value());
        return *range ? std::to_string((*range)->first) + ".." + std::to_string((*range)->last)
                      : "none";
    }
};

}  // namespace

TEST_CASE("a block that is kept comes back as it was, to the last field") {
    Keeping keeping(KeepBlocks::kAll);
    keeping.apply(1);
    eth::Block block = keeping.chain.next(86);
    block.header.base_fee_wei = U256(7);
    block.evidence = {
        .endpoints = {"one", "two"},
        .finality = eth::Finality::kSafe,
        .checks = {"header_hash", "bloom"},
        .doubt = "no receipts"
    };
    block.live = false;
    block.reads.push_back(
        {.read = {.to = aave::kOracle, .data = {1, 2, 3}, .from = aave::kPool},
         .outcome = eth::ReadOutcome::kReverted,
         .result = {9}}
    );
    block.reads.push_back(
        {.read = {.to = aave::kOracle, .data = {4}},
         .outcome = eth::ReadOutcome::kNoAnswer,
         .result = {}}
    );
    store::Batch batch;
    keeping.kept.applied(batch, block);
    REQUIRE(keeping.store.commit(batch, store::Durability::kSynced));
    for (const eth::Block& original : {keeping.chain.blocks().front(), block}) {
        const auto back = kept_block(keeping.store, original.ref().number);
        REQUIRE(back.has_value());
        CHECK(back->header == original.header);
        CHECK(back->logs == original.logs);
        CHECK(back->reads == original.reads);
        CHECK(back->evidence == original.evidence);
        CHECK(back->live == original.live);
    }
}

TEST_CASE("the newest blocks are kept and the others go, across restarts and changed settings") {
    Keeping keeping(3);
    keeping.apply(5);
    CHECK(keeping.range() == "3..5");
    keeping.restart(KeepBlocks::kAll);
    keeping.apply(4);
    CHECK(keeping.range() == "3..9");
    keeping.restart(2);
    keeping.apply(1);
    CHECK(keeping.range() == "9..10");
    keeping.restart(0);
    keeping.apply(1);
    CHECK(keeping.range() == "none");
    CHECK(kept_block(keeping.store, 11).error().message() == "block 11 is not kept");
}

TEST_CASE("history is kept only when all is") {
    Keeping some(10);
    some.apply(3, false);
    CHECK(some.range() == "none");
    some.apply(2);
    CHECK(some.range() == "4..5");
    Keeping all(KeepBlocks::kAll);
    all.apply(3, false);
    CHECK(all.range() == "1..3");
}

TEST_CASE("a much smaller setting is reached over many blocks, each batch staying small") {
    Keeping keeping(KeepBlocks::kAll);
    keeping.apply(200);
    keeping.restart(5);
    keeping.apply(1);
    CHECK(keeping.range() == "65..201");
    keeping.apply(3);
    CHECK(keeping.range() == "200..204");
}

TEST_CASE("a reverted block is not kept, and the block that replaces it is") {
    Keeping keeping(10);
    keeping.apply(4);
    keeping.revert();
    CHECK(keeping.range() == "1..3");
    keeping.apply(1);
    CHECK(keeping.range() == "1..4");
    CHECK(kept_block(keeping.store, 4)->ref() == keeping.chain.blocks().back().ref());
}

TEST_CASE("a damaged copy is refused with what to do") {
    Keeping keeping(10);
    keeping.apply(1);
    store::Batch batch;
    batch.put(store::Family::kBlocks, Bytes{0, 0, 0, 0, 0, 0, 0, 1}, Bytes{1, 2, 3});
    REQUIRE(keeping.store.commit(batch, store::Durability::kSynced));
    const auto damaged = kept_block(keeping.store, 1);
    REQUIRE_FALSE(damaged.has_value());
    CHECK(damaged.error().code() == Code::kCorrupt);
    CHECK(damaged.error().message() == "the copy of block 1 is damaged. replay a range without it");
}

}  // namespace faultline::engine
