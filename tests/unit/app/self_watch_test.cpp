// SPDX-License-Identifier: Apache-2.0
#include "unit/engine/scripted_chain.hpp"

#include <faultline/base/time.hpp>
#include <faultline/engine/fold.hpp>
#include <faultline/engine/notice.hpp>
#include <faultline/shell/delivery/delivery.hpp>

#include <catch2/catch.hpp>

#include <app/self_watch.hpp>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

using namespace faultline;
using namespace faultline::app;
using namespace std::chrono_literals;

namespace {

api::HeadNews healthy() {
    return {.since_contact = 1s, .head_age = 10s, .max_head_age = 5min, .last_error = {}};
}

delivery::Standing standing(const std::string& receiver, const std::string& state) {
    delivery::Standing out;
    out.receiver = receiver;
    out.state = state;
    out.heard.last_error = "HTTP 404";
    return out;
}

}  // namespace

TEST_CASE("A chain is silent when endpoints are gone, or stuck, for long enough", "[app]") {
    for (const auto& [broken, words] : std::vector<std::pair<api::HeadNews, std::string>>{
             {{.since_contact = {}, .head_age = {}, .max_head_age = 5min, .last_error = "refused"},
              "the endpoint has not answered yet: refused"},
             {{.since_contact = 90s, .head_age = 95s, .max_head_age = 5min, .last_error = ""},
              "the endpoint has not answered for 90 s"},
             {{.since_contact = 1s, .head_age = 301s, .max_head_age = 5min, .last_error = ""},
              "the endpoint's newest block is 301 s old"},
         }) {
        Silence silence;
        CHECK(silence.judge(healthy(), Instant{0s}).empty());
        CHECK(silence.judge(broken, Instant{10s}).empty());
        CHECK(silence.judge(broken, Instant{129s}).empty());
        CHECK(silence.judge(broken, Instant{130s}).starts_with(words));
        CHECK(silence.judge(healthy(), Instant{131s}).empty());
        CHECK(silence.judge(broken, Instant{132s}).empty());
    }
}

TEST_CASE("Receivers that stopped are told of once, and when they go on or are gone", "[app]") {
    engine::ScriptedChain chain;
    engine::Fold fold(engine::fold_options());
    fold.apply(chain.next(100), 0);
    const auto notices = [&fold](const std::vector<delivery::Standing>& standings) {
        std::string out;
        for (const engine::Notice& one : receiver_notices(standings, fold)) {
            out += one.receiver + (one.holds ? "+" : "-");
            fold.noticed(one, 0);
        }
        return out;
    };
    CHECK(notices({standing("a", "ok"), standing("b", "down")}).empty());
    CHECK(notices({standing("a", "stopped"), standing("b", "blocked")}) == "a+");
    CHECK(notices({standing("a", "stopped"), standing("b", "stopped")}) == "b+");
    CHECK(notices({standing("a", "ok"), standing("b", "stopped")}) == "a-");
    CHECK(notices({standing("a", "ok")}) == "b-");
    CHECK(notices({standing("a", "ok")}).empty());
}
