// SPDX-License-Identifier: Apache-2.0
#include "property/abi_vectors.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/hex.hpp>
#include <faultline/core/eth/rlp.hpp>

#include <catch2/catch.hpp>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

namespace faultline::eth {
namespace {

using test::Fixture;

/// An item in the notation of the fixture: hex of a byte string, an array for a list.
void put_json(Bytes& out, simdjson::dom::element item) {
    if (item.is_string()) {
        rlp::put_bytes(out, *bytes_from_hex(item.get_string().value()));
        return;
    }
    const std::size_t start = out.size();
    for (const simdjson::dom::element part : item.get_array()) {
        put_json(out, part);
    }
    rlp::close_list(out, start);
}

std::string to_json(const rlp::Item& item) {
    if (!item.is_list) {
        return "\"" + to_hex(item.bytes) + "\"";
    }
    std::string out = "[";
    for (const rlp::Item& part : item.items) {
        out += (out.size() == 1 ? "" : ",") + to_json(part);
    }
    return out + "]";
}

Bytes encoded(const rlp::Item& item) {
    Bytes out;
    rlp::put(out, item);
    return out;
}

bool same(const rlp::Item& a, const rlp::Item& b) {
    return a.is_list == b.is_list && (a.is_list || std::ranges::equal(a.bytes, b.bytes)) &&
           std::ranges::equal(a.items, b.items, same);
}

/// Draws items whose sizes crowd where the form of a length changes.
class Items {
  public:
    explicit Items(std::uint64_t seed) : random_(seed), content_(300) {
        for (std::uint8_t& byte : content_) {
            byte = static_cast<std::uint8_t>(random_());
        }
    }

    rlp::Item next(std::size_t depth = 0) {
        rlp::Item out;
        out.is_list = random_() % (depth == 0 ? 8 : 3) != 0 && depth < 5;
        if (out.is_list) {
            const std::size_t count = random_() % 6;
            for (std::size_t i = 0; i < count; ++i) {
                out.items.push_back(next(depth + 1));
            }
            return out;
        }
        constexpr std::array<std::size_t, 12> kSizes{0, 1, 1, 1, 2, 20, 32, 54, 55, 56, 255, 256};
        const std::size_t size = kSizes.at(random_() % kSizes.size());
        out.bytes = BytesView(content_).subspan(random_() % 40, size);
        return out;
    }

    std::uint64_t raw() { return random_(); }

  private:
    std::mt19937_64 random_;
    Bytes content_;
};

}  // namespace

TEST_CASE("items encode to what ethers encodes, and decode back") {
    const Fixture fixture("verification/rlp.json");
    std::size_t checked = 0;
    for (const simdjson::dom::element row : fixture.rows()) {
        INFO(test::text(row, "name"));
        const Bytes expected = test::bytes(row, "encoded");
        Bytes ours;
        put_json(ours, row["decoded"].value());
        CHECK(ours == expected);
        const auto item = rlp::decode(expected);
        if (!item) {
            FAIL(item.error().message());
        }
        CHECK(to_json(*item) == std::string(simdjson::minify(row["decoded"])));
        ++checked;
    }
    CHECK(checked == 61);
}

TEST_CASE("random items decode to what was encoded") {
    Items items(1);
    for (int i = 0; i < 20'000; ++i) {
        const rlp::Item item = items.next();
        const Bytes bytes = encoded(item);
        const auto back = rlp::decode(bytes);
        if (!back || !same(*back, item) || encoded(*back) != bytes) {
            FAIL("item " << i << ": " << to_hex(bytes));
        }
    }
    SUCCEED();
}

TEST_CASE("a changed byte is refused or decodes to another item, never to one encoded otherwise") {
    Items items(2);
    std::size_t refused = 0;
    std::size_t taken = 0;
    for (int i = 0; i < 5'000; ++i) {
        const Bytes original = encoded(items.next());
        if (original.size() > 600) {
            continue;
        }
        Bytes bytes = original;
        for (std::size_t at = 0; at < bytes.size(); ++at) {
            const auto other = static_cast<unsigned>(items.raw() % 255U) + 1;
            for (const unsigned flip : {1U, 0x80U, 0x40U, 0xffU, other}) {
                bytes[at] = static_cast<std::uint8_t>(original[at] ^ flip);
                const auto item = rlp::decode(bytes);
                (item ? taken : refused) += 1;
                if (item && encoded(*item) != bytes) {
                    FAIL(to_hex(bytes) << " is taken for " << to_hex(encoded(*item)));
                }
            }
            bytes[at] = original[at];
        }
    }
    CHECK(refused > 10'000);
    CHECK(taken > 10'000);
}

TEST_CASE("a cut or a byte more is refused") {
    Items items(3);
    for (int i = 0; i < 300; ++i) {
        Bytes bytes = encoded(items.next());
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            if (rlp::decode(BytesView(bytes).first(size))) {
                FAIL(to_hex(bytes) << " cut to " << size);
            }
        }
        bytes.push_back(static_cast<std::uint8_t>(items.raw()));
        if (rlp::decode(bytes)) {
            FAIL(to_hex(bytes) << " has a byte too many");
        }
    }
    SUCCEED();
}

}  // namespace faultline::eth
