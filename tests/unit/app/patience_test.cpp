// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/random.hpp>
#include <faultline/shell/runtime/task.hpp>
#include <faultline/shell/runtime/virtual_clock.hpp>

#include <catch2/catch.hpp>

#include <app/patience.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

using namespace faultline;
using namespace std::chrono_literals;

namespace {

struct Waiting {
    runtime::Loop loop;
    runtime::VirtualClock clock{1};
    runtime::Random random{1};
    std::vector<std::string> said;
    app::Patience patience{clock, random, [this](const std::string& line) {
                               said.push_back(line);
                           }};

    Result<void> after(const Error& error) {
        std::optional<Result<void>> out;
        clock.run(loop, keep(error, out));
        return *out;
    }

  private:
    runtime::Task<> keep(Error error, std::optional<Result<void>>& out) {
        out = co_await patience.after(std::move(error));
    }
};

}  // namespace

TEST_CASE("what may pass is waited for without end, and said", "[app]") {
    Waiting at;
    for (int i = 0; i < 50; ++i) {
        CHECK(at.after(Error(Code::kTransient, "down")));
    }
    CHECK(at.said.size() == 50);
    CHECK_THAT(at.said.front(), Catch::StartsWith("asking again in "));
    CHECK_THAT(at.said.front(), Catch::EndsWith(" ms: down"));
}

TEST_CASE("a limit of the other side is obeyed", "[app]") {
    Waiting at;
    const Instant began = at.clock.now();
    CHECK(at.after(Error(Code::kRateLimited, "slow down").after_ms(45'000)));
    CHECK(at.clock.now() - began >= 45s);
}

TEST_CASE("what is missing for two minutes, or refused twice in a row, will not come", "[app]") {
    Waiting at;
    const Instant began = at.clock.now();
    Result<void> last;
    while (last) {
        last = at.after(Error(Code::kMissing, "gone"));
    }
    CHECK(last.error().message() == "gone");
    CHECK(at.clock.now() - began >= 2min);
    CHECK(at.clock.now() - began < 3min);

    at.patience.answered();
    CHECK(at.after(Error(Code::kMissing, "gone")));
    CHECK(at.after(Error(Code::kRejected, "no")));
    CHECK_FALSE(at.after(Error(Code::kRejected, "no")));
    at.patience.answered();
    CHECK(at.after(Error(Code::kRejected, "no")));
    CHECK_FALSE(at.after(Error(Code::kCorrupt, "broken")));
}
