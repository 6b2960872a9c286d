// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/shell/rpc/error_classifier.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace faultline::rpc {

/// Words a provider uses. `pattern` is lower case; '*' stands for any text; it may match anywhere
/// in the message and data. The first row that matches decides, so narrow rows come first.
struct WordsRow {
    std::string_view pattern;
    Cause cause;
};

struct CodeRow {
    std::int64_t code;
    Cause cause;
};

struct StatusRow {
    int first;
    int last;
    Cause cause;
};

std::span<const WordsRow> words_table() noexcept;
std::span<const CodeRow> code_table() noexcept;
std::span<const StatusRow> status_table() noexcept;

}  // namespace faultline::rpc
