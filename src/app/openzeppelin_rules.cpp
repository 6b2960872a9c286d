// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <app/json_document.hpp>
#include <app/openzeppelin_parts.hpp>
#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::app {
namespace {

/// Events of contracts that a `governance` rule tells of, by what it calls them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kGovernance = {{
    {"Upgraded(address)", "upgraded"},
    {"AdminChanged(address,address)", "admin"},
    {"OwnershipTransferred(address,address)", "admin"},
    {"RoleGranted(bytes32,address,address)", "role"},
    {"RoleRevoked(bytes32,address,address)", "role"},
    {"RoleAdminChanged(bytes32,bytes32,bytes32)", "role"},
    {"Paused(address)", "paused"},
    {"Unpaused(address)", "paused"},
}};
/// Of Aave.
constexpr std::string_view kLiquidation =
    "LiquidationCall(address,address,address,uint256,uint256,address,bool)";

/// One monitor on its way to entries of `rules`.
class Monitor {
  public:
    Monitor(const JsonSpot& spot, ImportBook& book) : spot_(spot), book_(book) {}

    std::string entries(std::set<std::string>& taken) {
        const Json* paused = spot_.value->find("paused");
        if (paused != nullptr && paused->text == "true") {
            book_.note(spot_.at("paused"), "it is paused, so nothing of it is carried over");
            return {};
        }
        look_at_conditions();
        const std::string name = book_.unique_name(spot_.value->string("name"), taken);
        std::string out;
        if (!governance_.empty()) {
            out += rule(name, "governance") + "    of: [" + joined() + "]\n";
        }
        if (liquidations_) {
            out +=
                rule(
                    governance_.empty() ? name : book_.unique_name(name, taken), "liquidation_burst"
                ) +
                "    measure: count\n    above: 1\n";
        }
        note_rest(!out.empty());
        return out;
    }

  private:
    void look_at_conditions() {
        const JsonSpot conditions = spot_.at("match_conditions");
        each(conditions.at("functions"), "calls of functions are not watched");
        each(conditions.at("transactions"), "single transactions are not watched");
        const JsonSpot events = conditions.at("events");
        for (std::size_t i = 0; events.at(i).value != nullptr; ++i) {
            event(events.at(i));
        }
        book_.note_others(
            conditions, {"functions", "events", "transactions"}, "there is nothing like it here"
        );
        each(
            spot_.at("trigger_conditions"),
            "scripts are not run; a rule of kind `expression` may say it"
        );
    }

    void each(const JsonSpot& list, const std::string& why) {
        for (std::size_t i = 0; list.at(i).value != nullptr; ++i) {
            book_.note(list.at(i), why);
        }
    }

    void event(const JsonSpot& spot) {
        std::string signature = spot.value->string("signature");
        std::erase(signature, ' ');
        const auto known = std::ranges::find(
            kGovernance, signature, &std::pair<std::string_view, std::string_view>::first
        );
        if (signature == kLiquidation) {
            liquidations_ = true;
        } else if (known != kGovernance.end()) {
            governance_.insert(std::string(known->second));
        } else {
            book_.note(
                spot,
                "events of contracts are not watched as such; what markets do is: "
                "`faultline rules kinds` lists what rules tell of"
            );
            return;
        }
        const JsonSpot expression = spot.at("expression");
        if (expression.value != nullptr && expression.value->kind == Json::Kind::kString) {
            book_.note(expression, "arguments of events are not compared: the rule tells of each");
        }
    }

    void note_rest(bool carried) {
        if (spot_.at("chain_configurations").value != nullptr) {
            book_.note(spot_.at("chain_configurations"), "there is nothing like it here");
        }
        if (!carried) {
            book_.note(spot_, "no rule came of it: Faultline watches lending markets");
            return;
        }
        book_.note(
            spot_.at("addresses"), "the rule is about the markets followed, not these contracts"
        );
        if (spot_.at("networks").value != nullptr) {
            book_.note(spot_.at("networks"), "the rule is about every chain");
        }
        if (spot_.at("triggers").value != nullptr) {
            book_.note(
                spot_.at("triggers"),
                "every receiver gets the alerts of every rule: `routes` says otherwise "
                "(docs/notification.md)"
            );
        }
    }

    std::string rule(const std::string& name, const std::string& kind) {
        book_.carried("rules");
        return "  - name: " + name + "\n    kind: " + kind + "\n    severity: warning\n";
    }

    [[nodiscard]] std::string joined() const {
        std::string out;
        for (const std::string& one : governance_) {
            out += (out.empty() ? "" : ", ") + one;
        }
        return out;
    }

    const JsonSpot& spot_;
    ImportBook& book_;
    std::set<std::string> governance_;
    bool liquidations_ = false;
};

}  // namespace

std::string import_monitor(
    const JsonSpot& monitor, std::set<std::string>& taken, ImportBook& book
) {
    return Monitor(monitor, book).entries(taken);
}

}  // namespace faultline::app
