// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/config/problems.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace faultline::config {

std::string Place::text() const {
    return line == 0 ? file : file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

std::string Problem::message() const {
    std::string out = place.text();
    if (!path.empty()) {
        out += " " + path;
    }
    return out + (severity == Severity::kWarning ? ": warning: " : ": ") + text;
}

void Problems::error(const Place& place, std::string_view path, std::string text) {
    ++errors_;
    add(
        {.severity = Severity::kError,
         .place = place,
         .path = std::string(path),
         .text = std::move(text)}
    );
}

void Problems::warning(const Place& place, std::string_view path, std::string text) {
    add(
        {.severity = Severity::kWarning,
         .place = place,
         .path = std::string(path),
         .text = std::move(text)}
    );
}

void Problems::add(Problem problem) {
    if (problems_.size() >= kMost) {
        ++left_out_;
        return;
    }
    problems_.push_back(std::move(problem));
}

std::vector<Problem> Problems::take() {
    std::vector<std::string> files;
    const auto rank = [&files](const Problem& problem) {
        const auto found = std::ranges::find(files, problem.place.file);
        return std::distance(files.begin(), found);
    };
    for (const Problem& problem : problems_) {
        if (std::ranges::find(files, problem.place.file) == files.end()) {
            files.push_back(problem.place.file);
        }
    }
    std::ranges::sort(problems_, [&](const Problem& a, const Problem& b) {
        return std::tuple(rank(a), a.place.line, a.place.column, std::tie(a.path, a.text)) <
               std::tuple(rank(b), b.place.line, b.place.column, std::tie(b.path, b.text));
    });
    if (left_out_ != 0) {
        Problem rest = problems_.back();
        rest.path.clear();
        rest.place = {.file = rest.place.file};
        rest.text = "and " + std::to_string(left_out_) + " more; fix these first";
        problems_.push_back(std::move(rest));
    }
    errors_ = 0;
    left_out_ = 0;
    return std::exchange(problems_, {});
}

}  // namespace faultline::config
