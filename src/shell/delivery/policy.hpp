// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "subject.hpp"

#include <faultline/core/alerts/inhibition.hpp>
#include <faultline/core/alerts/matcher.hpp>
#include <faultline/core/alerts/route.hpp>
#include <faultline/shell/delivery/delivery.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::delivery {

/// Why a receiver is not told of a firing now.
enum class Held : std::uint8_t {
    kNot,
    kSilenced,
    kInhibited,
    kUnescalated,   ///< Its turn comes when others have had their time to acknowledge.
    kAcknowledged,  ///< Its turn does not come: somebody has it in hand.
    kReplayed,      ///< It is of a block of the past, and the present is not known yet.
    kOver           ///< It was held back until its end, which waited for finality.
};

/// "silenced", "inhibited", "unescalated", "acknowledged", "replayed", "over"; "" of kNot.
std::string_view held_name(Held held) noexcept;

struct Why {
    Held held = Held::kNot;
    std::string by;  ///< "silence 3", "alert 00112233aabbccdd", "ann"
};

/// Who hears of what on one chain, as configuration and operators have it.
class Policy {
  public:
    /// Both outlive it.
    Policy(const DeliveryOptions& options, const DeliveryParts& parts)
        : options_(options), parts_(parts) {}

    /// How the receiver hears of such an alert; nullopt: never.
    [[nodiscard]] std::optional<alerts::Placement> placement_of(
        const std::string& receiver, const alerts::Labels& labels
    ) const {
        return options_.routes.placement_of(receiver, labels);
    }

    [[nodiscard]] Why why(const Subject& subject) const;

    /// Who has the alert in hand, or nobody.
    [[nodiscard]] std::optional<std::string> acknowledged_by(const Subject& subject) const;

    /// Other alerts may fire now.
    void refresh();

  private:
    const DeliveryOptions& options_;
    const DeliveryParts& parts_;
    alerts::Inhibitor inhibitor_;
};

}  // namespace faultline::delivery
