// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/json_writer.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/health.hpp>
#include <faultline/core/protocol/protocol.hpp>
#include <faultline/shell/config/reader.hpp>
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/config/types.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <any>
#include <app/config_fields.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What makes a protocol one that can be configured and replayed: the schema of its markets, and
/// where they stand in a tape's manifest.
namespace faultline::app {

class ConfiguredProtocol;

/// A market and where it was written.
struct PlacedMarket {
    protocol::MarketLabel label;
    std::any config;  ///< The protocol's own.
    const ConfiguredProtocol* by = nullptr;
    std::string kind;  ///< "aave_v3": the list it is in, and what labels call its protocol.
    config::Reader* reader = nullptr;
    std::string path;  ///< "aave_v3[1]", or "chains[0].aave_v3[1]" in the main file.
    /// The fields that name its contracts, which are different ones; the first tells markets apart.
    std::vector<std::pair<std::string, Address>> contracts;
    /// What is wrong with it: at which field, and what.
    std::vector<std::pair<std::string, std::string>> faults;
};

/// Markets that stand in a tape's first block.
struct TapeBeginning {
    std::vector<protocol::Holder> holders;  ///< Sorted.
    /// The answer to a call that the block's truth does not have: of what nobody has used yet.
    std::function<eth::ReadAnswer(const eth::Read&)> answer;
};

/// What a tape's manifest says of a protocol.
struct TapeMarkets {
    std::shared_ptr<const protocol::Deployment> deployment;
    std::vector<std::string> described;  ///< A line for each market.
    /// Set when its contracts are older than the tape's first block, whose truth says how they
    /// stand.
    std::optional<TapeBeginning> beginning;
    /// The answer that the manifest gives to a read; nullopt when it says nothing of it. May be
    /// empty.
    std::function<std::optional<eth::ReadAnswer>(const eth::Read&)> answer;
};

class ConfiguredProtocol {
  public:
    ConfiguredProtocol() = default;
    ConfiguredProtocol(const ConfiguredProtocol&) = delete;
    ConfiguredProtocol& operator=(const ConfiguredProtocol&) = delete;
    virtual ~ConfiguredProtocol() = default;

    /// Its lists, as fields of a chain and of a file of deployments.
    virtual void add_fields(config::Section<written::Chain>& section) const = 0;
    virtual void add_fields(config::Section<written::Deployments>& section) const = 0;

    /// The markets of `lists`, in their order. `prefix` is the path of what holds the lists: "" or
    /// "chains[0].".
    virtual void place(
        const written::MarketLists& lists,
        config::Reader& reader,
        const std::string& prefix,
        std::vector<PlacedMarket>& markets
    ) const = 0;

    /// Of those markets that it placed, in their order; nullptr when there are none.
    [[nodiscard]] virtual std::shared_ptr<const protocol::Deployment> deploy(
        const std::vector<PlacedMarket>& markets
    ) const = 0;

    /// Writes the fields of a manifest that of_tape() reads; nothing for what is not its own.
    virtual void write_manifest(JsonWriter& json, const protocol::Deployment& deployment) const = 0;

    /// nullopt when the manifest names none of its markets; kInvalid when it does wrongly.
    [[nodiscard]] virtual Result<std::optional<TapeMarkets>> of_tape(const tape::Manifest& manifest
    ) const = 0;
};

/// A list of markets as it is written, by its field.
template <class Config>
struct MarketField {
    const char* name = "";
    const char* text_in_chain = "";
    const char* text_in_file = "";
    config::Section<Config> (*section)() = nullptr;
    /// PlacedMarket::contracts
    std::vector<std::pair<std::string, Address>> (*contracts)(const Config&) = nullptr;
    /// PlacedMarket::faults; nullptr: none can be.
    std::vector<std::pair<std::string, std::string>> (*faults)(const Config&) = nullptr;
};

/// Adds the field to a chain or a file.
template <class Config, class Holder>
void add_field(
    config::Section<Holder>& section, const MarketField<Config>& field, const char* text
) {
    constexpr std::size_t kMostMarkets = 100;
    section.optional(
        {.name = field.name, .text = text},
        [name = field.name](Holder& holder) -> auto& {
            return holder.markets.template of<Config>(name);
        },
        config::list_of(field.section().type(), {.most = kMostMarkets})
    );
}

/// One list of markets and a Deployment made from it: what most protocols are. Both have `name` and
/// `deployed_at`.
template <class Config, class Deployment>
class OneList final : public ConfiguredProtocol {
  public:
    using OfTape = Result<std::optional<TapeMarkets>> (*)(const tape::Manifest&);

    /// Writes the fields of a market into a manifest, beside its name.
    using Write = void (*)(JsonWriter& json, const Config& config);

    OneList(MarketField<Config> field, Write write, OfTape of_tape)
        : field_(field), write_(write), of_tape_(of_tape) {}

    void add_fields(config::Section<written::Chain>& section) const override {
        add_field(section, field_, field_.text_in_chain);
    }

    void add_fields(config::Section<written::Deployments>& section) const override {
        add_field(section, field_, field_.text_in_file);
    }

    void place(
        const written::MarketLists& lists,
        config::Reader& reader,
        const std::string& prefix,
        std::vector<PlacedMarket>& markets
    ) const override {
        const std::vector<Config>& configs = lists.of<Config>(field_.name);
        for (std::size_t i = 0; i < configs.size(); ++i) {
            PlacedMarket placed;
            placed.label.name = configs[i].name;
            placed.label.deployed_at = configs[i].deployed_at;
            placed.config = configs[i];
            placed.by = this;
            placed.kind = field_.name;
            placed.reader = &reader;
            placed.path = prefix + field_.name + "[" + std::to_string(i) + "]";
            placed.contracts = field_.contracts(configs[i]);
            if (field_.faults != nullptr) {
                placed.faults = field_.faults(configs[i]);
            }
            markets.push_back(std::move(placed));
        }
    }

    [[nodiscard]] std::shared_ptr<const protocol::Deployment> deploy(
        const std::vector<PlacedMarket>& markets
    ) const override {
        std::vector<Config> configs;
        for (const PlacedMarket& market : markets) {
            if (market.by == this) {
                configs.push_back(std::any_cast<const Config&>(market.config));
            }
        }
        return configs.empty() ? nullptr : std::make_shared<const Deployment>(std::move(configs));
    }

    [[nodiscard]] Result<std::optional<TapeMarkets>> of_tape(const tape::Manifest& manifest
    ) const override {
        return of_tape_(manifest);
    }

    void write_manifest(JsonWriter& json, const protocol::Deployment& deployment) const override {
        const auto* own = dynamic_cast<const Deployment*>(&deployment);
        if (own == nullptr) {
            return;
        }
        json.key(field_.name).begin_array();
        for (const Config& config : own->configs()) {
            json.begin_object().field("name", config.name);
            write_(json, config);
            json.end_object();
        }
        json.end_array();
    }

  private:
    MarketField<Config> field_;
    Write write_;
    OfTape of_tape_;
};

/// As far as chains may ever come.
inline constexpr eth::BlockNum kMostBlocks = 1'000'000'000'000;

/// The text at a path of the manifest, or `otherwise`.
std::string text_at(
    const tape::Manifest& manifest, const std::string& path, const std::string& otherwise
);

/// The address at a path of the manifest; kInvalid when there is none.
Result<Address> address_at(const tape::Manifest& manifest, const std::string& path);

}  // namespace faultline::app
