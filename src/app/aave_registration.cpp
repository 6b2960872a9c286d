// SPDX-License-Identifier: Apache-2.0
// Aave as a protocol that can be configured and replayed: V2 and V3 are lists of their own and one
// deployment.
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/core/protocols/aave/deployment.hpp>
#include <faultline/core/protocols/aave/market_config.hpp>
#include <faultline/core/protocols/aave/rules.hpp>
#include <faultline/core/protocols/aave/views.hpp>
#include <faultline/shell/config/reader.hpp>
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/config/types.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <algorithm>
#include <any>
#include <app/config_fields.hpp>
#include <app/config_types.hpp>
#include <app/configured_protocol.hpp>
#include <app/registry.hpp>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using namespace config;

/// What the fields of a market are called, and by whom its contracts are.
struct MarketWords {
    const char* section;
    const char* example_name;
    const char* provider;
    const char* pool;
    const char* configurator;
};

Section<aave::MarketConfig> market_section(const MarketWords& words) {
    using aave::MarketConfig;
    Section<MarketConfig> out(
        words.section,
        "Addresses as in the Aave address book. Contracts that the market names "
        "itself (reserves, tokens, price sources) are found through its events."
    );
    out.required(
        {.name = "name",
         .text = "For people and rules; unique within the chain.",
         .example = words.example_name},
        &MarketConfig::name,
        identifier()
    );
    out.required(
        {.name = "addresses_provider", .text = words.provider},
        &MarketConfig::addresses_provider,
        address_type()
    );
    out.required({.name = "pool", .text = words.pool}, &MarketConfig::pool, address_type());
    out.required(
        {.name = "configurator", .text = words.configurator},
        &MarketConfig::configurator,
        address_type()
    );
    out.required(
        {.name = "oracle", .text = "AaveOracle; a later change is followed."},
        &MarketConfig::oracle,
        address_type()
    );
    out.optional(
        {.name = "deployed_at",
         .text = "A block at or before the market's first event. Earlier is safe and only costs a "
                 "longer backfill; later would miss events. Without it the chain can only be "
                 "followed from where `faultline bootstrap` read it.",
         .default_text = "not known"},
        &MarketConfig::deployed_at,
        maybe(integer<eth::BlockNum>(0, kMostBlocks))
    );
    return out;
}

Section<aave::MarketConfig> v3_section() {
    return market_section(
        {.section = "Aave V3 market",
         .example_name = "core",
         .provider = "PoolAddressesProvider.",
         .pool = "Pool, the proxy.",
         .configurator = "PoolConfigurator, the proxy."}
    );
}

/// Of V2 the base currency differs from one deployment to the next.
Section<aave::MarketConfig> v2_section() {
    using aave::MarketConfig;
    auto out = market_section(
        {.section = "Aave V2 market",
         .example_name = "v2",
         .provider = "LendingPoolAddressesProvider.",
         .pool = "LendingPool, the proxy.",
         .configurator = "LendingPoolConfigurator, the proxy."}
    );
    out.required(
        {.name = "base_currency",
         .text =
             "What the market's oracle values assets in: `ETH` on Ethereum, `USD` on some other "
             "chains. For people.",
         .example = "ETH"},
        [](MarketConfig& m) -> auto& { return m.base_currency.symbol; },
        text("symbol of a currency")
    );
    out.required(
        {.name = "base_decimals",
         .text = "Decimals of the oracle's prices: 18 for ETH, 8 for USD.",
         .example = "18"},
        [](MarketConfig& m) -> auto& { return m.base_currency.decimals; },
        integer<unsigned>(0, 30)
    );
    out.optional(
        {.name = "unfollowed_assets",
         .text =
             "Assets whose aToken or debt token keeps balances by rules of its own (on Ethereum "
             "AMPL and stETH). Who has one as collateral or ever borrowed it has no "
             "figures."},
        &MarketConfig::unfollowed_assets,
        list_of(address_type(), {.most = 100})
    );
    return out;
}

/// The addresses of one market are four different contracts.
std::vector<std::pair<std::string, Address>> contracts_of(const aave::MarketConfig& market) {
    return {
        {"pool", market.pool},
        {"addresses_provider", market.addresses_provider},
        {"configurator", market.configurator},
        {"oracle", market.oracle}
    };
}

const MarketField<aave::MarketConfig> kV3{
    .name = "aave_v3",
    .text_in_chain = "Further markets, written here with the same fields.",
    .text_in_file = "Aave V3 markets.",
    .section = v3_section,
    .contracts = contracts_of,
    .faults = nullptr
};

const MarketField<aave::MarketConfig> kV2{
    .name = "aave_v2",
    .text_in_chain = "The same of Aave V2.",
    .text_in_file =
        "Aave V2 markets. Some of their events have the topics of other protocols' (an "
        "aToken's `Mint` is that of a Uniswap pair), so a chain with one has far more "
        "logs to fetch.",
    .section = v2_section,
    .contracts = contracts_of,
    .faults = nullptr
};

/// What the contracts of a tape's market say of themselves.
struct TapeRevisions {
    std::uint64_t pool = 0;
    std::uint64_t tokens = 0;  ///< 0: not stated.
};

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

