// SPDX-License-Identifier: Apache-2.0
#include "kept_row.hpp"
#include "keys.hpp"
#include "letter_store.hpp"
#include "wording.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/book.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/shell/delivery/letters.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::delivery {

using store::Family;
using namespace letters;

namespace {

/// Newest first: the time counts down.
Bytes trail_key(std::uint64_t at_ms, std::uint64_t sequence, std::string_view receiver) {
    Bytes out(kTrailPrefix.begin(), kTrailPrefix.end());
    for (const std::uint64_t part : {~at_ms, sequence}) {
        const Bytes bytes = ledger::encode(part);
        out.insert(out.end(), bytes.begin(), bytes.end());
    }
    out.insert(out.end(), receiver.begin(), receiver.end());
    return out;
}

/// Names an episode by what an alert's row holds of it.
template <class Labels, class Name, class Value>
std::string episode_name(
    const std::string& rule,
    const std::string& episode,
    const Labels& labels,
    const Name& name,
    const Value& value
) {
    std::map<std::string, std::string> sorted;
    for (const auto& label : labels) {
        sorted.emplace(label.*name, label.*value);
    }
    std::string out = rule + '\0' + episode;
    for (const auto& [label, text] : sorted) {
        out += '\0' + label + '=' + text;
    }
    return out;
}

/// What has become of alerts since their letters died.
class Aftermath {
  public:
    static Result<Aftermath> read(const store::Store& store, const std::string& receiver) {
        Aftermath out;
        FAULTLINE_TRY_VOID(out.read_alerts(store));
        FAULTLINE_TRY_VOID(out.read_outbox(store, receiver));
        FAULTLINE_TRY_VOID(out.read_held(store, receiver));
        return out;
    }

    /// The episode of a letter is over, and nothing later of it waits for the receiver.
    [[nodiscard]] bool overtakes(const alerts::Transition& transition, std::uint64_t sequence)
        const {
        using Label = std::pair<const std::string, std::string>;
        if (standing_.contains(episode_name(
                transition.rule,
                transition.episode,
                transition.labels,
                &Label::first,
                &Label::second
            ))) {
            return false;
        }
        const auto newest = waiting_.find(episode_key(transition));
        return newest == waiting_.end() || newest->second < sequence;
    }

    /// A later firing of the same alert is held back from the receiver. A channel has what is held
    /// back before it reads the outbox, so that what goes before it cannot come back.
    [[nodiscard]] bool is_before_held(const alerts::Transition& transition, std::uint64_t sequence)
        const {
        const auto newest = held_.find(transition.fingerprint);
        return newest != held_.end() && newest->second > sequence;
    }

  private:
    Result<void> read_alerts(const store::Store& store) {
        const Bytes prefix = ledger::encode(alerts::kAlertTable);
        Result<void> readable;
        FAULTLINE_TRY_VOID(store.scan(Family::kRows, prefix, [&](BytesView key, BytesView value) {
            if (!begins_with(key, prefix)) {
                return false;
            }
            const auto row = ledger::decode<alerts::AlertRow>(value);
            if (!row) {
                readable = row.error();
                return false;
            }
            if (row->phase == alerts::Phase::kFiring) {
                standing_.insert(episode_name(
                    row->rule,
                    row->began.tag(),
                    row->labels,
                    &alerts::LabelText::name,
                    &alerts::LabelText::value
                ));
            }
            return true;
        }));
        return readable;
    }

    Result<void> read_outbox(const store::Store& store, const std::string& receiver) {
        const auto visit = [&](std::uint64_t sequence, BytesView row) -> Result<bool> {
            const auto transition = transition_of(row);
            FAULTLINE_TRY(const bool done, has_note(store, receiver, keys::Note::kDone, sequence));
            if (transition && !done) {
                waiting_[episode_key(*transition)] = sequence;
            }
            return true;
        };
        return each_row(store, 0, visit);
    }

    Result<void> read_held(const store::Store& store, const std::string& receiver) {
        const auto visit = [this](std::uint64_t sequence, BytesView value) -> Result<bool> {
            if (const auto transition = transition_of(row_of(value))) {
                held_[transition->fingerprint] = sequence;
            }
            return true;
        };
        return each_note(store, receiver, keys::Note::kHeld, visit);
    }

    std::set<std::string> standing_;
    std::map<std::string, std::uint64_t> waiting_;  ///< By episode the newest row.
    std::map<std::string, std::uint64_t> held_;     ///< By fingerprint the newest firing.
};

class Change {
  public:
    Change(const store::Store& store, const LetterChoice& choice, UnixMillis now)
        : store_(store), choice_(choice), now_ms_(static_cast<std::uint64_t>(now.value)) {}

    /// The letters that were chosen, by sequence number.
    Result<std::vector<KeptLetter>> chosen() {
        std::vector<KeptLetter> out;
        const std::set<std::uint64_t> wanted(choice_.sequences.begin(), choice_.sequences.end());
        const std::uint64_t first = wanted.empty() ? 0 : *wanted.begin();
        const auto take = [&](KeptLetter kept) {
            return choose(std::move(kept), wanted, out);
        };
        FAULTLINE_TRY_VOID(each_letter(store_, first, take));
        refuse_missing(wanted, out);
        return out;
    }

    void refuse(std::uint64_t sequence, std::string why) {
        change.refused.push_back({.sequence = sequence, .why = std::move(why)});
    }

