// SPDX-License-Identifier: Apache-2.0
#include "engine/keys.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocols/aave/deployment.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/engine/adoption.hpp>
#include <faultline/engine/engine.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/workers.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/memory_store.hpp>
#include <faultline/shell/store/store.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace faultline::engine {
namespace {

Address account(std::uint8_t n) {
    Address out;
    out.bytes[0] = n;
    out.bytes[19] = static_cast<std::uint8_t>(255 - n);
    return out;
}

protocol::Holder holder(std::uint8_t n) {
    return {.account = account(n), .part = {}};
}

const BootstrapMark kMark{
    .block = {.number = 70, .hash = {}},
    .timestamp = {1'700'000'000},
    .search_next = 12,
    .listed = true,
    .market = 1,
    .holders_known = 3
};

/// A store in which a bootstrap stands at kMark, with a row of one account.
struct Standing {
    store::MemoryStore store;

    Standing() {
        ledger::Ledger ledger;
        aave::Tables tables(ledger);
        aave::UserRow row;
        row.emode = 4;
        tables.users.put({.market = 0, .account = account(9)}, row);
        store::Batch batch;
        put_rows(batch, ledger.seal());
        put_mark(batch, kMark);
        for (const std::uint8_t n : std::array<std::uint8_t, 4>{7, 3, 200, 3}) {
            put_holder(batch, 0, holder(n));
        }
        put_holder(batch, 1, holder(5));
        REQUIRE(store.commit(batch, store::Durability::kSynced));
    }

    /// What an engine finds in it.
    struct Loaded {
        Result<void> result;
        std::optional<eth::BlockRef> tip;
        std::vector<ledger::RowChange> rows;
    };

    Loaded load() {
        runtime::Loop loop;
        runtime::Random random(0);
        const auto workers = runtime::make_inline_workers();
        store::Committer committer(store, *workers);
        obs::Metrics metrics;
        Engine engine(
            {.chain_name = "test", .deployments = aave::deployments_of({{}, {}}), .rules = {}},
            16,
            {store, committer, loop.clock(), random, obs::null_log(), metrics}
        );
        Loaded out;
        out.result = engine.load();
        out.tip = engine.tip();
        out.rows = engine.fold().dump();
        return out;
    }
};

}  // namespace

TEST_CASE("a mark and the accounts to read come back as they were put", "[engine]") {
    const Standing at;
    const auto mark = bootstrap_mark(at.store);
    REQUIRE((mark && mark->has_value()));
    CHECK((*mark)->fields() == kMark.fields());
    CHECK(
        *bootstrap_holders(at.store, 0) ==
        std::vector<protocol::Holder>{holder(3), holder(7), holder(200)}
    );
    CHECK(*bootstrap_holders(at.store, 1) == std::vector<protocol::Holder>{holder(5)});
    CHECK(bootstrap_holders(at.store, 2)->empty());
    CHECK_FALSE(bootstrap_mark(store::MemoryStore())->has_value());
}

TEST_CASE("an engine refuses what is not all read, and goes on from what is", "[engine]") {
    Standing at;
    const auto before = at.load();
    REQUIRE_FALSE(before.result);
    CHECK_THAT(
        before.result.error().message(),
        Catch::Contains("the bootstrap of this chain at block 70 (0x00000000…) is not finished") &&
            Catch::Contains("run `faultline bootstrap` again")
    );
    store::Batch batch;
    REQUIRE(adopt(at.store, batch, kMark));
    REQUIRE(at.store.commit(batch, store::Durability::kSynced));
    const auto after = at.load();
    REQUIRE(after.result);
    CHECK(after.tip == kMark.block);
    CHECK(after.rows.size() == 2);  // The tip's and the account's.
    CHECK(bootstrap_holders(at.store, 0)->empty());
}

TEST_CASE("nothing is left of a bootstrap that is forgotten", "[engine]") {
    Standing at;
    store::Batch batch;
    REQUIRE(forget_rows(at.store, batch));
    REQUIRE(forget_holders(at.store, batch));
    batch.erase(store::Family::kMeta, keys::bootstrap());
    REQUIRE(at.store.commit(batch, store::Durability::kSynced));
    const auto after = at.load();
    REQUIRE(after.result);
    CHECK_FALSE(after.tip);
    CHECK(after.rows.empty());
    CHECK(bootstrap_holders(at.store, 0)->empty());
    CHECK(bootstrap_holders(at.store, 1)->empty());
}

TEST_CASE("the block that a bootstrap read is not taken back", "[engine]") {
    Fold fold({.chain_name = "test", .deployments = {}, .rules = {}});
    const auto tip = Fold::tip_row({.ref = kMark.block, .timestamp = kMark.timestamp});
    REQUIRE(fold.load(tip.table, tip.key, *tip.after));
    // Also when something was told at that very block.
    UndoRecord record{.ref = kMark.block, .changes = {}, .transitions = {}};
    record.add(fold.halt("the endpoint is of another chain", 0));
    CHECK_FALSE(record.changes.empty());
    CHECK_FALSE(fold.revert(record));
    const auto reverted = fold.revert({.ref = kMark.block, .changes = {}, .transitions = {}});
    REQUIRE_FALSE(reverted);
    CHECK_THAT(
        reverted.error().message(),
        Catch::Contains("at which the bootstrap read this chain, was replaced") &&
            Catch::Contains("`faultline bootstrap` again")
    );
    CHECK(fold.tip()->ref == kMark.block);
}

}  // namespace faultline::engine
