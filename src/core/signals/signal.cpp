// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/signals/signal.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace faultline::signals {

std::string text(std::string_view name, const Labels& labels) {
    std::string out(name);
    if (labels.empty()) {
        return out;
    }
    out += '{';
    bool first = true;
    for (const auto& [label, value] : labels) {
        out += first ? "" : ", ";
        first = false;
        out += label;
        out += "=\"";
        for (const char c : value) {
            if (c == '"' || c == '\\') {
                out += '\\';
            }
            out += c;
        }
        out += '"';
    }
    out += '}';
    return out;
}

std::size_t hash_of(std::string_view name, const Labels& labels) {
    std::size_t mixed = std::hash<std::string_view>{}(name);
    const auto mix = [&mixed](std::string_view part) {
        mixed = (mixed ^ std::hash<std::string_view>{}(part)) * 0x9e3779b97f4a7c15ULL;
        mixed ^= mixed >> 32U;
    };
    for (const auto& [label, value] : labels) {
        mix(label);
        mix(value);
    }
    return mixed;
}

}  // namespace faultline::signals
