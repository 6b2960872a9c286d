// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
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

}  // namespace faultline::tests
