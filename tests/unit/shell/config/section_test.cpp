// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include <catch2/catch.hpp>

using namespace faultline;
using namespace faultline::test;
using Messages = std::vector<std::string>;

namespace {

/// The messages of a document that has a title and `rest`, which begins in line 2.
Messages wrong_in(const std::string& rest, const World& world = {}) {
    return read_settings("title: x\n" + rest, world).messages;
}

}  // namespace

TEST_CASE("A document that gives every field is read", "[config]") {
    const World world{
        .variables = {{"TOKEN", "from-env-12"}}, .files = {{"conf/token.txt", "from-file\n"}}
    };
    const Outcome out = read_settings(
        R"(
title: "hello ${TOKEN}, $${TOKEN} costs $5"
count: 256
enabled: false
wait: 250ms
ratio: 1.05
mode: fast
tags: [a, b-2]
headers: {Authorization: "Bearer ${TOKEN}", X-Second: ""}
start: 7
peers:
  - {name: left, token: abcdefgh}
  - name: right
    token_file: token.txt
)",
        world
    );
    REQUIRE(out.messages == Messages{});
    const Settings& s = out.settings;
    CHECK(s.title == "hello from-env-12, ${TOKEN} costs $5");
    CHECK(s.count == 256);
    CHECK_FALSE(s.enabled);
    CHECK(s.wait == std::chrono::milliseconds(250));
    CHECK(s.ratio_wad == U256(1'050'000'000'000'000'000ULL));
    CHECK(s.mode == Mode::kFast);
    CHECK(s.tags == std::vector<std::string>{"a", "b-2"});
    REQUIRE(s.headers.size() == 2);
    CHECK(
        s.headers[0] == std::pair<std::string, std::string>("Authorization", "Bearer from-env-12")
    );
    CHECK(s.start == 7);
    REQUIRE(s.peers.size() == 2);
    CHECK(s.peers[0].token == "abcdefgh");
    CHECK(s.peers[1].token == "from-file");
}

TEST_CASE("What is left out keeps the default of the struct", "[config]") {
    const Outcome out = read_settings("title: x");
    REQUIRE(out.messages == Messages{});
    CHECK(out.settings.count == 12);
    CHECK(out.settings.enabled);
    CHECK(out.settings.start == std::nullopt);
    CHECK(out.settings.tags.empty());
}

TEST_CASE(
    "A wrong value is named with place, path, what was got and what is expected", "[config]"
) {
    CHECK(
        wrong_in("count: abc") ==
        Messages{"conf/f.yaml:2:8 count: got \"abc\", expected integer 0..256 (default 12)"}
    );
    CHECK(
        wrong_in("count: 257") ==
        Messages{"conf/f.yaml:2:8 count: got \"257\", expected integer 0..256 (default 12)"}
    );
    CHECK(
        wrong_in("count: -1") ==
        Messages{"conf/f.yaml:2:8 count: got \"-1\", expected integer 0..256 (default 12)"}
    );
    CHECK(
        wrong_in("count: 1e2") ==
        Messages{"conf/f.yaml:2:8 count: got \"1e2\", expected integer 0..256 (default 12)"}
    );
    CHECK(
        wrong_in("count: 012") == Messages{"conf/f.yaml:2:8 count: got \"012\" (leading zero), "
                                           "expected integer 0..256 (default 12)"}
    );
    CHECK(
        wrong_in("count: 99999999999999999999") ==
        Messages{"conf/f.yaml:2:8 count: got \"99999999999999999999\", expected integer 0..256 "
                 "(default 12)"}
    );
    CHECK(
        wrong_in("count:") ==
        Messages{"conf/f.yaml:2:1 count: got nothing, expected integer 0..256 (default 12)"}
    );
    CHECK(
        wrong_in("count: [1]") ==
        Messages{"conf/f.yaml:2:8 count: got a list, expected integer 0..256 (default 12)"}
    );
    CHECK(
        wrong_in("count: {a: 1}") ==
        Messages{
            "conf/f.yaml:2:8 count: got `name: value` lines, expected integer 0..256 (default 12)"
        }
    );
    CHECK(
        wrong_in("enabled: yes") ==
        Messages{"conf/f.yaml:2:10 enabled: got \"yes\", expected one of true, false (default true)"
        }
    );
    CHECK(
        wrong_in("mode: fats") == Messages{"conf/f.yaml:2:7 mode: got \"fats\" (did you mean "
                                           "\"fast\"?), expected one of slow, fast (default slow)"}
    );
    CHECK(
        wrong_in("title2: \"\\x01\"") ==
        Messages{"conf/f.yaml:2:1 title2: there is no such field; did you mean \"title\"?"}
    );
    CHECK(
        read_settings("title: \"a\\nb\"").messages ==
        Messages{
            "conf/f.yaml:1:8 title: got \"a\\x0ab\" (it holds a control character), expected text"
        }
    );
}

