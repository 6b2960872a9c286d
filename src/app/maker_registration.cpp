// SPDX-License-Identifier: Apache-2.0
// Maker (Sky) as a protocol that can be configured and replayed.
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/eth/keccak.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocols/maker/deployment.hpp>
#include <faultline/core/protocols/maker/market_config.hpp>
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/config/types.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <algorithm>
#include <app/config_types.hpp>
#include <app/configured_protocol.hpp>
#include <app/registry.hpp>
#include <array>
#include <charconv>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using maker::MarketConfig;
using maker::Psm;
using maker::PsmKind;
using namespace config;

/// A contract of a market: how it is configured, and what manifests of tapes call it.
struct Contract {
    const char* name;
    Address MarketConfig::* member;
    bool required;
    const char* text;
    const char* in_manifest;
};

constexpr std::array kContracts{
    Contract{"vat", &MarketConfig::vat, true, "Vat: vaults and all of the accounting.", "vat"},
    Contract{"jug", &MarketConfig::jug, true, "Jug: stability fees.", "jug"},
    Contract{"spotter", &MarketConfig::spotter, true, "Spotter: oracles and ratios.", "spotter"},
    Contract{
        "dog", &MarketConfig::dog, true, "Dog: liquidations; clippers are found by it.", "dog"
    },
    Contract{"vow", &MarketConfig::vow, true, "Vow: surplus and bad debt.", "vow"},
    Contract{"pot", &MarketConfig::pot, true, "Pot: the Dai savings rate.", "pot"},
    Contract{"dai", &MarketConfig::dai, true, "The Dai token.", "dai"},
    Contract{"dai_join", &MarketConfig::dai_join, true, "DaiJoin.", "daiJoin"},
    Contract{"end", &MarketConfig::end, false, "End: the shutdown, which is an alarm.", "end"},
    Contract{"esm", &MarketConfig::esm, false, "ESM: who may begin it.", "esm"},
    Contract{"susds", &MarketConfig::susds, false, "sUSDS: the Sky savings rate.", "susds"},
    Contract{"stusds", &MarketConfig::stusds, false, "stUSDS.", "stusds"},
    Contract{"usds", &MarketConfig::usds, false, "The USDS token.", "usds"},
    Contract{"usds_join", &MarketConfig::usds_join, false, "UsdsJoin.", "usdsJoin"},
    Contract{
        "dai_usds", &MarketConfig::dai_usds, false, "DaiUsds: Dai to USDS and back.", "daiUsds"
    },
    Contract{
        "lockstake_engine",
        &MarketConfig::lockstake_engine,
        false,
        "LockstakeEngine: whose its vaults are.",
        "lockstakeEngine"
    },
};

/// "ETH-A" as the bytes32 that the contracts use.
Type<Hash32> ilk_type() {
    const auto parse = [](std::string_view name) -> Result<Hash32> {
        Hash32 out;
        if (name.empty() || name.size() > out.bytes.size()) {
            return wrong("it has 1 to 32 characters");
        }
        std::ranges::copy(name, out.bytes.begin());
        return out;
    };
    return scalar<Hash32>("name of an ilk", parse, [](const Hash32& ilk) { return ilk.hex(); });
}

Section<Psm> psm_section() {
    Section<Psm> out("PSM", "A peg stability module.");
    out.required(
        {.name = "name", .text = "For people; unique within the market.", .example = "usdc"},
        &Psm::name,
        identifier()
    );
    out.required({.name = "psm", .text = "The module."}, &Psm::psm, address_type());
    out.optional(
        {.name = "pocket", .text = "Who keeps its gem (lite ones).", .default_text = "none"},
        [](Psm& psm) -> auto& { return psm.pocket; },
        address_type()
    );
    out.required({.name = "gem", .text = "The token it swaps."}, &Psm::gem, address_type());
    out.required(
        {.name = "ilk", .text = "Its ilk.", .example = "LITE-PSM-USDC-A"}, &Psm::ilk, ilk_type()
    );
    out.required(
        {.name = "gem_decimals", .text = "Decimals of that token.", .example = "6"},
        &Psm::gem_decimals,
        integer<unsigned>(0, 18)
    );
    out.optional(
        {.name = "kind", .text = "`lite` (DssLitePsm) or `legacy` (DssPsm)."},
        &Psm::kind,
        one_of<PsmKind>({{"lite", PsmKind::kLite}, {"legacy", PsmKind::kLegacy}})
    );
    return out;
}

