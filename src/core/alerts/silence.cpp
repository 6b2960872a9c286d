// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/silence.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::alerts {

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
    const bool silences_all =
        std::ranges::all_of(silence.matchers, [](const Matcher& one) { return one.takes_empty(); });
    if (silences_all) {
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

std::vector<std::uint64_t> Decisions::forget_expired(UnixMillis now) {
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
            silences_.erase(expired[i].second);
        }
    }
    return out;
}

std::vector<Acknowledgement> Decisions::forget_acknowledged() {
    std::vector<Acknowledgement> out;
    while (in_order_.size() > kMostAcknowledged) {
        const auto oldest = acknowledged_.find(in_order_.front());
        out.push_back(std::move(oldest->second));
        acknowledged_.erase(oldest);
        in_order_.pop_front();
    }
    return out;
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
