// SPDX-License-Identifier: Apache-2.0
// The pack of config/rules and its tests belong together.
#include <faultline/shell/config/document.hpp>
#include <faultline/shell/config/problems.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

using namespace faultline;

namespace {

const std::string kSource = FAULTLINE_SOURCE_DIR;

config::Node read(const std::string& file) {
    const auto text = config::process_surroundings().read_file(file);
    REQUIRE(text);
    config::Problems problems;
    auto node = config::parse_document(file, *text, problems);
    REQUIRE(node);
    return *std::move(node);
}

std::vector<std::string> files(const std::string& folder) {
    std::vector<std::string> out;
    const auto names = config::process_surroundings().list_folder(folder);
    REQUIRE(names);
    for (const std::string& name : *names) {
        if (name.ends_with(".yaml")) {
            out.push_back(folder + name);
        }
    }
    return out;
}

/// Names of rules that the tests of a file expect to fire, each between blanks.
std::string expected(const config::Node& tests) {
    std::string out;
    for (const config::Node& test : tests.find("tests")->items) {
        for (const config::Node& one : test.find("expect")->items) {
            const config::Node* firing = one.find("firing");
            for (const config::Node& alert : firing ? firing->items : std::vector<config::Node>{}) {
                out += " " + alert.find("rule")->scalar + " ";
            }
        }
    }
    return out;
}

}  // namespace

TEST_CASE("each rule of the pack over signals is tested with a crisis", "[app]") {
    std::string tested;
    for (const std::string& file : files(kSource + "/tests/rules/")) {
        tested += expected(read(file));
    }
    std::size_t rules = 0;
    for (const std::string& file : files(kSource + "/config/rules/")) {
        const config::Node pack = read(file);
        for (const config::Node& rule : pack.find("rules")->items) {
            if (rule.find("kind")->scalar != "health_factor") {
                CAPTURE(rule.find("name")->scalar);
                CHECK(tested.contains(" " + rule.find("name")->scalar + " "));
                ++rules;
            }
        }
    }
    CHECK(rules >= 13);
}
