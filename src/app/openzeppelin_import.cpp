// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/net/url.hpp>

#include <algorithm>
#include <app/json_document.hpp>
#include <app/openzeppelin_import.hpp>
#include <app/openzeppelin_parts.hpp>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::app {
namespace {

using config::Surroundings;

/// Reads a document of each file of JSON in a folder; no such folder is as an empty one.
Result<std::vector<std::pair<std::string, Json>>> documents(
    const std::string& folder, const std::string& part, const Surroundings& surroundings
) {
    std::vector<std::pair<std::string, Json>> out;
    const auto names = surroundings.list_folder(folder + "/" + part);
    if (!names && names.error().code() == Code::kMissing) {
        return out;
    }
    if (!names) {
        return names.error();
    }
    for (const std::string& name : *names) {
        if (!name.ends_with(".json")) {
            continue;
        }
        FAULTLINE_TRY(
            const std::string text, surroundings.read_file(folder + "/" + part + "/" + name)
        );
        FAULTLINE_TRY(Json document, parse_json(folder + "/" + part + "/" + name, text));
        out.emplace_back(part + "/" + name, std::move(document));
    }
    return out;
}

/// The chain that a file of deployments is of, as its own line says it.
std::optional<std::string> chain_id_of(std::string_view text) {
    constexpr std::string_view kKey = "\nchain_id: ";
    const std::size_t at = text.find(kKey);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view rest = text.substr(at + kKey.size());
    return std::string(rest.substr(0, rest.find_first_not_of("0123456789")));
}

/// A chain's file of shipped deployments: its first protocol's, whose name is the shortest.
struct Shipped {
    std::map<std::string, std::string> names;  ///< By chain id.
    std::map<std::string, std::string> texts;  ///< By name.
};

Result<Shipped> shipped(const std::string& folder, const Surroundings& surroundings) {
    Shipped out;
    FAULTLINE_TRY(const auto names, surroundings.list_folder(folder));
    for (const std::string& name : names) {
        if (!name.ends_with(".yaml")) {
            continue;
        }
        FAULTLINE_TRY(const std::string text, surroundings.read_file(folder + "/" + name));
        const auto chain = chain_id_of(text);
        if (!chain) {
            continue;
        }
        std::string& best = out.names[*chain];
        if (best.empty() || name.size() < best.size()) {
            best = name;
        }
        out.texts[name] = text;
    }
    return out;
}

std::string endpoint(
    const JsonSpot& url, const std::string& chain, std::size_t index, ImportBook& book
) {
    const std::string name = chain.substr(0, 36) + "-" + std::to_string(index + 1);
    book.note_others(url, {"type_", "url", "weight"}, "this is no field of an endpoint");
    if (url.at("weight").value != nullptr && url.at("weight").value->text != "100") {
        book.note(url.at("weight"), "endpoints are asked by role and health, not by weight");
    }
    const auto plain = ImportBook::plain(url.at("url"));
    if (plain && !net::Url::parse(*plain)) {
        book.note(url.at("url"), "this is no URL, so the endpoint is left out");
        return {};
    }
    const auto field = book.secret_field(url.at("url"), "url", name + "-url");
    return field ? "      - name: " + name + "\n        " + *field + "\n" : std::string();
}

}  // namespace

