// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/core/alerts/route.hpp>
#include <faultline/core/alerts/silence.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/shell/delivery/dead_letter.hpp>
#include <faultline/shell/delivery/delivery.hpp>
#include <faultline/shell/delivery/rate_limits.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/http.hpp>
#include <faultline/shell/obs/log.hpp>
#include <faultline/shell/obs/metrics.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/task_group.hpp>
#include <faultline/shell/runtime/virtual_clock.hpp>
#include <faultline/shell/runtime/workers.hpp>
#include <faultline/shell/store/committer.hpp>
#include <faultline/shell/store/memory_store.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::delivery::testing {

using namespace std::chrono_literals;

/// A log that keeps every word.
class RecordingLog final : public obs::Log {
  public:
    void write(
        obs::Level level,
        std::string_view event,
        std::string_view text,
        std::initializer_list<obs::Field> fields
    ) override {
        std::string line = std::string(event) + ": " + std::string(text);
        for (const obs::Field& field : fields) {
            line += " " + std::string(field.key) + "=" + field.value;
        }
        if (level == obs::Level::kError) {
            ++errors;
        }
        lines.push_back(std::move(line));
    }

    [[nodiscard]] std::size_t count(std::string_view event) const {
        return static_cast<std::size_t>(std::ranges::count_if(lines, [&](const std::string& line) {
            return line.starts_with(std::string(event) + ":");
        }));
    }

    [[nodiscard]] bool mentions(std::string_view words) const {
        return std::ranges::any_of(lines, [&](const std::string& line) {
            return line.find(words) != std::string::npos;
        });
    }

    std::vector<std::string> lines;
    int errors = 0;
};

/// What a receiver does with one attempt. Status 0: no answer at all.
struct Answer {
    int status = 200;
    std::string retry_after{};
    Duration delay = 10ms;
    std::string body{};
    net::Headers headers{};
};

struct Attempt {
    Instant at;
    std::string host;
    std::string key;
    net::HttpRequest request;
};

/// All receivers of the test behind one client.
class ScriptedClient final : public net::HttpClient {
  public:
    explicit ScriptedClient(runtime::Clock& clock) : clock_(clock) {}

    runtime::Task<Result<net::HttpResponse>> send(net::HttpRequest request, Duration deadline)
        override {
        Attempt attempt{
            .at = clock_.now(), .host = request.url.host, .key = "", .request = request
        };
        for (const auto& [name, value] : request.headers) {
            if (name == "Idempotency-Key") {
                attempt.key = value;
            }
        }
        attempts.push_back(attempt);
        const Answer answer = script(attempt);
        ++in_flight_;
        most_in_flight = std::max(most_in_flight, in_flight_);
        const Leave leave{in_flight_};
        co_await clock_.sleep(std::min(answer.delay, deadline));
        if (answer.delay > deadline || answer.status == 0) {
            co_return Error(Code::kTransient, "no answer from " + request.url.redacted());
        }
        if (answer.status >= 200 && answer.status < 300) {
            accepted.push_back(attempt);
        }
        net::HttpResponse response;
        response.status = answer.status;
        response.body = answer.body;
        response.headers = answer.headers;
        if (!answer.retry_after.empty()) {
            response.headers.emplace_back("Retry-After", answer.retry_after);
        }
        co_return response;
    }

    [[nodiscard]] std::vector<std::string> keys(std::string_view host = "a.test") const {
        std::vector<std::string> out;
        for (const Attempt& attempt : attempts) {
            if (attempt.host == host) {
                out.push_back(attempt.key);
            }
        }
        return out;
    }

    std::function<Answer(const Attempt&)> script = [](const Attempt&) {
        return Answer{};
    };
    std::vector<Attempt> attempts;
    std::vector<Attempt> accepted;  ///< Attempts that a receiver answered with 2xx, in order.
    int most_in_flight = 0;

  private:
    struct Leave {
        int& count;

        ~Leave() { --count; }
    };

    runtime::Clock& clock_;
    int in_flight_ = 0;
};

inline Receiver receiver(const std::string& name) {
    WebhookSettings webhook;
    webhook.url = {
        .scheme = "https",
        .user_info = "",
        .host = name + ".test",
        .port = 443,
        .target = "/hook/secret-token"
    };
    webhook.headers = {{"Authorization", "Bearer secret-value"}};
    Receiver out;
    out.name = name;
    out.settings = std::move(webhook);
    return out;
}

inline alerts::Transition transition(
    const std::string& fingerprint, std::uint64_t block, alerts::Kind kind = alerts::Kind::kFiring
) {
    alerts::Transition out;
    out.fingerprint = fingerprint;
    out.episode = "1-00000000";
    out.kind = kind;
    out.block.number = block;
    out.block_timestamp_s = 1'700'000'000 + block;
    out.rule = "low_health";
    out.summary = "health factor 0.99 is below 1.05";
    out.labels = {{"account", "0x01"}};
    return out;
}

/// Told when its block is final.
inline alerts::Transition waiting(
    const std::string& fingerprint, std::uint64_t block, alerts::Kind kind = alerts::Kind::kFiring
) {
    alerts::Transition out = transition(fingerprint, block, kind);
    out.wait_for = eth::Finality::kFinalized;
    return out;
}

