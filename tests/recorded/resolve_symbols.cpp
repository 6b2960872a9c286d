// SPDX-License-Identifier: Apache-2.0
// Of how many symbols of the DeXposure data set config/labels tells an issuer, by symbol or by the
// address that a symbol holds, beside the mapping that it is published with (in the folder given);
// and how many of gold_symbols.hpp either gets right. Ends with 1 when the labels are not better by
// symbols, by rows and by precision.
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/symbols.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <map>
#include <optional>
#include <recorded/gold_symbols.hpp>
#include <recorded/published_mapping.hpp>
#include <string>
#include <string_view>
#include <unit/app/shipped_labels.hpp>
#include <utility>

namespace faultline::tests {
namespace {

/// How an issuer was found; "" nobody.
struct Told {
    std::string issuer;
    std::string how;
};

/// "UNKNOWN (bsc:0x...)": the data set's word for a token without a symbol; Ethereum has no prefix.
std::optional<std::pair<eth::ChainId, Address>> address_in(std::string_view symbol) {
    constexpr std::array<std::pair<std::string_view, eth::ChainId>, 9> kChains{{
        {"", 1},
        {"ethereum:", 1},
        {"optimism:", 10},
        {"bsc:", 56},
        {"polygon:", 137},
        {"metis:", 1088},
        {"arbitrum:", 42161},
        {"celo:", 42220},
        {"avax:", 43114},
    }};
    constexpr std::string_view kBefore = "UNKNOWN (";
    const std::size_t at = symbol.find("0x");
    if (!symbol.starts_with(kBefore) || at == std::string_view::npos || !symbol.ends_with(')')) {
        return std::nullopt;
    }
    const std::string_view chain = symbol.substr(kBefore.size(), at - kBefore.size());
    const auto* const known =
        std::ranges::find(kChains, chain, &std::pair<std::string_view, eth::ChainId>::first);
    const auto address = Address::from_hex(symbol.substr(at, symbol.size() - at - 1));
    if (known == kChains.end() || !address) {
        return std::nullopt;
    }
    return std::pair(known->second, *address);
}

Told tell(const app::ReadLabels& labels, std::string_view symbol) {
    if (const auto token = address_in(symbol)) {
        const graph::Label* label =
            labels.labels.find(token->first, token->second, graph::LabelRole::kToken);
        return label == nullptr ? Told{} : Told{.issuer = label->name, .how = "by address"};
    }
    const auto found = labels.symbols.find(symbol);
    return found
               ? Told{.issuer = found->name, .how = std::string(graph::symbol_found_name(found->found))}
               : Told{};
}

/// Symbols, and rows of the data set that bear them.
struct Share {
    std::uint64_t symbols = 0;
    std::uint64_t rows = 0;

    void add(std::uint64_t more) {
        symbols += 1;
        rows += more;
    }
};

double percent(std::uint64_t part, std::uint64_t whole) {
    constexpr double kPercent = 100.0;
    return whole == 0 ? 0 : kPercent * static_cast<double>(part) / static_cast<double>(whole);
}

void print_share(std::string_view what, const Share& part, const Share& whole) {
    constexpr int kWhat = 52;
    std::cout << std::left << std::setw(kWhat) << what << std::fixed << std::setprecision(2)
              << part.symbols << " of " << whole.symbols << " symbols ("
              << percent(part.symbols, whole.symbols) << " %), " << percent(part.rows, whole.rows)
              << " % of rows\n";
}

/// Whether the labels tell more symbols and more rows.
bool print_shares(const app::ReadLabels& labels, const Mapping& mapping) {
    Share all;
    Share theirs;
    Share ours;
    Share ours_alone;
    std::map<std::string, Share> by_how;
    for (const auto& [symbol, published] : mapping) {
        all.add(published.rows);
        if (!published.protocol.empty()) {
            theirs.add(published.rows);
        }
        const Told told = tell(labels, symbol);
        if (told.issuer.empty()) {
            continue;
        }
        ours.add(published.rows);
        by_how[told.how].add(published.rows);
        if (published.protocol.empty()) {
            ours_alone.add(published.rows);
        }
    }
    print_share("the mapping names a protocol, right or wrong", theirs, all);
    print_share("config/labels tells an issuer, right or wrong", ours, all);
    for (const auto& [how, share] : by_how) {
        print_share("  " + how, share, all);
    }
    print_share("  where the mapping names nobody", ours_alone, all);
    return ours.symbols > theirs.symbols && ours.rows > theirs.rows;
}

struct Verdicts {
    std::uint64_t right = 0;
    std::uint64_t wrong = 0;
    std::uint64_t nobody = 0;

    void add(bool told, bool is_right) {
        right += told && is_right ? 1U : 0U;
        wrong += told && !is_right ? 1U : 0U;
        nobody += told ? 0U : 1U;
    }

    void print(std::string_view who) const {
        std::cout << who << ": " << right << " right, " << wrong << " wrong, " << nobody
                  << " nobody's; of what it tells " << percent(right, right + wrong)
                  << " % is right\n";
    }

    /// Whether more of what is told is right. Exact.
    [[nodiscard]] bool better_than(const Verdicts& other) const {
        return right * (other.right + other.wrong) > other.right * (right + wrong);
    }
};

std::string plain(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const auto letter = static_cast<unsigned char>(c);
        if (std::isalnum(letter) != 0) {
            out += static_cast<char>(std::tolower(letter));
        }
    }
    return out;
}

/// Whether the labels are more precise; each slip of theirs is printed.
bool print_gold(const app::ReadLabels& labels, const Mapping& mapping) {
    Verdicts ours;
    Verdicts theirs;
    for (const GoldSymbol& gold : kGoldSymbols) {
        const Told told = tell(labels, gold.symbol);
        ours.add(!told.issuer.empty(), told.issuer == gold.issuer);
        if (!told.issuer.empty() && told.issuer != gold.issuer) {
            std::cout << "WRONG: " << gold.symbol << " is " << gold.issuer << "'s, not "
                      << told.issuer << "'s (" << told.how << ")\n";
        }
        const auto found = mapping.find(gold.symbol);
        const std::string protocol = found == mapping.end() ? "" : plain(found->second.protocol);
        theirs.add(!protocol.empty(), protocol.starts_with(gold.published));
    }
    std::cout << "\nof " << kGoldSymbols.size() << " symbols of gold_symbols.hpp\n";
    ours.print("  config/labels");
    theirs.print("  the mapping");
    std::cout << "  (the list has our authors, its pairs were filled in from the rules, and only "
                 "symbols whose issuer they knew: it finds slips, and flatters both)\n";
    return ours.better_than(theirs);
}

int run(const Mapping& mapping) {
    const app::ReadLabels labels = test::shipped_label_files();
    const bool more = print_shares(labels, mapping);
    const bool better = print_gold(labels, mapping);
    if (!more || !better) {
        std::cout << "\nFAILED: config/labels tells " << (more ? "more" : "no more")
                  << " symbols and rows, and is " << (better ? "more" : "no more") << " precise\n";
        return 1;
    }
    return 0;
}

}  // namespace
}  // namespace faultline::tests

int main(int argc, char** argv) {
    return faultline::tests::compare_with_mapping(
        {argv, static_cast<std::size_t>(argc)}, "resolve_symbols", faultline::tests::run
    );
}
