// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "verdict.hpp"

#include <faultline/base/error.hpp>
#include <faultline/base/time.hpp>
#include <faultline/core/alerts/transition.hpp>
#include <faultline/shell/delivery/links.hpp>
#include <faultline/shell/delivery/rate_limits.hpp>
#include <faultline/shell/delivery/receiver.hpp>
#include <faultline/shell/net/http.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace faultline::delivery {

enum class Style : std::uint8_t {
    kRich,
    kPlain,  ///< Without markup: what is left when a receiver refuses the rich one.
};

/// Who says something, and when.
struct Context {
    std::string_view chain_name;
    std::string_view version;
    UnixMillis now;
    LinkBases links = {};
};

/// What is to be said, and when.
struct Message {
    const alerts::Transition& transition;
    std::string_view chain_name;
    std::string_view version;
    UnixMillis now;
    Style style = Style::kRich;
    LinkBases links = {};

    [[nodiscard]] Context context() const {
        return {.chain_name = chain_name, .version = version, .now = now, .links = links};
    }
};

/// How one kind of receiver is spoken to: a transition becomes a request, an answer becomes a
/// verdict. Knows no network and keeps nothing; each is one file; CONTRIBUTING.md has the recipe.
class Dialect {
  public:
    Dialect() = default;
    Dialect(const Dialect&) = delete;
    Dialect& operator=(const Dialect&) = delete;
    virtual ~Dialect() = default;

    /// Within the limits of the receiver, whatever the transition holds.
    [[nodiscard]] virtual net::HttpRequest request(const Message& message) const = 0;

    [[nodiscard]] virtual Verdict judge(
        const Result<net::HttpResponse>& answer, UnixMillis wall_now
    ) const = 0;

    /// How often a receiver that forgets has to be told again of what stands; zero: never.
    [[nodiscard]] virtual Duration standing_interval() const { return {}; }

    /// All these stand. @pre standing_interval() is not zero
    [[nodiscard]] virtual net::HttpRequest standing(
        std::span<const alerts::Transition> /*firing*/, const Context& /*context*/
    ) const {
        return {};
    }

    /// How many transitions fit into one message whatever they hold; 1: it is no message for
    /// people.
    [[nodiscard]] virtual std::size_t most_together() const { return 1; }

    /// All these in one message. @pre no more than most_together()
    [[nodiscard]] virtual net::HttpRequest digest(
        std::span<const alerts::Transition> /*together*/, const Context& /*context*/
    ) const {
        return {};
    }

    /// Whose limits its requests are under.
    [[nodiscard]] virtual LimitScope scope() const = 0;

    /// Where it is, without secrets, for messages.
    [[nodiscard]] virtual std::string address() const = 0;
};

/// The dialect of the receiver's kind.
std::unique_ptr<Dialect> make_dialect(const Receiver& receiver);

}  // namespace faultline::delivery
