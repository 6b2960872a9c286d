// SPDX-License-Identifier: Apache-2.0
// A market read at one block of a recording from what its contracts answered there, against the
// same market folded from its logs; and folded on from there.
#include "property/aave_replay.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocols/aave/bootstrap.hpp>
#include <faultline/core/protocols/aave/rows.hpp>
#include <faultline/core/protocols/aave/views.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace faultline::tests {
namespace {

Bytes word_bytes(const U256& value) {
    const auto word = value.to_be_bytes();
    return {word.begin(), word.end()};
}

/// Answers as the contracts did at that block. What the tape did not ask (the provider, ids,
/// revisions, eModes beyond those that exist) is answered from the folded rows.
class ToldNode {
  public:
    ToldNode(const Replay& replay, const rpc::RecordedBlock& block)
        : replay_(replay), views_(replay.views(block.header)) {
        for (const rpc::RecordedView& truth : block.truth) {
            told_.emplace(truth.answer.read, truth.answer);
        }
    }

    std::vector<eth::ReadAnswer> answer(const std::vector<eth::Read>& reads) {
        std::vector<eth::ReadAnswer> out;
        for (const eth::Read& read : reads) {
            const auto found = told_.find(read);
            from_truth += found == told_.end() ? 0 : 1;
            out.push_back(found == told_.end() ? by_rows(read) : found->second);
        }
        return out;
    }

    std::size_t from_truth = 0;
    std::map<std::string, std::size_t> by_ours;  ///< Calls that the tape did not ask.

  private:
    eth::ReadAnswer by_rows(const eth::Read& read) {
        const std::string name = aave::call_name(read.data);
        ++by_ours[name];
        eth::ReadAnswer answer{.read = read, .outcome = eth::ReadOutcome::kReturned, .result = {}};
        const aave::MarketConfig& config = replay_.config();
        const std::map<std::string, U256> constants{
            {"getPool()", U256::from_be_bytes(config.pool.view())},
            {"getPoolConfigurator()", U256::from_be_bytes(config.configurator.view())},
            {"getPriceOracle()", U256::from_be_bytes(market().oracle.view())},
            {"getPriceOracleSentinel()", U256::from_be_bytes(market().sentinel.view())},
            {"POOL_REVISION()", U256(replay_.recording().pool_revision)},
            {"ATOKEN_REVISION()", U256(replay_.recording().token_revision)},
            {"DEBT_TOKEN_REVISION()", U256(replay_.recording().token_revision)},
        };
        if (const auto found = constants.find(name); found != constants.end()) {
            answer.result = word_bytes(found->second);
        } else if (name == "getReserveAddressById(uint16)") {
            const auto id = static_cast<aave::ReserveId>(read.data.back());
            const aave::ReserveRow* row = replay_.tables().reserves.find({0, id});
            answer.result =
                word_bytes(row == nullptr ? U256() : U256::from_be_bytes(row->asset.view()));
        } else if (name == "getEModeCategoryLabel(uint8)") {
            const aave::EModeRow* row = replay_.tables().emodes.find({0, read.data.back()});
            const std::string label = row == nullptr ? std::string() : row->label;
            answer.result = word_bytes(U256(32));
            const Bytes length = word_bytes(U256(label.size()));
            answer.result.insert(answer.result.end(), length.begin(), length.end());
            answer.result.insert(answer.result.end(), label.begin(), label.end());
        } else {
            const auto ours = views_.answer(read);
            answer.outcome = eth::outcome_of(!ours || !ours->ok());
            for (std::size_t i = 0; !answer.reverted() && i < ours->value.words.size(); ++i) {
                const Bytes word = word_bytes(*ours->value.words[i]);
                answer.result.insert(answer.result.end(), word.begin(), word.end());
            }
        }
        return answer;
    }

    [[nodiscard]] const aave::MarketRow& market() const {
        return *replay_.tables().markets.find({0});
    }