inline alerts::Transition taken_back(alerts::Transition said) {
    said.retracts = said.kind;
    said.kind = alerts::Kind::kRetracted;
    return said;
}

/// Blocks up to a height, of the branch that the test says is ours.
struct Levels {
    [[nodiscard]] bool reached(const eth::BlockRef& block, eth::Finality level) const {
        return block.number <= (level == eth::Finality::kSafe ? safe : finalized) &&
               !orphaned.contains(block);
    }

    eth::BlockNum safe = 0;
    eth::BlockNum finalized = 0;
    std::set<eth::BlockRef> orphaned;
};

/// A store, an outbox in it, and a delivery that can be started and killed.
class Bench {
  public:
    explicit Bench(std::vector<Receiver> the_receivers, std::uint64_t seed = 1)
        : clock(seed), random(seed), receivers(std::move(the_receivers)) {}

    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    ~Bench() { stop(); }

    void start(obs::Log* other_log = nullptr) {
        DeliveryOptions options;
        options.chain_name = "devnet";
        options.version = "0.1.0";
        options.receivers = receivers;
        options.routes = routes;
        options.inhibitions = inhibitions;
        delivery_ = std::make_unique<Delivery>(
            std::move(options),
            DeliveryParts{
                .store = store,
                .committer = committer,
                .client = client,
                .limits = limits,
                .clock = clock,
                .random = random,
                .log = other_log == nullptr ? log : *other_log,
                .metrics = metrics,
                .is_final = [this](
                                const eth::BlockRef& block, eth::Finality level
                            ) { return finality.reached(block, level); },
                .is_replay = is_replay,
                .decisions = &decisions,
                .firing =
                    [this] {
                        return firing;
                    }
            }
        );
        group_ = std::make_unique<runtime::TaskGroup>();
        group_->spawn("delivery", delivery_->run());
        loop.poll();
    }

    [[nodiscard]] Delivery& delivery() { return *delivery_; }

    /// The process ends, and with it what it knew of limits.
    void stop() {
        if (group_) {
            group_->cancel();
            clock.run(loop, group_->wait());
            group_.reset();
            delivery_.reset();
            limits = RateLimits();
        }
    }

    /// The process dies: what was only buffered beyond the first `kept` batches is gone.
    void crash(std::size_t kept) {
        stop();
        store.crash(kept);
    }

    /// Somebody decided something.
    void decided() {
        if (delivery_) {
            delivery_->decisions_changed();
            loop.poll();
        }
    }

    /// Simulated time passes.
    void pass(Duration duration) {
        clock.run(loop, clock.sleep(duration));
        loop.poll();
    }

    /// As the engine commits it.
    void add(const alerts::Transition& row) { add_bytes(alerts::encode(row)); }

    void add_bytes(const Bytes& row) {
        store::Batch batch;
        batch.put(store::Family::kOutbox, ledger::encode(next_++), row);
        REQUIRE(store.commit(batch, store::Durability::kSynced).has_value());
        if (delivery_) {
            delivery_->notify();
            loop.poll();
        }
    }

    [[nodiscard]] std::size_t rows(store::Family family) const {
        std::size_t out = 0;
        const auto count = [&](BytesView key, BytesView) {
            // Every store that was delivered from has it, for ever.
            const bool known = std::string(key.begin(), key.end()) == "delivery/receivers";
            out += known ? 0 : 1;
            return true;
        };
        REQUIRE(store.scan(family, {}, count).has_value());
        return out;
    }

    [[nodiscard]] std::vector<DeadLetter> dead_letters() const {
        std::vector<DeadLetter> out;
        const auto scanned = store.scan(store::Family::kDead, {}, [&](BytesView, BytesView value) {
            out.push_back(decode_dead_letter(value).value());
            return true;
        });
        REQUIRE(scanned.has_value());
        return out;
    }

    /// The value of one line of /metrics; -1 when there is none.
    [[nodiscard]] double metric(const std::string& series) const {
        const std::string text = metrics.text();
        const std::size_t at = text.find("\n" + series + " ");
        return at == std::string::npos ? -1 : std::stod(text.substr(at + series.size() + 2));
    }

    [[nodiscard]] double deliveries(const std::string& channel, const std::string& outcome) const {
        return metric(
            "faultline_deliveries_total{channel=\"" + channel + "\",outcome=\"" + outcome + "\"}"
        );
    }

    runtime::Loop loop;
    runtime::VirtualClock clock;
    runtime::Random random;
    std::unique_ptr<runtime::Workers> workers = runtime::make_inline_workers();
    store::MemoryStore store;
    store::Committer committer{store, *workers};
    ScriptedClient client{clock};
    RateLimits limits;
    RecordingLog log;
    obs::Metrics metrics;
    Levels finality;
    std::vector<Receiver> receivers;
    alerts::Routes routes;
    std::vector<alerts::Inhibition> inhibitions;
    alerts::Decisions decisions;
    std::vector<alerts::FiringAlert> firing;
    std::function<bool(const std::string&, UnixSeconds, UnixMillis)> is_replay;

  private:
    std::uint64_t next_ = 0;
    std::unique_ptr<Delivery> delivery_;
    std::unique_ptr<runtime::TaskGroup> group_;
};

}  // namespace faultline::delivery::testing
