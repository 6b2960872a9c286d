// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace faultline {
namespace {

Error refused() {
    return {Code::kTransient, "connection refused"};
}

Result<int> positive(int value) {
    if (value <= 0) {
        return Error(Code::kInvalid, "got " + std::to_string(value));
    }
    return value;
}

Result<int> sum_of(int a, int b) {
    FAULTLINE_TRY(const int first, positive(a));
    FAULTLINE_TRY(const int second, positive(b));
    return first + second;
}

Result<void> check_both(int a, int b) {
    FAULTLINE_TRY_VOID(sum_of(a, b).map([](int) {}));
    return {};
}

Result<std::unique_ptr<int>> boxed(int value) {
    FAULTLINE_TRY(const int checked, positive(value));
    return std::make_unique<int>(checked);
}

}  // namespace

TEST_CASE("an error alone reads as its detail") {
    CHECK(refused().message() == "connection refused");
    CHECK(refused().code() == Code::kTransient);
    CHECK(refused().retry_after_ms() == 0);
}

TEST_CASE("context reads from the outermost frame inwards") {
    const Error error = refused().context("fetch block 12").context("follow the chain");
    CHECK(error.message() == "follow the chain: fetch block 12: connection refused");
    CHECK(error.detail() == "connection refused");
}

TEST_CASE("advice comes last, wherever it was added") {
    const Error error = refused().advise("Check rpc.url").context("fetch block 12");
    CHECK(error.message() == "fetch block 12: connection refused. Check rpc.url");
    CHECK(error.advice() == "Check rpc.url");
}

TEST_CASE("what the other side asked us to wait travels with the error") {
    CHECK(Error(Code::kRateLimited, "429").after_ms(1'500).retry_after_ms() == 1'500);
}

TEST_CASE("every code has a name of its own, as metric labels want it") {
    std::set<std::string_view> names;
    for (int code = 0; code <= static_cast<int>(Code::kCancelled); ++code) {
        const std::string_view name = code_name(static_cast<Code>(code));
        CHECK_FALSE(name.empty());
        CHECK(name != "unknown");
        names.insert(name);
    }
    CHECK(names.size() == static_cast<std::size_t>(Code::kCancelled) + 1);
    CHECK(code_name(Code::kRateLimited) == "rate_limited");
}

TEST_CASE("FAULTLINE_TRY binds values and returns the first error") {
    CHECK(*sum_of(1, 2) == 3);
    CHECK(sum_of(-1, 0).error().detail() == "got -1");
    CHECK(sum_of(1, 0).error().detail() == "got 0");
}

TEST_CASE("FAULTLINE_TRY_VOID returns the error or goes on") {
    CHECK(check_both(1, 1).has_value());
    CHECK(check_both(1, -7).error().detail() == "got -7");
}

TEST_CASE("a result may hold what can only be moved") {
    CHECK(**boxed(4) == 4);
    CHECK(boxed(0).error().code() == Code::kInvalid);
}

}  // namespace faultline
