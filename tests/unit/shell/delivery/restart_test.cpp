// SPDX-License-Identifier: Apache-2.0
#include "bench.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::delivery;
using namespace faultline::delivery::testing;
using store::Family;

namespace {

Error disk_full() {
    return {Code::kUnavailable, "disk full"};
}

}  // namespace

TEST_CASE("An acknowledgement that was not recorded is repeated with key and body", "[delivery]") {
    Bench bench({receiver("a")});
    bench.start();
    bench.store.fail_commits([] { return disk_full(); });
    bench.client.script = [](const Attempt&) {
        return Answer{};
    };
    bench.store.fail_commits(nullptr);
    bench.add(transition("f1", 5));
    bench.store.fail_commits([] { return disk_full(); });
    bench.pass(1s);
    REQUIRE(bench.client.accepted.size() == 1);
    bench.store.fail_commits(nullptr);
    bench.crash(0);
    bench.start();
    bench.pass(1s);
    REQUIRE(bench.client.accepted.size() == 2);
    CHECK(bench.client.accepted[0].key == bench.client.accepted[1].key);
    CHECK(bench.client.accepted[0].request.body == bench.client.accepted[1].request.body);
    CHECK(bench.rows(Family::kOutbox) == 0);
}

TEST_CASE("While the disk is full nothing is sent twice and nothing out of order", "[delivery]") {
    Bench bench({receiver("a")});
    bench.start();
    bench.add(transition("f1", 5));
    bench.add(transition("f1", 6, alerts::Kind::kResolved));
    bench.store.fail_commits([] { return disk_full(); });
    bench.pass(10min);
    CHECK(bench.client.attempts.size() == 1);
    CHECK(bench.log.count("delivery_commit_failed") == 1);
    bench.store.fail_commits(nullptr);
    bench.pass(1min);
    CHECK(bench.client.attempts.size() == 2);
    CHECK(bench.rows(Family::kOutbox) == 0);
}

TEST_CASE("Receivers that acknowledge while the disk is full free the row together", "[delivery]") {
    Bench bench({receiver("a"), receiver("b"), receiver("c")});
    bench.start();
    bench.add(transition("f1", 5));
    bench.store.fail_commits([] { return disk_full(); });
    bench.pass(1min);
    REQUIRE(bench.client.accepted.size() == 3);
    CHECK(bench.rows(Family::kOutbox) == 1);
    bench.store.fail_commits(nullptr);
    bench.pass(1min);
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.rows(Family::kMeta) == 0);
    CHECK(bench.client.attempts.size() == 3);
}

