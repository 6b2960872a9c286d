// SPDX-License-Identifier: Apache-2.0
// Receivers that are new: what stands when they come was not told to them.
#include "keys.hpp"
#include "letter_store.hpp"
#include "outbox.hpp"
#include "wording.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/shell/store/store.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::delivery {
namespace {

/// Names that are remembered; of more, those that are no receivers go, the oldest first.
constexpr std::size_t kMostKnown = 1'000;

struct KnownReceivers {
    std::uint8_t layout = 1;
    std::vector<std::string> names;

    auto fields(this auto& self) { return std::tie(self.layout, self.names); }
};

Result<std::optional<KnownReceivers>> known_receivers(const store::Store& store) {
    FAULTLINE_TRY(const auto stored, store.get(store::Family::kMeta, keys::receivers()));
    if (!stored) {
        return std::optional<KnownReceivers>();
    }
    FAULTLINE_TRY(auto known, ledger::decode<KnownReceivers>(*stored));
    if (known.layout != KnownReceivers().layout) {
        return Error(Code::kCorrupt, "the list of known receivers has an unknown layout")
            .advise("It may be of a newer faultline: run that one on this data folder");
    }
    return std::optional(std::move(known));
}

/// With those that are receivers now as the newest.
std::vector<std::string> with_receivers(
    std::vector<std::string> names, const std::vector<std::string>& receivers
) {
    std::erase_if(names, [&receivers](const std::string& name) {
        return std::ranges::find(receivers, name) != receivers.end();
    });
    const std::size_t others = kMostKnown - std::min(kMostKnown, receivers.size());
    const std::size_t surplus = names.size() - std::min(names.size(), others);
    names.erase(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(surplus));
    names.insert(names.end(), receivers.begin(), receivers.end());
    return names;
}

/// Alerts that stood before the first row of the outbox. @param firing what stands after its last
Result<std::set<std::string>> stood_before(
    const store::Store& store, const std::vector<std::string>& firing
) {
    std::set<std::string> out;
    std::set<std::string> seen;
    const auto visit = [&](std::uint64_t, BytesView row) -> Result<bool> {
        // One that cannot be read becomes a dead letter.
        const auto transition = alerts::decode_transition(row);
        const bool says = transition && !transition->repeated &&
                          (over_after(*transition) || stands_after(*transition));
        if (says && seen.insert(transition->fingerprint).second && over_after(*transition)) {
            out.insert(transition->fingerprint);
        }
        return true;
    };
    FAULTLINE_TRY_VOID(letters::each_row(store, 0, visit));
    std::ranges::copy_if(firing, std::inserter(out, out.end()), [&seen](const std::string& one) {
        return !seen.contains(one);
    });
    return out;
}

}  // namespace

Result<std::set<Outbox::Receiver>> Outbox::strangers() const {
    std::set<Receiver> out;
    FAULTLINE_TRY(const auto known, known_receivers(parts_.store));
    // Where nobody is known yet, either nothing stands or an older program told whoever is there.
    for (Receiver i = 0; known && i < receivers_.size(); ++i) {
        if (std::ranges::find(known->names, receivers_[i]) == known->names.end()) {
            out.insert(i);
        }
    }
    return out;
}

Result<store::Batch> Outbox::greeting(
    const std::set<Receiver>& strangers, const std::vector<std::string>& firing
) const {
    store::Batch out;
    FAULTLINE_TRY(auto known, known_receivers(parts_.store));
    if (known && strangers.empty()) {
        return out;
    }
    std::set<std::string> stood;
    if (!strangers.empty()) {
        FAULTLINE_TRY(stood, stood_before(parts_.store, firing));
    }
    for (const Receiver receiver : strangers) {
        std::uint64_t sequence = kBeforeRows;
        for (const std::string& fingerprint : stood) {
            const Bytes text(fingerprint.begin(), fingerprint.end());
            const Bytes key = note_key(receiver, keys::Note::kUntold, sequence++);
            out.put(store::Family::kMeta, key, text);
        }
    }
    KnownReceivers now = std::move(known).value_or(KnownReceivers());
    now.names = with_receivers(std::move(now.names), receivers_);
    out.put(store::Family::kMeta, keys::receivers(), ledger::encode(now));
    return out;
}

}  // namespace faultline::delivery
