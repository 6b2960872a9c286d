// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reproduction {

/// Expected and got, group by group. Of a large group it prints how many figures there were, the
/// one that is farthest off, and those that missed.
class Report {
  public:
    explicit Report(bool show_all) : show_all_(show_all) {}

    /// What the next figures are.
    void group(std::string title);

    void figure(std::string name, double expected, double got, double within);

    /// Printed decimals: right when it rounds to what is printed.
    void printed(std::string name, std::string_view expected, double got);

    void text(std::string name, std::string_view expected, std::string_view got);

    /// Ends the last group and prints the sum; returns whether all passed.
    bool finish();

  private:
    struct Figure {
        std::string name;
        std::string expected;
        std::string got;
        double difference = 0;
        double within = 0;

        [[nodiscard]] bool passes() const { return difference <= within; }
    };

    static void print(const Figure& figure);
    void end_group();

    bool show_all_;
    std::string title_;
    std::vector<Figure> figures_;
    std::size_t passed_ = 0;
    std::size_t missed_ = 0;
};

}  // namespace reproduction
