// SPDX-License-Identifier: Apache-2.0
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/shell/tape/manifest.hpp>

#include <app/configured_protocol.hpp>
#include <app/registry.hpp>
#include <app/tape_deployment.hpp>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

namespace faultline::app {

std::string text_at(
    const tape::Manifest& manifest, const std::string& path, const std::string& otherwise
) {
    const std::string* text = manifest.find(path);
    return text == nullptr ? otherwise : *text;
}

Result<Address> address_at(const tape::Manifest& manifest, const std::string& path) {
    const std::string* text = manifest.find(path);
    if (text == nullptr) {
        return Error(Code::kInvalid, "the manifest has no " + path);
    }
    auto address = Address::from_hex(*text);
    if (!address) {
        return std::move(address).error().context("the manifest's " + path);
    }
    return address;
}

std::optional<eth::ReadAnswer> TapeDeployment::answer(const eth::Read& read) const {
    for (const auto& one : answers) {
        if (auto answer = one(read)) {
            return answer;
        }
    }
    return std::nullopt;
}

Result<TapeDeployment> deployment_of(const tape::Manifest& manifest) {
    TapeDeployment out;
    for (const auto& protocol : registered_protocols()) {
        FAULTLINE_TRY(auto markets, protocol->of_tape(manifest));
        if (!markets) {
            continue;
        }
        if (markets->beginning) {
            out.beginnings.emplace(out.deployments.size(), *std::move(markets->beginning));
        }
        out.deployments.push_back(std::move(markets->deployment));
        std::ranges::move(markets->described, std::back_inserter(out.described));
        if (markets->answer) {
            out.answers.push_back(std::move(markets->answer));
        }
    }
    if (manifest.find("uniswap.v2Pair") != nullptr) {
        out.not_followed.emplace_back("Uniswap");
    }
    return out;
}

}  // namespace faultline::app
