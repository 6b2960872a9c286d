// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/rpc/recorded.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <map>
#include <optional>
#include <vector>

namespace faultline::tape {

/// Answers price reads that a tape does not have, from what it does have: a feed's proxy answers
/// with what its aggregator last logged, and which aggregator that is, the tape's calls say. An
/// oracle of cTokens that reads such feeds (manifest: ctoken.oracle) follows from them.
///
/// A daemon asks the contracts themselves; this stands in for them, and what it answers is held to
/// what the tape says the contracts answered, like everything else.
class RecordedFeeds {
  public:
    /// First topic of the logs that it needs beside others.
    static Hash32 topic0();

    /// kInvalid when the manifest names a feed by what is no address.
    static Result<RecordedFeeds> of(const Manifest& manifest);

    /// The next block of the tape, before its reads are answered.
    void apply(const rpc::RecordedBlock& block);
    /// Takes back the last block.
    void revert();

    [[nodiscard]] std::optional<eth::ReadAnswer> answer(const eth::Read& read) const;

  private:
    struct Round {
        U256 id;
        U256 answer;
        U256 updated_at;
    };

    struct State {
        std::map<Address, Address> aggregators;  ///< By proxy.
        std::map<Address, Round> rounds;         ///< Newest by aggregator.
    };

    /// What a cToken's underlying is worth: a feed's answer times ten to that power.
    struct Underlying {
        Address feed;
        unsigned exponent = 0;
    };

    [[nodiscard]] const Round* round_of(const Address& proxy) const;

    std::optional<Address> ctoken_oracle_;
    std::map<Address, Underlying> underlyings_;  ///< By cToken.
    std::vector<State> states_{State{}};         ///< After each block; the last is now.
};

}  // namespace faultline::tape
