// SPDX-License-Identifier: Apache-2.0
#include "sim/alert_check.hpp"

#include <faultline/base/u256.hpp>
#include <faultline/core/alerts/book.hpp>

#include <algorithm>
#include <chrono>

namespace faultline::sim {

using alerts::Kind;

namespace {

/// A commit that is tried again, an attempt, and an acknowledgement for each of what is before it.
constexpr Duration kSoon = std::chrono::seconds(60);

std::string alert_name(const alerts::Transition& transition) {
    // An alert about the watching itself is about no account.
    const auto account = transition.labels.find("account");
    return transition.rule + " " +
           (account == transition.labels.end() ? Address{}.hex() : account->second);
}

}  // namespace

std::optional<std::string> AlertCheck::committed(const store::Batch& batch, Instant now) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const store::Batch::Put put = batch[i];
        if (put.family != store::Family::kOutbox || !put.value) {
            continue;
        }
        const std::uint64_t sequence = U256::from_be_bytes(put.key).low_u64();
        if (last_sequence_ && sequence <= *last_sequence_) {
            return "outbox sequence " + std::to_string(sequence) + " after " +
                   std::to_string(*last_sequence_);
        }
        last_sequence_ = sequence;
        const auto transition = alerts::decode_transition(*put.value);
        if (!transition) {
            return "an outbox row does not decode: " + transition.error().message();
        }
        if (!by_key_.emplace(transition->key(), committed_.size()).second) {
            return "the key " + transition->key() + " was committed twice";
        }
        committed_.push_back(*transition);
        committed_at_.push_back(now);
    }
    return std::nullopt;
}

std::optional<std::string> AlertCheck::taken(
    const SimReceiver& receiver, eth::BlockNum highest_head
) {
    std::size_t& seen = taken_seen_[receiver.name()];
    for (; seen < receiver.taken().size(); ++seen) {
        const SimReceiver::Taken& message = receiver.taken()[seen];
        const std::string about = receiver.name() + ": " + message.key;
        if (!by_key_.contains(message.key)) {
            return about + " came, which was never committed";
        }
        const alerts::Transition& said = committed_[by_key_.at(message.key)];
        if (!receiver.hears(said.rule)) {
            return about + " came, where no route leads";
        }
        const bool waits = said.wait_for != eth::Finality::kLatest && said.kind != Kind::kRetracted;
        if (waits && (!safe_depth_ || said.block.number + *safe_depth_ > highest_head)) {
            return about + " was delivered before its block was safe";
        }
        if (!message.body.contains('"' + message.key + '"')) {
            return about + ": the body does not name its key";
        }
    }
    return std::nullopt;
}

std::optional<std::string> AlertCheck::in_time(
    const SimReceiver& receiver, Instant now, Instant since
) {
    for (; prompt_seen_ < receiver.taken().size(); ++prompt_seen_) {
        prompt_.insert(receiver.taken()[prompt_seen_].key);
    }
    for (; prompt_checked_ < committed_.size(); ++prompt_checked_) {
        const alerts::Transition& said = committed_[prompt_checked_];
        const bool now_or_never = said.wait_for == eth::Finality::kLatest && wanted(receiver, said);
        if (!now_or_never || prompt_.contains(said.key())) {
            continue;
        }
        const Instant from = std::max(committed_at_[prompt_checked_], since);
        return now > from + kSoon
                   ? std::optional(receiver.name() + " waits for others: " + said.key())
                   : std::nullopt;
    }
    return std::nullopt;
}

bool AlertCheck::may_wait(const alerts::Transition& transition, const ChainModel& chain) const {
    return transition.wait_for != eth::Finality::kLatest && transition.kind != Kind::kRetracted &&
           (!safe_depth_ || transition.block.number + *safe_depth_ > chain.head());
}

/// What takes a transition back, or what a retraction takes back.
const alerts::Transition* AlertCheck::counterpart(const alerts::Transition& transition) const {
    const auto found = std::ranges::find_if(committed_, [&](const alerts::Transition& other) {
        return (other.kind == Kind::kRetracted) != (transition.kind == Kind::kRetracted) &&
               other.block == transition.block && other.fingerprint == transition.fingerprint &&
               other.occurrence == transition.occurrence;
    });
    return found == committed_.end() ? nullptr : &*found;
}

/// Whether a transition was taken back before it was told, and so was never told.
bool AlertCheck::annulled(const alerts::Transition& transition, const std::set<std::string>& seen)
    const {
    const alerts::Transition* other = counterpart(transition);
    return transition.wait_for != eth::Finality::kLatest && other != nullptr &&
           !seen.contains(other->key());
}

bool AlertCheck::wanted(const SimReceiver& receiver, const alerts::Transition& transition) const {
    const bool about_pending =
        transition.kind == Kind::kPending ||
        (transition.kind != Kind::kFiring && transition.retracts == Kind::kPending);
    return receiver.hears(transition.rule) && (send_pending_ || !about_pending) &&
           !alerts::takes_back_repeat(transition);
}

