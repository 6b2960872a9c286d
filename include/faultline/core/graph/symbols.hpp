// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/core/graph/labels.hpp>

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Who answers for a token of which nothing is known but its symbol, as in data sets that are
/// keyed by symbols. Anybody may give a token any symbol, so nothing of this is believed of a token
/// that has an address: resolve() takes no SymbolBook (resolution.hpp).
namespace faultline::graph {

/// Symbols of one issuer's tokens, or such as no issuer can be told of.
struct SymbolList {
    std::string name;  ///< A Name's slug; empty: nobody's, whatever labels and families say.
    std::vector<std::string> symbols;
};

/// A rule by which contracts of one issuer name their tokens. A pattern is literal but for `*` (one
/// or more of anything), `{token}` (a symbol that is labelled or listed) and `{date}` (27JUN2024).
struct SymbolFamily {
    std::string pattern;
    std::string name;                 ///< A Name's slug.
    std::string like;                 ///< A symbol of the family: the pattern is tried on it.
    std::vector<std::string> except;  ///< Patterns of those that are not the issuer's.
};

/// How a symbol's issuer was found, best first.
enum class SymbolFound : std::uint8_t {
    kListed,    ///< In a SymbolList.
    kLabelled,  ///< All labelled tokens of that symbol have one issuer.
    kFamily,    ///< One issuer's families alone have it: the last resort.
};

constexpr SymbolFound last_of(SymbolFound /*of*/) noexcept {
    return SymbolFound::kFamily;
}

/// "listed", "labelled", "family".
std::string_view symbol_found_name(SymbolFound found) noexcept;

struct SymbolIssuer {
    std::string name;  ///< A Name's slug.
    SymbolFound found = SymbolFound::kFamily;

    bool operator==(const SymbolIssuer&) const = default;
};

/// What is wrong with lists or families; places are those in the lists that were given.
struct SymbolFault {
    bool of_family = false;  ///< Or else of a list.
    std::size_t at = 0;
    /// The earlier list that it contradicts; nullopt: it is wrong by itself.
    std::optional<std::size_t> earlier;
    std::string what;    ///< Without either place.
    std::string nobody;  ///< The slug that no name has; empty: it is another fault.
};

/// Symbols and their issuers; small and capital letters (of ASCII) are the same. Immutable.
class SymbolBook {
  public:
    SymbolBook() = default;

    /// Faults: a list or family of a name that nobody gave; one symbol listed of two issuers; a
    /// pattern that cannot be read or is too wide; a family that is not like what it says.
    static tl::expected<SymbolBook, std::vector<SymbolFault>> of(
        const Labels& labels,
        const std::vector<SymbolList>& lists,
        const std::vector<SymbolFamily>& families
    );

    /// nullopt: nobody is known, or labels or families name several. O(families).
    [[nodiscard]] std::optional<SymbolIssuer> find(std::string_view symbol) const;

    /// Slugs of those whom lists and families name.
    [[nodiscard]] std::set<std::string> issuers() const;

  private:
    friend class SymbolGathering;

    struct Part {
        enum class Kind : std::uint8_t {
            kLiteral,
            kAnything,
            kToken,
            kDate
        };

        Kind kind = Kind::kLiteral;
        std::string text;  ///< Of a literal, in capitals.
    };

    using Pattern = std::vector<Part>;

    struct Family {
        Pattern pattern;
        std::vector<Pattern> except;
        std::string name;
    };

    /// Symbols in capitals to issuers; "" where labels differ.
    using Issuers = std::map<std::string, std::string, std::less<>>;

    static std::optional<Pattern> read(std::string_view written);
    [[nodiscard]] bool fits(const Part& part, std::string_view text) const;
    [[nodiscard]] bool matches(const Pattern& pattern, std::string_view capitals) const;
    [[nodiscard]] bool has(const Family& family, std::string_view capitals) const;

    Issuers listed_;
    Issuers labelled_;
    std::vector<Family> families_;
};

}  // namespace faultline::graph