void write_market(JsonWriter& json, const aave::MarketConfig& market) {
    json.begin_object();
    json.field("name", market.name);
    json.field("protocol", aave::protocol_name(market.generation));
    json.field("provider", market.addresses_provider.hex());
    json.field("pool", market.pool.hex());
    json.field("configurator", market.configurator.hex());
    json.field("oracle", market.oracle.hex());
    json.end_object();
}

std::optional<eth::ReadAnswer> answer_of(
    const std::optional<TapeRevisions>& revisions, const eth::Read& read
) {
    const std::string call = aave::call_name(read.data);
    const bool of_pool = call == "POOL_REVISION()" || call == "LENDINGPOOL_REVISION()";
    const bool of_token = call == "ATOKEN_REVISION()" || call == "DEBT_TOKEN_REVISION()";
    if (!revisions || (!of_pool && !of_token)) {
        return std::nullopt;
    }
    const auto word = U256(of_pool ? revisions->pool : revisions->tokens).to_be_bytes();
    return eth::ReadAnswer{
        .read = read,
        .outcome = eth::ReadOutcome::kReturned,
        .result = Bytes(word.begin(), word.end())
    };
}

class Aave final : public ConfiguredProtocol {
  public:
    void add_fields(Section<written::Chain>& section) const override {
        add_field(section, kV3, kV3.text_in_chain);
        add_field(section, kV2, kV2.text_in_chain);
    }

    void add_fields(Section<written::Deployments>& section) const override {
        add_field(section, kV3, kV3.text_in_file);
        add_field(section, kV2, kV2.text_in_file);
    }

    void place(
        const written::MarketLists& lists,
        Reader& reader,
        const std::string& prefix,
        std::vector<PlacedMarket>& markets
    ) const override {
        for (const auto* field : {&kV3, &kV2}) {
            const auto& configs = lists.of<aave::MarketConfig>(field->name);
            for (std::size_t i = 0; i < configs.size(); ++i) {
                aave::MarketConfig config = configs[i];
                config.generation = field == &kV2 ? aave::Generation::kV2 : aave::Generation::kV3;
                PlacedMarket placed;
                placed.label.name = config.name;
                placed.label.deployed_at = config.deployed_at;
                placed.by = this;
                placed.kind = field->name;
                placed.reader = &reader;
                placed.path = prefix + field->name + "[" + std::to_string(i) + "]";
                placed.contracts = contracts_of(config);
                placed.config = std::move(config);
                markets.push_back(std::move(placed));
            }
        }
    }

    [[nodiscard]] std::shared_ptr<const protocol::Deployment> deploy(
        const std::vector<PlacedMarket>& markets
    ) const override {
        std::vector<aave::MarketConfig> configs;
        for (const PlacedMarket& market : markets) {
            if (market.by == this) {
                configs.push_back(std::any_cast<const aave::MarketConfig&>(market.config));
            }
        }
        return configs.empty() ? nullptr
                               : std::make_shared<const aave::Deployment>(std::move(configs));
    }

    void write_manifest(JsonWriter& json, const protocol::Deployment& deployment) const override {
        const auto* own = dynamic_cast<const aave::Deployment*>(&deployment);
        if (own == nullptr) {
            return;
        }
        json.key("markets").begin_array();
        for (const aave::MarketConfig& market : own->configs()) {
            write_market(json, market);
        }
        json.end_array();
        json.key("aave");  // Where other readers of tapes look.
        write_market(json, own->configs().front());
    }

    [[nodiscard]] Result<std::optional<TapeMarkets>> of_tape(const tape::Manifest& manifest
    ) const override {
        std::vector<aave::MarketConfig> markets;
        for (std::size_t i = 0;; ++i) {
            const std::string at = "markets." + std::to_string(i);
            if (manifest.find(at + ".pool") == nullptr) {
                break;
            }
            FAULTLINE_TRY(aave::MarketConfig market, market_at(manifest, at));
            markets.push_back(std::move(market));
        }
        if (markets.empty() && manifest.find("aave.pool") != nullptr) {
            FAULTLINE_TRY(aave::MarketConfig market, market_at(manifest, "aave"));
            markets.push_back(std::move(market));
        }
        if (markets.empty()) {
            return std::optional<TapeMarkets>();
        }
        TapeMarkets out;
        std::optional<TapeRevisions> revisions;
        std::string of_version;
        if (const std::string* version = manifest.find("aave.version")) {
            of_version = ", " + *version;
            revisions = revisions_in(*version);
        }
        for (const aave::MarketConfig& market : markets) {
            out.described.push_back(
                market.name +
                (market.generation == aave::Generation::kV2 ? ": Aave V2" : ": Aave V3") +
                of_version + ", pool " + market.pool.hex()
            );
        }
        out.answer = [revisions](const eth::Read& read) {
            return answer_of(revisions, read);
        };
        out.deployment = std::make_shared<const aave::Deployment>(std::move(markets));
        return std::optional(std::move(out));
    }
};

}  // namespace

std::unique_ptr<const ConfiguredProtocol> make_aave() {
    return std::make_unique<const Aave>();
}

}  // namespace faultline::app
