// SPDX-License-Identifier: Apache-2.0
#include "sim/world.hpp"

#include <faultline/engine/movers.hpp>

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

namespace faultline::sim {

using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr UnixMillis kEpoch{1'700'000'000'000};
/// From the last block to rest. The longest waits on the way are a delivery backoff and a
/// reconnect.
constexpr Duration kConvergence = minutes(20);

UnixSeconds genesis_time(const SimOptions& options) {
    return {
        static_cast<std::uint64_t>(kEpoch.value) / 1000 -
        options.history_blocks * options.block_seconds
    };
}

/// Rows that depend on which blocks were followed live: alerts, since when a price is as it is,
/// what was counted and what passed uncounted. Faults make history of some.
bool of_live_blocks_alone(BytesView key) {
    constexpr std::uint8_t kAlertTables = 3;
    constexpr std::uint8_t kActivity = 0x0b;
    constexpr std::uint8_t kPrices = 0x0c;
    constexpr std::uint8_t kFollowed = 0x0f;
    constexpr std::uint8_t kMissed = 0x10;
    constexpr std::uint8_t kMovers = engine::Movers::kTable & 0xffU;
    const auto is = [&key](std::uint8_t table) {
        return key[0] == 0 && key[1] == table;
    };
    return key[0] == kAlertTables || is(kActivity) || is(kPrices) || is(kFollowed) || is(kMissed) ||
           is(kMovers);
}

}  // namespace

World::World(SimOptions options, bool verbose)
    : options_(options),
      start_(options.seed % 3),
      clock_(options.seed, kEpoch),
      trace_(verbose),
      log_(clock_, trace_),
      chain_random_(options.seed + 1),
      random_(options.seed + 2),
      chain_(options.seed, genesis_time(options), options.block_seconds),
      socket_(options_, clock_, trace_, options.seed + 4),
      sink_("sink", "", options_.sink, options.seed + 5),
      pager_("pager", std::string(kUrgentRule), options_.pager, options.seed + 6),
      steady_("steady", "", {}, options.seed + 7),
      http_(clock_, trace_),
      ledger_check_(chain_, fold_options(options), start_, kUndoWindow),
      alert_check_(
          false, options_.knows_finality ? std::optional(options_.finality_depth / 2) : std::nullopt
      ) {
    for (std::uint64_t i = 0; i < options_.endpoints; ++i) {
        nodes_.push_back(std::make_unique<SimNode>(
            chain_, options_, options.seed + 3 + (1000 * i), i + 1 == options_.endpoints
        ));
        http_.add(endpoint_host(i), *nodes_.back());
    }
    ledger_check_.may_be_elsewhere([this](const eth::BlockRef& ref) {
        return nodes_.size() > 1 && std::ranges::any_of(nodes_, [&ref](const auto& node) {
                   const ModelBlock* there = node->view().at(ref.number);
                   return there == nullptr || there->header.ref != ref;
               });
    });
    for (SimReceiver* receiver : receivers()) {
        http_.add(receiver->host(), *receiver);
    }
    for (std::uint64_t i = 0; i < options_.history_blocks; ++i) {
        chain_.extend();
    }
    highest_head_ = chain_.head();
    store_.on_commit([this](const store::Batch& batch) {
        fail(ledger_check_.committed(batch));
        fail(alert_check_.committed(batch, clock_.now()));
    });
}

void World::fail(const std::optional<std::string>& what) {
    if (what && failure_.empty()) {
        failure_ = *what;
        trace_.add(clock_.now(), "FAILED", *what);
    }
}

void World::boot() {
    Surroundings around{
        .loop = loop_,
        .clock = clock_,
        .http = http_,
        .sockets = socket_,
        .store = store_,
        .log = log_,
        .on_event =
            [this](const eth::ChainEvent& event) {
                if (const auto* applied = std::get_if<eth::Applied>(&event)) {
                    fail(ledger_check_.delivered(applied->block));
                    fail(reads_complete(applied->block));
                } else {
                    fail(ledger_check_.reverted(std::get<eth::Reverted>(event).ref));
                }
            },
    };
    daemon_ = std::make_unique<Daemon>(options_, start_, random_.next(), std::move(around));
    const Result<void> started = daemon_->start();
    if (!started) {
        fail("the daemon does not start: " + started.error().message());
    }
}

/// All calls the engine plans for a block are answered, or it is not delivered. Blocks that no node
/// ever called final must be taken as live ones, with what only live blocks ask for.
std::optional<std::string> World::reads_complete(const eth::Block& block) const {
    constexpr std::uint64_t kMostLiveBlocks = 96;
    const std::uint64_t depth =
        std::min(options_.knows_finality ? options_.finality_depth : kUndoWindow, kMostLiveBlocks);
    const bool may_be_history = block.ref().number + depth <= highest_head_;
    const bool complete = daemon_->engine().plan_reads(block).empty();
    return complete && (block.live || may_be_history)
               ? std::nullopt
               : std::optional(
                     "block " + block.ref().text() + " came with " +
                     std::to_string(block.reads.size()) + " reads, not all it needs"
                 );
}

