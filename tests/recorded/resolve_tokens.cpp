// SPDX-License-Identifier: Apache-2.0
// Holds the labels of config/labels to the mapping of tokens to issuers that the DeXposure data set
// is published with (token_to_protocol.json and id_to_info.json in the folder given): the gold list
// side by side, and what share of that data set's symbols and rows either knows an issuer of. Ends
// with 1 when a token of the gold list is wrong, or the labels are no better.
#include <faultline/base/bytes.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/resolution.hpp>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <map>
#include <recorded/gold_issuers.hpp>
#include <recorded/published_mapping.hpp>
#include <set>
#include <string>
#include <string_view>
#include <unit/app/shipped_labels.hpp>

namespace faultline::tests {
namespace {

char lower(char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

char upper(char c) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
}

std::string verdict(const GoldIssuer& gold, std::string_view protocol) {
    if (protocol.empty()) {
        return "nobody";
    }
    std::string plain(protocol);
    std::erase(plain, ' ');
    std::ranges::transform(plain, plain.begin(), lower);
    return !gold.published.empty() && plain.starts_with(gold.published) ? "right" : "wrong";
}

void print_row(
    std::string_view symbol,
    std::string_view ours,
    std::string_view right,
    std::string_view protocol,
    std::string_view theirs
) {
    constexpr int kSymbol = 8;
    constexpr int kIssuer = 14;
    constexpr int kVerdict = 7;
    constexpr int kProtocol = 30;
    std::cout << std::left << std::setw(kSymbol) << symbol << std::setw(kIssuer) << ours
              << std::setw(kVerdict) << right << std::setw(kProtocol) << protocol << theirs << "\n";
}

/// The gold list side by side. Returns how many of it the labels get wrong.
std::size_t print_gold(const graph::Labels& labels, const Mapping& mapping) {
    std::map<std::string, std::size_t> tally;
    std::size_t wrong = 0;
    print_row("symbol", "by labels", "", "by the published mapping", "");
    for (const GoldIssuer& gold : kGoldIssuers) {
        graph::TokenFacts facts;
        facts.token = *Address::from_hex(gold.address);
        const graph::Resolution ours = graph::resolve(labels, gold.chain, facts);
        const bool right = ours.name == gold.issuer;
        wrong += right ? 0 : 1;
        const auto found = mapping.find(gold.symbol);
        const std::string protocol = found == mapping.end() ? "" : found->second.protocol;
        const std::string theirs = verdict(gold, protocol);
        tally[theirs] += 1;
        print_row(
            gold.symbol,
            ours.name,
            right ? "right" : "WRONG",
            protocol.empty() ? "-" : protocol,
            theirs
        );
    }
    std::cout << "\nof " << kGoldIssuers.size() << ": labels " << kGoldIssuers.size() - wrong
              << " right, " << wrong << " wrong; the mapping " << tally["right"] << " right, "
              << tally["wrong"] << " wrong, " << tally["nobody"] << " nobody's\n\n";
    return wrong;
}

/// Issuers of labelled tokens by symbol in capitals, as the mapping spells most.
std::map<std::string, std::set<std::string>, std::less<>> issuers_by_symbol(
    const graph::Labels& labels
) {
    std::map<std::string, std::set<std::string>, std::less<>> out;
    for (const graph::Label& label : labels.all()) {
        if (label.role == graph::LabelRole::kToken && !label.symbol.empty() &&
            !label.name.empty()) {
            std::string symbol = label.symbol;
            std::ranges::transform(symbol, symbol.begin(), upper);
            out[symbol].insert(label.name);
        }
    }
    return out;
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
    return kPercent * static_cast<double>(part) / static_cast<double>(whole);
}

void print_share(std::string_view what, const Share& part, const Share& whole) {
    constexpr int kWhat = 74;
    std::cout << std::left << std::setw(kWhat) << what << std::fixed << std::setprecision(2)
              << part.symbols << " of " << whole.symbols << " symbols ("
              << percent(part.symbols, whole.symbols) << " %), " << percent(part.rows, whole.rows)
              << " % of rows\n";
}

/// Whether the labels know more of the rows.
bool print_shares(const graph::Labels& labels, const Mapping& mapping) {
    const auto ours = issuers_by_symbol(labels);
    Share all;
    Share theirs;
    Share reached;
    Share several;
    Share theirs_of_reached;
    for (const auto& [symbol, published] : mapping) {
        all.add(published.rows);
        if (!published.protocol.empty()) {
            theirs.add(published.rows);
        }
        std::string capitals = symbol;
        std::ranges::transform(capitals, capitals.begin(), upper);
        const auto found = ours.find(capitals);
        if (found == ours.end()) {
            continue;
        }
        reached.add(published.rows);
        if (found->second.size() > 1) {
            several.add(published.rows);
        }
        if (!published.protocol.empty()) {
            theirs_of_reached.add(published.rows);
        }
    }
    print_share("the mapping names a protocol, right or wrong (by symbol)", theirs, all);
    print_share("some token of that symbol is labelled (by address)", reached, all);
    print_share("  of these, the mapping names a protocol", theirs_of_reached, reached);
    print_share(
        "  of these, issuers differ by address, so that no symbol could tell", several, reached
    );
    std::cout << "\nRows of the data set have symbols and no addresses: the second line counts all "
                 "rows of a symbol that a\n"
                 "labelled token bears, though others may bear it too. It is what labels can "
                 "reach, not what they resolve.\n";
    return reached.rows > theirs.rows;
}

int run(const Mapping& mapping) {
    const graph::Labels labels = test::shipped_label_set();
    const std::size_t wrong = print_gold(labels, mapping);
    const bool better = print_shares(labels, mapping);
    if (wrong != 0 || !better) {
        std::cout << "\nFAILED: " << wrong << " of the gold list wrong; the labels reach "
                  << (better ? "more" : "no more") << " rows\n";
        return 1;
    }
    return 0;
}

}  // namespace
}  // namespace faultline::tests

int main(int argc, char** argv) {
    return faultline::tests::compare_with_mapping(
        {argv, static_cast<std::size_t>(argc)}, "resolve_tokens", faultline::tests::run
    );
}
