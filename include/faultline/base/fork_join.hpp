// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <functional>

namespace faultline {

/// Runs two pieces of work that do not touch what the other writes, at the same time where the
/// machine can. What they do must not depend on which comes first: results are the same whoever
/// runs them, so a simulation runs them in turn.
class ForkJoin {
  public:
    ForkJoin() = default;
    ForkJoin(const ForkJoin&) = delete;
    ForkJoin& operator=(const ForkJoin&) = delete;
    virtual ~ForkJoin() = default;

    /// Returns when both are done. `here` runs on the calling thread. Throws what either threw, of
    /// two what `here` did, after both have ended. @pre not called by work that it runs
    virtual void both(const std::function<void()>& here, const std::function<void()>& aside) = 0;

    /// There will be work within milliseconds: who needs time to get ready begins now.
    virtual void soon() {}
};

/// One after the other, `here` first.
class InTurn final : public ForkJoin {
  public:
    void both(const std::function<void()>& here, const std::function<void()>& aside) override {
        try {
            here();
        } catch (...) {
            const std::exception_ptr failed = std::current_exception();
            try {
                aside();
            } catch (...) {  // NOLINT(bugprone-empty-catch): first comes what `here` threw
            }
            std::rethrow_exception(failed);
        }
        aside();
    }
};

}  // namespace faultline
