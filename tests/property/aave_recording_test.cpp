// SPDX-License-Identifier: Apache-2.0
// The fold against what the real contracts answered, without the engine in between.
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocols/aave/market.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/views.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/tape/line_reader.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::tests {
namespace {

constexpr std::size_t kWord = 32;

template <class T>
T checked(Result<T> result) {
    if (!result) {
        throw std::runtime_error(result.error().message());
    }
    return *std::move(result);
}

/// What real contracts said, and what release they are of.
struct Recording {
    std::string name;
    std::uint8_t pool_revision = 0;
    std::uint8_t token_revision = 0;
    std::size_t answers = 0;  ///< Of Aave's contracts, that there is a figure for.
};

const Recording kMini{
    .name = "devnet-mini", .pool_revision = 10, .token_revision = 5, .answers = 9757
};
const Recording kV37{
    .name = "aave37-s1", .pool_revision = 11, .token_revision = 5, .answers = 94470
};
const Recording kV302{
    .name = "aave302-s1", .pool_revision = 1, .token_revision = 1, .answers = 108833
};

/// The tape, and a market folded from it.
class Replay {
  public:
    explicit Replay(Recording recording = kMini)
        : recording_(std::move(recording)),
          reader_(checked(tape::open_tape(
              std::string(FAULTLINE_SOURCE_DIR) + "/tests/fixtures/tapes/" + recording_.name +
              ".jsonl.zst"
          ))) {
        const tape::Manifest manifest = checked(tape::read_manifest(*reader_));
        const auto address = [&](const std::string& name) {
            return checked(Address::from_hex(*manifest.find("aave." + name)));
        };
        config_ = {
            .name = "recorded",
            .addresses_provider = address("provider"),
            .pool = address("pool"),
            .configurator = address("configurator"),
            .oracle = address("oracle")
        };
        markets_.emplace(ledger_, std::vector{config_});
    }

    /// The next block that is applied, not folded yet; reverts before it are carried out.
    std::optional<rpc::RecordedBlock> next() {
        for (;;) {
            const auto line = checked(reader_->next());
            if (!line) {
                return std::nullopt;
            }
            if (line->kind == tape::LineKind::kApplied) {
                return checked(rpc::decode_recorded_block(
                    line->json, {.topics0 = aave::Markets::topics(), .contracts = {}}
                ));
            }
            REQUIRE(ledger_.undo(undo_.back()));
            undo_.pop_back();
        }
    }

    /// Folds it; returns how many incidents degraded the market.
    std::size_t apply(rpc::RecordedBlock& recorded) {
        eth::Block block;
        block.header = recorded.header;
        block.logs = std::move(recorded.logs);
        block.reads = std::move(recorded.calls);
        answer_revision(block);
        const std::vector<aave::Incident> incidents = markets_->apply(block);
        undo_.push_back(ledger_.seal());
        return static_cast<std::size_t>(
            std::ranges::count(incidents, true, &aave::Incident::degrades)
        );
    }

    [[nodiscard]] const aave::Tables& tables() const { return markets_->tables(); }

    [[nodiscard]] aave::Views views(const eth::Header& at) const {
        return {markets_->tables(), config_, 0, at};
    }

  private:
    /// The reads the tape does not have: the revisions of contracts whose release is known.
    void answer_revision(eth::Block& block) const {
        for (const eth::Read& read : markets_->plan_reads(block)) {
            if (aave::call_name(read.data).ends_with("_REVISION()")) {
                Bytes word(kWord);
                word.back() = aave::call_name(read.data).starts_with("POOL")
                                  ? recording_.pool_revision
                                  : recording_.token_revision;
                block.reads.push_back({.read = read, .reverted = false, .result = word});
            }
        }
    }

    Recording recording_;
    std::unique_ptr<tape::LineReader> reader_;
    aave::MarketConfig config_;
    ledger::Ledger ledger_;
    std::optional<aave::Markets> markets_;
    std::vector<std::vector<ledger::RowChange>> undo_;
};

struct Compared {
    std::size_t equal = 0;
    std::size_t different = 0;
};

void compare(const Replay& replay, const rpc::RecordedBlock& block, Compared& compared) {
    const aave::Views views = replay.views(block.header);
    for (const rpc::RecordedView& truth : block.truth) {
        const auto ours = views.answer(truth.answer.read);
        if (!ours || !ours->ok()) {
            continue;
        }
        std::size_t at = ours->value.array ? kWord : 0;
        bool equal = truth.answer.result.size() == at + (ours->value.words.size() * kWord);
        for (const auto& word : ours->value.words) {
            equal =
                equal &&
                (!word ||
                 *word == U256::from_be_bytes(BytesView(truth.answer.result).subspan(at, kWord)));
            at += kWord;
        }
        INFO(truth.label << " at block " << block.header.ref.number);
        CHECK_NOFAIL(equal);
        ++(equal ? compared.equal : compared.different);
    }
}

/// What the reserves keep as totals, which move with each log, is what the accounts have in sum.
void require_totals_add_up(const aave::Tables& tables) {
    std::map<aave::ReserveKey, std::pair<U256, U256>> sums;
    tables.positions.for_each_unordered([&](const aave::PositionKey& key, const auto& row) {
        auto& [supply, debt] = sums[{.market = key.market, .reserve = key.reserve}];
        supply = *checked_add(supply, row.scaled_supply);
        debt = *checked_add(debt, row.scaled_debt);
    });
    tables.reserves.for_each_unordered([&](const aave::ReserveKey& key, const auto& row) {
        const auto& [supply, debt] = sums[key];
        INFO("reserve " << key.reserve);
        CHECK(supply == row.scaled_supply);
        CHECK(debt == row.scaled_debt);
    });
}

}  // namespace

TEST_CASE("every view real Aave contracts were asked equals ours, through reorgs") {
    const Recording recording = GENERATE(kMini, kV37, kV302);
    Replay replay(recording);
    Compared compared;
    while (auto block = replay.next()) {
        INFO(recording.name << ", block " << block->header.ref.number);
        REQUIRE(replay.apply(*block) == 0);
        require_totals_add_up(replay.tables());
        compare(replay, *block, compared);
    }
    WARN(recording.name << ": " << compared.equal << " answers of the contracts are equal");
    REQUIRE(compared.different == 0);
    REQUIRE(compared.equal == recording.answers);
}

TEST_CASE("a recording with one log left out is not equal any more") {
    Replay replay;
    Compared compared;
    std::size_t incidents = 0;
    std::size_t blocks = 0;
    bool dropped = false;
    while (auto block = replay.next()) {
        ++blocks;
        if (!dropped && blocks > 200 && block->logs.size() > 6) {
            eth::LogList kept;
            for (std::size_t i = 0; i < block->logs.size(); ++i) {
                const bool is_burn_or_mint = !dropped && block->logs[i].data.size() == 3 * kWord;
                dropped = dropped || is_burn_or_mint;
                if (!is_burn_or_mint) {
                    kept.add(block->logs[i]);
                }
            }
            block->logs = kept;
        }
        incidents += replay.apply(*block);
        if (dropped) {
            break;
        }
    }
    REQUIRE(dropped);
    while (auto block = replay.next()) {
        incidents += replay.apply(*block);
        const aave::Views views = replay.views(block->header);
        for (const rpc::RecordedView& truth : block->truth) {
            const auto ours = views.answer(truth.answer.read);
            compared.different +=
                ours && ours->ok() && ours->value.words.size() == 1 && ours->value.words[0] &&
                        truth.answer.result.size() == kWord &&
                        *ours->value.words[0] != U256::from_be_bytes(truth.answer.result)
                    ? 1
                    : 0;
        }
    }
    REQUIRE(compared.different + incidents > 0);
}

}  // namespace faultline::tests
