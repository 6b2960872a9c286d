// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/alerts/silence.hpp>
#include <faultline/shell/desk/desk.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// What the desk's store holds, in kMeta. Each value begins with the number of its layout.
namespace faultline::desk::rows {

inline constexpr std::string_view kSilence = "desk/silence/";
inline constexpr std::string_view kAcknowledged = "desk/acknowledged/";
inline constexpr std::string_view kOperation = "desk/operation/";

/// Ordered as the numbers are.
Bytes numbered(std::string_view prefix, std::uint64_t number);
Bytes acknowledged(const alerts::Acknowledgement& acknowledged);

Bytes encode(const alerts::Silence& silence);
Bytes encode(const alerts::Acknowledgement& acknowledged);
Bytes encode(const Operation& operation);

/// kCorrupt when the bytes are not exactly one.
Result<alerts::Silence> decode_silence(BytesView bytes);
Result<alerts::Acknowledgement> decode_acknowledged(BytesView bytes);
Result<Operation> decode_operation(BytesView bytes);

}  // namespace faultline::desk::rows