    const Replay& replay_;
    aave::Views views_;
    std::map<eth::Read, eth::ReadAnswer> told_;
};

std::vector<Address> holders(const aave::Tables& tables) {
    std::vector<Address> out;
    tables.users.for_each_unordered([&](const aave::UserKey& key, const auto&) {
        out.push_back(key.account);
    });
    std::ranges::sort(out);
    return out;
}

/// A market read by calls, in tables of its own.
struct ReadMarket {
    ledger::Ledger ledger;
    aave::Tables tables{ledger};
};

aave::Bootstrap::Options options(
    const rpc::RecordedBlock& block, std::vector<Address> accounts, std::size_t known = 0
) {
    return {
        .market = 0,
        .block = block.header.ref,
        .timestamp = block.header.timestamp,
        .accounts = std::move(accounts),
        .accounts_known = known
    };
}

/// Reads until it is done; the first error otherwise.
Result<void> read_all(aave::Bootstrap& bootstrap, ToldNode& node) {
    while (!bootstrap.calls().empty()) {
        FAULTLINE_TRY_VOID(bootstrap.take(node.answer(bootstrap.calls())));
    }
    return {};
}

/// Rows of accounts, eModes and reserves, and of what the logs of tokens are held to.
std::vector<ledger::RowChange> comparable(const std::vector<ledger::RowChange>& rows) {
    std::vector<ledger::RowChange> out;
    for (const ledger::RowChange& row : rows) {
        if (row.table < 0x0102 || row.table == 0x0107 || row.table > 0x0108) {
            continue;
        }
        out.push_back(row);
    }
    return out;
}

/// Table, key and both values of the first row that is not the same; empty when all are.
std::string first_difference(
    const std::vector<ledger::RowChange>& some, const std::vector<ledger::RowChange>& others
) {
    const auto [one, other] = std::ranges::mismatch(some, others);
    const auto text = [](const auto& row, const auto& end) {
        return row == end ? std::string("nothing")
                          : std::to_string(row->table) + " " + to_hex(row->key) + ": " +
                                to_hex(row->after.value_or(Bytes()));
    };
    return one == some.end() && other == others.end()
               ? std::string()
               : text(one, some.end()) + ", not " + text(other, others.end());
}

/// The n-th block of the workload whose views were recorded, folded.
std::optional<rpc::RecordedBlock> sampled(Replay& replay, std::size_t n) {
    constexpr std::size_t kWorkload = 1000;  // Answers, once there are accounts.
    while (auto block = replay.next()) {
        REQUIRE(replay.apply(*block) == 0);
        if (block->truth.size() > kWorkload && n-- == 0) {
            return block;
        }
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("a market read by calls is the one folded from logs, and goes on as it does") {
    const Recording recording = GENERATE(kMini, kV37, kV302);
    const std::size_t sample = GENERATE(1U, 6U, 20U);
    Replay replay(recording);
    const auto block = sampled(replay, sample);
    if (!block) {
        return;  // The small recording has fewer samples.
    }
    INFO(recording.name << ", block " << block->header.ref.text());
    ToldNode node(replay, *block);
    ReadMarket read;
    aave::Bootstrap bootstrap(
        read.tables, replay.config(), options(*block, holders(replay.tables()))
    );
    const auto done = read_all(bootstrap, node);
    INFO((done ? "" : done.error().message()));
    REQUIRE(done);
    CHECK(bootstrap.stage() == aave::Bootstrap::Stage::kDone);
    CHECK(bootstrap.accounts_compared() == holders(replay.tables()).size());
    CHECK(node.from_truth > 200);
    for (const char* recorded :
         {"getReserveData(address)",
          "getUserConfiguration(address)",
          "scaledBalanceOf(address)",
          "getUserAccountData(address)"}) {
        // Of all holders but one that the recorder did not know of.
        CHECK(node.by_ours[recorded] <= 8);
    }
    CHECK(first_difference(comparable(read.ledger.dump()), comparable(replay.dump())) == "");
    // From here on the read rows and the logs, to the end or to a reorg below that block.
    replay.adopt(read.ledger.dump());
    Compared compared;
    compare(replay, *block, compared);
    while (auto next = replay.next()) {
        REQUIRE(replay.apply(*next) == 0);
        compare(replay, *next, compared);
    }
    CHECK(compared.different == 0);
    CHECK(compared.equal > 500);
    WARN(
        recording.name << " from block " << block->header.ref.number << ": " << compared.equal
                       << " answers equal"
    );
}

TEST_CASE("what cannot be read or does not add up ends a bootstrap with the reason") {
    Replay replay(kV37);
    const auto block = sampled(replay, 6);
    REQUIRE(block);
    ToldNode node(replay, *block);
    ReadMarket read;
    std::vector<Address> accounts = holders(replay.tables());
    aave::MarketConfig config = replay.config();
    const auto refused = [&](const std::string& part) {
        aave::Bootstrap bootstrap(read.tables, config, options(*block, accounts));
        const auto done = read_all(bootstrap, node);
        REQUIRE_FALSE(done);
        CHECK(done.error().code() == Code::kRejected);
        CHECK_THAT(done.error().message(), Catch::Contains(part));
        CHECK_THAT(done.error().message(), Catch::Contains("market \"recorded\" at block "));
    };
    SECTION("an account that holds something is not listed") {
        accounts.erase(accounts.begin() + static_cast<std::ptrdiff_t>(accounts.size() / 2));
        refused("accounts are missing from the list");
    }
    SECTION("another market's configurator") {
        config.configurator = config.pool;
        refused("the addresses provider names pool ");
    }
    SECTION("a pool that is none") {
        config.pool = config.addresses_provider;
        refused("names pool");
    }
}

TEST_CASE("an altered answer about an account does not pass the contract's own figure") {
    Replay replay(kV37);
    const auto block = sampled(replay, 6);
    REQUIRE(block);
    ToldNode node(replay, *block);
    ReadMarket read;
    aave::Bootstrap bootstrap(
        read.tables, replay.config(), options(*block, holders(replay.tables()))
    );
    bool altered = false;
    Result<void> taken;
    while (taken && !bootstrap.calls().empty()) {
        auto answers = node.answer(bootstrap.calls());
        for (eth::ReadAnswer& answer : answers) {
            // Somebody's category: it moves thresholds and nothing that is summed up.
            if (!altered && aave::call_name(answer.read.data) == "getUserEMode(address)" &&
                answer.result.back() != 0) {
                answer.result.back() = 0;
                altered = true;
            }
        }
        taken = bootstrap.take(answers);
    }
    REQUIRE(altered);
    REQUIRE_FALSE(taken);
    CHECK_THAT(taken.error().message(), Catch::Contains("getUserAccountData(address), data 0x"));
    CHECK_THAT(taken.error().message(), Catch::Contains("and what was read gives"));
}

TEST_CASE("a bootstrap that was interrupted goes on behind the accounts it has") {
    Replay replay(kV302);
    const auto block = sampled(replay, 6);
    REQUIRE(block);
    const std::vector<Address> accounts = holders(replay.tables());
    ToldNode node(replay, *block);
    ReadMarket whole;
    aave::Bootstrap straight(whole.tables, replay.config(), options(*block, accounts));
    REQUIRE(read_all(straight, node));

    ReadMarket read;
    aave::Bootstrap first(read.tables, replay.config(), options(*block, accounts));
    while (first.accounts_known() == 0) {
        REQUIRE(first.take(node.answer(first.calls())));
    }
    REQUIRE(first.accounts_known() < accounts.size());
    aave::Bootstrap second(
        read.tables, replay.config(), options(*block, accounts, first.accounts_known())
    );
    REQUIRE(read_all(second, node));
    CHECK(read.ledger.dump() == whole.ledger.dump());
}

}  // namespace faultline::tests
