// SPDX-License-Identifier: Apache-2.0
#include <faultline/core/rules/text_template.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::rules {
namespace {

/// Visits what lies between names, and the names.
void walk(
    std::string_view text,
    const std::function<void(std::string_view)>& plain,
    const std::function<void(std::string_view)>& name
) {
    while (!text.empty()) {
        const std::size_t open = text.find('{');
        plain(text.substr(0, open));
        if (open == std::string_view::npos) {
            return;
        }
        text.remove_prefix(open);
        if (text.starts_with("{{")) {
            plain("{");
            text.remove_prefix(2);
            continue;
        }
        const std::size_t close = text.find('}');
        if (close == std::string_view::npos) {
            plain(text);
            return;
        }
        name(text.substr(1, close - 1));
        text.remove_prefix(close + 1);
    }
}

}  // namespace

std::string expand(std::string_view text, const std::map<std::string, std::string>& values) {
    std::string out;
    walk(
        text,
        [&out](std::string_view plain) { out += plain; },
        [&](std::string_view name) {
            const auto found = values.find(std::string(name));
            out += found != values.end() ? found->second : "{" + std::string(name) + "}";
        }
    );
    return out;
}

std::vector<std::string> placeholders(std::string_view text) {
    std::vector<std::string> out;
    walk(text, [](std::string_view) {}, [&out](std::string_view name) { out.emplace_back(name); });
    return out;
}

}  // namespace faultline::rules
