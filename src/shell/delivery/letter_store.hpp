// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "keys.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/delivery/letters.hpp>
#include <faultline/shell/store/store.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// How letters and rows are read, for whoever shows and whoever changes them.
namespace faultline::delivery::letters {

/// Where the trail lies in kMeta; then ~time and sequence number (8 bytes each), the receiver.
inline constexpr std::string_view kTrailPrefix = "outbox/trail/";

bool begins_with(BytesView key, BytesView prefix);

/// nullopt when the row cannot be read.
std::optional<alerts::Transition> transition_of(BytesView row);

Result<bool> has_note(
    const store::Store& store, const std::string& receiver, keys::Note note, std::uint64_t sequence
);

/// Calls `visit` for each note of that kind about the receiver, by sequence number, until it
/// returns false.
Result<void> each_note(
    const store::Store& store,
    const std::string& receiver,
    keys::Note wanted,
    const std::function<Result<bool>(std::uint64_t, BytesView)>& visit
);

/// Calls `visit` for each dead letter from a sequence number on, until it returns false.
Result<void> each_letter(
    const store::Store& store, std::uint64_t from, const std::function<bool(KeptLetter)>& visit
);

/// Calls `visit` for each row of the outbox from a sequence number on, until it returns false.
Result<void> each_row(
    const store::Store& store,
    std::uint64_t from,
    const std::function<Result<bool>(std::uint64_t, BytesView)>& visit
);

}  // namespace faultline::delivery::letters
