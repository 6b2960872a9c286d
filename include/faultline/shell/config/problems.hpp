// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::config {

/// A spot in a file. Lines and columns count from 1; 0 means the file as a whole.
struct Place {
    std::string file;
    std::size_t line = 0;
    std::size_t column = 0;

    /// "faultline.yaml:41:7", or "faultline.yaml" for the whole file.
    [[nodiscard]] std::string text() const;

    bool operator==(const Place&) const = default;
};

enum class Severity : std::uint8_t {
    kWarning,
    kError
};

/// One thing wrong with a configuration.
struct Problem {
    Severity severity = Severity::kError;
    Place place;
    std::string path;  ///< "chains[0].poll_interval", or empty for the whole file.
    std::string text;  ///< Never holds a secret.

    /// "faultline.yaml:41:7 chains[0].poll_interval: got \"abc\", expected ..."
    [[nodiscard]] std::string message() const;
};

/// Collects everything that is wrong, so that one run shows all of it. Bounded: after kMost
/// problems the rest is only counted.
class Problems {
  public:
    static constexpr std::size_t kMost = 100;

    void error(const Place& place, std::string_view path, std::string text);
    void warning(const Place& place, std::string_view path, std::string text);

    [[nodiscard]] bool failed() const noexcept { return errors_ != 0; }

    /// Number of errors so far: compare before and after to know whether a part was faultless.
    [[nodiscard]] std::size_t errors() const noexcept { return errors_; }

    /// Ordered by file as met, then line and column. A last line counts what was left out.
    [[nodiscard]] std::vector<Problem> take();

  private:
    void add(Problem problem);

    std::vector<Problem> problems_;
    std::size_t errors_ = 0;
    std::size_t left_out_ = 0;
};

}  // namespace faultline::config
