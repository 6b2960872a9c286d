// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace faultline {

/// What a caller can do about an error.
enum class Code : std::uint8_t {
    kTransient,    ///< The same call may work later: timeout, refused connection, 5xx.
    kRateLimited,  ///< As kTransient, but the other side asked for less; see Error::retry_after_ms.
    kMissing,      ///< The other side does not have what was asked for (yet, or no more).
    kRejected,     ///< The other side understood and refused; repeating the call changes nothing.
    kMalformed,  ///< Bytes that do not mean what they should: bad JSON, a log that does not decode.
    kInvalid,    ///< Our input is wrong: configuration, command line, argument.
    kCorrupt,    ///< What we stored is not what we wrote.
    kUnavailable,  ///< A local resource is missing: port in use, disk full, read-only folder.
    kCancelled,    ///< Shutting down.
};

/// Stable lower-case name of a code, for logs and metric labels.
std::string_view code_name(Code code) noexcept;

/// What the other side says it would serve of a range that it refused. Not checked against what was
/// asked.
struct Suggestion {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    bool operator==(const Suggestion&) const = default;
};

/// A failure that can happen in production. Reads top-down: what we were doing, on what, what
/// failed, what to do next. Never carries a secret: URLs go through net::Url::redacted().
class [[nodiscard]] Error {
  public:
    Error(Code code, std::string detail) : code_(code), detail_(std::move(detail)) {}

    [[nodiscard]] Code code() const noexcept { return code_; }

    /// The innermost failure, without context.
    [[nodiscard]] const std::string& detail() const noexcept { return detail_; }

    /// What the reader should do, or empty.
    [[nodiscard]] const std::string& advice() const noexcept { return advice_; }

    /// What the other side asked us to wait, or 0.
    [[nodiscard]] std::int64_t retry_after_ms() const noexcept { return retry_after_ms_; }

    [[nodiscard]] const std::optional<Suggestion>& suggestion() const noexcept {
        return suggestion_;
    }

    /// Adds an outer frame: "fetch block 12: <what it was before>".
    Error&& context(std::string_view what) && {
        context_ = context_.empty() ? std::string(what) : std::string(what) + ": " + context_;
        return std::move(*this);
    }

    Error&& advise(std::string advice) && {
        advice_ = std::move(advice);
        return std::move(*this);
    }

    Error&& after_ms(std::int64_t retry_after_ms) && {
        retry_after_ms_ = retry_after_ms;
        return std::move(*this);
    }

    Error&& suggest(std::optional<Suggestion> suggestion) && {
        suggestion_ = suggestion;
        return std::move(*this);
    }

    /// The whole message on one line: "context: detail. advice".
    [[nodiscard]] std::string message() const;

  private:
    Code code_;
    std::int64_t retry_after_ms_ = 0;
    std::string detail_;
    std::string context_;
    std::string advice_;
    std::optional<Suggestion> suggestion_;
};

/// A value or an Error; must be looked at.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
  public:
    using tl::expected<T, Error>::expected;
    using value_type = T;

    Result()
        requires std::is_void_v<T> || std::is_default_constructible_v<T>
    = default;

    Result(Error error)  // NOLINT(google-explicit-constructor): `return Error{...}` is the idiom.
        : tl::expected<T, Error>(tl::unexpect, std::move(error)) {}
};

}  // namespace faultline

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration and a keyword cannot be parenthesised.
#define FAULTLINE_CONCAT_INNER(a, b) a##b
#define FAULTLINE_CONCAT(a, b) FAULTLINE_CONCAT_INNER(a, b)

/// `FAULTLINE_TRY(auto x, f());` evaluates f(), returns its error, or binds its value.
#define FAULTLINE_TRY(declaration, expression) \
    FAULTLINE_TRY_IMPL(declaration, expression, FAULTLINE_CONCAT(faultline_try_, __LINE__), return)
/// The same inside a coroutine; the awaited expression is written out: `FAULTLINE_CO_TRY(auto x,
/// co_await f());`
#define FAULTLINE_CO_TRY(declaration, expression)                                      \
    FAULTLINE_TRY_IMPL(                                                                \
        declaration, expression, FAULTLINE_CONCAT(faultline_try_, __LINE__), co_return \
    )
#define FAULTLINE_TRY_IMPL(declaration, expression, name, leave) \
    auto name = (expression);                                    \
    if (!name) [[unlikely]] {                                    \
        leave std::move(name).error();                           \
    }                                                            \
    declaration = *std::move(name)

/// For Result<void>: `FAULTLINE_TRY_VOID(f());`
#define FAULTLINE_TRY_VOID(expression)                    \
    do {                                                  \
        auto faultline_try_void = (expression);           \
        if (!faultline_try_void) [[unlikely]] {           \
            return std::move(faultline_try_void).error(); \
        }                                                 \
    } while (false)
#define FAULTLINE_CO_TRY_VOID(expression)                    \
    do {                                                     \
        auto faultline_try_void = (expression);              \
        if (!faultline_try_void) [[unlikely]] {              \
            co_return std::move(faultline_try_void).error(); \
        }                                                    \
    } while (false)
// NOLINTEND(bugprone-macro-parentheses)
