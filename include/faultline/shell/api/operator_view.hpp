// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/shell/runtime/task.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// What operators see of their decisions, and how they decide. Plain data, as in view.hpp.
namespace faultline::api {

struct SilenceFigures {
    std::uint64_t id = 0;
    std::string state;  ///< "pending", "active", "expired"
    std::vector<std::string> matchers;
    std::string author;
    std::string reason;
    UnixMillis created;
    UnixMillis starts;
    UnixMillis ends;
};

struct OperationFigures {
    std::uint64_t sequence = 0;
    UnixMillis at;
    std::string what;
    std::string who;
    std::string about;
    std::string why;
};

/// An acknowledgement that was taken.
struct AcknowledgedFigures {
    std::string chain;
    std::string fingerprint;
    std::string rule;
    std::string episode;
};

/// Implemented beside the desk. Bodies are JSON as clients sent it; what is wrong with one is
/// kInvalid, with the place. What is answered is on disk. Thread: loop.
class OperatorView {
  public:
    OperatorView() = default;
    OperatorView(const OperatorView&) = delete;
    OperatorView& operator=(const OperatorView&) = delete;
    virtual ~OperatorView() = default;

    /// By id.
    [[nodiscard]] virtual std::vector<SilenceFigures> silences() const = 0;
    /// {"matchers":[…],"author","reason", and "duration" or "ends_at", perhaps "starts_at"}
    virtual runtime::Task<Result<SilenceFigures>> silence(std::string body) = 0;
    /// {"author","reason"}. kMissing: there is no such silence.
    virtual runtime::Task<Result<SilenceFigures>> expire(std::string id, std::string body) = 0;
    /// {"author", perhaps "comment"}, of each chain where an alert of that fingerprint fires;
    /// kRejected where it is only pending, kMissing where it is not even that.
    virtual runtime::Task<Result<std::vector<AcknowledgedFigures>>> acknowledge(
        std::string fingerprint, std::string body
    ) = 0;
    /// The newest, the newest first.
    [[nodiscard]] virtual std::vector<OperationFigures> operations(std::size_t most) const = 0;
};

}  // namespace faultline::api