std::optional<std::string> AlertCheck::all_arrived(
    const SimReceiver& receiver, const engine::Fold& truth, const ChainModel& chain
) const {
    std::vector<std::string> first_arrivals;
    std::set<std::string> seen;
    for (const SimReceiver::Taken& message : receiver.taken()) {
        if (seen.insert(message.key).second) {
            first_arrivals.push_back(message.key);
        }
    }
    std::set<std::string> waiting;
    for (const alerts::Transition& transition : committed_) {
        if (!wanted(receiver, transition) || seen.contains(transition.key()) ||
            annulled(transition, seen)) {
            continue;
        }
        if (!may_wait(transition, chain)) {
            return receiver.name() + " never got " + transition.key();
        }
        waiting.insert(alert_name(transition));
    }
    std::map<std::string, std::size_t> last_of_alert;
    for (const std::string& key : first_arrivals) {
        const std::size_t position = by_key_.at(key);
        const std::string& fingerprint = committed_[position].fingerprint;
        const auto last = last_of_alert.find(fingerprint);
        if (last != last_of_alert.end() && last->second > position) {
            return key + " reached " + receiver.name() + " after a later transition of its alert";
        }
        last_of_alert[fingerprint] = position;
    }
    return believed(receiver, first_arrivals, waiting, truth);
}

std::optional<std::string> AlertCheck::orphans_retracted(const ChainModel& chain) const {
    for (std::size_t i = 0; i < committed_.size(); ++i) {
        const alerts::Transition& said = committed_[i];
        const eth::BlockNum number = said.block.number;
        const bool canonical = number <= chain.head() && chain.at(number).header.ref == said.block;
        const bool told_again = said.repeated && said.wait_for == eth::Finality::kLatest;
        if (said.kind == Kind::kRetracted || canonical || told_again) {
            continue;
        }
        const auto later = std::ranges::subrange(
            committed_.begin() + static_cast<std::ptrdiff_t>(i), committed_.end()
        );
        const bool taken_back = std::ranges::any_of(later, [&](const alerts::Transition& other) {
            return other.kind == Kind::kRetracted && other.block == said.block &&
                   other.fingerprint == said.fingerprint && other.occurrence == said.occurrence;
        });
        if (!taken_back) {
            return "orphaned and never taken back: " + said.key();
        }
    }
    return std::nullopt;
}

std::optional<std::string> AlertCheck::believed(
    const SimReceiver& receiver,
    const std::vector<std::string>& keys,
    const std::set<std::string>& waiting,
    const engine::Fold& truth
) const {
    std::map<std::string, std::string> firing;  // fingerprint -> rule and account
    for (const std::string& key : keys) {
        const alerts::Transition& said = committed_[by_key_.at(key)];
        const bool on = said.kind == Kind::kFiring ||
                        (said.kind == Kind::kRetracted && said.retracts == Kind::kResolved);
        const bool off = (said.kind == Kind::kResolved && said.retracts == Kind::kFiring) ||
                         (said.kind == Kind::kRetracted && said.retracts == Kind::kFiring);
        if (alerts::takes_back_repeat(said)) {
            return "told that a repeat was taken back: " + key;
        }
        if (said.repeated && !firing.contains(said.fingerprint)) {
            return "said to fire still while it does not fire: " + key;
        }
        if (on && !said.repeated && firing.contains(said.fingerprint)) {
            return "said to fire while it fires: " + key;
        }
        if (off && !firing.contains(said.fingerprint)) {
            return "said to end while it does not fire: " + key;
        }
        if (on) {
            firing[said.fingerprint] = alert_name(said);
        } else if (off) {
            firing.erase(said.fingerprint);
        }
    }
    std::set<std::string> heard;
    for (const auto& [fingerprint, alert] : firing) {
        heard.insert(alert);
    }
    // Of these, the receiver is yet to hear.
    std::erase_if(heard, [&waiting](const std::string& alert) { return waiting.contains(alert); });
    std::set<std::string> stored;
    truth.alerts().rows().for_each_unordered([&](const alerts::AlertKey& key,
                                                 const alerts::AlertRow& row) {
        const std::string alert = row.rule + " " + key.account.hex();
        if (row.phase == alerts::Phase::kFiring && receiver.hears(row.rule) &&
            !waiting.contains(alert)) {
            stored.insert(alert);
        }
    });
    if (heard != stored) {
        return receiver.name() + " believes that " + std::to_string(heard.size()) +
               " alerts fire, the rows say " + std::to_string(stored.size());
    }
    return std::nullopt;
}

std::size_t AlertCheck::count(Kind kind) const {
    return static_cast<std::size_t>(std::ranges::count(committed_, kind, &alerts::Transition::kind)
    );
}

}  // namespace faultline::sim
