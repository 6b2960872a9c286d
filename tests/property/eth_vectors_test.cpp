// SPDX-License-Identifier: Apache-2.0
#include "property/abi_vectors.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/abi_parser.hpp>
#include <faultline/core/eth/abi_type.hpp>
#include <faultline/core/eth/abi_value.hpp>
#include <faultline/core/eth/keccak.hpp>

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace faultline::eth {
namespace {

using test::Fixture;
using test::text;
using test::to_json;

std::string selector_hex(const std::string& signature) {
    return to_hex(keccak256(signature).view().first(4));
}

/// The arguments in the order of the declaration, decoded one by one as event.hpp does with types.
Result<AbiList> decode_event(
    const AbiDeclaration& declaration, const std::vector<Hash32>& topics, BytesView data
) {
    AbiList out;
    std::size_t topic = declaration.anonymous ? 0 : 1;
    std::size_t head = 0;
    for (const AbiParameter& parameter : declaration.parameters) {
        const bool hashed =
            parameter.indexed && (parameter.type.is_dynamic() || !parameter.type.parts.empty());
        if (hashed) {
            const BytesView digest = topics.at(topic++).view();
            out.push_back({Bytes(digest.begin(), digest.end())});
            continue;
        }
        const BytesView source = parameter.indexed ? topics.at(topic++).view() : data;
        FAULTLINE_TRY(
            AbiValue value, decode_abi_at(parameter.type, source, parameter.indexed ? 0 : head)
        );
        out.push_back(std::move(value));
        head += parameter.indexed ? 0 : 32 * parameter.type.head_words();
    }
    return out;
}

}  // namespace

TEST_CASE("every known event has the topic0 that its contract's compiler computed") {
    const Fixture fixture("protocols/events.json");
    std::size_t checked = 0;
    for (const simdjson::dom::element row : fixture.rows()) {
        const std::string source = text(row, "declaration");
        const auto declaration = parse_abi_declaration(source);
        INFO(source);
        REQUIRE(declaration.has_value());
        CHECK(declaration->signature() == text(row, "signature"));
        CHECK(keccak256(declaration->signature()).hex() == text(row, "topic0"));
        ++checked;
    }
    CHECK(checked == 729);
}

TEST_CASE("every call that Maker notes has the selector of its log") {
    const Fixture fixture("protocols/note_calls.json");
    for (const simdjson::dom::element row : fixture.rows()) {
        const std::string call = text(row, "call");
        INFO(call);
        CHECK(parse_abi_declaration(call)->signature() == call);
        CHECK(selector_hex(call) + std::string(56, '0') == text(row, "topic0"));
    }
}

TEST_CASE("selectors are those that ethers computes, whatever the nesting of tuples") {
    const Fixture fixture("abi/signatures.json");
    for (const simdjson::dom::element row : fixture.rows()) {
        const std::string signature = text(row, "signature");
        INFO(signature);
        const auto declaration = parse_abi_declaration(signature);
        REQUIRE(declaration.has_value());
        CHECK(declaration->signature() == signature);
        CHECK(selector_hex(signature) == text(row, "selector"));
    }
}

TEST_CASE("digests are those that ethers computes") {
    const Fixture fixture("abi/hashes.json");
    for (const simdjson::dom::element row : fixture.rows()) {
        INFO(text(row, "data"));
        CHECK(keccak256(test::bytes(row, "data")).hex() == text(row, "keccak256"));
    }
}

TEST_CASE("what contracts return decodes to the values they were compiled with, and encodes back") {
    const Fixture fixture("abi/returns.json");
    for (const simdjson::dom::element row : fixture.rows()) {
        INFO(text(row, "name"));
        const auto types = parse_abi_type(text(row, "types"));
        REQUIRE(types.has_value());
        const Bytes data = test::bytes(row, "data");
        const auto values = decode_abi(types->parts, data);
        if (!values) {
            FAIL(values.error().message());
        }
        CHECK(to_json(*values) == std::string(simdjson::minify(row["values"])));
        CHECK(to_hex(*encode_abi(types->parts, *values)) == to_hex(data));
    }
}

TEST_CASE("logs of contracts decode to the values they were compiled with") {
    const Fixture fixture("abi/events.json");
    for (const simdjson::dom::element row : fixture.rows()) {
        const std::string source = text(row, "declaration");
        INFO(text(row, "name") << ": " << source);
        const auto declaration = parse_abi_declaration(source);
        REQUIRE(declaration.has_value());
        const std::vector<Hash32> topics = test::topics(row);
        if (!declaration->anonymous) {
            CHECK(topics.front() == keccak256(declaration->signature()));
        }
        const auto values = decode_event(*declaration, topics, test::bytes(row, "data"));
        if (!values) {
            FAIL(values.error().message());
        }
        CHECK(to_json(*values) == std::string(simdjson::minify(row["values"])));
    }
}

TEST_CASE("no cut of what a contract returned decodes to other values") {
    const Fixture fixture("abi/returns.json");
    std::size_t refused = 0;
    for (const simdjson::dom::element row : fixture.rows()) {
        const auto types = parse_abi_type(text(row, "types"));
        const Bytes data = test::bytes(row, "data");
        const auto whole = decode_abi(types->parts, data);
        // Each word boundary and its neighbours: everything between two of them is alike.
        for (std::size_t word = 0; word < data.size(); word += 32) {
            for (const std::size_t size : {word, word + 1, word + 31}) {
                const auto cut = decode_abi(types->parts, BytesView(data).first(size));
                refused += cut ? 0 : 1;
                if (cut && *cut != *whole) {
                    FAIL(text(row, "name") << " cut to " << size << " of " << data.size());
                }
            }
        }
    }
    CHECK(refused > 1'000);
}

}  // namespace faultline::eth
