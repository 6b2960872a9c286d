// SPDX-License-Identifier: Apache-2.0
// Who is told of what, by receivers that fail and a process that is killed with requests under way.
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/book.hpp>
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
#include <map>
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

/// A life with receivers that fail, and a process that is killed with requests under way. What
/// holds then is less: nothing is lost, the order stays, and the last word is right.
class RoughLife {
  public:
    explicit RoughLife(std::uint64_t seed)
        : bench_({receiver("a"), receiver("b")}, seed), random_(seed) {
        bench_.routes = alerts::Routes(
            {{.match = {}, .receivers = {"a"}, .escalation = {{.after = 10min, .receivers = {"b"}}}}
            }
        );
        bench_.client.script = [this](const Attempt& attempt) {
            // Refused, taken with its answer lost, or taken: by the time a kill comes, too.
            const auto luck = calm_ ? 9 : random_() % 10;
            if (luck >= 3) {
                taken_.emplace_back(attempt.host, attempt.key);
            }
            return Answer{
                .status = luck < 3 ? 503 : (luck < 5 ? 0 : 200),
                .retry_after = {},
                .delay = std::chrono::milliseconds(random_() % 3'000)
            };
        };
        bench_.start();
    }

    void step() {
        const std::size_t i = random_() % kAlerts;
        std::vector<Transition>& history = histories_[i];
        bench_.finality.finalized = std::max(bench_.finality.finalized, block_ - (random_() % 6));
        switch (random_() % 9) {
            case 0:
            case 1:
            case 2:
                say(i);
                break;
            case 3:
                if (!history.empty()) {
                    take_back(history);
                }
                break;
            case 6:
                if (fires(i)) {
                    repeat(i);
                }
                break;
            case 4:
                silence(std::chrono::seconds(random_() % 300));
                break;
            case 5:
                bench_.crash(1'000'000);
                bench_.start();
                break;
            default:
                break;
        }
        bench_.pass(std::chrono::milliseconds(random_() % 20'000));
    }

    /// Receivers are well, silences are over and all alerts end: everybody knows that they did.
    void end() {
        calm_ = true;
        for (std::size_t i = 0; i < kAlerts; ++i) {
            if (fires(i)) {
                say(i);
            }
        }
        bench_.finality.finalized = block_;
        bench_.pass(3h);
        REQUIRE(bench_.rows(store::Family::kOutbox) == 0);
        REQUIRE(bench_.rows(store::Family::kMeta) == 0);
        REQUIRE(bench_.dead_letters().empty());
        check();
    }

    /// What fires and is silenced by nobody is told in the end.
    void check_firing() {
        calm_ = true;
        bench_.finality.finalized = block_;
        bench_.pass(3h);
        for (std::size_t i = 0; i < kAlerts; ++i) {
            const std::vector<std::size_t> heard = heard_of("a", i);
            const bool told = !heard.empty() && said_.at(heard.back()).second;
            INFO("alert " << i);
            REQUIRE(told == fires(i));
        }
        calm_ = false;
    }

  private:
    [[nodiscard]] bool fires(std::size_t i) const {
        return !histories_[i].empty() && histories_[i].back().kind == Kind::kFiring;
    }

    void say(std::size_t i) {
        const Kind kind = fires(i) ? Kind::kResolved : Kind::kFiring;
        Transition row = transition("f" + std::to_string(i), ++block_, kind);
        if (kind == Kind::kFiring) {
            episodes_[i] = std::to_string(block_) + "-00000000";
        }
        row.episode = episodes_[i];
        tell(i, std::move(row));
    }

    void repeat(std::size_t i) {
        Transition row = transition("f" + std::to_string(i), ++block_);
        row.episode = episodes_[i];
        row.repeated = true;
        tell(i, std::move(row));
    }

    /// Half of the rules wait for finality.
    void tell(std::size_t i, Transition row) {
        row.wait_for = i % 2 == 0 ? eth::Finality::kFinalized : eth::Finality::kLatest;
        histories_[i].push_back(row);
        add(row);
    }

    void take_back(std::vector<Transition>& history) {
        const Transition lost = history.back();
        history.pop_back();
        bench_.finality.orphaned.insert(lost.block);
        for (const Transition& row : alerts::Book::retract({lost})) {
            add(row);
        }
    }

    void add(const Transition& row) {
        const bool firing = row.kind == Kind::kFiring ||
                            (row.kind == Kind::kRetracted && row.retracts == Kind::kResolved);
        order_.emplace(row.key(), said_.size());
        said_.emplace_back(row.key(), firing);
        bench_.add(row);
    }

    void silence(Duration length) {
        alerts::Silence out;
        out.id = ++silences_;
        out.matchers = {alerts::Matcher::parse("rule=low_health").value()};
        out.starts = bench_.clock.wall_now();
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(length);
        out.ends = {out.starts.value + ms.count()};
        bench_.decisions.put(std::move(out));
        bench_.decided();
    }

    /// What a receiver that drops repeats has taken of one alert, as positions in said_.
    [[nodiscard]] std::vector<std::size_t> heard_of(const std::string& name, std::size_t i) const {
        std::vector<std::size_t> out;
        std::set<std::string> keys;
        for (const auto& [host, key] : taken_) {
            const bool its = host == name + ".test" && key.at(1) == '0' + static_cast<char>(i);
            if (its && keys.insert(key).second) {
                out.push_back(order_.at(key));
            }
        }
        return out;
    }

    void check() const {
        for (const std::string name : {"a", "b"}) {
            for (std::size_t i = 0; i < kAlerts; ++i) {
                const std::vector<std::size_t> heard = heard_of(name, i);
                INFO("receiver " << name << ", alert " << i);
                REQUIRE(std::ranges::is_sorted(heard));
                REQUIRE((heard.empty() || !said_.at(heard.back()).second));
            }
        }
    }

    Bench bench_;
    std::mt19937_64 random_;
    bool calm_ = false;
    std::vector<std::pair<std::string, std::string>> taken_;  ///< Hosts and keys.
    std::array<std::vector<Transition>, kAlerts> histories_;
    std::array<std::string, kAlerts> episodes_;
    std::vector<std::pair<std::string, bool>> said_;  ///< Keys, and whether it fires after.
    std::map<std::string, std::size_t> order_;
    std::uint64_t block_ = 10;
    std::uint64_t silences_ = 0;
};

}  // namespace

TEST_CASE("Receivers that fail and kills in between lose nothing, and the last word is right") {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        INFO("seed " << seed);
        RoughLife life(seed);
        for (int i = 0; i < 60; ++i) {
            INFO("step " << i);
            life.step();
            if (i == 30) {
                life.check_firing();
            }
        }
        life.end();
    }
}
