// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/fork_join.hpp>
#include <faultline/shell/runtime/second_thread.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <pthread.h>
#include <sched.h>
#include <thread>
#include <utility>

namespace faultline::runtime {
namespace {

/// For how long a thread that waits keeps its processor. Waking one that sleeps takes 0.1 to 0.2
/// ms, as long as much of what goes aside; a live block hands something over every millisecond or
/// so.
constexpr std::chrono::milliseconds kAwake{1};

/// Whether `state` is another before kAwake is over.
template <class State>
bool changes_soon(const std::atomic<State>& state, State from) {
    constexpr int kLooks = 64;  // Asking what time it is takes as long as some of them.
    const auto until = std::chrono::steady_clock::now() + kAwake;
    do {
        for (int i = 0; i < kLooks; ++i) {
            if (state.load() != from) {
                return true;
            }
#if defined(__x86_64__)
            __builtin_ia32_pause();
#endif
        }
    } while (std::chrono::steady_clock::now() < until);
    return false;
}

/// Keeps a thread off the processor that its caller runs on: after a pause a scheduler may wake it
/// just there, and what was to be done at the same time is done in turn.
class Elsewhere {
  public:
    Elsewhere() {
        CPU_ZERO(&allowed_);
        known_ = ::sched_getaffinity(0, sizeof(allowed_), &allowed_) == 0;
    }

    /// Processors that the process may use; 0 when that is not known.
    [[nodiscard]] int processors() const { return known_ ? CPU_COUNT(&allowed_) : 0; }

    void keep_off_mine(std::thread& thread) {
        const int mine = ::sched_getcpu();
        if (!known_ || mine < 0 || mine >= CPU_SETSIZE || mine == kept_off_) {
            return;
        }
        cpu_set_t others = allowed_;
        CPU_CLR(static_cast<std::size_t>(mine), &others);
        // Where it fails, say because processors were taken away, the thread runs where it may.
        if (CPU_COUNT(&others) > 0 &&
            ::pthread_setaffinity_np(thread.native_handle(), sizeof(others), &others) == 0) {
            kept_off_ = mine;
        }
    }

  private:
    cpu_set_t allowed_{};
    bool known_ = false;
    int kept_off_ = -1;
};

class SecondThread final : public ForkJoin {
  public:
    SecondThread() : thread_([this] { serve(); }) {}

    SecondThread(const SecondThread&) = delete;
    SecondThread& operator=(const SecondThread&) = delete;

    ~SecondThread() override {
        go_to(State::kOver);
        thread_.join();
    }

    void both(const std::function<void()>& here, const std::function<void()>& aside) override {
        FAULTLINE_ASSERT(is_free());
        elsewhere_.keep_off_mine(thread_);
        work_ = &aside;
        go_to(State::kGiven);
        std::exception_ptr failed;
        try {
            here();
        } catch (...) {
            failed = std::current_exception();
        }
        // Until `aside` is over it may use what the caller owns, whatever `here` threw.
        if (!changes_soon(state_, State::kGiven)) {
            state_.wait(State::kGiven);
        }
        state_.store(State::kIdle);
        const std::exception_ptr other = std::exchange(failed_, nullptr);
        if (failed || other) {
            std::rethrow_exception(failed ? failed : other);
        }
    }

    void soon() override {
        FAULTLINE_ASSERT(is_free());
        elsewhere_.keep_off_mine(thread_);
        go_to(State::kSoon);
    }

  private:
    /// Who may touch what is below: the thread while kGiven, the caller otherwise.
    enum class State : std::uint32_t {
        kIdle,
        kSoon,  ///< As kIdle; the thread stays awake.
        kGiven,
        kDone,
        kOver
    };

    [[nodiscard]] bool is_free() const {
        const State state = state_.load();
        return state == State::kIdle || state == State::kSoon;
    }

    void go_to(State state) {
        state_.store(state);
        state_.notify_all();
    }

    void serve() {
        for (;;) {
            const State state = state_.load();
            if (state == State::kOver) {
                return;
            }
            if (state != State::kGiven) {
                if (!changes_soon(state_, state)) {
                    fall_asleep(state);
                }
                continue;
            }
            try {
                (*work_)();
            } catch (...) {
                failed_ = std::current_exception();
            }
            go_to(State::kDone);
        }
    }

    void fall_asleep(State state) {
        if (state == State::kSoon) {
            state_.compare_exchange_strong(state, State::kIdle);
        } else {
            state_.wait(state);
        }
    }

    std::atomic<State> state_ = State::kIdle;
    const std::function<void()>* work_ = nullptr;  ///< The caller's.
    std::exception_ptr failed_;
    Elsewhere elsewhere_;
    std::thread thread_;
};

}  // namespace

std::unique_ptr<ForkJoin> make_second_thread() {
    if (Elsewhere().processors() == 1) {
        return std::make_unique<InTurn>();
    }
    return std::make_unique<SecondThread>();
}

}  // namespace faultline::runtime
