// SPDX-License-Identifier: Apache-2.0
// The signals of a protocol, against what its recorded contracts answered, block by block.
#pragma once

#include "property/protocol_replay.hpp"
#include "unit/core/signals/signals_said.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/base/decimal.hpp>
#include <faultline/base/u256.hpp>
#include <faultline/core/eth/block.hpp>
#include <faultline/core/protocol/incident.hpp>
#include <faultline/core/protocol/view.hpp>
#include <faultline/core/signals/signal.hpp>
#include <faultline/shell/rpc/recorded.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace faultline::tests {

/// Answers of contracts in one block, by what was asked: "aave.getReserveData", and the label
/// whole.
class Answers {
  public:
    explicit Answers(const rpc::RecordedBlock& block) {
        for (const rpc::RecordedView& view : block.truth) {
            if (!view.answer.reverted()) {
                views_[view.label.substr(0, view.label.find(':'))].push_back(&view);
            }
        }
    }

    [[nodiscard]] const std::vector<const rpc::RecordedView*>& of(const std::string& label) const {
        static const std::vector<const rpc::RecordedView*> none;
        const auto found = views_.find(label);
        return found == views_.end() ? none : found->second;
    }

    /// The first of a label.
    [[nodiscard]] const rpc::RecordedView* one(const std::string& label) const {
        return of(label).empty() ? nullptr : of(label).front();
    }

    [[nodiscard]] std::optional<U256> number(const std::string& label, std::size_t place = 0)
        const {
        const rpc::RecordedView* view = one(label);
        return view == nullptr ? std::nullopt : std::optional(word_at(*view, place));
    }

    static U256 word_at(const rpc::RecordedView& view, std::size_t place = 0) {
        return U256::from_be_bytes(
            BytesView(view.answer.result).subspan(place * kWordBytes, kWordBytes)
        );
    }

    /// An address that the call was given.
    static Address argument_of(const rpc::RecordedView& view) {
        constexpr std::size_t kSelectorAndPadding = 16;
        return Address::from_bytes(
            BytesView(view.answer.read.data).subspan(kSelectorAndPadding, Address::kSize)
        );
    }

  private:
    static constexpr std::size_t kWordBytes = 32;

    std::map<std::string, std::vector<const rpc::RecordedView*>> views_;
};

/// What signals have to be, by name and the labels that tell them apart.
class Expected {
  public:
    Expected(std::string protocol, std::string market, std::string currency)
        : protocol_(std::move(protocol)),
          market_(std::move(market)),
          currency_(std::move(currency)) {}

    /// nullopt expects nothing. Labels as the catalogue has them.
    void add(
        const std::string& name,
        const std::optional<Decimal>& value,
        const std::string& part,
        const std::string& token,
        const std::string& action = {}
    ) {
        if (!value) {
            return;
        }
        signals::Labels labels;
        for (const std::string_view label : signals::kind_of(name)->labels) {
            labels.emplace(
                label,
                label == "protocol"   ? protocol_
                : label == "market"   ? market_
                : label == "currency" ? currency_
                : label == "part"     ? part
                : label == "token"    ? token
                                      : action
            );
        }
        values_.emplace(signals::text(name, labels), *value);
        names_.emplace(signals::text(name, labels), name);
    }

    [[nodiscard]] const std::map<std::string, Decimal>& values() const { return values_; }

    [[nodiscard]] const std::string& name_of(const std::string& text) const {
        return names_.at(text);
    }

  private:
    std::string protocol_;
    std::string market_;
    std::string currency_;
    std::map<std::string, Decimal> values_;
    std::map<std::string, std::string> names_;
};

/// Folds the tape; holds each block's signals to `expect`, and to themselves after undo and redo.
class SignalsCheck {
  public:
    using Expect = std::function<void(const rpc::RecordedBlock&, const Answers&, Expected&)>;

    SignalsCheck(ProtocolReplay& replay, Expect expect)
        : replay_(replay), expect_(std::move(expect)) {}

    void run() {
        while (auto block = replay_.next()) {
            INFO("block " << block->header.ref.number);
            static_cast<void>(replay_.apply(*block));
            for (const protocol::Incident& incident : replay_.activities) {
                REQUIRE(incident.activity);
                ++activities[incident.activity->event];
                values[incident.activity->event] += incident.activity->value.ok() ? 1 : 0;
                CHECK(block->live);
            }
            for (std::size_t i = 0; each_log && i < block->logs.size(); ++i) {
                each_log(block->logs[i]);
            }
            if (!block->truth.empty()) {
                compare(*block);
            }
        }
    }

    /// What was compared and told, for people.
    [[nodiscard]] std::string text() const {
        std::string out;
        for (const auto& [name, count] : equal) {
            out += name + " " + std::to_string(count) + ", ";
        }
        for (const auto& [event, count] : activities) {
            out += event + " " + std::to_string(count) + " (" + std::to_string(values.at(event)) +
                   " valued), ";
        }
        return out;
    }

    std::function<void(const eth::Log&)> each_log;  ///< Of every block that was applied.
    std::map<std::string, std::size_t> equal;       ///< By the signal's name.
    std::map<std::string, std::size_t> activities;  ///< By event.
    std::map<std::string, std::size_t> values;      ///< Of those, that have a value.

  private:
    void compare(const rpc::RecordedBlock& block) {
        const protocol::Protocol& protocol = replay_.protocol();
        const protocol::At at{
            .number = block.header.ref.number, .timestamp = block.header.timestamp
        };
        const signals::Said said = signals::said(protocol, 0, at);
        Expected expected(
            std::string(protocol.name(0)),
            protocol.markets()[0].name,
            protocol.base_currency(0).symbol
        );
        expect_(block, Answers(block), expected);
        for (const auto& [text, value] : expected.values()) {
            INFO(text);
            CHECK(signals::shown(said, text) == value.text());
            ++equal[expected.name_of(text)];
        }
        replay_.without_newest([] {});
        CHECK(signals::said(protocol, 0, at) == said);
    }

    ProtocolReplay& replay_;
    Expect expect_;
};

}  // namespace faultline::tests
