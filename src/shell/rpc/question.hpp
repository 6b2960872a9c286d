// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/client.hpp>

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace faultline::rpc {

/// Kinds of questions: each has its own usual time, and may be refused by itself.
enum class Kind : std::uint8_t {
    kIdentity,
    kHead,
    kLevel,
    kHeader,
    kBlock,
    kHeaders,
    kLogs,
    kReads,
    kTestimony,  ///< View calls for the audit, which nothing else waits for.
};

inline constexpr std::size_t kKinds = 9;
inline constexpr std::size_t kMostEndpoints = 64;

/// One question to the pool, as far as choosing endpoints goes.
struct Question {
    Kind kind = Kind::kHead;
    std::size_t calls = 1;               ///< JSON-RPC calls it costs.
    std::optional<eth::BlockNum> needs;  ///< An endpoint behind this block cannot answer.
    std::optional<Hash32> hash;          ///< One that has shown this block can.
    std::uint64_t width = 0;             ///< Blocks in the range, or 0.
    /// A read that some do not carry through: those have no vote on it, and too few votes are
    /// neither a dispute nor a reason to take fewer.
    bool abstained = false;

    [[nodiscard]] bool wide() const { return width > 0; }

    /// Of an endpoint whose budget others leave unused, and no verdict on it.
    [[nodiscard]] bool leisurely() const { return kind == Kind::kTestimony; }

    /// Verify-only endpoints are asked, too.
    [[nodiscard]] bool may_verify() const { return kind == Kind::kTestimony; }
};

/// Questions that belong together.
struct Session {
    Witnesses* witnesses = nullptr;
    std::optional<std::size_t> favoured;
};

/// Who was asked a question, and the most hopeful failure so far.
class Attempts {
  public:
    void add(std::size_t member) { asked_.set(member); }

    void forget(std::size_t member) { asked_.reset(member); }

    [[nodiscard]] bool asked(std::size_t member) const { return asked_.test(member); }

    void failed(Error error);

    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  private:
    std::bitset<kMostEndpoints> asked_;
    std::optional<Error> error_;
};

/// Which of two failures to report: the one after which asking again may help.
inline int hopelessness(Code code) {
    switch (code) {
        case Code::kTransient:
            return 0;
        case Code::kRateLimited:
            return 1;
        case Code::kMalformed:
            return 2;
        case Code::kMissing:
            return 3;
        default:
            return 4;
    }
}

inline void Attempts::failed(Error error) {
    if (!error_ || hopelessness(error.code()) < hopelessness(error_->code())) {
        error_ = std::move(error);
    }
}

}  // namespace faultline::rpc