TEST_CASE("A duration needs a unit and stays in its bounds", "[config]") {
    CHECK(
        wrong_in("wait: 4") ==
        Messages{"conf/f.yaml:2:7 wait: got \"4\" (no unit; write ms, s, m, h or d after the "
                 "number), expected duration 100ms..2h (default 4s)"}
    );
    CHECK(
        wrong_in("wait: 4 sec") ==
        Messages{"conf/f.yaml:2:7 wait: got \"4 sec\" (the unit must be ms, s, m, h or d), "
                 "expected duration 100ms..2h (default 4s)"}
    );
    CHECK(
        wrong_in("wait: 99ms") ==
        Messages{"conf/f.yaml:2:7 wait: got \"99ms\", expected duration 100ms..2h (default 4s)"}
    );
    CHECK(
        wrong_in("wait: 121m") ==
        Messages{"conf/f.yaml:2:7 wait: got \"121m\", expected duration 100ms..2h (default 4s)"}
    );
    CHECK(
        wrong_in("wait: 18446744073709551615d") ==
        Messages{"conf/f.yaml:2:7 wait: got \"18446744073709551615d\", expected duration 100ms..2h "
                 "(default 4s)"}
    );
    CHECK(read_settings("title: x\nwait: 2h").settings.wait == std::chrono::hours(2));
}

TEST_CASE("A decimal figure is exact to its last digit", "[config]") {
    const auto ratio = [](const std::string& text) {
        return read_settings("title: x\nratio: " + text).settings.ratio_wad;
    };
    CHECK(ratio("0.000000000000000001") == U256(1));
    CHECK(ratio("1.000000000000000001") == U256(1'000'000'000'000'000'001ULL));
    CHECK(ratio("5") == U256::from_decimal("5000000000000000000").value());
    CHECK(
        wrong_in("ratio: 1.0000000000000000001") ==
        Messages{"conf/f.yaml:2:8 ratio: got \"1.0000000000000000001\" (more than 18 decimals), "
                 "expected decimal 0.000000000000000001..5 (default 1)"}
    );
    for (const char* text :
         {"0", "5.1", "1,05", ".5", "1.", "1e0", "-1", "0x1", "inf", "1.0.0", "''"}) {
        INFO(text);
        const Messages messages = wrong_in(std::string("ratio: ") + text);
        REQUIRE(messages.size() == 1);
        CHECK(
            messages[0].find("expected decimal 0.000000000000000001..5 (default 1)") !=
            std::string::npos
        );
    }
}

TEST_CASE("All errors are reported at once, in the order of the file", "[config]") {
    CHECK(
        read_settings("peers:\n  - {nam: a}\n  - 5\nmode: x\nwait: 1\ntags: [A, b, B]\n")
            .messages ==
        Messages{
            "conf/f.yaml:1:1 title: missing, expected text",
            "conf/f.yaml:2:6 peers[0].nam: there is no such field; did you mean \"name\"?",
            "conf/f.yaml:3:5 peers[1]: got \"5\", expected Peer",
            "conf/f.yaml:4:7 mode: got \"x\", expected one of slow, fast (default slow)",
            "conf/f.yaml:5:7 wait: got \"1\" (no unit; write ms, s, m, h or d after the number), "
            "expected duration 100ms..2h (default 4s)",
            "conf/f.yaml:6:8 tags[0]: got \"A\", expected name of a-z, 0-9, _ and - (1 to 40, a "
            "letter first)",
            "conf/f.yaml:6:14 tags[2]: got \"B\", expected name of a-z, 0-9, _ and - (1 to 40, a "
            "letter first)",
        }
    );
}

