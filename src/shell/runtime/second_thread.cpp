// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/assert.hpp>
#include <faultline/base/fork_join.hpp>
#include <faultline/shell/runtime/second_thread.hpp>

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

namespace faultline::runtime {
namespace {

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
        FAULTLINE_ASSERT(state_.load() == State::kIdle);
        work_ = &aside;
        go_to(State::kGiven);
        std::exception_ptr failed;
        try {
            here();
        } catch (...) {
            failed = std::current_exception();
        }
        // Until `aside` is over it may use what the caller owns, whatever `here` threw.
        state_.wait(State::kGiven);
        state_.store(State::kIdle);
        const std::exception_ptr other = std::exchange(failed_, nullptr);
        if (failed || other) {
            std::rethrow_exception(failed ? failed : other);
        }
    }

  private:
    /// Who may touch what is below: the caller while kIdle and kDone, the thread while kGiven.
    enum class State : std::uint32_t {
        kIdle,
        kGiven,
        kDone,
        kOver
    };

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
                state_.wait(state);
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

    std::atomic<State> state_ = State::kIdle;
    const std::function<void()>* work_ = nullptr;  ///< The caller's.
    std::exception_ptr failed_;
    std::thread thread_;
};

}  // namespace

std::unique_ptr<ForkJoin> make_second_thread() {
    return std::make_unique<SecondThread>();
}

}  // namespace faultline::runtime
