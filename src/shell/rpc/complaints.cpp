// SPDX-License-Identifier: Apache-2.0
#include "complaints.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::rpc {
namespace {

constexpr std::size_t kMostTexts = 64;
constexpr std::size_t kMostCompared = 300;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Every word with a digit in it as one mark: numbers, hashes, ids of requests, times.
std::string without_numbers(std::string_view text) {
    std::string out;
    std::string word;
    bool numeric = false;
    const auto close = [&] {
        out += numeric ? std::string("#") : word;
        word.clear();
        numeric = false;
    };
    for (const char c : text.substr(0, kMostCompared)) {
        if (is_word(c)) {
            word += c;
            numeric = numeric || is_digit(c);
        } else {
            close();
            out += c;
        }
    }
    close();
    return out;
}

}  // namespace

bool Complaints::is_new(std::string_view text) {
    std::string kind = without_numbers(text);
    if (said_.contains(kind)) {
        return false;
    }
    if (said_.size() >= kMostTexts) {
        said_.clear();
    }
    said_.insert(std::move(kind));
    return true;
}

}  // namespace faultline::rpc
