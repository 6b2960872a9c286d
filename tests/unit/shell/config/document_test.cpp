// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/config/document.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

using namespace faultline;
using namespace faultline::config;

namespace {

std::vector<std::string> problems_of(const std::string& text) {
    Problems problems;
    static_cast<void>(parse_document("f.yaml", text, problems));
    std::vector<std::string> out;
    for (const Problem& problem : problems.take()) {
        out.push_back(problem.message());
    }
    return out;
}

using Messages = std::vector<std::string>;

}  // namespace

TEST_CASE("A document keeps the place of every key and value", "[config]") {
    Problems problems;
    const auto top =
        parse_document("f.yaml", "# hi\na: 1\nb:\n  - x\n  - {c: \"y\", d: }\n", problems);
    REQUIRE(top);
    REQUIRE(problems.take().empty());
    CHECK(top->entries.at(1).key_place.text() == "f.yaml:3:1");
    REQUIRE(top->find("a") != nullptr);
    CHECK(top->find("a")->scalar == "1");
    CHECK(top->find("a")->place.text() == "f.yaml:2:4");
    const Node& list = *top->find("b");
    REQUIRE(list.items.size() == 2);
    CHECK(list.items[1].find("c")->place.text() == "f.yaml:5:9");
    CHECK(list.items[1].find("d")->kind == Node::Kind::kNull);
    CHECK(top->find("nope") == nullptr);
}

TEST_CASE("An empty document is an empty map", "[config]") {
    for (const char* text : {"", "\n", "# only a comment\n", "---\n", "~"}) {
        Problems problems;
        const auto top = parse_document("f.yaml", text, problems);
        REQUIRE(top);
        CHECK(top->kind == Node::Kind::kMap);
        CHECK(top->entries.empty());
    }
}

TEST_CASE("Broken syntax is named with file, line and column", "[config]") {
    CHECK(
        problems_of("a: [1, 2") == Messages{"f.yaml:1:4: not valid YAML: the bracket is not closed"}
    );
    CHECK(
        problems_of("a: 1\nb: \"x") == Messages{"f.yaml:2:6: not valid YAML: illegal EOF in scalar"}
    );
    CHECK(
        problems_of("a: 1\n b: 2\n") == Messages{"f.yaml:2:3: not valid YAML: illegal map value"}
    );
    CHECK(problems_of("a:\n\t- 1\n").size() == 1);
    CHECK(problems_of("a: {b: 1]").size() == 1);
    CHECK(problems_of("%YAML 9.0\n---\na: 1").size() == 1);
}

TEST_CASE("What YAML allows and a configuration does not is refused", "[config]") {
    CHECK(
        problems_of("a: &x 1\nb: *x") ==
        Messages{"f.yaml:1:4: anchors and aliases are not supported; write the value out"}
    );
    CHECK(
        problems_of("a: 1\n---\nb: 2") ==
        Messages{"f.yaml:2:1: a second document begins here; a configuration is one document"}
    );
    CHECK(
        problems_of("a: !!binary abc") ==
        Messages{"f.yaml:1:4: tags are not supported; leave out the !"}
    );
    CHECK(
        problems_of("a: !include x.yaml") ==
        Messages{"f.yaml:1:4: tags are not supported; leave out the !"}
    );
    CHECK(problems_of("? [a, b]\n: 1") == Messages{"f.yaml:1:3: a key must be text"});
    CHECK(
        problems_of("- a\n- b") == Messages{"f.yaml:1:1: the top of a configuration must be `name: "
                                            "value` lines, not a list or a text"}
    );
    CHECK(
        problems_of("just words") == Messages{"f.yaml:1:1: the top of a configuration must be "
                                              "`name: value` lines, not a list or a text"}
    );
}

TEST_CASE("A key given twice is refused with both places", "[config]") {
    CHECK(
        problems_of("a: 1\nb:\n  - x: 1\n  - x: 1\n    y: 2\n    x: 3\na: 2") ==
        Messages{
            "f.yaml:6:5 b[1].x: given twice, first in line 4",
            "f.yaml:7:1 a: given twice, first in line 1"
        }
    );
    Problems problems;
    const auto top = parse_document("f.yaml", "a: 1\na: 2", problems);
    REQUIRE(top);
    CHECK(top->find("a")->scalar == "1");
}

