// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Who answers for a token: decided by address, never by symbol, from what contracts say first.
namespace faultline::graph {

/// A market that is followed.
struct FollowedMarket {
    Address contract;      ///< As in protocol::MarketExposure.
    std::string protocol;  ///< As it is configured: "aave_v3". A label of the contract goes before.
};

/// What a token says of itself, as a receipt of a market that is not followed does.
struct TokenClaim {
    /// asset(), underlying(), UNDERLYING_ASSET_ADDRESS(); nullopt: it names none.
    std::optional<Address> underlying;
    std::optional<Address> market;  ///< POOL(), comptroller() and such; nullopt: it names none.
    MarketWord market_says = MarketWord::kNone;
    bool of_underlying = false;  ///< As in Saying.
};

/// What is known of a token from contracts.
struct TokenFacts {
    Address token;       ///< Zero: the chain's own coin.
    std::string symbol;  ///< As the token says; empty: not asked, or it says none.
    std::optional<std::uint8_t> decimals;
    std::optional<FollowedMarket> receipt_of;  ///< Whose claims it is: the market lists it.
    std::optional<FollowedMarket> issued_by;   ///< Whose debts it is: DAI.
    std::optional<TokenClaim> claim;
    std::optional<FollowedMarket> claimed_market;  ///< That of the claim, where it is followed.
    bool contradicts_itself = false;               ///< As in Saying.
};

/// How an issuer was found, best first.
enum class Found : std::uint8_t {
    kReceipt,          ///< A followed market lists the token as its receipt.
    kIssued,           ///< A followed market issues it.
    kConfirmedMarket,  ///< It names a market that lists it, and whose that is is known.
    kLabel,            ///< A label of its own address.
    /// It names a market that gives no answer about it, of which the same is known. No more than
    /// its word: it does not count as resolved. One that the market denies is kNothing.
    kClaimedMarket,
    kNothing,  ///< The issuer is a node of its own, of the kind kUnknown.
};

constexpr Found last_of(Found /*of*/) noexcept {
    return Found::kNothing;
}

/// "receipt", "issued", ...
std::string_view found_name(Found found) noexcept;

struct Underlying {
    Address token;  ///< Zero: the chain's own coin.
    Proof proof = Proof::kClaimed;
};

struct Resolution {
    /// kProtocol, kIssuer or kUnknown: at the market that the token names, or at the token.
    NodeKey issuer;
    std::string name;  ///< Slug of the issuer; empty when unknown.
    Found found = Found::kNothing;
    Proof proof = Proof::kClaimed;  ///< Of the issuer.
    std::optional<Underlying> underlying;
    std::string bridge;  ///< Slug of a NodeKind::kBridge; empty: it stands on its own chain.
    std::string symbol;  ///< The token's own word, or else its label's; empty: unknown.
    /// no_data when neither token nor label tells: then no amount of it has a value in USD.
    Figure<std::uint8_t> decimals;
    /// Where labels and contracts contradict each other, of which contracts were believed; and
    /// where the token contradicts itself, or its market the token.
    std::vector<std::string> contradictions;
};

/// What a market's contract is of: its label's protocol, or else as it is configured. Of a fork
/// that is followed by another protocol's code: "spark" rather than "aave_v3".
std::string protocol_of(const Labels& labels, eth::ChainId chain, const FollowedMarket& market);

/// Who answers for the token. The same facts and labels give the same resolution.
Resolution resolve(const Labels& labels, eth::ChainId chain, const TokenFacts& facts);

/// How much of a graph has an issuer: by tokens and by value. Sums are exact.
class ResolvedShares {
  public:
    static constexpr std::size_t kWays = static_cast<std::size_t>(last_of(Found{})) + 1;

    struct Tally {
        std::uint64_t tokens = 0;
        U256 usd;  ///< kUsdDecimals.
    };

    /// One token, and what all of it that the graph holds is worth.
    void add(const Resolution& resolution, const Figure<U256>& usd);

    [[nodiscard]] const Tally& of(Found found) const;

    [[nodiscard]] const Tally& all() const noexcept { return whole_; }

    /// Tokens whose value is not in the sums.
    [[nodiscard]] std::uint64_t without_usd() const noexcept { return without_usd_; }

    [[nodiscard]] std::uint64_t contradictions() const noexcept { return contradictions_; }

    /// Millionths of all tokens whose issuer more than the token itself tells, rounded down;
    /// nullopt without tokens.
    [[nodiscard]] std::optional<std::uint32_t> tokens_ppm() const;
    /// The same of their value.
    [[nodiscard]] std::optional<std::uint32_t> usd_ppm() const;

  private:
    std::array<Tally, kWays> ways_{};
    Tally whole_;
    std::uint64_t without_usd_ = 0;
    std::uint64_t contradictions_ = 0;
};

}  // namespace faultline::graph
