// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/silence.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::alerts {
namespace {

/// Whether every alert meets it, as far as a few texts can show of what each alert has; of other
/// labels, one without.
bool takes_all(const Matcher& matcher) {
    constexpr std::array<std::string_view, 4> kNames = {"a", "7", "near-liquidation", "x_2"};
    constexpr std::array<std::string_view, 3> kSeverities = {"critical", "warning", "info"};
    const std::string& label = matcher.label();
    const auto takes = [&](std::string_view text) {
        return matcher.matches({{label, std::string(text)}});
    };
    if (label == "severity") {
        return std::ranges::all_of(kSeverities, takes);
    }
    const bool always_there = label == "rule" || label == "chain";
    return always_there ? !matcher.leaves_some_out() && std::ranges::all_of(kNames, takes)
                        : matcher.takes_empty();
}

}  // namespace

std::string_view state_name(SilenceState state) noexcept {
    switch (state) {
        case SilenceState::kPending:
            return "pending";
        case SilenceState::kActive:
            return "active";
        case SilenceState::kExpired:
            return "expired";
    }
    return "unknown";
}

SilenceState state_of(const Silence& silence, UnixMillis now) {
    if (now.value >= silence.ends.value) {
        return SilenceState::kExpired;
    }
    return now.value < silence.starts.value ? SilenceState::kPending : SilenceState::kActive;
}

bool blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

Result<void> check(const Silence& silence) {
    if (blank(silence.author) || blank(silence.reason)) {
        return Error(Code::kInvalid, "a silence needs an author and a reason");
    }
    if (silence.ends.value <= silence.starts.value) {
        return Error(Code::kInvalid, "a silence has to end after it starts");
    }
    if (silence.ends.value - silence.starts.value > kLongestSilenceMs) {
        return Error(Code::kInvalid, "a silence may last 90 days")
            .advise("What should never be told needs a route without receivers instead");
    }
    if (std::ranges::all_of(silence.matchers, takes_all)) {
        return Error(Code::kInvalid, "a silence needs a matcher that not every alert meets")
            .advise(R"(Name a rule, for one: rule="near-liquidation")");
    }
    return {};
}

void Decisions::put(Silence silence) {
    const std::uint64_t id = silence.id;
    silences_.insert_or_assign(id, std::move(silence));
}

void Decisions::put(Acknowledgement acknowledgement) {
    std::string name =
        name_of(acknowledgement.chain, acknowledgement.fingerprint, acknowledgement.episode);
    if (!acknowledged_.insert_or_assign(name, std::move(acknowledgement)).second) {
        std::erase(in_order_, name);
    }
    in_order_.push_back(std::move(name));
}

std::vector<std::uint64_t> Decisions::surplus_expired(UnixMillis now) const {
    std::vector<std::pair<std::int64_t, std::uint64_t>> expired;
    for (const auto& [id, silence] : silences_) {
        if (state_of(silence, now) == SilenceState::kExpired) {
            expired.emplace_back(silence.ends.value, id);
        }
    }
    std::vector<std::uint64_t> out;
    if (expired.size() > kMostExpired) {
        std::ranges::sort(expired);
        for (std::size_t i = 0; i < expired.size() - kMostExpired; ++i) {
            out.push_back(expired[i].second);
        }
    }
    return out;
}

std::vector<Acknowledgement> Decisions::surplus_acknowledged() const {
    std::vector<Acknowledgement> out;
    const std::size_t surplus = in_order_.size() - std::min(in_order_.size(), kMostAcknowledged);
    out.reserve(surplus);
    for (std::size_t i = 0; i < surplus; ++i) {
        out.push_back(acknowledged_.at(in_order_[i]));
    }
    return out;
}

void Decisions::forget(std::uint64_t silence) {
    silences_.erase(silence);
}

void Decisions::forget(const Acknowledgement& acknowledgement) {
    const std::string name =
        name_of(acknowledgement.chain, acknowledgement.fingerprint, acknowledgement.episode);
    if (acknowledged_.erase(name) > 0) {
        std::erase(in_order_, name);
    }
}

std::vector<std::uint64_t> Decisions::silenced_by(const Labels& labels, UnixMillis now) const {
    std::vector<std::uint64_t> out;
    for (const auto& [id, silence] : silences_) {
        if (state_of(silence, now) == SilenceState::kActive &&
            all_match(silence.matchers, labels)) {
            out.push_back(id);
        }
    }
    return out;
}

const Acknowledgement* Decisions::acknowledged(
    const std::string& chain, const std::string& fingerprint, const std::string& episode
) const {
    if (acknowledged_.empty()) {
        return nullptr;
    }
    const auto found = acknowledged_.find(name_of(chain, fingerprint, episode));
    return found == acknowledged_.end() ? nullptr : &found->second;
}

std::string Decisions::name_of(
    const std::string& chain, const std::string& fingerprint, const std::string& episode
) {
    return chain + "/" + fingerprint + "/" + episode;
}

}  // namespace faultline::alerts
