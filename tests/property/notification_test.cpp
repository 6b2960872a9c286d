// SPDX-License-Identifier: Apache-2.0
// Who is told of what, against a naive model: whatever fires, ends, is taken back, silenced,
// acknowledged or inhibited, in whatever order, and however often the process is killed.
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/route.hpp>
#include <faultline/core/alerts/silence.hpp>
#include <faultline/core/alerts/transition.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
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

constexpr std::size_t kAlerts = 4;
/// Keeps the others quiet while it fires.
constexpr std::size_t kSource = 3;
/// Whatever ends or is due by itself does so between the minutes at which things are compared.
constexpr Duration kEscalation = 10min + 30s;

/// What one receiver should have heard of one alert.
struct Heard {
    Duration after{};

    struct Waiting {
        std::string key;
        UnixMillis since;
    };

    std::optional<Waiting> waiting;
    std::vector<std::string> keys;
};

struct Alert {
    std::vector<Transition> history;     ///< What was not taken back.
    std::string episode;                 ///< Of what fires, or fired last.
    std::set<std::string> acknowledged;  ///< Episodes.

    [[nodiscard]] bool in_hand() const { return acknowledged.contains(episode); }

    [[nodiscard]] bool fires() const {
        return !history.empty() && history.back().kind == Kind::kFiring;
    }
};

class Life {
  public:
    explicit Life(std::uint64_t seed)
        : bench_({receiver("a"), receiver("b")}, seed), random_(seed) {
        bench_.routes = alerts::Routes(
            {{.match = {},
              .receivers = {"a"},
              .escalation = {{.after = kEscalation, .receivers = {"b"}}}}}
        );
        bench_.inhibitions = {
            {.source = {alerts::Matcher::parse("account=3").value()},
             .target = {alerts::Matcher::parse("rule=low_health").value()},
             .equal = {}}
        };
        for (Heard& one : heard_["b"]) {
            one.after = kEscalation;
        }
        heard_["a"];
        bench_.start();
    }

    void step() {
        const std::size_t i = random_() % kAlerts;
        Alert& alert = alerts_[i];
        switch (random_() % 10) {
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
                if (!alert.history.empty()) {
                    take_back(i);
                }
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
                bench_.crash(1'000'000);
                bench_.start();
                ++kills;
                break;
            default:
                minutes_ += random_() % 20;
                break;
        }
        ++minutes_;
        bench_.pass(minutes_ * 1min - bench_.clock.now().since_start);
        tell_what_waits();
        compare();
    }

    int kills = 0;
    std::size_t told = 0;

  private:
    [[nodiscard]] alerts::Labels labels(std::size_t i) const {
        return {{"account", std::to_string(i)}, {"rule", "low_health"}};
    }

    Transition make(std::size_t i, Kind kind) {
        Transition out = transition("f" + std::to_string(i), ++block_, kind);
        out.labels = {{"account", std::to_string(i)}};
        out.episode = alerts_[i].episode;
        return out;
    }

    void add(const Transition& row) {
        bench_.firing.clear();
        for (std::size_t i = 0; i < kAlerts; ++i) {
            if (alerts_[i].fires()) {
                bench_.firing.push_back(
                    {.fingerprint = "f" + std::to_string(i), .labels = labels(i)}
                );
            }
        }
        bench_.add(row);
    }

    void fire(std::size_t i) {
        alerts_[i].episode = std::to_string(block_) + "-00000000";
        const Transition row = make(i, Kind::kFiring);
        alerts_[i].history.push_back(row);
        begins(i, row);
    }

    void end(std::size_t i) {
        const Transition row = make(i, Kind::kResolved);
        alerts_[i].history.push_back(row);
        ends(i, row);
    }

    void take_back(std::size_t i) {
        Transition row = alerts_[i].history.back();
        alerts_[i].history.pop_back();
        alerts_[i].episode = row.episode;
        row.retracts = row.kind;
        row.kind = Kind::kRetracted;
        row.retracts == Kind::kFiring ? ends(i, row) : begins(i, row);
    }

    void repeat(std::size_t i) {
        Transition row = make(i, Kind::kFiring);
        row.repeated = true;
        for (auto& [name, all] : heard_) {
            if (!all[i].waiting && !quiet(i) && !alerts_[i].in_hand()) {
                all[i].keys.push_back(row.key());
            }
        }
        add(row);
    }

    void begins(std::size_t i, const Transition& row) {
        for (auto& [name, all] : heard_) {
            all[i].waiting = {.key = row.key(), .since = bench_.clock.wall_now()};
        }
        add(row);
        tell_what_waits();
    }

    void ends(std::size_t i, const Transition& row) {
        for (auto& [name, all] : heard_) {
            if (all[i].waiting) {
                all[i].waiting.reset();
            } else {
                all[i].keys.push_back(row.key());
            }
        }
        add(row);
        tell_what_waits();
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
        bench_.decided();
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
        bench_.decided();
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
        bench_.decided();
    }

    [[nodiscard]] bool quiet(std::size_t i) {
        return !bench_.decisions.silenced_by(labels(i), bench_.clock.wall_now()).empty() ||
               (i != kSource && alerts_[kSource].fires());
    }

    void tell_what_waits() {
        for (auto& [name, all] : heard_) {
            for (std::size_t i = 0; i < kAlerts; ++i) {
                Heard& one = all[i];
                if (!one.waiting || quiet(i)) {
                    continue;
                }
                const auto waited = std::chrono::milliseconds(
                    bench_.clock.wall_now().value - one.waiting->since.value
                );
                if (one.after == Duration::zero() ||
                    (waited >= one.after && !alerts_[i].in_hand())) {
                    one.keys.push_back(one.waiting->key);
                    one.waiting.reset();
                }
            }
        }
    }

    void compare() {
        for (const auto& [name, all] : heard_) {
            std::array<std::vector<std::string>, kAlerts> heard;
            for (const std::string& key : bench_.client.keys(name + ".test")) {
                heard.at(static_cast<std::size_t>(key.at(1) - '0')).push_back(key);
            }
            for (std::size_t i = 0; i < kAlerts; ++i) {
                INFO("receiver " << name << ", alert " << i << ", minute " << minutes_);
                REQUIRE(heard.at(i) == all[i].keys);
            }
        }
        REQUIRE(bench_.rows(store::Family::kOutbox) == 0);
        told = bench_.client.attempts.size();
    }

    Bench bench_;
    std::mt19937_64 random_;
    std::array<Alert, kAlerts> alerts_;
    std::map<std::string, std::array<Heard, kAlerts>> heard_;
    std::uint64_t block_ = 1;
    std::uint64_t silences_ = 0;
    std::uint64_t minutes_ = 0;
};

}  // namespace

TEST_CASE("Everybody hears what a naive model says, whatever happens in whatever order") {
    int kills = 0;
    std::size_t told = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        INFO("seed " << seed);
        Life life(seed);
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