    /// The letter goes, and the trail says how.
    void take(const KeptLetter& kept, const std::string& action, const std::string& reason) {
        const std::string& receiver = kept.letter.receiver;
        change.batch.erase(Family::kDead, keys::dead(kept.sequence, receiver));
        change.batch.put(
            Family::kMeta,
            trail_key(now_ms_, kept.sequence, receiver),
            ledger::encode(TrailEntry{
                .at_ms = now_ms_,
                .action = action,
                .reason = reason,
                .sequence = kept.sequence,
                .letter = kept.letter
            })
        );
        change.done.push_back(kept.sequence);
    }

    /// The row waits for that receiver again, and for no other one.
    Result<void> put_back(const KeptLetter& kept, const std::vector<std::string>& receivers) {
        const auto note = [&kept](const std::string& receiver, keys::Note what) {
            return keys::note({.receiver = receiver, .note = what, .sequence = kept.sequence});
        };
        FAULTLINE_TRY(const auto row, store_.get(Family::kOutbox, keys::outbox(kept.sequence)));
        if (row) {
            change.batch.erase(Family::kMeta, note(choice_.receiver, keys::Note::kDone));
        } else {
            change.batch.put(Family::kOutbox, keys::outbox(kept.sequence), kept.letter.transition);
            change.reappeared.push_back(kept.sequence);
            for (const std::string& other : receivers) {
                if (other != choice_.receiver) {
                    change.batch.put(Family::kMeta, note(other, keys::Note::kDone), {});
                }
            }
        }
        // It may have been sent before: it waits for no finality, and its patience begins anew.
        change.batch.put(Family::kMeta, note(choice_.receiver, keys::Note::kSent), {});
        change.batch.erase(Family::kMeta, note(choice_.receiver, keys::Note::kTried));
        return {};
    }

    LetterChange change;

  private:
    /// Adds a letter when it is one of those; false when there can be no more.
    bool choose(
        KeptLetter kept, const std::set<std::uint64_t>& wanted, std::vector<KeptLetter>& out
    ) {
        if (!wanted.empty() && kept.sequence > *wanted.rbegin()) {
            return false;
        }
        if (kept.letter.receiver != choice_.receiver ||
            (!wanted.empty() && !wanted.contains(kept.sequence))) {
            return true;
        }
        if (out.size() == kMostChanged) {
            change.more = true;
            return false;
        }
        out.push_back(std::move(kept));
        return true;
    }

    void refuse_missing(
        const std::set<std::uint64_t>& wanted, const std::vector<KeptLetter>& found
    ) {
        for (const std::uint64_t sequence : wanted) {
            const auto one = std::ranges::find(found, sequence, &KeptLetter::sequence);
            if (!change.more && one == found.end()) {
                refuse(sequence, "there is no such dead letter of this receiver");
            }
        }
    }

    const store::Store& store_;
    const LetterChoice& choice_;
    std::uint64_t now_ms_;
};

/// By episode the newest of these letters.
std::map<std::string, std::uint64_t> newest_of(const std::vector<KeptLetter>& letters) {
    std::map<std::string, std::uint64_t> out;
    for (const KeptLetter& kept : letters) {
        if (kept.transition) {
            out[episode_key(*kept.transition)] = kept.sequence;
        }
    }
    return out;
}

/// Whether the receiver would be left with an alert that is over.
bool is_overtaken(
    const KeptLetter& kept,
    const std::map<std::string, std::uint64_t>& newest,
    const Aftermath& since
) {
    const alerts::Transition& told = *kept.transition;
    return stands_after(told) && newest.at(episode_key(told)) == kept.sequence &&
           since.overtakes(told, kept.sequence);
}

}  // namespace

Result<LetterChange> plan_retry(
    const store::Store& store,
    const std::vector<std::string>& receivers,
    const LetterChoice& choice,
    UnixMillis now
) {
    if (std::ranges::find(receivers, choice.receiver) == receivers.end()) {
        return Error(Code::kMissing, "no receiver \"" + choice.receiver + "\" is configured")
            .advise("Its dead letters can be dropped, or sent again once it is configured");
    }
    Change change(store, choice, now);
    FAULTLINE_TRY(const auto letters, change.chosen());
    FAULTLINE_TRY(const Aftermath since, Aftermath::read(store, choice.receiver));
    const auto newest = newest_of(letters);
    for (const KeptLetter& kept : letters) {
        if (!kept.transition) {
            change.refuse(kept.sequence, "this version cannot read the row; drop it");
            continue;
        }
        if (since.is_before_held(*kept.transition, kept.sequence)) {
            change.refuse(
                kept.sequence,
                "a later firing of this alert is held back from the receiver; drop it, or end what "
                "holds that back (`faultline silence list`) and ask again"
            );
            continue;
        }
        if (!choice.overtaken && is_overtaken(kept, newest, since)) {
            change.refuse(
                kept.sequence,
                "the alert has ended since, and nothing later would tell the receiver so; drop it, "
                "or send it all the same with overtaken"
            );
            continue;
        }
        FAULTLINE_TRY_VOID(change.put_back(kept, receivers));
        change.take(kept, "retried", "");
    }
    return std::move(change.change);
}

Result<LetterChange> plan_drop(
    const store::Store& store, const LetterChoice& choice, const std::string& reason, UnixMillis now
) {
    Change change(store, choice, now);
    FAULTLINE_TRY(const auto letters, change.chosen());
    for (const KeptLetter& kept : letters) {
        change.take(kept, "dropped", reason);
    }
    return std::move(change.change);
}

}  // namespace faultline::delivery