Section<MarketConfig> section() {
    Section<MarketConfig> out(
        "Maker market",
        "One Vat with what is built on it, as in the chainlog. Ilks, clippers, price curves and "
        "oracles are found through its contracts' logs."
    );
    out.required(
        {.name = "name",
         .text = "For people and rules; unique within the chain.",
         .example = "maker"},
        &MarketConfig::name,
        identifier()
    );
    for (const Contract& contract : kContracts) {
        const auto member = [at = contract.member](MarketConfig& market) -> auto& {
            return market.*at;
        };
        if (contract.required) {
            out.required({.name = contract.name, .text = contract.text}, member, address_type());
        } else {
            out.optional(
                {.name = contract.name, .text = contract.text, .default_text = "not followed"},
                member,
                address_type()
            );
        }
    }
    constexpr std::size_t kMostPsms = 16;
    out.optional(
        {.name = "psms", .text = "Its peg stability modules."},
        &MarketConfig::psms,
        list_of(psm_section().type(), {.most = kMostPsms})
    );
    constexpr std::size_t kMostJoins = 256;
    out.optional(
        {.name = "joins",
         .text = "Its joins, where no log names them as wards of the Vat (a genesis block)."},
        &MarketConfig::joins,
        list_of(address_type(), {.most = kMostJoins})
    );
    out.optional(
        {.name = "deployed_at",
         .text = "A block at or before the Vat's first log; without it the chain can only be "
                 "followed from where `faultline bootstrap` read it.",
         .default_text = "not known"},
        &MarketConfig::deployed_at,
        maybe(integer<eth::BlockNum>(0, kMostBlocks))
    );
    return out;
}

std::vector<std::pair<std::string, Address>> contracts_of(const MarketConfig& market) {
    std::vector<std::pair<std::string, Address>> out;
    for (const Contract& contract : kContracts) {
        out.emplace_back(contract.name, market.*contract.member);
    }
    for (std::size_t i = 0; i < market.psms.size(); ++i) {
        const std::string at = "psms[" + std::to_string(i) + "].";
        out.emplace_back(at + "psm", market.psms[i].psm);
        out.emplace_back(at + "pocket", market.psms[i].pocket);
    }
    for (std::size_t i = 0; i < market.joins.size(); ++i) {
        out.emplace_back("joins[" + std::to_string(i) + "]", market.joins[i]);
    }
    return out;
}

/// What a PSM swaps is a token: logs of any other contract of the market are read as that one's, so
/// that its gem would never seem to move.
std::optional<std::string> fault_of_gem(const MarketConfig& market, const Address& gem) {
    if (gem == market.dai) {
        return "is the Dai token, which a PSM gives for its gem";
    }
    for (const Contract& contract : kContracts) {
        const bool token = contract.member == &MarketConfig::usds ||
                           contract.member == &MarketConfig::susds ||
                           contract.member == &MarketConfig::stusds;
        if (!token && !gem.is_zero() && gem == market.*contract.member) {
            return "is the market's " + std::string(contract.name) +
                   "; give the token that the PSM swaps for Dai";
        }
    }
    return std::nullopt;
}