TEST_CASE("An unknown field far from every known one lists them", "[config]") {
    CHECK(
        read_settings("title: x\npeers: [{name: a, colour: red}]").messages ==
        Messages{"conf/f.yaml:2:19 peers[0].colour: there is no such field; known are name, token, "
                 "token_file"}
    );
}

TEST_CASE("Lists have bounds", "[config]") {
    CHECK(
        wrong_in("tags: [a, b, c, d]") ==
        Messages{"conf/f.yaml:2:7 tags: has 4 entries, expected 0 to 3"}
    );
    CHECK(
        wrong_in("tags: a") == Messages{"conf/f.yaml:2:7 tags: got \"a\", expected list of name of "
                                        "a-z, 0-9, _ and - (1 to 40, a letter first) (default [])"}
    );
}

TEST_CASE("A variable that is not set is named with its place", "[config]") {
    CHECK(
        wrong_in("peers: [{name: \"${NOPE}\"}]") ==
        Messages{"conf/f.yaml:2:16 peers[0].name: the environment variable NOPE is not set"}
    );
    for (const char* text : {"${", "${A", "${}", "${A-B}", "${1A}", "${ A}"}) {
        INFO(text);
        CHECK(
            wrong_in(std::string("mode: '") + text + "'") ==
            Messages{"conf/f.yaml:2:7 mode: ${ must be followed by the name of an environment "
                     "variable and }; write $${ for a plain ${"}
        );
    }
}

TEST_CASE("The content of a variable is neither parsed as YAML nor shown", "[config]") {
    const World world{
        .variables = {{"EVIL", "x\ncount: 3"}, {"BIG", "7000"}, {"NESTED", "${BIG}"}}, .files = {}
    };
    const Outcome out = read_settings("title: ${NESTED}\ncount: ${BIG}\nmode: ${EVIL}", world);
    CHECK(out.settings.title == "${BIG}");
    CHECK(
        out.messages ==
        Messages{
            "conf/f.yaml:2:8 count: got the value of \"${BIG}\", expected integer 0..256 (default "
            "12)",
            "conf/f.yaml:3:7 mode: got the value of \"${EVIL}\", expected one of slow, fast "
            "(default slow)",
        }
    );
}

TEST_CASE("A secret is never shown, wherever it comes from", "[config]") {
    const World world{
        .variables = {{"S", "hunter2"}},
        .files =
            {{"conf/short.txt", "hunter2\n"},
             {"/abs/crlf", "hunter2222\r\n"},
             {"conf/two", "hunter22\n\n"}}
    };
    const std::vector<std::pair<std::string, std::string>> table{
        {"token: hunter2", "conf/f.yaml:3:13 peers[0].token: too short: expected token"},
        {"token: '${S}'", "conf/f.yaml:3:13 peers[0].token: too short: expected token"},
        {"token: [hunter2]", "conf/f.yaml:3:13 peers[0].token: got a list, expected token"},
        {"token: {a: hunter2}",
         "conf/f.yaml:3:13 peers[0].token: got `name: value` lines, expected token"},
        {"token_file: short.txt", "conf/f.yaml:3:18 peers[0].token: too short: expected token"},
        {"token_file: gone.txt",
         "conf/f.yaml:3:18 peers[0].token_file: cannot read conf/gone.txt: no such file"},
        {"token_file: two",
         "conf/f.yaml:3:18 peers[0].token: it holds a control character: expected token"},
        {"token_file: [x]",
         "conf/f.yaml:3:18 peers[0].token_file: got a list, expected the path of a file"},
        {"token_file: '${NOPE}'",
         "conf/f.yaml:3:18 peers[0].token_file: the environment variable NOPE is not set"},
        {"token_file: short.txt, token: hunter22",
         "conf/f.yaml:3:18 peers[0].token_file: give either token or token_file, not both"},
    };
    for (const auto& [fields, message] : table) {
        const Outcome out = read_settings("title: x\npeers:\n  - {" + fields + ", name: a}", world);
        CHECK(out.messages == Messages{message});
    }
    CHECK(
        read_settings("title: x\npeers: [{name: a, token_file: /abs/crlf}]", world)
            .settings.peers.at(0)
            .token == "hunter2222"
    );
    CHECK(
        wrong_in("headers: {Host: hunter2, X: [hunter2]}") ==
        Messages{
            "conf/f.yaml:2:17 headers.Host: is not yours to set",
            "conf/f.yaml:2:29 headers.X: got a list, expected text"
        }
    );
}

