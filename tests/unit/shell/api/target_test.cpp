// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <shell/api/target.hpp>
#include <string>
#include <string_view>
#include <vector>

using namespace faultline;
using namespace faultline::api;

TEST_CASE("A target is split and decoded", "[target]") {
    const auto target = parse_target("/v1/a%2Fb/%E2%82%AC?x=1&y=a%26b&flag&z=");
    REQUIRE(target.has_value());
    CHECK(target->path == std::vector<std::string>{"v1", "a/b", "€"});
    CHECK(
        target->query ==
        std::map<std::string, std::string>{{"x", "1"}, {"y", "a&b"}, {"flag", ""}, {"z", ""}}
    );
}

TEST_CASE("The root has no segments and one slash at the end does not matter", "[target]") {
    CHECK(parse_target("/")->path.empty());
    CHECK(parse_target("/?")->path.empty());
    CHECK(parse_target("/a/")->path == std::vector<std::string>{"a"});
    CHECK(parse_target("/a//b")->path == std::vector<std::string>{"a", "", "b"});
}

TEST_CASE("What is no target is refused", "[target]") {
    for (const std::string text :
         {"",
          "a",
          "?x=1",
          "/%",
          "/%a",
          "/%g0",
          "/%00",
          "/a%0d%0ab",
          "/..",
          "/a/../b",
          "/%2e%2e",
          "/./a",
          "/?a=1&a=2",
          "/?a=%1",
          "/\x7f"}) {
        CAPTURE(text);
        const auto target = parse_target(text);
        REQUIRE_FALSE(target.has_value());
        CHECK(target.error().code() == Code::kInvalid);
    }
}

TEST_CASE("Any bytes are parsed or refused", "[target][property]") {
    std::mt19937_64 engine(11);
    static constexpr std::string_view kBytes = "/?&=%#.aA0f \x80\xff\x01";
    for (int i = 0; i < 20'000; ++i) {
        std::string text = "/";
        for (std::uint64_t size = engine() % 24; size > 0; --size) {
            text += kBytes[engine() % kBytes.size()];
        }
        if (const auto target = parse_target(text)) {
            for (const std::string& segment : target->path) {
                CHECK(segment != "..");
            }
        }
    }
}