/// A lite PSM has its gem in its pocket: without, it would seem empty.
std::vector<std::pair<std::string, std::string>> faults_of(const MarketConfig& market) {
    std::vector<std::pair<std::string, std::string>> out;
    for (std::size_t i = 0; i < market.psms.size(); ++i) {
        const Psm& psm = market.psms[i];
        const std::string at = "psms[" + std::to_string(i) + "].";
        for (std::size_t before = 0; before < i; ++before) {
            if (market.psms[before].name == psm.name) {
                out.emplace_back(
                    at + "name",
                    "is the name of psms[" + std::to_string(before) + "] too; give each its own"
                );
                break;
            }
        }
        if (psm.kind == PsmKind::kLite && psm.pocket.is_zero()) {
            out.emplace_back(
                at + "psm", "is lite and has no pocket; give pocket, or make kind legacy"
            );
        }
        if (const auto fault = fault_of_gem(market, psm.gem)) {
            out.emplace_back(at + "gem", *fault);
        }
    }
    return out;
}

void write(JsonWriter& json, const MarketConfig& market) {
    for (const Contract& contract : kContracts) {
        if (!(market.*contract.member).is_zero()) {
            json.field(contract.in_manifest, (market.*contract.member).hex());
        }
    }
    json.key("psms").begin_array();
    for (const Psm& psm : market.psms) {
        json.begin_object().field("name", psm.name).field("address", psm.psm.hex());
        json.field("pocket", psm.pocket.hex()).field("gem", psm.gem.hex());
        json.field("ilk", psm.ilk.hex()).field("decimals", std::to_string(psm.gem_decimals));
        json.field("kind", psm.kind == PsmKind::kLite ? "lite" : "legacy").end_object();
    }
    json.end_array().key("joins").begin_array();
    for (const Address& join : market.joins) {
        json.string(join.hex());
    }
    json.end_array();
}

unsigned number_at(const tape::Manifest& manifest, const std::string& path, unsigned otherwise) {
    const std::string* text = manifest.find(path);
    unsigned out = otherwise;
    if (text != nullptr) {
        std::from_chars(text->data(), text->data() + text->size(), out);
    }
    return out;
}

Result<Psm> psm_at(const tape::Manifest& manifest, const std::string& at) {
    constexpr unsigned kUsdcDecimals = 6;
    Psm psm;
    psm.name = text_at(manifest, at + ".name", "psm");
    FAULTLINE_TRY(psm.psm, address_at(manifest, at + ".address"));
    FAULTLINE_TRY(psm.pocket, address_at(manifest, at + ".pocket"));
    FAULTLINE_TRY(psm.gem, address_at(manifest, at + ".gem"));
    auto ilk = Hash32::from_hex(text_at(manifest, at + ".ilk", ""));
    if (!ilk) {
        return std::move(ilk).error().context("the manifest's " + at + ".ilk");
    }
    psm.ilk = *ilk;
    psm.gem_decimals = number_at(manifest, at + ".decimals", kUsdcDecimals);
    psm.kind =
        text_at(manifest, at + ".kind", "lite") == "legacy" ? PsmKind::kLegacy : PsmKind::kLite;
    return psm;
}

/// The contracts at "prefixNAME".
Result<MarketConfig> market_at(const tape::Manifest& manifest, const std::string& prefix) {
    MarketConfig market;
    for (const Contract& contract : kContracts) {
        std::string path = prefix + contract.in_manifest;
        if (manifest.find(path) == nullptr && contract.member == &MarketConfig::spotter) {
            path = prefix + "spot";
        }
        if (contract.required || manifest.find(path) != nullptr) {
            FAULTLINE_TRY(market.*contract.member, address_at(manifest, path));
        }
    }
    if (manifest.find(prefix + "psm.address") != nullptr) {
        FAULTLINE_TRY(Psm psm, psm_at(manifest, prefix + "psm"));
        market.psms.push_back(std::move(psm));
    }
    std::string at = prefix + "psms.0";
    for (std::size_t i = 1; manifest.find(at + ".address") != nullptr; ++i) {
        FAULTLINE_TRY(market.psms.emplace_back(), psm_at(manifest, at));
        at = prefix + "psms." + std::to_string(i);
    }
    at = prefix + "joins.0";
    for (std::size_t i = 1; manifest.find(at) != nullptr; ++i) {
        FAULTLINE_TRY(market.joins.emplace_back(), address_at(manifest, at));
        at = prefix + "joins." + std::to_string(i);
    }
    market.name = text_at(manifest, prefix + "name", "maker");
    return market;
}

