// SPDX-License-Identifier: Apache-2.0
#include "reproduction/mapping.hpp"

#include "reproduction/csv.hpp"
#include "reproduction/report.hpp"

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace reproduction {

namespace {

namespace dom = simdjson::dom;

struct Count {
    std::uint64_t symbols = 0;
    std::uint64_t rows = 0;
    std::uint64_t resolved = 0;
    std::uint64_t resolved_rows = 0;
};

struct Group {
    std::string_view name;
    double symbols = 0;
};

/// As the page of the data says.
constexpr std::array kGroups{
    Group{.name = "MAP", .symbols = 1'924},
    Group{.name = "LP", .symbols = 1'361},
    Group{.name = "UNKNOWN", .symbols = 6'562},
    Group{.name = "PRIMARY", .symbols = 12'066},
    Group{.name = "OTHER", .symbols = 3'181},
};

dom::object load(dom::parser& parser, const std::string& path) {
    dom::object out;
    if (const auto error = parser.load(path).get(out)) {
        throw Unusable(path + ": " + simdjson::error_message(error) + " Fetch it once more");
    }
    return out;
}

Count count_of(dom::object tokens, dom::object protocols, const std::string& path) try {
    Count out;
    for (const auto [symbol, token] : tokens) {
        const std::string_view id = token["id"].get_string();
        const std::uint64_t rows = token["frequency"].get_uint64();
        const bool resolved = protocols.at_key(id).error() == simdjson::SUCCESS;
        ++out.symbols;
        out.rows += rows;
        out.resolved += resolved ? 1U : 0U;
        out.resolved_rows += resolved ? rows : 0U;
    }
    return out;
} catch (const simdjson::simdjson_error& error) {
    throw Unusable(
        path + ": a token without id or frequency: " + error.what() + " Fetch it once more"
    );
}

}  // namespace

void check_mapping(const std::string& folder, Report& report) {
    dom::parser token_parser;
    dom::parser protocol_parser;
    const std::string path = folder + "/mapping/token_to_protocol.json";
    const dom::object tokens = load(token_parser, path);
    const dom::object protocols = load(protocol_parser, folder + "/mapping/id_to_info.json");
    report.group("A7 the published mapping of tokens to protocols");
    Count all;
    for (const Group& group : kGroups) {
        dom::object members;
        if (tokens.at_key(group.name).get(members) != simdjson::SUCCESS) {
            throw Unusable(path + ": no group " + std::string(group.name) + ". Fetch it once more");
        }
        const Count count = count_of(members, protocols, path);
        const double symbols = static_cast<double>(count.symbols);
        report.figure("symbols in " + std::string(group.name), group.symbols, symbols, 0);
        all.symbols += count.symbols;
        all.rows += count.rows;
        all.resolved += count.resolved;
        all.resolved_rows += count.resolved_rows;
    }
    const double rows = static_cast<double>(all.rows);
    report.figure("symbols", 25'094, static_cast<double>(all.symbols), 0);
    report.figure("symbols given to a protocol", 1'951, static_cast<double>(all.resolved), 0);
    report.printed("rows, millions", "48.24", rows / 1e6);
    const double share = 100 * static_cast<double>(all.resolved_rows) / rows;
    report.printed("rows given to a protocol, %", "39.66", share);
}

}  // namespace reproduction
