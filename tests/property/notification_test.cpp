// SPDX-License-Identifier: Apache-2.0
// Who is told of what, against a naive model: whatever fires, ends, is taken back, waits for
// finality, is silenced, acknowledged or inhibited, in whatever order, however often the process is
// killed, and whoever is a receiver by then.
#include "notification_audience.hpp"
#include "notification_model.hpp"

#include <faultline/base/time.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/route.hpp>
#include <faultline/core/alerts/silence.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <unit/shell/delivery/bench.hpp>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::delivery;
using namespace faultline::delivery::testing;
using namespace std::chrono_literals;
using alerts::Kind;
using alerts::Transition;

namespace {

constexpr std::size_t kAlerts = Audience::kAlerts;
/// Keeps the others quiet while it fires.
constexpr std::size_t kSource = 3;
/// Whatever ends or is due by itself does so between the minutes at which things are compared.
constexpr Duration kEscalation = 10min + 30s;

struct Alert {
    std::vector<Transition> history;     ///< What was not taken back.
    std::string episode;                 ///< Of what fires, or fired last.
    std::set<std::string> acknowledged;  ///< Episodes.
    eth::Finality wait_for = eth::Finality::kLatest;

    [[nodiscard]] bool fires() const {
        return !history.empty() && history.back().kind == Kind::kFiring;
    }
};

/// What may happen in a life beyond what happens in each.
struct Kinds {
    bool finality = false;   ///< Rules wait for it, and reloads change that.
    bool receivers = false;  ///< Restarts have other routes and receivers.
};

class Life {
  public:
    Life(std::uint64_t seed, Kinds kinds)
        : kinds_(kinds),
          bench_({receiver("a"), receiver("b")}, seed),
          random_(seed),
          audience_([this](std::size_t i) { return around(i); }) {
        bench_.inhibitions = {
            {.source = {alerts::Matcher::parse("account=3").value()},
             .target = {alerts::Matcher::parse("rule=low_health").value()},
             .equal = {}}
        };
        audience_.placements["a"].fill(Duration::zero());
        audience_.placements["b"].fill(kEscalation);
        audience_.begin({"a", "b"});
        bench_.routes = audience_.routes();
        bench_.start();
    }

    void step() {
        const std::size_t i = random_() % kAlerts;
        const std::uint64_t choices = 10 + (kinds_.finality ? 4 : 0) + (kinds_.receivers ? 1 : 0);
        const std::uint64_t choice = random_() % choices;
        if (choice < 10) {
            happen(i, choice);
        } else if (choice == choices - 1 && kinds_.receivers) {
            reconfigure();
        } else if (choice < 12) {
            take_back_some(i);
        } else {
            advance_finality();
        }
        ++minutes_;
        bench_.pass(minutes_ * 1min - bench_.clock.now().since_start);
        audience_.settle();
        compare();
    }

    int kills = 0;
    std::size_t told = 0;

  private:
    void happen(std::size_t i, std::uint64_t choice) {
        Alert& alert = alerts_[i];
        switch (choice) {
            case 0:
            case 1:
            case 2:
                alert.fires() ? end(i) : fire(i);
                break;
            case 3:
                if (alert.fires()) {
                    repeat(i);
                }
                break;
            case 4:
                take_back_some(i);
                break;
            case 5:
                silence(i);
                break;
            case 6:
                expire();
                break;
            case 7:
                if (alert.fires()) {
                    acknowledge(i);
                }
                break;
            case 8:
                restart();
                break;
            default:
                minutes_ += random_() % 20;
                break;
        }
    }

    HeardModel::Around around(std::size_t i) {
        return {
            .placement = nullptr,
            .quiet = [this, i](const ModelRow&) { return quiet(i); },
            .in_hand = [this, i](const ModelRow& row
                       ) { return alerts_.at(i).acknowledged.contains(row.transition.episode); },
            .final =
                [this](const ModelRow& row) {
                    return bench_.finality.reached(row.transition.block, row.transition.wait_for);
                },
            .now =
                [this] {
                    return bench_.clock.wall_now();
                }
        };
    }

    [[nodiscard]] alerts::Labels labels(std::size_t i) const {
        return {{"account", std::to_string(i)}, {"rule", "low_health"}};
    }

    Transition make(std::size_t i, Kind kind) {
        Transition out = transition("f" + std::to_string(i), ++block_, kind);
        out.labels = {{"account", std::to_string(i)}};
        out.episode = alerts_[i].episode;
        // Rules are reloaded now and then.
        if (kinds_.finality && random_() % 3 == 0) {
            constexpr std::array kLevels = {
                eth::Finality::kLatest, eth::Finality::kSafe, eth::Finality::kFinalized
            };
            alerts_[i].wait_for = kLevels.at(random_() % kLevels.size());
        }
        out.wait_for = alerts_[i].wait_for;
        return out;
    }

    void add(const Transition& row) {
        bench_.firing.clear();
        for (std::size_t each = 0; each < kAlerts; ++each) {
            if (alerts_[each].fires()) {
                bench_.firing.push_back(
                    {.fingerprint = "f" + std::to_string(each), .labels = labels(each)}
                );
            }
        }
        audience_.take(next_++, ModelRow(row));
        bench_.add(row);
        audience_.settle();
    }

    void fire(std::size_t i) {
        alerts_[i].episode = std::to_string(block_) + "-00000000";
        say(i, make(i, Kind::kFiring));
    }

    void end(std::size_t i) { say(i, make(i, Kind::kResolved)); }

    void repeat(std::size_t i) {
        Transition row = make(i, Kind::kFiring);
        row.repeated = true;
        row.news = random_() % 3 == 0 ? alerts::News::kNew : alerts::News::kNone;
        say(i, row);
    }

