// SPDX-License-Identifier: Apache-2.0
#include "reproduction/csv.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace reproduction {

Csv::Csv(const std::string& path) : path_(path) {
    std::ifstream in(path);
    if (!in) {
        throw Unusable(path + ": it is not there, or not ours to read. Give the data's folder");
    }
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        if (number == 1 && line.starts_with("\xEF\xBB\xBF")) {
            line.erase(0, 3);
        }
        if (line.ends_with('\r')) {
            line.pop_back();
        }
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        std::vector<std::string> fields = split(line, number);
        if (columns_.empty()) {
            columns_ = std::move(fields);
        } else if (fields.size() != columns_.size()) {
            fail(
                number,
                std::to_string(fields.size()) + " fields under " + std::to_string(columns_.size()) +
                    " columns"
            );
        } else {
            rows_.push_back({.line = number, .fields = std::move(fields)});
        }
    }
    if (rows_.empty()) {
        fail(1, "it has no rows");
    }
}

const std::string& Csv::text(std::size_t row, std::string_view column) const {
    const auto at = std::ranges::find(columns_, column);
    if (at == columns_.end()) {
        fail(1, "there is no column " + std::string(column));
    }
    return rows_.at(row).fields.at(static_cast<std::size_t>(at - columns_.begin()));
}

double Csv::number(std::size_t row, std::string_view column) const {
    const std::optional<double> out = maybe(row, column);
    if (!out) {
        fail(rows_.at(row).line, std::string(column) + " is empty");
    }
    return *out;
}

std::optional<double> Csv::maybe(std::size_t row, std::string_view column) const {
    const std::string& field = text(row, column);
    if (field.empty()) {
        return std::nullopt;
    }
    double out = 0;
    const char* const end = field.data() + field.size();
    const auto [stop, error] = std::from_chars(field.data(), end, out);
    if (error != std::errc{} || stop != end) {
        fail(rows_.at(row).line, std::string(column) + " is no number: " + field);
    }
    return out;
}

std::size_t Csv::find(std::string_view column, std::string_view value) const {
    for (std::size_t row = 0; row < rows(); ++row) {
        if (text(row, column) == value) {
            return row;
        }
    }
    fail(1, "no row has " + std::string(value) + " as its " + std::string(column));
}

void Csv::fail(std::size_t line, const std::string& what) const {
    throw Unusable(path_ + ":" + std::to_string(line) + ": " + what + ". Fetch the file once more");
}

std::vector<std::string> Csv::split(std::string_view text, std::size_t line) const {
    std::vector<std::string> out(1);
    bool quoted = false;
    for (const char one : text) {
        if (one == '"') {
            quoted = !quoted;
        } else if (one == ',' && !quoted) {
            out.emplace_back();
        } else {
            out.back() += one;
        }
    }
    if (quoted) {
        fail(line, "a quote is not closed");
    }
    return out;
}

}  // namespace reproduction
