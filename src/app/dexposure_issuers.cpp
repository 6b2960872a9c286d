// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/error.hpp>
#include <faultline/core/graph/symbols.hpp>
#include <faultline/core/network/snapshot.hpp>
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/problems.hpp>
#include <faultline/shell/config/reader.hpp>

#include <app/dexposure_issuers.hpp>
#include <app/label_files.hpp>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace faultline::app {

Result<graph::SymbolBook> read_symbols(const std::string& folder) {
    const config::Surroundings surroundings = config::process_surroundings();
    config::Problems problems;
    config::Reader reader(surroundings, problems, folder + "/faultline.yaml");
    ReadLabels read = read_labels(reader, std::nullopt);
    if (problems.errors() != 0) {
        return Error(Code::kInvalid, problems.take().front().message());
    }
    if (read.symbols.issuers().empty()) {
        return Error(Code::kInvalid, "no lists of symbols are in " + folder + "/labels")
            .advise("Name the folder that has labels/symbols.yaml: config, as shipped");
    }
    return std::move(read.symbols);
}

KnownIssuers known_issuers(const network::Snapshot& week, const graph::SymbolBook& symbols) {
    std::map<std::string, double> held_usd;
    for (const network::SnapshotNode& node : week.nodes) {
        for (const network::TokenValue& one : node.composition) {
            held_usd[one.token] += one.value_usd;
        }
    }
    KnownIssuers out{.tokens = held_usd.size(), .known = 0, .known_usd_share = std::nullopt};
    double all_usd = 0;
    double known_usd = 0;
    for (const auto& [token, usd] : held_usd) {
        const bool known = symbols.find(token).has_value();
        out.known += known ? 1 : 0;
        known_usd += known ? usd : 0;
        all_usd += usd;
    }
    if (all_usd > 0) {
        out.known_usd_share = known_usd / all_usd;
    }
    return out;
}

}  // namespace faultline::app
