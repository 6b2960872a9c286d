// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/figure.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/node.hpp>
#include <faultline/core/graph/resolution.hpp>
#include <faultline/core/graph/snapshot.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::graph {
namespace {

constexpr std::array<std::string_view, ResolvedShares::kWays> kWaysFound{
    "receipt", "issued", "confirmed_market", "label", "claimed_market", "nothing"
};

/// One token's resolution, in the making.
class Resolving {
  public:
    Resolving(const Labels& labels, eth::ChainId chain, const TokenFacts& facts)
        : labels_(labels),
          chain_(chain),
          facts_(facts),
          label_(labels.find(chain, facts.token, LabelRole::kToken)) {}

    Resolution run() {
        find_issuer();
        find_underlying();
        find_decimals();
        tell_lies();
        out_.symbol = facts_.symbol.empty() && label_ != nullptr ? label_->symbol : facts_.symbol;
        if (label_ != nullptr) {
            out_.bridge = label_->bridge;
        }
        return std::move(out_);
    }

  private:
    void find_issuer() {
        const std::string* labelled =
            label_ != nullptr && !label_->name.empty() ? &label_->name : nullptr;
        if (facts_.receipt_of) {
            settle_market(*facts_.receipt_of, Found::kReceipt);
        } else if (facts_.issued_by) {
            settle_market(*facts_.issued_by, Found::kIssued);
        } else if (const auto claimed = claimed_protocol(); claimed && market_confirms()) {
            // The market lists the token; unless it is followed, only a label says whose it is.
            settle(
                *claimed,
                true,
                Found::kConfirmedMarket,
                is_as_configured(*claimed) ? Proof::kConfirmed : Proof::kLabelled
            );
        } else if (labelled != nullptr) {
            settle(*labelled, is_protocol(*labelled), Found::kLabel, Proof::kLabelled);
        } else if (claimed && !market_denies()) {
            settle(*claimed, true, Found::kClaimedMarket, Proof::kClaimed);
        } else {
            settle_unknown();
            return;
        }
        if (labelled != nullptr && *labelled != out_.name) {
            contradict("issuer \"" + *labelled + "\"", "\"" + out_.name + "\"");
        }
    }

    /// Tokens of a market that nobody knows have one issuer, whoever that is. Of another token
    /// whose issuer is not known the issuer is a node of its own, which nobody has to prove.
    void settle_unknown() {
        out_.issuer = NodeKey::of(NodeKind::kUnknown, facts_.token);
        out_.proof = Proof::kConfirmed;
        if (facts_.claim && facts_.claim->market && !market_denies()) {
            out_.issuer = NodeKey::of(NodeKind::kUnknown, *facts_.claim->market);
            out_.proof = market_confirms() ? Proof::kConfirmed : Proof::kClaimed;
        }
    }

    void settle_market(const FollowedMarket& market, Found found) {
        const std::string protocol = protocol_of(labels_, chain_, market);
        settle(
            protocol,
            true,
            found,
            protocol == market.protocol ? Proof::kConfirmed : Proof::kLabelled
        );
    }

    void settle(const std::string& name, bool protocol, Found found, Proof proof) {
        out_.issuer = NodeKey::of(protocol ? NodeKind::kProtocol : NodeKind::kIssuer, name);
        out_.name = name;
        out_.found = found;
        out_.proof = proof;
    }

    [[nodiscard]] bool is_protocol(const std::string& slug) const {
        const Name* name = labels_.name(slug);
        return name != nullptr && name->is_protocol;
    }

    /// Whose the market is that the token names; nullopt: it names none, or nobody's.
    [[nodiscard]] std::optional<std::string> claimed_protocol() const {
        if (facts_.claimed_market) {
            return protocol_of(labels_, chain_, *facts_.claimed_market);
        }
        if (!facts_.claim || !facts_.claim->market) {
            return std::nullopt;
        }
        const Label* market = labels_.find(chain_, *facts_.claim->market, LabelRole::kProtocol);
        return market == nullptr ? std::nullopt : std::optional(market->name);
    }

    [[nodiscard]] bool is_as_configured(const std::string& protocol) const {
        return facts_.claimed_market && facts_.claimed_market->protocol == protocol;
    }

    [[nodiscard]] bool market_confirms() const {
        return facts_.claim && facts_.claim->market_says == MarketWord::kLists;
    }

    [[nodiscard]] bool market_denies() const {
        return facts_.claim && facts_.claim->market_says == MarketWord::kDenies;
    }

    /// A market that nobody knows may be the token's accomplice, and most say nothing of what the
    /// token stands for.
    [[nodiscard]] bool underlying_confirmed() const {
        return market_confirms() && facts_.claim && facts_.claim->of_underlying &&
               claimed_protocol();
    }

