// SPDX-License-Identifier: Apache-2.0
#pragma once
// A protocol that follows modelled contracts through a random life: history, live blocks, reorgs
// and restarts. It sees logs and the answers to the reads it plans, and nothing else.

#include "property/legs_told.hpp"
#include "property/life_tally.hpp"
#include "property/model_comparison.hpp"
#include "property/named_holders.hpp"
#include "property/protocol_model.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/law.hpp>
#include <faultline/core/protocol/market_id.hpp>
#include <faultline/core/protocol/market_reading.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocol/quarantine.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::tests {

/// `World` is a copyable model:
///     World(Chance&): its contracts not deployed yet
///     void begin_block(std::uint64_t number, std::uint64_t time)
///     std::string operate(Chance&): does something and says what, or throws Refused
///     LogBook& book(), const LogBook& book() const
///     std::optional<eth::ReadAnswer> answer(const eth::Read&) const
///     std::vector<ViewCall> views(Chance&) const, std::vector<ModelPosition> positions() const
///     bool deployed(std::size_t place) const: whether that market has figures to give
///     std::unique_ptr<protocol::Deployment> deployment(bool from_start) const: else bootstrapped
template <class World>
class ProtocolLife {
  public:
    ProtocolLife(const LifeOptions& options, LifeTally& tally)
        : options_(options), tally_(tally), chance_(options.seed), world_(chance_) {
        deployment_ = world_.deployment(true);
        filter_ = deployment_->wanted_logs();
        open({});
        legs_.read_anew(*protocol_);
        header_.timestamp = {1'700'000'000};
        header_.ref = {.number = 1000, .hash = block_hash(1000)};
    }

    void live() {
        follow_history();
        for (std::uint64_t i = 0; i < options_.blocks; ++i) {
            if (chance_.one_in(10)) {
                go_back();
            }
            if (chance_.one_in(25)) {
                restart();
            }
            if (options_.read_anew_after == i) {
                read_anew();
            }
            const World before = world_;
            eth::Block block = next_block();
            INFO("seed " << options_.seed << ", block " << header_.ref.number << happened_);
            apply(block);
            undo_.push_back(
                {.changes = ledger_->seal(), .world = before, .header = parent_of_header_}
            );
            check_state();
            if (i < 3 || i + 1 == options_.blocks || chance_.one_in(options_.compared_every)) {
                compare();
            }
        }
    }

  private:
    struct Undo {
        std::vector<ledger::RowChange> changes;
        World world;
        eth::Header header;
    };

    static Hash32 block_hash(std::uint64_t salt) {
        return eth::keccak256("block " + std::to_string(salt));
    }

    void open(const std::vector<ledger::RowChange>& rows) {
        protocol_.reset();
        quarantine_.reset();
        ledger_.emplace();
        quarantine_.emplace(*ledger_);
        protocol_ = deployment_->open(*ledger_, *quarantine_, kFirstMarket);
        for (const ledger::RowChange& row : rows) {
            REQUIRE(ledger_->load(row.table, row.key, *row.after));
        }
    }

    /// Goes on from stored rows, as a daemon that is started again.
    void restart() {
        open(ledger_->dump());
        ++tally_.restarts;
    }

    /// As a bootstrap does: the market's contracts, then whoever their logs have named.
    void read_anew() {
        INFO("seed " << options_.seed << ", read at block " << header_.ref.number);
        deployment_ = world_.deployment(false);
        open({});
        undo_.clear();
        for (std::size_t place = 0; place < deployment_->markets().size(); ++place) {
            const auto market = static_cast<protocol::MarketId>(kFirstMarket + place);
            auto options = reading_of(market);
            const auto contracts = protocol_->read_market(options);
            REQUIRE(contracts != nullptr);
            // Ends without holders, or says that what they hold is not accounted for.
            while (contracts->of_market() && !contracts->calls().empty()) {
                if (!contracts->take(answers_to(contracts->calls()))) {
                    break;
                }
            }
            options.holders = named_holders(*protocol_, market, past_);
            const auto reading = protocol_->read_market(options);
            while (!reading->calls().empty()) {
                const auto taken = reading->take(answers_to(reading->calls()));
                INFO((taken ? std::string() : taken.error().message()));
                REQUIRE(taken.has_value());
            }
            tally_.holders_read += reading->holders_known();
            CHECK(reading->holders_known() == options.holders.size());
        }
        ledger_->seal();
        legs_.read_anew(*protocol_);
        check_state();
        compare();
    }

    [[nodiscard]] protocol::ReadingOptions reading_of(protocol::MarketId market) const {
        return {
            .market = market,
            .block = header_.ref,
            .timestamp = header_.timestamp,
            .holders = {},
            .holders_known = 0
        };
    }

    std::vector<eth::ReadAnswer> answers_to(const std::vector<eth::Read>& reads) {
        std::vector<eth::ReadAnswer> answers;
        for (const eth::Read& read : reads) {
            auto answer = world_.answer(read);
            if (!answer) {
                note_unanswered(read);
                answer.emplace(read, eth::ReadOutcome::kReverted, Bytes());
            }
            answers.push_back(*std::move(answer));
        }
        return answers;
    }

    void note_unanswered(const eth::Read& read) {
        ++tally_.unanswered[protocol_->call_name(read.data).value_or("?") + " of " + read.to.hex()];
    }

    void go_back() {
        const std::uint64_t blocks = 1 + chance_.below(std::uint64_t{4});
        for (std::uint64_t i = 0; i < blocks && !undo_.empty(); ++i) {
            REQUIRE(ledger_->undo(undo_.back().changes));
            legs_.hear(*protocol_, undo_.back().changes);
            legs_.check(*protocol_);
            world_ = undo_.back().world;
            header_ = undo_.back().header;
            undo_.pop_back();
            past_.pop_back();
            ++tally_.reverted_blocks;
        }
        if (!undo_.empty() && chance_.one_in(4)) {
            INFO("seed " << options_.seed << ", back at block " << header_.ref.number);
            compare();
        }
    }

    /// What the world does next, as a block without reads.
    eth::Block next_block() {
        parent_of_header_ = header_;
        header_.parent = header_.ref.hash;
        header_.ref = {.number = header_.ref.number + 1, .hash = block_hash(++salt_)};
        header_.timestamp.value += elapsed(chance_);
        world_.begin_block(header_.ref.number, header_.timestamp.value);
        happened_.clear();
        const std::uint64_t transactions = chance_.one_in(4) ? 0 : chance_.below(std::uint64_t{6});
        for (std::uint64_t i = 0; i < transactions; ++i) {
            transact();
        }
        past_.push_back(world_.book().entries());
        return block_of_logs();
    }

    void transact() {
        World after = world_;
        after.book().begin_transaction();
        std::vector<std::string> done;
        const std::uint64_t operations =
            chance_.one_in(5) ? 2 + chance_.below(std::uint64_t{3}) : 1;
        try {
            for (std::uint64_t i = 0; i < operations; ++i) {
                after.book().begin_call();
                const std::size_t logs = after.book().entries().size();
                std::string what = after.operate(chance_);
                if (after.book().entries().size() == logs) {
                    what += " (no log)";
                }
                done.push_back(std::move(what));
            }
        } catch (const Refused&) {
            ++tally_.refused["transaction"];
            return;
        }
        world_ = std::move(after);
        happened_ += ";";
        for (const std::string& what : done) {
            ++tally_.done[what];
            happened_ += " " + what;
        }
    }

    eth::Block block_of_logs() {
        eth::Block block;
        block.header = header_;
        std::uint32_t index = 0;
        std::optional<std::uint32_t> call;
        for (const LogBook::Entry& entry : world_.book().entries()) {
            if (options_.noise && call != entry.call && chance_.one_in(4)) {
                add_noise(block, entry, index++);
            }
            call = entry.call;
            add(block, entry, index++);
        }
        return block;
    }

    void add(eth::Block& block, const LogBook::Entry& entry, std::uint32_t index) {
        if (!filter_.wants(entry.address, entry.topics)) {
            return;
        }
        block.logs.add(
            {.address = entry.address,
             .topics = entry.topics,
             .data = entry.data,
             .tx_hash = block_hash((salt_ << 16U) + entry.transaction),
             .tx_index = entry.transaction,
             .log_index = index}
        );
    }

    /// Anybody can emit anything: the same log by somebody else, or nonsense under a known topic.
    void add_noise(eth::Block& block, const LogBook::Entry& entry, std::uint32_t index) {
        LogBook::Entry noise = entry;
        noise.address = address_of("somebody else");
        if (chance_.one_in(2)) {
            noise.topics = {chance_.one_of(filter_.clauses().front().topics0)};
            noise.data.resize(chance_.below(std::uint64_t{200}));
        }
        add(block, noise, index);
    }

    /// All that the protocol wants to read, answered by `now`.
    void answer_reads(eth::Block& block, const World& now) {
        for (;;) {
            const std::vector<eth::Read> reads = protocol_->plan_reads(block);
            if (!block.live && !protocol_->asks_in_history(block.logs)) {
                REQUIRE(reads.empty());
            }
            std::size_t answered = 0;
            for (const eth::Read& read : reads) {
                if (block.made(read)) {
                    continue;
                }
                if (auto answer = now.answer(read)) {
                    block.reads.push_back(*std::move(answer));
                    ++answered;
                    ++tally_.reads;
                } else {
                    note_unanswered(read);
                }
            }
            if (answered == 0) {
                return;
            }
        }
    }

    void apply(eth::Block& block) {
        answer_reads(block, world_);
        fold(block);
    }

    void fold(const eth::Block& block) {
        std::vector<protocol::Incident> incidents;
        protocol_->apply(block, incidents);
        for (const protocol::Incident& incident : incidents) {
            if (incident.kind == protocol::IncidentKind::kDegrades) {
                FAIL(incident.text);
            }
            if (incident.kind != protocol::IncidentKind::kActivity) {
                ++tally_.told[kind_of(incident.text)];
            }
        }
        legs_.hear(*protocol_, *ledger_);
    }

    /// The chain as it was before anybody followed it: its blocks are folded when it is over, and
    /// what they ask is answered by nodes that know the newest state only.
    void follow_history() {
        std::vector<eth::Block> blocks;
        for (std::uint64_t i = 0; i < options_.history; ++i) {
            blocks.push_back(next_block());
            blocks.back().live = false;
        }
        for (eth::Block& block : blocks) {
            INFO("seed " << options_.seed << ", history " << block.header.ref.number);
            answer_reads(block, world_);
            fold(block);
            ledger_->seal();
            check_laws();
        }
    }

    void check_laws() const {
        for (const protocol::BrokenLaw& law : protocol_->broken_laws()) {
            FAIL_CHECK(law.law << ": " << law.text);
        }
        REQUIRE(quarantine_->total() == 0);
        legs_.check(*protocol_);
    }

    void check_state() const {
        check_laws();
        for (std::size_t place = 0; place < deployment_->markets().size(); ++place) {
            const auto market = static_cast<protocol::MarketId>(kFirstMarket + place);
            CHECK(protocol_->degraded(market).empty());
            if (world_.deployed(place)) {
                const auto usable = protocol_->usable(market);
                INFO("market " << place << ": " << usable.reason);
                CHECK(usable.ok());
                CHECK(protocol_->figures_of(market, header_.ref.number));
            }
        }
    }

    /// Whether every block of the chain was followed as it came.
    [[nodiscard]] bool from_start() const {
        return options_.history == 0 && !options_.read_anew_after;
    }

    void compare() {
        ModelComparison<World> comparison(
            world_,
            *protocol_,
            header_,
            tally_,
            from_start() ? Followed::kFromStart : Followed::kLater
        );
        comparison.compare_views(world_.views(chance_));
        comparison.compare_positions(kFirstMarket, deployment_->markets().size());
        REQUIRE(tally_.different == 0);
    }

    static constexpr protocol::MarketId kFirstMarket = 3;

    LifeOptions options_;
    LifeTally& tally_;
    Chance chance_;
    World world_;
    std::unique_ptr<protocol::Deployment> deployment_;
    eth::LogFilter filter_;
    std::optional<ledger::Ledger> ledger_;
    std::optional<protocol::Quarantine> quarantine_;
    std::unique_ptr<protocol::Protocol> protocol_;
    eth::Header header_;
    eth::Header parent_of_header_;
    std::uint64_t salt_ = 0;
    std::string happened_;  ///< In the newest block, for messages.
    std::vector<Undo> undo_;
    LegsTold legs_;
    std::vector<std::vector<LogBook::Entry>> past_;  ///< All logs of the chain.
};

}  // namespace faultline::tests
