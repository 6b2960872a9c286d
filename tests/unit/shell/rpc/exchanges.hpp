// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <shell/rpc/json_reply.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::rpc {

/// 32 bytes, all the same: "0x1111…".
inline std::string hash_text(char digit) {
    return "0x" + std::string(64, digit);
}

inline Hash32 hash_of(char digit) {
    return *Hash32::from_hex(hash_text(digit));
}

/// Calls of these methods, their params empty.
inline std::vector<Call> calls_of(const std::vector<std::string_view>& methods) {
    std::vector<Call> out;
    for (const std::string_view method : methods) {
        out.push_back({.method = method, .params = "[]"});
    }
    return out;
}

/// An Exchange that owns what it points to. Ids count from 1.
class Answered {
  public:
    Answered(std::vector<Call> calls, std::string body, int http_status = 200)
        : calls_(std::move(calls)), body_(std::move(body)), http_status_(http_status) {}

    Answered& retry_after(std::int64_t ms) {
        retry_after_ms_ = ms;
        return *this;
    }

    [[nodiscard]] Exchange exchange() const {
        Exchange out;
        out.calls = calls_;
        out.first_id = 1;
        out.body = body_;
        out.http_status = http_status_;
        out.retry_after_ms = retry_after_ms_;
        return out;
    }

  private:
    std::vector<Call> calls_;
    std::string body_;
    int http_status_;
    std::int64_t retry_after_ms_ = 0;
};

/// {"jsonrpc":"2.0","id":ID,"result":RESULT}
inline std::string result_of(int id, const std::string& result) {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":)" + result + "}";
}

/// {"jsonrpc":"2.0","id":ID,"error":ERROR}
inline std::string error_of(int id, const std::string& error) {
    return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"error":)" + error + "}";
}

/// The error of a result that must have failed with that code.
template <class T>
std::string failure(const Result<T>& result, Code code) {
    REQUIRE_FALSE(result.has_value());
    INFO(result.error().message());
    CHECK(code_name(result.error().code()) == code_name(code));
    return result.error().message();
}

/// The value of a result that must have succeeded.
template <class T>
T success(Result<T> result) {
    INFO((result ? std::string() : result.error().message()));
    REQUIRE(result.has_value());
    return *std::move(result);
}

}  // namespace faultline::rpc