TEST_CASE("A restart resumes where each receiver was", "[delivery]") {
    Bench bench({receiver("a"), receiver("b")});
    bench.client.script = [](const Attempt& attempt) {
        return Answer{.status = attempt.host == "b.test" ? 500 : 200};
    };
    bench.start();
    for (std::uint64_t i = 0; i < 5; ++i) {
        bench.add(transition("f" + std::to_string(i), i));
    }
    bench.pass(5s);
    bench.stop();
    CHECK(bench.rows(Family::kOutbox) == 5);
    bench.client.script = [](const Attempt&) {
        return Answer{};
    };
    bench.start();
    bench.pass(5s);
    CHECK(bench.client.keys("a.test").size() == 5);
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("A receiver that is removed leaves nothing behind", "[delivery]") {
    Bench bench({receiver("a"), receiver("b")});
    bench.client.script = [](const Attempt& attempt) {
        return Answer{.status = attempt.host == "b.test" ? 500 : 200};
    };
    bench.start();
    for (std::uint64_t i = 0; i < 600; ++i) {
        bench.add(transition("f" + std::to_string(i), i));
    }
    bench.pass(1min);
    bench.stop();
    CHECK(bench.rows(Family::kOutbox) == 600);
    bench.receivers.pop_back();
    bench.start();
    bench.pass(1s);
    CHECK(bench.client.keys("a.test").size() == 600);
    CHECK(bench.rows(Family::kOutbox) == 0);
    CHECK(bench.rows(Family::kMeta) == 0);
}

TEST_CASE("Keys of others under kMeta are left alone", "[delivery]") {
    Bench bench({receiver("a")});
    store::Batch batch;
    for (const std::string name : {"engine/next_outbox", "delivery", "delivery/", "deliverz"}) {
        batch.put(Family::kMeta, Bytes(name.begin(), name.end()), {});
    }
    REQUIRE(bench.store.commit(batch, store::Durability::kSynced).has_value());
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(1s);
    CHECK(bench.rows(Family::kMeta) == 4);
}

TEST_CASE("An attempt that is cancelled is made again", "[delivery]") {
    Bench bench({receiver("a")});
    bench.client.script = [](const Attempt&) {
        return Answer{.delay = 5s};
    };
    bench.start();
    bench.add(transition("f1", 5));
    bench.pass(1s);
    bench.stop();
    CHECK(bench.rows(Family::kOutbox) == 1);
    bench.start();
    bench.pass(6s);
    CHECK(bench.client.attempts.size() == 2);
    CHECK(bench.client.accepted.size() == 1);
}

namespace {

/// Receivers that fail in every way, a disk that fails, and crashes; then all is well again.
class Storm {
  public:
    explicit Storm(std::uint64_t seed)
        : random_(seed), bench_({receiver("a"), receiver("b"), receiver("c")}, seed) {}

    void run() {
        bench_.client.script = [this](const Attempt&) {
            return any_answer();
        };
        bench_.store.fail_commits([this]() -> std::optional<Error> {
            return failing_ && random_.chance(0.2) ? std::optional(disk_full()) : std::nullopt;
        });
        bench_.start();
        for (std::uint64_t block = 1; block <= 60; ++block) {
            step(block);
        }
        bench_.client.script = [](const Attempt&) {
            return Answer{};
        };
        bench_.pass(24h);
    }

    void check() {
        CHECK(bench_.rows(Family::kOutbox) == 0);
        CHECK(bench_.rows(Family::kMeta) == 0);
        std::map<std::string, std::set<std::string>> dead;
        for (const DeadLetter& letter : bench_.dead_letters()) {
            dead[letter.receiver + ".test"].insert(
                alerts::decode_transition(letter.transition).value().key()
            );
        }
        for (const std::string host : {"a.test", "b.test", "c.test"}) {
            check_receiver(host, dead[host]);
        }
    }

  private:
    Answer any_answer() {
        static constexpr std::array kStatuses = {200, 200, 200, 204, 0, 500, 503, 429, 404, 400};
        Answer out;
        out.status = kStatuses.at(random_.below(kStatuses.size()));
        out.delay = std::chrono::milliseconds(random_.below(12'000));
        if (random_.chance(0.3)) {
            out.retry_after = std::to_string(random_.below(90));
        }
        return out;
    }

    void step(std::uint64_t block) {
        for (std::uint64_t i = random_.below(4); i > 0; --i) {
            const std::string fingerprint = "f" + std::to_string(random_.below(8));
            const auto kind = random_.chance(0.5) ? alerts::Kind::kFiring : alerts::Kind::kResolved;
            const alerts::Transition row = transition(fingerprint, block * 10 + i, kind);
            failing_ = false;
            bench_.add(row);
            failing_ = true;
            sent_[fingerprint].push_back(row.key());
        }
        bench_.pass(std::chrono::milliseconds(random_.below(20'000)));
        if (random_.chance(0.1)) {
            bench_.crash(random_.below(4));
            bench_.start();
        }
    }

    /// Every key accepted or dead; first acceptances of one alert in the order of commits.
    void check_receiver(const std::string& host, const std::set<std::string>& dead) {
        std::map<std::string, std::size_t> first;
        for (std::size_t i = 0; i < bench_.client.accepted.size(); ++i) {
            if (bench_.client.accepted[i].host == host) {
                first.try_emplace(bench_.client.accepted[i].key, i);
            }
        }
        for (const auto& [fingerprint, keys] : sent_) {
            std::size_t last = 0;
            for (const std::string& key : keys) {
                const auto found = first.find(key);
                CHECK((found != first.end() || dead.contains(key)));
                if (found != first.end()) {
                    CHECK(found->second >= last);
                    last = found->second;
                }
            }
        }
    }

    runtime::Random random_;
    Bench bench_;
    bool failing_ = true;
    std::map<std::string, std::vector<std::string>> sent_;
};

}  // namespace

TEST_CASE("Through any storm each receiver gets each transition in order", "[delivery][property]") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        Storm storm(seed);
        storm.run();
        storm.check();
    }
}
