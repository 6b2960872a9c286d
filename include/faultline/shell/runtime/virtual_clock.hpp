// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/time.hpp>
#include <faultline/shell/runtime/clock.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/random.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

namespace faultline::runtime {

/// Simulated time: stands still while anything can run and jumps to the next sleeper when told to.
/// Sleepers due at the same instant wake in an order drawn from the seed, so one seed is one
/// schedule. Work belongs on make_inline_workers(), which the clock cannot overtake.
/// Thread: loop. Outlives its sleepers.
///
///     Loop loop;
///     VirtualClock clock(seed);
///     clock.run(loop, scenario(clock));   // or: while (loop.poll(), clock.advance()) { ... }
class VirtualClock final : public Clock {
  public:
    explicit VirtualClock(std::uint64_t seed, UnixMillis epoch = {1'700'000'000'000});

    [[nodiscard]] Instant now() const override;
    /// The epoch plus now().
    [[nodiscard]] UnixMillis wall_now() const override;
    [[nodiscard]] Task<> sleep(Duration duration) override;

    /// Moves time to the earliest sleeper and wakes it (it runs in the next Loop::poll). False when
    /// nobody sleeps.
    bool advance();
    /// When advance() would go to next. @pre sleepers() > 0
    [[nodiscard]] Instant next_wake() const;
    [[nodiscard]] std::size_t sleepers() const noexcept;

    /// Runs `main` to its end under simulated time and rethrows what it threw. When everybody waits
    /// and nobody sleeps, that is a std::logic_error; `main` is cancelled first.
    void run(Loop& loop, Task<> main);

  private:
    class Sleeper;
    using Key = std::pair<Instant, std::uint64_t>;

    Random ties_;
    UnixMillis epoch_;
    Instant now_;
    std::multimap<Key, Sleeper*> sleepers_;
};

}  // namespace faultline::runtime
