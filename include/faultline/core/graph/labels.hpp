// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/node.hpp>

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

/// What people say of addresses where no contract does: who answers for a token, whose wallet it
/// is. A label never overrules a contract (resolution.hpp).
namespace faultline::graph {

/// What a label says of its address. An address may have one label of each role.
enum class LabelRole : std::uint8_t {
    kToken,     ///< Who issues it, and what it is; the name may be empty: only what it is.
    kProtocol,  ///< A market's contract: whose it is.
    kEntity,    ///< Whose wallet it is.
    kBridge,    ///< A bridge's contract.
    kGovernor,  ///< Who decides there: a timelock, a multisig, an executor.
    kFeed,      ///< A price feed: who runs it; the title says of what.
};

constexpr LabelRole last_of(LabelRole /*of*/) noexcept {
    return LabelRole::kFeed;
}

/// "token", "protocol", ...
std::string_view label_role_name(LabelRole role) noexcept;

/// One that labels name: an issuer, an entity, a protocol, a bridge.
struct Name {
    std::string slug;   ///< Lower-case, unique: "lido".
    std::string title;  ///< For people: "Lido".
    /// DefiLlama's: "Liquid Staking"; empty: none. See sector_of().
    std::string category;
    /// Its tokens' issuer is the protocol of that name, as configured markets are: "aave_v3".
    bool is_protocol = false;

    auto fields(this auto& self) {
        return std::tie(self.slug, self.title, self.category, self.is_protocol);
    }
};

/// What is said of one address in one role.
struct Label {
    eth::ChainId chain = 0;
    Address address;
    LabelRole role = LabelRole::kToken;
    std::string name;   ///< A Name's slug; empty for a token of which nobody is said to answer.
    std::string title;  ///< For people: "Aave V3 Core"; empty: see Labels::title().
    // Of tokens:
    std::string symbol;  ///< Empty: not said.
    std::optional<std::uint8_t> decimals;
    /// The token that it stands for, where the contract itself cannot say so.
    std::optional<Address> wraps;
    std::string bridge;   ///< A Name's slug: who holds what it stands for on another chain.
    bool native = false;  ///< Wraps the chain's own coin, one to one.

    auto fields(this auto& self) {
        return std::tie(
            self.chain,
            self.address,
            self.role,
            self.name,
            self.title,
            self.symbol,
            self.decimals,
            self.wraps,
            self.bridge,
            self.native
        );
    }
};

/// What is wrong with a set of names and labels; places are those in the lists that were given.
struct LabelFault {
    enum class Where : std::uint8_t {
        kName,
        kLabel,
    };

    Where where = Where::kName;
    std::size_t at = 0;
    /// The earlier one that it contradicts; nullopt: it is wrong by itself.
    std::optional<std::size_t> earlier;
    std::string what;    ///< Without either place.
    std::string nobody;  ///< The slug that no name has; empty: it is another fault.
};

/// Names and labels that do not contradict each other. Lookups are O(1). Immutable.
class Labels {
  public:
    Labels() = default;

    /// The same said twice is said once. Faults: a slug with two meanings; one address and role
    /// with two; a label of a name that nobody gave; a token that wraps itself, or others that in
    /// the end wrap it; two wrappers of a chain's coin. All of them, in order.
    static tl::expected<Labels, std::vector<LabelFault>> of(
        const std::vector<Name>& names, const std::vector<Label>& labels
    );

    /// nullptr: nothing is said. Valid as long as these labels.
    [[nodiscard]] const Label* find(eth::ChainId chain, const Address& address, LabelRole role)
        const noexcept;
    [[nodiscard]] const Name* name(std::string_view slug) const noexcept;

    /// The wrapper of the chain's own coin; nullptr: none is labelled.
    [[nodiscard]] const Label* native(eth::ChainId chain) const noexcept;

    /// What people call the address in that role: the label's title, a token's symbol, or the
    /// name's title; "" for none.
    [[nodiscard]] std::string title(eth::ChainId chain, const Address& address, LabelRole role)
        const;

    /// Of a name's slug, as nodes are named: sector_of() its category; "" where none is said.
    [[nodiscard]] std::string_view sector(std::string_view slug) const noexcept;

    /// Sorted by chain, address and role.
    [[nodiscard]] const std::vector<Label>& all() const noexcept { return labels_; }

    /// Sorted by slug.
    [[nodiscard]] const std::vector<Name>& names() const noexcept { return names_; }

  private:
    struct Key {
        eth::ChainId chain = 0;
        Address address;
        LabelRole role = LabelRole::kToken;
        bool operator==(const Key&) const = default;
    };

    struct KeyHash {
        std::size_t operator()(const Key& key) const noexcept;
    };

    struct TextHash {
        using is_transparent = void;

        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };

    void index();

    std::vector<Label> labels_;
    std::vector<Name> names_;
    std::unordered_map<Key, std::size_t, KeyHash> at_;
    std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> named_;
    std::unordered_map<eth::ChainId, std::size_t> native_;
};

}  // namespace faultline::graph
