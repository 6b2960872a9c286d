// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace reproduction {

/// A file that cannot be used; the message says which, where and what to do.
class Unusable : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A CSV file with a header line. Fields may be quoted; lines that begin with # are skipped.
/// Everything that is not as asked throws Unusable with file and line.
class Csv {
  public:
    explicit Csv(const std::string& path);

    [[nodiscard]] std::size_t rows() const { return rows_.size(); }

    [[nodiscard]] const std::string& text(std::size_t row, std::string_view column) const;
    [[nodiscard]] double number(std::size_t row, std::string_view column) const;

    /// nullopt when the field is empty.
    [[nodiscard]] std::optional<double> maybe(std::size_t row, std::string_view column) const;

    /// The first row whose `column` is `value`.
    [[nodiscard]] std::size_t find(std::string_view column, std::string_view value) const;

  private:
    struct Row {
        std::size_t line = 0;
        std::vector<std::string> fields;
    };

    [[noreturn]] void fail(std::size_t line, const std::string& what) const;
    [[nodiscard]] std::vector<std::string> split(std::string_view text, std::size_t line) const;

    std::string path_;
    std::vector<std::string> columns_;
    std::vector<Row> rows_;
};

}  // namespace reproduction
