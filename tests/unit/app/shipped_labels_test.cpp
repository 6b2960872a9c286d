// SPDX-License-Identifier: Apache-2.0
// Every file of config/labels, by the loader that the program reads it with.
#include <faultline/base/bytes.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/graph/labels.hpp>
#include <faultline/core/graph/sector.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <app/config_types.hpp>
#include <app/daemon_config.hpp>
#include <app/label_files.hpp>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <unit/app/shipped_labels.hpp>
#include <vector>

using namespace faultline;
using namespace faultline::app;
using graph::Label;
using graph::LabelRole;

namespace {

const std::filesystem::path kConfig = std::filesystem::path(FAULTLINE_SOURCE_DIR) / "config";

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// What the only group of the pattern is, wherever it matches.
std::vector<std::string> all_of(const std::string& text, const std::string& pattern) {
    const std::regex compiled(pattern);
    std::vector<std::string> out;
    for (std::sregex_iterator at(text.begin(), text.end(), compiled); at != std::sregex_iterator();
         ++at) {
        out.push_back((*at)[1]);
    }
    return out;
}

}  // namespace

TEST_CASE("The files of config/labels are the shipped ones", "[app][labels]") {
    std::set<std::string> there;
    for (const auto& entry : std::filesystem::directory_iterator(kConfig / "labels")) {
        if (entry.path().extension() == ".yaml") {
            there.insert("labels/" + entry.path().filename().string());
        }
    }
    const std::vector<std::string> shipped = shipped_labels();
    CHECK(there == std::set<std::string>(shipped.begin(), shipped.end()));
}

TEST_CASE("Shipped labels contradict nothing, and every name is somebody's", "[app][labels]") {
    const ReadLabels files = test::shipped_label_files();
    const graph::Labels& labels = files.labels;
    CHECK(labels.all().size() > 1'000);
    std::set<std::string> met = files.symbols.issuers();
    for (const Label& label : labels.all()) {
        CAPTURE(label.chain, label.address.hex());
        met.insert({label.name, label.bridge});
        CHECK_FALSE(label.name.empty());
        CHECK((label.role != LabelRole::kToken || label.name == "compound_v3" || label.decimals));
    }
    for (const graph::Name& name : labels.names()) {
        CAPTURE(name.slug);
        CHECK(met.contains(name.slug));
    }
}

TEST_CASE("Shipped labels have the checksums of their addresses", "[app][labels]") {
    for (const std::string& file : shipped_labels()) {
        CAPTURE(file);
        for (const std::string& one : all_of(text_of(kConfig / file), "\"(0x[0-9a-fA-F]{40})\"")) {
            CHECK(one == checksummed(*Address::from_hex(one)));
        }
    }
}

TEST_CASE(
    "Each shipped market says whose it is, on a chain whose coin is labelled", "[app][labels]"
) {
    const graph::Labels labels = test::shipped_label_set();
    std::size_t markets = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kConfig / "chains")) {
        if (entry.path().extension() != ".yaml") {
            continue;
        }
        const std::string text = text_of(entry.path());
        CAPTURE(entry.path().filename());
        const auto chain =
            static_cast<eth::ChainId>(std::stoul(all_of(text, "chain_id: ([0-9]+)").at(0)));
        CHECK(labels.find(chain, Address{}, LabelRole::kToken) != nullptr);
        const std::string contract =
            R"re(\n    (?:pool|comet|comptroller|vat): "(0x[0-9a-fA-F]{40})")re";
        for (const std::string& one : all_of(text, contract)) {
            CAPTURE(one);
            const Label* label = labels.find(chain, *Address::from_hex(one), LabelRole::kProtocol);
            REQUIRE(label != nullptr);
            REQUIRE(labels.name(label->name) != nullptr);
            CHECK(labels.name(label->name)->is_protocol);
            markets += 1;
        }
    }
    CHECK(markets > 40);
}
