// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>

namespace faultline::tests {

/// One symbol of the mapping that the DeXposure data set is published with.
struct Published {
    std::string protocol;  ///< Empty: the symbol is a node of its own, or its group's.
    std::uint64_t rows = 0;
};

using Mapping = std::map<std::string, Published, std::less<>>;

/// Symbols of all groups, of token_to_protocol.json and id_to_info.json in the folder; no symbol is
/// in two. Throws what simdjson does.
Mapping read_mapping(const std::string& folder);

/// The main() of a program that holds labels to that mapping: its one argument is the folder.
/// Returns what `compare` does, or 2 with words on standard error.
int compare_with_mapping(
    std::span<char*> arguments,
    const std::string& usage,
    const std::function<int(const Mapping& mapping)>& compare
);

}  // namespace faultline::tests