/// The ilks that the manifest names, each as a holder of nobody.
std::vector<protocol::Holder> ilks_of(const tape::Manifest& manifest) {
    constexpr std::string_view kIlks = "maker.ilks.";
    constexpr std::string_view kJoin = ".join";
    std::vector<protocol::Holder> out;
    for (const auto& [path, text] : manifest.facts) {
        if (path.starts_with(kIlks) && path.ends_with(kJoin)) {
            const std::string name =
                path.substr(kIlks.size(), path.size() - kIlks.size() - kJoin.size());
            protocol::Holder& ilk = out.emplace_back();
            std::ranges::copy(name.substr(0, ilk.part.bytes.size()), ilk.part.bytes.begin());
        }
    }
    std::ranges::sort(out);
    return out;
}

bool calls(const eth::Read& read, std::string_view signature) {
    constexpr std::size_t kSelector = 4;
    const Hash32 digest = eth::keccak256(signature);
    return read.data.size() >= kSelector &&
           std::ranges::equal(
               BytesView(read.data).first(kSelector), digest.view().first(kSelector)
           );
}

/// What nobody asked of contracts that nobody has used: they live, and nothing is there.
eth::ReadAnswer of_unused(const eth::Read& read) {
    constexpr std::size_t kWord = 32;
    eth::ReadAnswer out{
        .read = read, .outcome = eth::ReadOutcome::kReturned, .result = Bytes(2 * kWord)
    };
    if (!read.from.is_zero()) {
        // An oracle, which has a price before anybody asks; it is asked again.
        out.outcome = eth::ReadOutcome::kNoAnswer;
        out.result.clear();
    } else if (calls(read, "live()")) {
        out.result.resize(kWord);
        out.result.back() = 1;
    } else if (calls(read, "list()")) {
        out.result[kWord - 1] = kWord;  // Where its items begin; there are none.
    } else if (calls(read, "tau()") || calls(read, "cut()") || calls(read, "step()")) {
        out.outcome = eth::ReadOutcome::kReverted;
        out.result.clear();
    }
    return out;
}

Result<std::optional<TapeMarkets>> of_tape(const tape::Manifest& manifest) {
    std::vector<MarketConfig> markets;
    std::vector<std::string> prefixes{"", "maker."};
    for (std::size_t i = 0; manifest.find("maker." + std::to_string(i) + ".vat") != nullptr; ++i) {
        prefixes.push_back("maker." + std::to_string(i) + ".");
    }
    for (const std::string& prefix : prefixes) {
        if (manifest.find(prefix + "vat") != nullptr) {
            FAULTLINE_TRY(MarketConfig market, market_at(manifest, prefix));
            market.deployed_at = 0;  // Or at its beginning, which is read.
            markets.push_back(std::move(market));
        }
    }
    if (markets.empty()) {
        return std::optional<TapeMarkets>();
    }
    TapeMarkets out;
    for (const MarketConfig& market : markets) {
        out.described.push_back(market.name + ": Maker, vat " + market.vat.hex());
    }
    if (text_at(manifest, "maker.kind", "").contains("genesis block")) {
        out.beginning = TapeBeginning{.holders = ilks_of(manifest), .answer = of_unused};
    }
    out.deployment = std::make_shared<const maker::Deployment>(std::move(markets));
    return std::optional(std::move(out));
}

}  // namespace

std::unique_ptr<const ConfiguredProtocol> make_maker() {
    return std::make_unique<const OneList<MarketConfig, maker::Deployment>>(
        MarketField<MarketConfig>{
            .name = "maker",
            .text_in_chain = "Maker (Sky).",
            .text_in_file = "Maker (Sky). Its logs are two more requests a block: all that the "
                            "core's contracts say, and `Transfer` of the tokens that are named.",
            .section = section,
            .contracts = contracts_of,
            .faults = faults_of
        },
        write,
        of_tape
    );
}

}  // namespace faultline::app
