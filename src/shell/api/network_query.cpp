// SPDX-License-Identifier: Apache-2.0
#include "network_query.hpp"

#include "queries.hpp"
#include "target.hpp"

#include <faultline/base/error.hpp>
#include <faultline/core/network/stress.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::api {
namespace {

constexpr std::size_t kMostShocked = 100;
constexpr std::size_t kMostLosers = 1000;

constexpr std::string_view kWhatShocks =
    "It is the id of a node, as in /v1/network, such as protocol:aave_v3, or up to 100 of them "
    "with "
    "commas between";
constexpr std::string_view kWhatShares =
    "It is what they lose at first, 0 to 1 or in percent, such as 0.5 (of a cascade: what "
    "creditors "
    "lose of their claims on them)";

/// Each once: what is named twice loses no more than what is named once.
Result<std::vector<std::string>> shocked(const Target& target) {
    const auto found = target.query.find("shock");
    if (found == target.query.end()) {
        return Error(Code::kInvalid, "the parameter shock is missing")
            .advise(std::string(kWhatShocks));
    }
    std::vector<std::string> out;
    std::string_view rest = found->second;
    for (;;) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        const std::string id(rest.substr(0, comma));
        if (id.empty()) {
            return Error(Code::kInvalid, "the parameter shock is " + quoted(found->second))
                .advise(std::string(kWhatShocks));
        }
        if (std::ranges::find(out, id) == out.end()) {
            out.push_back(id);
        }
        if (comma == rest.size()) {
            break;
        }
        rest.remove_prefix(comma + 1);
    }
    if (out.size() > kMostShocked) {
        return Error(
                   Code::kInvalid,
                   "the parameter shock names " + std::to_string(out.size()) + " nodes"
        )
            .advise(std::string(kWhatShocks));
    }
    return out;
}

Result<double> share(const Target& target) {
    const auto found = target.query.find("share");
    if (found == target.query.end()) {
        return Error(Code::kInvalid, "the parameter share is missing")
            .advise(std::string(kWhatShares));
    }
    const auto value = network::parse_share(found->second);
    if (!value) {
        return Error(Code::kInvalid, "the parameter share is " + quoted(found->second))
            .advise(std::string(kWhatShares));
    }
    return *value;
}

Result<network::StressModel> model(const Target& target, network::StressModel otherwise) {
    const auto found = target.query.find("model");
    if (found == target.query.end()) {
        return otherwise;
    }
    const auto model = network::stress_model_of(found->second);
    if (!model) {
        std::string names;
        for (std::size_t i = 0; i <= static_cast<std::size_t>(last_of(otherwise)); ++i) {
            const auto each = static_cast<network::StressModel>(i);
            names += (i == 0 ? "" : ", ") + std::string(network::stress_model_name(each));
        }
        return Error(Code::kInvalid, "the parameter model is " + quoted(found->second))
            .advise("It is one of: " + names);
    }
    return *model;
}

}  // namespace

Result<StressQuery> stress_query(const Target& target) {
    StressQuery out;
    FAULTLINE_TRY(out.shocked, shocked(target));
    FAULTLINE_TRY(out.share, share(target));
    FAULTLINE_TRY(out.model, model(target, out.model));
    FAULTLINE_TRY(out.limit, limit_parameter(target, out.limit, kMostLosers));
    return out;
}

}  // namespace faultline::api
