// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/signals/signal.hpp>

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

}  // namespace faultline::signals
