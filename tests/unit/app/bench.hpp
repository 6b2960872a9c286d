// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <app/daemon_config.hpp>
#include <string>
#include <unit/shell/config/world.hpp>
#include <vector>

/// A small configuration that is right, in files that exist only here, and ways to break it.
namespace faultline::test {

inline constexpr const char* kMain = R"(store: {path: data}
api: {listen: "127.0.0.1:9464"}
log: {level: info, format: text}
chains:
  - name: ethereum
    chain_id: 1
    endpoints:
      - {name: local, url: "ws://node.example:8546/hunter2"}
    deployments: [chains/eth.yaml]
rules:
  - {name: hf, kind: health_factor, below: 1.02, resolve_at: 1.05, markets: [core]}
receivers:
  - {name: ops, kind: webhook, url: "http://sink.example/hunter2"}
)";

inline constexpr const char* kEth = R"(chain_id: 1
aave_v3:
  - name: core
    addresses_provider: "0x2f39d218133AFaB8F2B819B1066c7E434Ad94E9e"
    pool: "0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2"
    configurator: "0x64b761D848206f447Fe2dd461b0c635Ec39EbB27"
    oracle: "0x54586bE62E3c3580375aE3723C145253060Ca0C2"
    deployed_at: 100
)";

/// Another market, to be put behind another one.
inline constexpr const char* kPrime = R"(  - name: prime
    addresses_provider: "0xcfBf336fe147D643B9Cb705648500e101504B16d"
    pool: "0x4e033931ad43597d96D6bcc25c280717730B58B1"
    configurator: "0x342631c6CeFC9cfbf97b2fe4aa242a236e1fd517"
    oracle: "0xE3C061981870C0C7b1f3C4F4bB36B95f1F260BE6"
    deployed_at: 50
)";

struct Bench {
    World world{.variables = {}, .files = {{"conf/f.yaml", kMain}, {"conf/chains/eth.yaml", kEth}}};

    /// Replaces the first occurrence of `from`, which must exist, in one of the files.
    Bench& replace(const std::string& from, const std::string& to) {
        for (auto& [name, text] : world.files) {
            const std::size_t at = text.find(from);
            if (at != std::string::npos) {
                text.replace(at, from.size(), to);
                return *this;
            }
        }
        throw std::invalid_argument("no such text: " + from);
    }

    [[nodiscard]] auto load() const {
        const config::Surroundings surroundings = world.surroundings();
        return app::load_config("conf/f.yaml", surroundings);
    }

    /// All problems, warnings included.
    [[nodiscard]] std::vector<std::string> messages() const {
        const auto loaded = load();
        std::vector<std::string> out;
        for (const config::Problem& one : loaded ? loaded->warnings : loaded.error()) {
            out.push_back(one.message());
        }
        return out;
    }
};

}  // namespace faultline::test
