// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/ledger/codec.hpp>
#include <faultline/core/ledger/ledger.hpp>
#include <faultline/engine/outcome.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace faultline::engine {

void UndoRecord::add(const Outcome& outcome) {
    const std::size_t before = changes.size();
    for (const ledger::RowChange& row : outcome.rows) {
        const auto end = changes.begin() + static_cast<std::ptrdiff_t>(before);
        const auto found = std::find_if(changes.begin(), end, [&row](const auto& one) {
            return one.table == row.table && one.key == row.key;
        });
        if (found == end) {
            changes.push_back(row);
        } else {
            found->after = row.after;
        }
    }
    for (const alerts::Transition& transition : outcome.transitions) {
        transitions.push_back(alerts::encode(transition));
    }
}

Bytes UndoRecord::encoded(const eth::BlockRef& ref, const Outcome& outcome) {
    ledger::Encoder encoder;
    encoder.put(ref);
    encoder.put(static_cast<std::uint32_t>(outcome.rows.size()));
    const std::optional<Bytes> unsaid;
    for (const ledger::RowChange& row : outcome.rows) {
        // What it became stands in the rows, and going back does not ask.
        encoder.put(row.table);
        encoder.put(row.key);
        encoder.put(row.before);
        encoder.put(unsaid);
    }
    encoder.put(static_cast<std::uint32_t>(outcome.transitions.size()));
    for (const alerts::Transition& transition : outcome.transitions) {
        encoder.put(alerts::encode(transition));
    }
    return encoder.take();
}

}  // namespace faultline::engine
