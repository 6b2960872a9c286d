// SPDX-License-Identifier: Apache-2.0
#include <app/configured_protocol.hpp>
#include <app/registry.hpp>
#include <memory>
#include <vector>

namespace faultline::app {

const std::vector<std::unique_ptr<const ConfiguredProtocol>>& registered_protocols() {
    static const auto all = [] {
        std::vector<std::unique_ptr<const ConfiguredProtocol>> out;
        out.push_back(make_aave());  // First: its rows count markets from 0.
        out.push_back(make_compound_v3());
        out.push_back(make_compound_v2());
        out.push_back(make_maker());
        return out;
    }();
    return all;
}

}  // namespace faultline::app