std::string import_network(
    const JsonSpot& network,
    const std::map<std::string, std::string>& deployments,
    std::map<std::string, std::string>& names,
    ImportBook& book
) {
    constexpr const char* kOwnPace = "blocks are followed as they come, and none is passed over";
    const std::string type = network.value->string("network_type");
    const Json* id = network.value->find("chain_id");
    const std::string slug = network.value->string("slug");
    if (type != "EVM" || id == nullptr) {
        book.note(network, "chains of type " + type + " are not followed");
        return {};
    }
    const auto file = deployments.find(id->text);
    if (file == deployments.end()) {
        book.note(
            network,
            "no lending market on chain " + id->text +
                " is shipped; a chain without a market cannot be followed. docs/config.md says how "
                "to write one down"
        );
        return {};
    }
    const bool again =
        std::ranges::any_of(names, [&file](const auto& one) { return one.second == file->second; });
    if (again) {
        book.note(network, "chain " + id->text + " is there already; add its endpoints by hand");
        return {};
    }
    std::set<std::string> taken;
    const std::string name = book.unique_name(slug, taken);
    std::string endpoints;
    const JsonSpot urls = network.at("rpc_urls");
    for (std::size_t i = 0; urls.at(i).value != nullptr; ++i) {
        endpoints += endpoint(urls.at(i), name, i, book);
    }
    if (endpoints.empty()) {
        book.note(network, "without an endpoint the chain is left out");
        return {};
    }
    for (const char* key :
         {"block_time_ms", "cron_schedule", "max_past_blocks", "store_blocks", "recovery_config"}) {
        if (network.at(key).value != nullptr) {
            book.note(network.at(key), kOwnPace);
        }
    }
    if (network.at("confirmation_blocks").value != nullptr) {
        book.note(
            network.at("confirmation_blocks"),
            "reorgs are followed and told; a rule that is to wait has `wait_for: safe` or "
            "`finalized`"
        );
    }
    book.note_others(
        network,
        {"network_type",
         "slug",
         "name",
         "rpc_urls",
         "chain_id",
         "block_time_ms",
         "cron_schedule",
         "max_past_blocks",
         "store_blocks",
         "recovery_config",
         "confirmation_blocks"},
        "there is nothing like it here"
    );
    names.emplace(slug, file->second);
    book.carried("chains");
    return "  - name: " + name + "\n    chain_id: " + id->text + "\n    endpoints:\n" + endpoints +
           "    deployments: [chains/" + file->second + "]\n";
}

namespace {

/// The configuration, of its three lists.
std::string document(
    const std::string& chains, const std::string& rules, const std::string& receivers
) {
    std::string out =
        "# Made by `faultline import openzeppelin`; `faultline config example` explains each "
        "field.\n"
        "store:\n  path: data\nchains:\n" +
        chains;
    out += rules.empty() ? "" : "rules:\n" + rules;
    return out + (receivers.empty() ? "" : "receivers:\n" + receivers);
}

bool is_object(const JsonSpot& spot, ImportBook& book) {
    const bool object = spot.value->kind == Json::Kind::kObject;
    if (!object) {
        book.note(spot, "this is no object");
    }
    return object;
}

/// Entries of `receivers` of a file, which has triggers by their ids.
std::string import_triggers(const JsonSpot& all, std::set<std::string>& taken, ImportBook& book) {
    std::string out;
    if (is_object(all, book)) {
        for (const auto& [id, trigger] : all.value->members) {
            out += import_trigger(all.at(id), id, taken, book);
        }
    }
    return out;
}

}  // namespace

Result<Imported> import_openzeppelin(
    const std::string& folder, const std::string& deployments, const Surroundings& surroundings
) {
    FAULTLINE_TRY(const Shipped markets, shipped(deployments, surroundings));
    FAULTLINE_TRY(const auto networks, documents(folder, "networks", surroundings));
    FAULTLINE_TRY(const auto monitors, documents(folder, "monitors", surroundings));
    FAULTLINE_TRY(const auto triggers, documents(folder, "triggers", surroundings));
    if (networks.empty()) {
        return Error(Code::kMissing, "there is no JSON file in " + folder + "/networks")
            .advise("Name the folder that has networks, monitors and triggers in it");
    }
    ImportBook book;
    std::map<std::string, std::string> names;
    std::set<std::string> rule_names;
    std::set<std::string> receiver_names;
    std::string chains;
    std::string rules;
    std::string receivers;
    for (const auto& [file, json] : networks) {
        const JsonSpot spot{.file = file, .pointer = "", .value = &json};
        chains += is_object(spot, book) ? import_network(spot, markets.names, names, book) : "";
    }
    for (const auto& [file, json] : monitors) {
        const JsonSpot spot{.file = file, .pointer = "", .value = &json};
        rules += is_object(spot, book) ? import_monitor(spot, rule_names, book) : "";
    }
    for (const auto& [file, json] : triggers) {
        receivers +=
            import_triggers({.file = file, .pointer = "", .value = &json}, receiver_names, book);
    }
    std::vector<ImportedFile>& files = book.out.files;
    for (const auto& [slug, file] : names) {
        files.push_back({.path = "chains/" + file, .content = markets.texts.at(file)});
    }
    files.insert(
        files.begin(), {.path = "faultline.yaml", .content = document(chains, rules, receivers)}
    );
    return std::move(book.out);
}

}  // namespace faultline::app
