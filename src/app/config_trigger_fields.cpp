// SPDX-License-Identifier: Apache-2.0
// Fields of receivers of kind trigger, and what has to hold between them.
#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/rules/rule_set.hpp>
#include <faultline/shell/config/reader.hpp>
#include <faultline/shell/config/section.hpp>
#include <faultline/shell/config/types.hpp>
#include <faultline/shell/delivery/calldata.hpp>

#include <app/config_checks.hpp>
#include <app/config_fields.hpp>
#include <app/config_types.hpp>
#include <app/rule_names.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

namespace faultline::app {
namespace written {

using namespace config;

void add_trigger(Section<Receiver>& out) {
    out.optional(
        {.name = "rules",
         .text =
             "Rules whose alerts it gets, too. It gets those about exposures (`exposure_limit`) "
             "anyway, and no others.",
         .kinds = {"trigger"}},
        [](Receiver& r) -> auto& { return r.trigger.rules; },
        list_of(identifier())
    );
    out.optional(
        {.name = "call_function",
         .text =
             "Firings carry calldata for this function: its name and the types of its arguments "
             "([triggers](receivers.md#trigger)). Nothing is sent to any chain.",
         .default_text = "none: no calldata",
         .kinds = {"trigger"}},
        &Receiver::call_function,
        maybe(text("Solidity signature"))
    );
    out.optional(
        {.name = "call_arguments",
         .text =
             "Its arguments: constants, or \"{limit:18}\": what the alert has of that name, times "
             "10^18.",
         .kinds = {"trigger"}},
        &Receiver::call_arguments,
        list_of(text("argument", 0))
    );
    out.optional(
        {.name = "call_to",
         .text = "The contract that would be called.",
         .default_text = "none",
         .kinds = {"trigger"}},
        &Receiver::call_to,
        maybe(address_type())
    );
    out.optional(
        {.name = "call_chain_id",
         .text = "The chain that contract is on.",
         .default_text = "none",
         .kinds = {"trigger"}},
        &Receiver::call_chain_id,
        maybe(integer<eth::ChainId>(1, std::numeric_limits<std::uint64_t>::max() / 2))
    );
}

Result<delivery::CallTemplate> Receiver::call_template() const {
    return delivery::CallTemplate::parse(call_function.value_or(""), call_arguments);
}

}  // namespace written

namespace {

void check_call(
    config::Reader& reader, const written::Receiver& receiver, const std::string& path
) {
    if (!receiver.call_function) {
        if (receiver.call_to || receiver.call_chain_id || !receiver.call_arguments.empty()) {
            reader.error(path, "there are fields of a call, but no call_function");
        }
        return;
    }
    if (!receiver.call_to || !receiver.call_chain_id) {
        reader.error(
            path + ".call_function",
            "says what to call, but not where: give call_to and call_chain_id, too"
        );
    }
    if (auto call = receiver.call_template(); !call) {
        reader.error(path + ".call_function", std::string(call.error().message()));
    }
}

}  // namespace

void check_trigger(
    config::Reader& reader,
    const written::Receiver& receiver,
    const std::string& path,
    const rules::RuleSet& rules
) {
    if (receiver.kind != written::ReceiverKind::kTrigger || !reader.sound(path)) {
        return;
    }
    if (!receiver.signing_secret) {
        reader.error(
            path,
            "a trigger is signed, as somebody acts on it: give signing_secret, or "
            "signing_secret_file"
        );
    }
    for (std::size_t i = 0; i < receiver.trigger.rules.size(); ++i) {
        if (const auto known = has_rule(rules, receiver.trigger.rules[i]); !known) {
            reader.error(
                path + ".rules[" + std::to_string(i) + "]", std::string(known.error().message())
            );
        }
    }
    check_call(reader, receiver, path);
}

}  // namespace faultline::app
