// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cctype>
#include <cstddef>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

/// A reader of the Prometheus text format 0.0.4, as strict as promtool where it matters: HELP and
/// TYPE before the samples of a family, families not interleaved, no sample twice, values that are
/// numbers.
namespace faultline::test {

struct Exposition {
    std::map<std::string, std::string> types;  ///< Family to type.
    std::map<std::string, double> samples;     ///< "name{a=\"b\"}" as written, to its value.
    std::string fault;                         ///< First thing wrong, or empty.
};

namespace detail {

inline std::size_t name_length(std::string_view text) {
    std::size_t n = 0;
    while (n < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[n])) != 0 || text[n] == '_')) {
        ++n;
    }
    return n;
}

/// Length of `{label="value",...}` with its escapes; 0 when there is none, nullopt when broken.
inline std::optional<std::size_t> labels_length(std::string_view text) {
    if (text.empty() || text[0] != '{') {
        return 0;
    }
    std::size_t at = 1;
    while (at < text.size() && text[at] != '}') {
        const std::size_t name = name_length(text.substr(at));
        at += name;
        if (name == 0 || text.substr(at, 2) != "=\"") {
            return std::nullopt;
        }
        for (at += 2; at < text.size() && text[at] != '"'; ++at) {
            if (text[at] == '\\') {
                ++at;
            }
        }
        ++at;
        if (at < text.size() && text[at] == ',') {
            ++at;
        }
    }
    return at < text.size() ? std::optional(at + 1) : std::nullopt;
}

inline std::string family_of(const Exposition& page, const std::string& name) {
    for (const std::string_view suffix : {"_bucket", "_sum", "_count"}) {
        if (name.ends_with(suffix)) {
            std::string family = name.substr(0, name.size() - suffix.size());
            const auto found = page.types.find(family);
            if (found != page.types.end() && found->second == "histogram") {
                return family;
            }
        }
    }
    return name;
}

inline std::string read_sample(Exposition& page, const std::string& line, std::string& family) {
    const std::size_t name = name_length(line);
    const auto labels = labels_length(std::string_view(line).substr(name));
    if (name == 0 || !labels || line.size() <= name + *labels || line[name + *labels] != ' ') {
        return "not a sample";
    }
    const std::string value = line.substr(name + *labels + 1);
    std::size_t used = 0;
    double number = 0;
    try {
        number = std::stod(value, &used);
    } catch (const std::exception&) {
        return "not a number";
    }
    if (used != value.size()) {
        return "text after the value";
    }
    if (family_of(page, line.substr(0, name)) != family) {
        return "sample outside of its family";
    }
    const bool added = page.samples.emplace(line.substr(0, name + *labels), number).second;
    return added ? "" : "sample twice";
}

}  // namespace detail

inline Exposition read_exposition(const std::string& text) {
    Exposition page;
    std::string family;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        std::string fault;
        if (line.starts_with("# TYPE ")) {
            std::istringstream words(line.substr(7));
            std::string type;
            words >> family >> type;
            if (!page.types.emplace(family, type).second) {
                fault = "family twice";
            }
        } else if (!line.starts_with("# HELP ")) {
            fault = detail::read_sample(page, line, family);
        }
        if (!fault.empty()) {
            page.fault = fault + ": " + line;
            return page;
        }
    }
    if (!text.empty() && !text.ends_with('\n')) {
        page.fault = "no newline at the end";
    }
    return page;
}

}  // namespace faultline::test