TEST_CASE("A secret file may hold what looks like a variable", "[config]") {
    const World world{.variables = {}, .files = {{"conf/t", "pa${ss}word"}}};
    CHECK(
        read_settings("title: x\npeers: [{name: a, token_file: t}]", world)
            .settings.peers.at(0)
            .token == "pa${ss}word"
    );
}

TEST_CASE("Rules between fields find the place of a field, given or not", "[config]") {
    config::Problems problems;
    const World world;
    const config::Surroundings surroundings = world.surroundings();
    const auto node =
        config::parse_document("f.yaml", "title: x\ncount: y\npeers:\n  - name: a", problems);
    REQUIRE(node);
    config::Reader reader(surroundings, problems, "f.yaml");
    static_cast<void>(settings_section().read(reader, *node));
    CHECK(reader.place("peers[0].name").text() == "f.yaml:4:11");
    CHECK(reader.place("peers[0].token").text() == "f.yaml:4:5");
    CHECK(reader.place("peers[7].token").text() == "f.yaml:4:3");
    CHECK(reader.place("start").text() == "f.yaml");
    CHECK_FALSE(reader.sound("count"));
    CHECK(reader.sound("peers"));
    CHECK(reader.sound("coun"));
    reader.error("peers[0].name", "is taken");
    CHECK_FALSE(reader.sound("peers"));
    CHECK_FALSE(reader.sound("peers[0]"));
}

namespace {

using namespace faultline::config;

struct Pet {
    std::string kind;
    std::string name;
    std::string fur = "short";
    std::string wings;
};

Section<Pet> pet_section() {
    Section<Pet> out("Pet", "An animal.");
    out.choose_by("kind", {"cat", "bird"});
    out.required(
        {.name = "kind", .text = "What it is.", .example = "cat"}, &Pet::kind, text("kind")
    );
    out.optional({.name = "name", .text = "Its name."}, &Pet::name, text("name"));
    out.optional({.name = "fur", .text = "Of what.", .kinds = {"cat"}}, &Pet::fur, text("fur"));
    out.required(
        {.name = "wings", .text = "How wide.", .kinds = {"bird"}}, &Pet::wings, text("wings")
    );
    return out;
}

}  // namespace

TEST_CASE("A kind decides which fields there are and which are missed", "[config]") {
    const auto said = [](const std::string& document) {
        const World world{.variables = {}, .files = {}};
        Problems problems;
        const auto surroundings = world.surroundings();
        Reader reader(surroundings, problems, "f");
        const auto node = parse_document("f", document, problems);
        REQUIRE(node.has_value());
        [[maybe_unused]] const Pet pet = pet_section().read(reader, *node);
        std::vector<std::string> out;
        for (const Problem& one : problems.take()) {
            out.push_back(one.message());
        }
        return out;
    };
    using Lines = std::vector<std::string>;
    CHECK(said("kind: cat\nfur: long") == Lines{});
    CHECK(said("kind: bird\nwings: wide") == Lines{});
    CHECK(said("kind: bird") == Lines{"f:1:1 wings: missing, expected wings"});
    CHECK(
        said("kind: cat\nwings: wide") ==
        Lines{"f:2:1 wings: there is no such field where kind is cat; known are kind, name, fur"}
    );
    CHECK(
        said("kind: cat\nfru: long") ==
        Lines{"f:2:1 fru: there is no such field; did you mean \"fur\"?"}
    );
}

TEST_CASE("The documentation has all kinds, an example the one it shows", "[config]") {
    const std::string page = markdown({pet_section().text()});
    CHECK(page.find("*bird:* How wide.") != std::string::npos);
    const std::string shown = example(*pet_section().text());
    CHECK(shown.find("fur") != std::string::npos);
    CHECK(shown.find("wings") == std::string::npos);
}