    void say(std::size_t i, const Transition& row) {
        alerts_[i].history.push_back(row);
        add(row);
    }

    void take_back_some(std::size_t i) {
        for (std::uint64_t most = 1 + (random_() % 3); most > 0; --most) {
            if (!alerts_[i].history.empty()) {
                take_back(i);
            }
            bench_.pass(5s);
        }
    }

    void take_back(std::size_t i) {
        const Transition lost = alerts_[i].history.back();
        alerts_[i].history.pop_back();
        alerts_[i].episode = lost.episode;
        bench_.finality.orphaned.insert(lost.block);
        for (const Transition& row : alerts::Book::retract({lost})) {
            add(row);
        }
    }

    void silence(std::size_t i) {
        alerts::Silence out;
        out.id = ++silences_;
        out.matchers = {alerts::Matcher::parse("account=" + std::to_string(i)).value()};
        if (random_() % 4 == 0) {
            out.matchers = {alerts::Matcher::parse("rule=~low.*").value()};
        }
        out.starts = bench_.clock.wall_now();
        out.ends = {
            out.starts.value + 30'000 + (60'000 * static_cast<std::int64_t>(random_() % 30))
        };
        bench_.decisions.put(std::move(out));
        decided();
    }

    void expire() {
        for (const auto& [id, silence] : bench_.decisions.silences()) {
            if (alerts::state_of(silence, bench_.clock.wall_now()) ==
                alerts::SilenceState::kActive) {
                alerts::Silence ended = silence;
                ended.ends = bench_.clock.wall_now();
                bench_.decisions.put(std::move(ended));
                break;
            }
        }
        decided();
    }

    void acknowledge(std::size_t i) {
        alerts_[i].acknowledged.insert(alerts_[i].episode);
        bench_.decisions.put(alerts::Acknowledgement{
            .chain = "devnet",
            .fingerprint = "f" + std::to_string(i),
            .episode = alerts_[i].episode,
            .author = "ann",
            .comment = "",
            .at = {}
        });
        decided();
    }

    void decided() {
        bench_.decided();
        audience_.settle();
    }

    void advance_finality() {
        Levels& levels = bench_.finality;
        levels.safe = std::max(levels.safe, block_ - (random_() % 3));
        levels.finalized = std::max(levels.finalized, block_ - std::min(block_, random_() % 6));
        levels.safe = std::max(levels.safe, levels.finalized);
        audience_.settle();
    }

    void restart() {
        bench_.crash(1'000'000);
        begin_again(audience_.rows());
    }

    /// The next process has other routes, and maybe other receivers.
    void reconfigure() {
        const auto outbox = audience_.rows();
        bench_.crash(1'000'000);
        draw_receivers();
        for (auto& [name, all] : audience_.placements) {
            for (auto& one : all) {
                const std::uint64_t luck = random_() % 4;
                one = luck == 0 ? std::nullopt
                                : std::optional(luck == 1 ? kEscalation : Duration::zero());
            }
        }
        bench_.routes = audience_.routes();
        begin_again(outbox);
    }

    void begin_again(const Audience::Rows& outbox) {
        bench_.start();
        ++kills;
        Audience::Names names;
        for (const Receiver& one : bench_.receivers) {
            names.insert(one.name);
        }
        std::array<bool, kAlerts> fires{};
        std::ranges::transform(alerts_, fires.begin(), &Alert::fires);
        audience_.restart(names, outbox, fires);
    }

    void draw_receivers() {
        bench_.receivers.clear();
        for (const std::string name : Audience::kNames) {
            if (random_() % 3 != 0) {
                bench_.receivers.push_back(receiver(name));
            }
        }
        if (bench_.receivers.empty()) {
            bench_.receivers.push_back(receiver("a"));
        }
    }

    [[nodiscard]] bool quiet(std::size_t i) {
        return !bench_.decisions.silenced_by(labels(i), bench_.clock.wall_now()).empty() ||
               (i != kSource && alerts_[kSource].fires());
    }

    void compare() {
        for (const std::string name : Audience::kNames) {
            std::array<std::vector<std::string>, kAlerts> heard;
            for (const std::string& key : bench_.client.keys(name + ".test")) {
                heard.at(static_cast<std::size_t>(key.at(1) - '0')).push_back(key);
            }
            for (std::size_t i = 0; i < kAlerts; ++i) {
                INFO("receiver " << name << ", alert " << i << ", minute " << minutes_);
                REQUIRE(heard.at(i) == audience_.told(name, i));
            }
        }
        REQUIRE(bench_.rows(store::Family::kOutbox) == audience_.rows().size());
        told = bench_.client.attempts.size();
    }

    Kinds kinds_;
    Bench bench_;
    std::mt19937_64 random_;
    std::array<Alert, kAlerts> alerts_;
    Audience audience_;
    std::uint64_t block_ = 1;
    HeardModel::Sequence next_ = 0;
    std::uint64_t silences_ = 0;
    std::uint64_t minutes_ = 0;
};

void live(Kinds kinds) {
    int kills = 0;
    std::size_t told = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        INFO("seed " << seed);
        Life life(seed, kinds);
        for (int i = 0; i < 60; ++i) {
            INFO("step " << i);
            life.step();
        }
        kills += life.kills;
        told += life.told;
    }
    CHECK(kills > 1'000);
    CHECK(told > 3'000);
}

}  // namespace

TEST_CASE("Everybody hears what a naive model says, whatever happens in whatever order") {
    live({});
}

TEST_CASE("So they do while rules wait for finality, and reloads change that") {
    live({.finality = true});
}

TEST_CASE("So they do while routes change, and receivers come and go") {
    live({.receivers = true});
}

TEST_CASE("So they do while all of that happens") {
    live({.finality = true, .receivers = true});
}
