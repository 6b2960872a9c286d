// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/matcher.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::alerts {

/// Somebody's wish not to be told of some alerts for a while.
struct Silence {
    std::uint64_t id = 0;  ///< Counts from 1.
    std::vector<Matcher> matchers;
    std::string author;
    std::string reason;
    UnixMillis created;
    UnixMillis starts;
    UnixMillis ends;  ///< Not included.
};

enum class SilenceState : std::uint8_t {
    kPending,
    kActive,
    kExpired
};

/// "pending", "active", "expired".
std::string_view state_name(SilenceState state) noexcept;

SilenceState state_of(const Silence& silence, UnixMillis now);

/// Whether there is nothing to see in a text.
bool blank(std::string_view text);

/// kInvalid when author or reason is blank, or it has no end within kLongestSilenceMs of its start,
/// or no matcher that some alert fails: that would silence everything.
Result<void> check(const Silence& silence);

inline constexpr std::int64_t kLongestSilenceMs = 90LL * 24 * 3600 * 1000;

/// Somebody has an alert in hand. It ends with the episode.
struct Acknowledgement {
    std::string chain;
    std::string fingerprint;
    std::string episode;
    std::string author;
    std::string comment;
    UnixMillis at;
};

/// What operators decided about alerts, and nothing else: no clock, no disk. As large as kMost
/// says.
class Decisions {
  public:
    /// Of silences that are over, and of acknowledgements: the oldest go.
    static constexpr std::size_t kMostExpired = 1'000;
    static constexpr std::size_t kMostAcknowledged = 10'000;

    /// Adds or replaces one.
    void put(Silence silence);
    /// Adds one, or replaces that of the same episode.
    void put(Acknowledgement acknowledgement);

    /// Of those that are over the oldest, which there is no room for beyond kMostExpired.
    [[nodiscard]] std::vector<std::uint64_t> surplus_expired(UnixMillis now) const;
    /// The same of acknowledgements.
    [[nodiscard]] std::vector<Acknowledgement> surplus_acknowledged() const;

    void forget(std::uint64_t silence);
    void forget(const Acknowledgement& acknowledgement);

    /// By id.
    [[nodiscard]] const std::map<std::uint64_t, Silence>& silences() const { return silences_; }

    /// The active silences that match, by id.
    [[nodiscard]] std::vector<std::uint64_t> silenced_by(const Labels& labels, UnixMillis now)
        const;

    /// nullptr when nobody has it in hand.
    [[nodiscard]] const Acknowledgement* acknowledged(
        const std::string& chain, const std::string& fingerprint, const std::string& episode
    ) const;

  private:
    static std::string name_of(
        const std::string& chain, const std::string& fingerprint, const std::string& episode
    );

    std::map<std::uint64_t, Silence> silences_;
    std::map<std::string, Acknowledgement> acknowledged_;
    std::deque<std::string> in_order_;  ///< Names of acknowledged_, the oldest first.
};

}  // namespace faultline::alerts