void World::die() {
    dies_now_ = false;
    ++crashes_;
    trace_.add(clock_.now(), "process", "dies");
    if (!daemon_->kill()) {
        fail("something does not end when it is cancelled");
        return;
    }
    daemon_.reset();
    store_.crash(random_);
    ledger_check_.restarted(store_);
    fail(ledger_check_.rows_match(store_));
    const Instant back = clock_.now() + seconds(random_.chance(0.7) ? 1 : random_.between(1, 400));
    while (clock_.now() < back && clock_.sleepers() > 0 && clock_.next_wake() < back) {
        clock_.advance();
        loop_.poll();
    }
    troubled_ = clock_.now();
    boot();
}

bool World::step() {
    loop_.poll();
    if (dies_now_ || store_.dead()) {
        die();
        loop_.poll();
    }
    if (daemon_ && daemon_->ended()) {
        fail("the chain stopped: " + daemon_->ended()->message());
    }
    for (const SimReceiver* receiver : receivers()) {
        fail(alert_check_.taken(*receiver, highest_head_));
    }
    if (store_.full()) {
        troubled_ = clock_.now();
    }
    fail(alert_check_.in_time(steady_, clock_.now(), troubled_));
    if (failure_.empty() && !clock_.advance()) {
        fail("everybody waits and nobody sleeps");
    }
    return failure_.empty();
}

bool World::converged() {
    if (ledger_check_.checkpoint() != chain_.at(chain_.head()).header.ref || !socket_.speaks()) {
        return false;
    }
    bool quiet = true;
    const auto scanned =
        store_.scan(store::Family::kOutbox, {}, [this, &quiet](BytesView, BytesView row) {
            const auto transition = alerts::decode_transition(row);
            quiet = transition && alert_check_.may_wait(*transition, chain_);
            return quiet;
        });
    return scanned && quiet;
}

void World::check_everything() {
    fail(ledger_check_.rows_match(store_));
    const std::unique_ptr<engine::Fold> truth = ledger_check_.rebuilt();
    if (truth) {
        fail(LedgerCheck::usable(*truth));
        fail(alert_check_.orphans_retracted(chain_));
        for (const SimReceiver* receiver : receivers()) {
            fail(alert_check_.all_arrived(*receiver, *truth, chain_));
        }
    }
    const auto dead = store_.scan(store::Family::kDead, {}, [this](BytesView, BytesView) {
        fail("a dead letter, although the receiver came back");
        return false;
    });
    if (!dead) {
        fail("the dead letters cannot be read");
    }
}

SimReport World::run() {
    trace_.add(clock_.now(), "options", options_.text());
    boot();
    nature_.spawn("chain", chain_life());
    for (const auto& node : nodes_) {
        nature_.spawn("lag", lag_life(*node));
    }
    nature_.spawn("sink", receiver_life(sink_));
    nature_.spawn("pager", receiver_life(pager_));
    nature_.spawn("disk", disk_life());
    nature_.spawn("crash", crash_life());
    while (!chain_done_ && step()) {
    }
    const Instant deadline = clock_.now() + kConvergence;
    while (failure_.empty() && !converged()) {
        if (clock_.now() > deadline) {
            const auto& status = daemon_->head_status();
            fail(
                "not at rest 20 simulated minutes after the last block: checkpoint " +
                (ledger_check_.checkpoint() ? ledger_check_.checkpoint()->text() : "none") +
                ", head " + chain_.at(chain_.head()).header.ref.text() + ", last error \"" +
                status.last_error + "\"" + (socket_.speaks() ? "" : ", and the socket is lost")
            );
        }
        step();
    }
    if (failure_.empty()) {
        check_everything();
    }
    SimReport out = report();
    nature_.cancel();
    daemon_->kill();
    for (int i = 0; i < 100 && nature_.live() > 0; ++i) {
        loop_.poll();
    }
    return out;
}

SimReport World::report() {
    SimReport out;
    Trace state(false);
    const auto scanned =
        store_.scan(store::Family::kRows, {}, [&state](BytesView key, BytesView value) {
            if (!of_live_blocks_alone(key)) {
                state.add(
                    {}, std::string(key.begin(), key.end()), std::string(value.begin(), value.end())
                );
            }
            return true;
        });
    out.failure = scanned ? failure_ : "the rows cannot be read";
    out.state_digest = state.digest();
    out.options = options_.text();
    out.digest = trace_.digest();
    out.trace_events = trace_.events();
    out.blocks = chain_.blocks_made();
    out.mined_again = chain_.mined_again();
    out.reverts = ledger_check_.reverts();
    out.crashes = crashes_;
    out.transitions = alert_check_.committed_count();
    out.firings = alert_check_.count(alerts::Kind::kFiring);
    out.retractions = alert_check_.count(alerts::Kind::kRetracted);
    for (const SimReceiver* receiver : receivers()) {
        out.deliveries += receiver->taken().size();
    }
    out.simulated_s = static_cast<std::uint64_t>(
        std::chrono::duration_cast<seconds>(clock_.now().since_start).count()
    );
    return out;
}

SimReport run_options(const SimOptions& options, bool verbose) {
    World world(options, verbose);
    return world.run();
}

SimReport run_seed(std::uint64_t seed, bool verbose) {
    return run_options(SimOptions::draw(seed), verbose);
}

}  // namespace faultline::sim
