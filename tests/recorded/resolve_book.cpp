// SPDX-License-Identifier: Apache-2.0
// The resolved share by value of a real book: what borrowers of Compound V2 held and owed
// (compound_v2_borrower_accounts_2023_addr0-3.jsonl, one JSON object a line on standard input), by
// config/labels and the tokens' addresses, beside the published mapping of the DeXposure data set
// (in the folder given) and their symbols. Ends with 1 when the labels do not tell more of the
// value rightly, or tell any of it wrongly.
#include <faultline/base/bytes.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/resolution.hpp>

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <iomanip>
#include <iostream>
#include <optional>
#include <recorded/published_mapping.hpp>
#include <string>
#include <string_view>
#include <unit/app/shipped_labels.hpp>
#include <utility>

namespace faultline::tests {
namespace {

/// Prices of about when the book was read: Binance, close of the hour from 2023-05-09 12:00 UTC;
/// DAI and USDT at one dollar. Assets without a recorded price are left out, and counted.
struct Asset {
    std::string_view ctoken;
    std::string_view symbol;
    double usd = 0;
    std::string_view issuer;  ///< Of the asset; that of the cToken is compound_v2.
    /// How the name of the mapping's right protocol begins, in small letters; "-": none is.
    std::string_view published;
};

constexpr auto kAssets = std::to_array<Asset>({
    {"cETH", "ETH", 1847.81, "ethereum", "-"},
    {"cWBTC", "WBTC", 27758.34, "bitgo", "wbtc"},
    {"cUSDC", "USDC", 0.9994, "circle", "circle"},
    {"cDAI", "DAI", 1, "maker", "maker"},
    {"cUSDT", "USDT", 1, "tether", "tether"},
    {"cTUSD", "TUSD", 0.9988, "trueusd", "trueusd"},
    {"cCOMP", "COMP", 36.43, "compound", "compound"},
    {"cAAVE", "AAVE", 64.80, "aave", "aave"},
    {"cLINK", "LINK", 6.588, "chainlink", "chainlink"},
});

/// What all cTokens were first worth of their asset. Interest since is left out: a lower bound.
constexpr double kFirstRate = 0.02;

struct Value {
    double right = 0;
    double wrong = 0;
    double nobody = 0;

    void add(double usd, bool told, bool is_right) {
        (told ? is_right ? right : wrong : nobody) += usd;
    }

    void print(std::string_view who) const {
        constexpr double kPercent = 100.0;
        const double all = right + wrong + nobody;
        std::cout << "  " << std::left << std::setw(42) << who << std::fixed << std::setprecision(2)
                  << kPercent * right / all << " % right, " << kPercent * wrong / all
                  << " % wrong, " << kPercent * nobody / all << " % nobody's\n";
    }
};

class Book {
  public:
    Book(graph::Labels labels, Mapping mapping)
        : labels_(std::move(labels)), mapping_(std::move(mapping)) {}

    void add_account(const simdjson::dom::element& account) {
        for (const simdjson::dom::element token : account["tokens"].get_array()) {
            add(token);
        }
    }

    /// Whether the labels are better.
    [[nodiscard]] bool print() const {
        for (const auto* side : {&claims_, &debts_}) {
            const double all = side->ours.right + side->ours.wrong + side->ours.nobody;
            std::cout << (side == &claims_ ? "claims (cTokens): " : "debts (their assets): ")
                      << std::fixed << std::setprecision(0) << all << " USD\n";
            side->ours.print("config/labels, by address");
            side->theirs.print("the mapping, by symbol");
        }
        std::cout << left_out_ << " balances of assets without a recorded price left out\n";
        return claims_.better() && debts_.better();
    }

  private:
    struct Side {
        Value ours;
        Value theirs;

        [[nodiscard]] bool better() const { return ours.right > theirs.right && ours.wrong == 0; }
    };

    static double amount(const simdjson::dom::element& token, std::string_view field) {
        return std::stod(std::string(std::string_view(token[field])));
    }

    void add(const simdjson::dom::element& token) {
        const std::string_view symbol = token["symbol"];
        const double held = amount(token, "cTokenBalance");
        const double owed = amount(token, "storedBorrowBalance");
        const auto* const asset = std::ranges::find(kAssets, symbol, &Asset::ctoken);
        if (asset == kAssets.end()) {
            left_out_ += (held > 0 ? 1U : 0U) + (owed > 0 ? 1U : 0U);
            return;
        }
        const std::string_view id = token["id"];
        const auto ctoken = *Address::from_hex(id.substr(0, id.find('-')));
        add(claims_, held * kFirstRate * asset->usd, ctoken, symbol, "compound_v2", "compound");
        const graph::Label* label = labels_.find(1, ctoken, graph::LabelRole::kToken);
        const bool of_coin = symbol == "cETH";
        const std::optional<Address> underlying =
            of_coin ? Address{} : (label == nullptr ? std::nullopt : label->wraps);
        add(debts_, owed * asset->usd, underlying, asset->symbol, asset->issuer, asset->published);
    }

    void add(
        Side& side,
        double usd,
        const std::optional<Address>& token,
        std::string_view symbol,
        std::string_view issuer,
        std::string_view published
    ) {
        graph::TokenFacts facts;
        facts.token = token.value_or(Address{});
        const std::string ours = token ? graph::resolve(labels_, 1, facts).name : "";
        side.ours.add(usd, !ours.empty(), ours == issuer);
        std::string capitals(symbol);
        std::ranges::transform(capitals, capitals.begin(), [](unsigned char c) {
            return static_cast<char>(std::toupper(c));
        });
        const auto found = mapping_.find(capitals);
        std::string theirs = found == mapping_.end() ? "" : found->second.protocol;
        std::ranges::transform(theirs, theirs.begin(), [](unsigned char c) {
            return static_cast<char>(std::tolower(c));
        });
        side.theirs.add(usd, !theirs.empty(), theirs.starts_with(published));
    }

    graph::Labels labels_;
    Mapping mapping_;
    Side claims_;
    Side debts_;
    std::size_t left_out_ = 0;
};

int run(const Mapping& mapping) {
    Book book(test::shipped_label_set(), mapping);
    simdjson::dom::parser parser;
    std::size_t accounts = 0;
    for (std::string line; std::getline(std::cin, line);) {
        book.add_account(parser.parse(line));
        accounts += 1;
    }
    if (accounts == 0) {
        std::cerr << "resolve_book: no accounts on standard input: pipe the file of accounts in\n";
        return 2;
    }
    std::cout << accounts << " accounts\n";
    if (!book.print()) {
        std::cout
            << "\nFAILED: config/labels does not tell more of the value, or some of it wrongly\n";
        return 1;
    }
    return 0;
}

}  // namespace
}  // namespace faultline::tests

int main(int argc, char** argv) {
    return faultline::tests::compare_with_mapping(
        {argv, static_cast<std::size_t>(argc)},
        "zstdcat ACCOUNTS | resolve_book",
        faultline::tests::run
    );
}
