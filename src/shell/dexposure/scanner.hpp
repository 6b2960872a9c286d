// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/error.hpp>

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::dexposure {

/// Where something is in a text, from 1; columns are bytes.
struct Place {
    std::uint64_t line = 1;
    std::uint64_t column = 1;
};

/// Tokens of a JSON text that need not fit into memory. Everything returns false from the first
/// error on; error() says which and where.
class Scanner {
  public:
    Scanner(std::istream& in, std::string_view name, std::size_t chunk_bytes);

    /// Skips white space and takes `mark`, if that is what comes.
    bool accept(char mark);

    /// The same, and an error if it does not come.
    bool expect(char mark);

    /// A string, unescaped. What is no UTF-8 is an error at its first byte.
    bool string(std::string& out);

    /// A string, or nothing for null.
    bool string_or_null(std::optional<std::string>& out);

    bool number(double& out);

    /// Nothing but white space follows.
    bool end();

    /// Where the token read last begins.
    [[nodiscard]] Place place() const noexcept { return token_; }

    /// Records an error at the token read last; returns false.
    bool fail(std::string what);

    /// Records an error there; returns false.
    bool fail_at(Place place, std::string what);

    /// @pre something returned false
    [[nodiscard]] Error error() const;

  private:
    /// The next byte, or kEnd.
    int peek();
    bool refill();
    void skip_space();
    bool character(std::string& out);
    bool escape(std::string& out);
    bool unicode_escape(std::string& out);
    bool hex4(std::uint32_t& out);
    bool digits();
    [[nodiscard]] Place here() const noexcept;
    bool fail_here(std::string what);
    [[nodiscard]] std::string found();

    std::istream& in_;
    std::string name_;
    std::vector<char> buffer_;
    std::size_t at_ = 0;
    std::size_t end_ = 0;
    std::uint64_t before_buffer_ = 0;  ///< Bytes of the text before buffer_[0].
    std::uint64_t line_ = 1;
    std::uint64_t line_start_ = 0;
    Place token_;
    std::string digits_;  ///< Of the number read last.
    std::optional<Error> error_;
};

}  // namespace faultline::dexposure