    /// What contracts themselves deny.
    void tell_lies() {
        if (facts_.receipt_of || facts_.issued_by) {
            return;
        }
        const std::string token = facts_.token.hex();
        if (facts_.contradicts_itself) {
            out_.contradictions.push_back(
                token +
                " says that it wraps itself, or different tokens when asked in different "
                "ways: it is taken to stand for nothing but itself"
            );
        }
        if (market_denies() && facts_.claim && facts_.claim->market) {
            out_.contradictions.push_back(
                token + " says that it is of the market " + facts_.claim->market->hex() +
                ", which does not list it: it is not taken for one of its tokens"
            );
        }
    }

    void find_underlying() {
        const std::optional<Address> labelled = labelled_underlying();
        if (!facts_.claim || !facts_.claim->underlying) {
            if (labelled) {
                out_.underlying = Underlying{.token = *labelled, .proof = Proof::kLabelled};
            }
            return;
        }
        const Address claimed = *facts_.claim->underlying;
        const bool confirmed = facts_.receipt_of || underlying_confirmed();
        if (labelled && *labelled != claimed) {
            contradict("underlying " + labelled->hex(), claimed.hex());
            if (!confirmed) {
                out_.underlying = Underlying{.token = *labelled, .proof = Proof::kLabelled};
                return;
            }
        }
        const Proof otherwise = labelled ? Proof::kLabelled : Proof::kClaimed;
        out_.underlying =
            Underlying{.token = claimed, .proof = confirmed ? Proof::kConfirmed : otherwise};
    }

    [[nodiscard]] std::optional<Address> labelled_underlying() const {
        if (label_ == nullptr) {
            return std::nullopt;
        }
        return label_->native ? std::optional(Address{}) : label_->wraps;
    }

    void find_decimals() {
        const std::optional<std::uint8_t> labelled =
            label_ == nullptr ? std::nullopt : label_->decimals;
        if (facts_.decimals) {
            out_.decimals = Figure<std::uint8_t>::of(*facts_.decimals);
            if (labelled && *labelled != *facts_.decimals) {
                contradict(
                    std::to_string(*labelled) + " decimals", std::to_string(*facts_.decimals)
                );
            }
            return;
        }
        out_.decimals = labelled ? Figure<std::uint8_t>::of(*labelled)
                                 : Figure<std::uint8_t>::without(
                                       FigureStatus::kNoData,
                                       "the decimals of " + facts_.token.hex() +
                                           " are not known: give them in a label"
                                   );
    }

    void contradict(const std::string& label, const std::string& contracts) {
        out_.contradictions.push_back(
            "the label of " + facts_.token.hex() + " says " + label + ", its contracts say " +
            contracts
        );
    }

    const Labels& labels_;
    eth::ChainId chain_;
    const TokenFacts& facts_;
    const Label* label_;
    Resolution out_;
};

std::optional<std::uint32_t> ppm(const U256& part, const U256& whole) {
    constexpr std::uint64_t kWhole = 1'000'000;
    const auto share = mul_div_floor(part, U256(kWhole), whole);
    return share ? std::optional(static_cast<std::uint32_t>(share->low_u64())) : std::nullopt;
}

}  // namespace

std::string_view found_name(Found found) noexcept {
    return kWaysFound.at(static_cast<std::size_t>(found));
}

std::string protocol_of(const Labels& labels, eth::ChainId chain, const FollowedMarket& market) {
    const Label* label = labels.find(chain, market.contract, LabelRole::kProtocol);
    return label == nullptr ? market.protocol : label->name;
}

Resolution resolve(const Labels& labels, eth::ChainId chain, const TokenFacts& facts) {
    return Resolving(labels, chain, facts).run();
}

void ResolvedShares::add(const Resolution& resolution, const Figure<U256>& usd) {
    Tally& way = ways_.at(static_cast<std::size_t>(resolution.found));
    way.tokens += 1;
    whole_.tokens += 1;
    contradictions_ += resolution.contradictions.size();
    // A token may claim any amount; one that no sum can hold is worth nothing known.
    const auto whole = usd.ok() ? checked_add(whole_.usd, usd.value) : std::nullopt;
    if (!whole) {
        without_usd_ += 1;
        return;
    }
    whole_.usd = *whole;
    way.usd = wrapping_add(way.usd, usd.value);
}

const ResolvedShares::Tally& ResolvedShares::of(Found found) const {
    return ways_.at(static_cast<std::size_t>(found));
}

std::optional<std::uint32_t> ResolvedShares::tokens_ppm() const {
    const std::uint64_t not_resolved =
        of(Found::kNothing).tokens + of(Found::kClaimedMarket).tokens;
    return ppm(U256(whole_.tokens - not_resolved), U256(whole_.tokens));
}

std::optional<std::uint32_t> ResolvedShares::usd_ppm() const {
    const U256 not_resolved = wrapping_add(of(Found::kNothing).usd, of(Found::kClaimedMarket).usd);
    return ppm(wrapping_sub(whole_.usd, not_resolved), whole_.usd);
}

}  // namespace faultline::graph