TEST_CASE("Documents made to exhaust memory or stack end in one message", "[config]") {
    std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n";
    for (char c = 'b'; c <= 'i'; ++c) {
        bomb += std::string(1, c) + ": &" + c + " [";
        for (int n = 0; n < 9; ++n) {
            bomb += (n == 0 ? "*" : ", *") + std::string(1, static_cast<char>(c - 1));
        }
        bomb += "]\n";
    }
    CHECK(
        problems_of(bomb) ==
        Messages{"f.yaml:1:4: anchors and aliases are not supported; write the value out"}
    );
    CHECK(
        problems_of("a: " + std::string(30, '[') + std::string(30, ']')) ==
        Messages{"f.yaml:1:27: nested too deeply"}
    );
    CHECK(problems_of("a: " + std::string(400'000, '[')).size() == 1);
    CHECK(problems_of("a: " + std::string(400'000, '{')).size() == 1);
    std::string many = "a: [";
    for (std::size_t n = 0; n <= DocumentLimits::kNodes; ++n) {
        many += "1,";
    }
    const Messages too_many = problems_of(many + "1]");
    REQUIRE(too_many.size() == 1);
    CHECK(too_many[0].find("too many values") != std::string::npos);
    CHECK(
        problems_of("a: " + std::string(DocumentLimits::kBytes, 'x')) ==
        Messages{"f.yaml: the file is larger than 1 MiB"}
    );
}

TEST_CASE("Damaged documents end in a message, never in an exception", "[config]") {
    const std::string good =
        "a: 1\nb: [x, \"y\", 'z']\nc:\n  - {k: v, \"l\": 2}\n  - |\n    text\n    more\nd: >-\n  "
        "folded\n";
    std::mt19937_64 random(20261121);
    for (int round = 0; round < 3'000; ++round) {
        std::string text = good;
        for (std::uint64_t n = random() % 6 + 1; n > 0; --n) {
            const std::size_t at = random() % text.size();
            switch (random() % 3) {
                case 0:
                    text[at] = static_cast<char>(random() % 256);
                    break;
                case 1:
                    text.erase(at, 1 + random() % 4);
                    break;
                default:
                    text.insert(at, 1, ":-[]{}\"'|>&*!%@`#,?\n\t \0\x80"[random() % 24]);
            }
            if (text.empty()) {
                text = "x";
            }
        }
        Problems problems;
        const auto top = parse_document("f.yaml", text, problems);
        INFO("round " << round);
        REQUIRE((top.has_value() || problems.failed()));
    }
}

TEST_CASE("More problems than anybody reads are counted", "[config]") {
    std::string text = "a: 1\n";
    for (int n = 0; n < 150; ++n) {
        text += "a: 1\n";
    }
    const Messages messages = problems_of(text);
    REQUIRE(messages.size() == Problems::kMost + 1);
    CHECK(messages.back() == "f.yaml: and 50 more; fix these first");
}

TEST_CASE("Paths in a file are seen from its folder", "[config]") {
    CHECK(beside("conf/f.yaml", "chains/x.yaml") == "conf/chains/x.yaml");
    CHECK(beside("f.yaml", "x.yaml") == "x.yaml");
    CHECK(beside("/etc/faultline/f.yaml", "../x") == "/etc/x");
    CHECK(beside("conf/f.yaml", "/abs/x") == "/abs/x");
}

TEST_CASE("Files of this process are read up to a limit", "[config]") {
    const Surroundings real = process_surroundings();
    CHECK(real.variable("FAULTLINE_SURELY_NOT_SET") == std::nullopt);
    CHECK(real.variable("PATH").has_value());
    const auto folder = std::filesystem::path(FAULTLINE_BINARY_DIR) / "config_test_files";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "small") << "hello\n";
    std::ofstream(folder / "large") << std::string(DocumentLimits::kBytes + 1, 'x');
    CHECK(real.read_file((folder / "small").string()).value() == "hello\n");
    CHECK(
        real.read_file((folder / "large").string()).error().message().find("larger than 1 MiB") !=
        std::string::npos
    );
    CHECK(real.read_file((folder / "gone").string()).error().code() == Code::kMissing);
    CHECK(
        real.read_file(folder.string()).error().message().find("it is a folder") !=
        std::string::npos
    );
}
