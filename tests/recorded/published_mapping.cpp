// SPDX-License-Identifier: Apache-2.0
#include <simdjson.h>

#include <cstdint>
#include <exception>
#include <functional>
#include <iostream>
#include <recorded/published_mapping.hpp>
#include <span>
#include <string>
#include <string_view>

namespace faultline::tests {

Mapping read_mapping(const std::string& folder) {
    simdjson::dom::parser of_names;
    simdjson::dom::parser of_tokens;
    const simdjson::dom::object names = of_names.load(folder + "/id_to_info.json");
    const simdjson::dom::object groups = of_tokens.load(folder + "/token_to_protocol.json");
    Mapping out;
    for (const auto group : groups) {
        for (const auto token : group.value.get_object()) {
            const std::string_view id = token.value["id"];
            Published& entry = out[std::string(token.key)];
            entry.rows += std::uint64_t(token.value["frequency"]);
            const auto named = names[id]["name"].get_string();
            if (named.error() == simdjson::SUCCESS) {
                entry.protocol = named.value_unsafe();
            }
        }
    }
    return out;
}

int compare_with_mapping(
    std::span<char*> arguments,
    const std::string& usage,
    const std::function<int(const Mapping& mapping)>& compare
) {
    if (arguments.size() != 2) {
        std::cerr << "usage: " << usage
                  << " FOLDER (of token_to_protocol.json and id_to_info.json)\n";
        return 2;
    }
    try {
        return compare(read_mapping(arguments[1]));
    } catch (const std::exception& error) {
        std::cerr << usage << ": " << error.what() << "\n";
        return 2;
    }
}

}  // namespace faultline::tests
