// SPDX-License-Identifier: Apache-2.0
// Every file of config/chains, by the loader that the program reads it with.
#include <catch2/catch.hpp>

#include <algorithm>
#include <app/config_types.hpp>
#include <app/daemon_config.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <unit/shell/config/world.hpp>
#include <vector>

using namespace faultline;
using namespace faultline::app;

namespace {

const std::filesystem::path kFolder =
    std::filesystem::path(FAULTLINE_SOURCE_DIR) / "config" / "chains";

/// What the README of the folder says of a file.
struct Listed {
    std::string chain_id;
    std::vector<std::string> markets;
};

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> words_of(const std::string& text) {
    std::string spaced = text;
    std::ranges::replace_if(spaced, [](char c) { return c == '|' || c == '`' || c == ','; }, ' ');
    std::istringstream in(spaced);
    return {std::istream_iterator<std::string>(in), {}};
}

/// The rows of the README's table, by file.
std::map<std::string, Listed> listed() {
    std::map<std::string, Listed> out;
    std::istringstream lines(text_of(kFolder / "README.md"));
    for (std::string line; std::getline(lines, line);) {
        const std::vector<std::string> words = words_of(line);
        if (line.starts_with("| `") && words.size() >= 3) {
            out[words[0]] = {.chain_id = words[1], .markets = {words.begin() + 2, words.end()}};
        }
    }
    return out;
}

std::set<std::string> shipped() {
    std::set<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
        if (entry.path().extension() == ".yaml") {
            out.insert(entry.path().filename());
        }
    }
    return out;
}

/// All that is in quotation marks and begins as an address does.
std::vector<std::string> addresses_in(const std::string& text) {
    constexpr std::size_t kLength = 42;
    std::vector<std::string> out;
    for (std::size_t at = text.find("\"0x"); at != std::string::npos;
         at = text.find("\"0x", at + 1)) {
        out.push_back(text.substr(at + 1, kLength));
    }
    return out;
}

ChainConfig load_chain(const std::string& file, const std::string& chain_id) {
    test::World world;
    world.files["conf/chains/" + file] = text_of(kFolder / file);
    std::string& main = world.files["conf/f.yaml"];
    main = "chains:\n  - name: one\n    chain_id: " + chain_id;
    main += "\n    endpoints: [{name: local, url: \"ws://node.example:8546/\"}]\n";
    main += "    deployments: [chains/" + file + "]\n";
    auto loaded = load_config("conf/f.yaml", world.surroundings());
    if (!loaded) {
        FAIL(loaded.error().front().message());
    }
    return loaded->chains.at(0);
}

}  // namespace

TEST_CASE(
    "The README of shipped deployments lists each file, and each chain by one name", "[app]"
) {
    const std::map<std::string, Listed> rows = listed();
    std::set<std::string> names;
    std::map<std::string, std::string> chain_ids;  // By name, which a file's begins with.
    std::set<std::string> different;
    for (const auto& [name, row] : rows) {
        names.insert(name);
        CAPTURE(name, row.chain_id);
        const std::string chain = name.substr(0, name.find_first_of("-."));
        CHECK(chain_ids.emplace(chain, row.chain_id).first->second == row.chain_id);
        different.insert(row.chain_id);
    }
    CHECK(names == shipped());
    CHECK(names.size() == 34);
    CHECK(different.size() == chain_ids.size());
}

TEST_CASE("Each shipped file is what a chain can be followed with", "[app]") {
    for (const auto& [file, row] : listed()) {
        CAPTURE(file);
        const std::string text = text_of(kFolder / file);
        // The loader refuses a file of another chain, a wrong checksum and a field too few.
        const ChainConfig chain = load_chain(file, row.chain_id);
        std::vector<std::string> markets;
        for (const auto& deployment : chain.deployments) {
            for (const protocol::MarketLabel& market : deployment->markets()) {
                CAPTURE(market.name);
                markets.push_back(market.name);
                CHECK(chain.follow.start_block <= market.deployed_at.value_or(0));
                CHECK((market.deployed_at > 0 || text.contains("faultline bootstrap")));
            }
        }
        std::set<std::string> contracts;
        for (const std::string& one : addresses_in(text)) {
            CAPTURE(one);
            CHECK(contracts.insert(one).second);
            // With its checksum, which the loader does not insist on.
            CHECK(one == checksummed(*Address::from_hex(one)));
        }
        CHECK_FALSE(contracts.empty());
        CHECK(markets == row.markets);
    }
}
