// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include <catch2/catch.hpp>

#include <sstream>

using namespace faultline;
using namespace faultline::config;

TEST_CASE("The declarations describe themselves in Markdown", "[config]") {
    CHECK(markdown({test::settings_section().text()}) == R"(
## Settings

Everything.

| field | type | default | meaning |
| --- | --- | --- | --- |
| `title` | text | **required** | A title \| with a bar. |
| `count` | integer 0..256 | `12` | How many. |
| `enabled` | one of true, false | `true` | Whether. |
| `wait` | duration 100ms..2h | `4s` | How long. |
| `ratio` | decimal 0.000000000000000001..5 | `1` | A figure. |
| `mode` | one of slow, fast | `slow` | Which. |
| `tags` | list of name of a-z, 0-9, _ and - (1 to 40, a letter first) | `[]` | Words. |
| `headers` | `header: text` lines | `{}` | Sent along. Secret: never shown. |
| `start` | integer 1..1000000 | the beginning | Where from. |
| `peers` | list of [Peer](#peer) | `[]` | Others. |

## Peer

Another side.

| field | type | default | meaning |
| --- | --- | --- | --- |
| `name` | name of a-z, 0-9, _ and - (1 to 40, a letter first) | **required** | Its name. |
| `token` | token | none | What it wants to hear. Secret: never shown; `token_file` takes it from a file instead. |
)");
}

TEST_CASE("The declarations give a commented example that is valid", "[config]") {
    const std::string text = example(*test::settings_section().text());
    CHECK(text == R"(# A title | with a bar.
title: hello

# How many.
# count: 12

# Whether.
# enabled: true

# How long.
wait: 2s

# A figure.
# ratio: 1

# Which.
# mode: slow

# Words.
# tags: []

# Sent along.
# headers: {}

# Where from.
# start:  # default: the beginning

# Others.
peers:
    # Its name.
  - name: left
    # What it wants to hear.
    # token:
)");
    const test::Outcome out = test::read_settings(text);
    CHECK(out.messages.empty());
    CHECK(out.settings.peers.at(0).name == "left");
}
