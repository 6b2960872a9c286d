// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/event.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/tape/manifest.hpp>
#include <faultline/shell/tape/recorded_feeds.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::tape {
namespace {

/// AggregatorInterface.sol
using AnswerUpdated =
    eth::Event<"AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt)">;

constexpr std::size_t kWord = 32;
constexpr std::size_t kSelector = 4;
/// CompoundLens and every oracle of cTokens: 36 decimals less the underlying's.
constexpr unsigned kOracleDecimals = 36;

bool calls(const eth::Read& read, std::string_view signature) {
    const Hash32 digest = eth::keccak256(signature);
    return read.data.size() >= kSelector &&
           std::ranges::equal(
               BytesView(read.data).first(kSelector), digest.view().first(kSelector)
           );
}

Bytes encoded(std::initializer_list<U256> words) {
    Bytes out;
    for (const U256& word : words) {
        const auto bytes = word.to_be_bytes();
        out.insert(out.end(), bytes.begin(), bytes.end());
    }
    return out;
}

std::optional<unsigned> number_at(const Manifest& manifest, const std::string& path) {
    const std::string* text = manifest.find(path);
    unsigned out = 0;
    if (text == nullptr ||
        std::from_chars(text->data(), text->data() + text->size(), out).ec != std::errc()) {
        return std::nullopt;
    }
    return out;
}

Result<std::optional<Address>> address_at(const Manifest& manifest, const std::string& path) {
    const std::string* text = manifest.find(path);
    if (text == nullptr) {
        return std::optional<Address>();
    }
    auto address = Address::from_hex(*text);
    if (!address) {
        return std::move(address).error().context("the manifest's " + path);
    }
    return std::optional(*address);
}

}  // namespace

Hash32 RecordedFeeds::topic0() {
    return AnswerUpdated::kTopic0;
}

Result<RecordedFeeds> RecordedFeeds::of(const Manifest& manifest) {
    RecordedFeeds out;
    FAULTLINE_TRY(out.ctoken_oracle_, address_at(manifest, "ctoken.oracle"));
    constexpr std::string_view kMarkets = "ctoken.markets.";
    constexpr std::string_view kCToken = ".cToken";
    for (const auto& [path, text] : manifest.facts) {
        if (!path.starts_with(kMarkets) || !path.ends_with(kCToken)) {
            continue;
        }
        const std::string symbol =
            path.substr(kMarkets.size(), path.size() - kMarkets.size() - kCToken.size());
        FAULTLINE_TRY(const auto ctoken, address_at(manifest, path));
        FAULTLINE_TRY(const auto feed, address_at(manifest, "feeds." + symbol + ".proxy"));
        const auto feed_decimals = number_at(manifest, "feeds." + symbol + ".decimals");
        const auto decimals = number_at(manifest, "tokens." + symbol + ".decimals");
        if (feed && feed_decimals && decimals && *decimals + *feed_decimals <= kOracleDecimals) {
            out.underlyings_[*ctoken] = {
                .feed = *feed, .exponent = kOracleDecimals - *decimals - *feed_decimals
            };
        }
    }
    return out;
}

void RecordedFeeds::apply(const rpc::RecordedBlock& block) {
    State state = states_.back();
    for (std::size_t i = 0; i < block.logs.size(); ++i) {
        const eth::Log log = block.logs[i];
        const auto updated = AnswerUpdated::matches(log)
                                 ? AnswerUpdated::decode(log)
                                 : Result<AnswerUpdated>(Error(Code::kMissing, "another event"));
        if (updated) {
            state.rounds[log.address] = {
                .id = updated->get<"roundId">(),
                .answer = U256::from_be_bytes(log.topics[1].view()),
                .updated_at = updated->get<"updatedAt">()
            };
        }
    }
    for (const eth::ReadAnswer& call : block.calls) {
        if (calls(call.read, "aggregator()") && !call.reverted() && call.result.size() == kWord) {
            state.aggregators[call.read.to] =
                Address::from_bytes(BytesView(call.result).last(Address::kSize));
        }
    }
    states_.push_back(std::move(state));
}

void RecordedFeeds::revert() {
    states_.pop_back();
}

const RecordedFeeds::Round* RecordedFeeds::round_of(const Address& proxy) const {
    const State& now = states_.back();
    const auto aggregator = now.aggregators.find(proxy);
    if (aggregator == now.aggregators.end()) {
        return nullptr;
    }
    const auto round = now.rounds.find(aggregator->second);
    return round == now.rounds.end() ? nullptr : &round->second;
}

std::optional<eth::ReadAnswer> RecordedFeeds::answer(const eth::Read& read) const {
    if (calls(read, "latestRoundData()")) {
        const Round* round = round_of(read.to);
        return round == nullptr ? std::nullopt
                                : std::optional(eth::ReadAnswer{
                                      .read = read,
                                      .outcome = eth::ReadOutcome::kReturned,
                                      .result = encoded(
                                          {round->id,
                                           round->answer,
                                           round->updated_at,
                                           round->updated_at,
                                           round->id}
                                      )
                                  });
    }
    if (ctoken_oracle_ != read.to || !calls(read, "getUnderlyingPrice(address)") ||
        read.data.size() != kSelector + kWord) {
        return std::nullopt;
    }
    const auto ctoken =
        underlyings_.find(Address::from_bytes(BytesView(read.data).last(Address::kSize)));
    const Round* round = ctoken == underlyings_.end() ? nullptr : round_of(ctoken->second.feed);
    const auto price = round == nullptr
                           ? std::nullopt
                           : checked_mul(round->answer, pow10(ctoken->second.exponent));
    if (!price) {
        return std::nullopt;
    }
    return eth::ReadAnswer{
        .read = read, .outcome = eth::ReadOutcome::kReturned, .result = encoded({*price})
    };
}

}  // namespace faultline::tape
