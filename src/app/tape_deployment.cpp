// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/views.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <algorithm>
#include <app/tape_deployment.hpp>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::app {
namespace {

struct KnownVersion {
    std::string_view version;
    TapeRevisions revisions;
};

/// Releases of aave-v3-core and aave-v3-origin with their POOL_REVISION and the revision of their
/// tokens.
constexpr std::array<KnownVersion, 3> kVersions{
    {{"3.0.2", {.pool = 1, .tokens = 1}},
     {"3.6", {.pool = 10, .tokens = 5}},
     {"3.7", {.pool = 11, .tokens = 5}}}
};

/// Where a protocol's facts begin in a manifest.
struct KnownPart {
    std::string_view path;
    std::string_view name;
};

constexpr std::array<KnownPart, 5> kNotFollowed{{
    {"ctoken.unitroller", "Compound V2"},
    {"comet", "Compound III"},
    {"vat", "Maker"},
    {"maker.vat", "Maker"},
    {"uniswap.v2Pair", "Uniswap"},
}};

Result<Address> address_at(const tape::Manifest& manifest, const std::string& path) {
    const std::string* text = manifest.find(path);
    if (text == nullptr) {
        return Error(Code::kInvalid, "the manifest has no " + path);
    }
    auto address = Address::from_hex(*text);
    if (!address) {
        return std::move(address).error().context("the manifest's " + path);
    }
    return address;
}

Result<aave::MarketConfig> market_at(const tape::Manifest& manifest, const std::string& at) {
    aave::MarketConfig market;
    const std::string* name = manifest.find(at + ".name");
    market.name = name == nullptr ? "aave" : *name;
    FAULTLINE_TRY(market.addresses_provider, address_at(manifest, at + ".provider"));
    FAULTLINE_TRY(market.pool, address_at(manifest, at + ".pool"));
    FAULTLINE_TRY(market.configurator, address_at(manifest, at + ".configurator"));
    FAULTLINE_TRY(market.oracle, address_at(manifest, at + ".oracle"));
    const std::string* protocol = manifest.find(at + ".protocol");
    if (protocol != nullptr && *protocol == aave::protocol_name(aave::Generation::kV2)) {
        market.generation = aave::Generation::kV2;
    }
    return market;
}

/// "3.7 (POOL_REVISION 11)" states the pool's; a bare "3.6.0" names the release.
std::optional<TapeRevisions> revisions_in(std::string_view version) {
    constexpr std::string_view kStated = "POOL_REVISION ";
    const auto known = std::ranges::find_if(kVersions, [&](const KnownVersion& one) {
        return version == one.version || version.starts_with(std::string(one.version) + ".") ||
               version.starts_with(std::string(one.version) + " ");
    });
    std::optional<TapeRevisions> out =
        known == kVersions.end() ? std::nullopt : std::optional(known->revisions);
    if (const std::size_t at = version.find(kStated); at != std::string_view::npos) {
        const std::string_view digits = version.substr(at + kStated.size());
        std::uint64_t revision = 0;
        const auto [end, failed] =
            std::from_chars(digits.data(), digits.data() + digits.size(), revision);
        if (failed != std::errc()) {
            return std::nullopt;
        }
        out = out.value_or(TapeRevisions{});
        out->pool = revision;
    }
    return out;
}

}  // namespace

std::optional<eth::ReadAnswer> TapeDeployment::answer(const eth::Read& read) const {
    const std::string call = aave::call_name(read.data);
    const bool of_pool = call == "POOL_REVISION()" || call == "LENDINGPOOL_REVISION()";
    const bool of_token = call == "ATOKEN_REVISION()" || call == "DEBT_TOKEN_REVISION()";
    if (!revisions || (!of_pool && !of_token)) {
        return std::nullopt;
    }
    const auto word = U256(of_pool ? revisions->pool : revisions->tokens).to_be_bytes();
    return eth::ReadAnswer{
        .read = read, .reverted = false, .result = Bytes(word.begin(), word.end())
    };
}

Result<TapeDeployment> deployment_of(const tape::Manifest& manifest) {
    TapeDeployment out;
    for (std::size_t i = 0;; ++i) {
        const std::string at = "markets." + std::to_string(i);
        if (manifest.find(at + ".pool") == nullptr) {
            break;
        }
        FAULTLINE_TRY(aave::MarketConfig market, market_at(manifest, at));
        out.markets.push_back(std::move(market));
    }
    if (out.markets.empty() && manifest.find("aave.pool") != nullptr) {
        FAULTLINE_TRY(aave::MarketConfig market, market_at(manifest, "aave"));
        out.markets.push_back(std::move(market));
    }
    if (const std::string* version = manifest.find("aave.version")) {
        out.version = *version;
        out.revisions = revisions_in(*version);
    }
    for (const KnownPart& part : kNotFollowed) {
        if (manifest.find(std::string(part.path)) != nullptr) {
            out.not_followed.emplace_back(part.name);
        }
    }
    return out;
}

}  // namespace faultline::app
