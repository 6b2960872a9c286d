// SPDX-License-Identifier: Apache-2.0
#include "sim/options.hpp"

#include <faultline/shell/runtime/random.hpp>

#include <sstream>

namespace faultline::sim {

namespace {

/// Zero in half of the runs, else a rate up to `most`.
double rate(runtime::Random& random, double most) {
    const bool on = random.chance(0.5);
    const auto thousandths = static_cast<double>(random.between(100, 1000));
    return on ? most * thousandths / 1000 : 0;
}

}  // namespace

SimOptions SimOptions::draw(std::uint64_t seed) {
    runtime::Random random(seed * 0x9e3779b97f4a7c15ULL + 1);
    SimOptions out;
    out.seed = seed;
    out.history_blocks = random.chance(0.2) ? random.below(4) : random.between(4, 120);
    out.live_blocks = random.between(60, 240);
    out.block_seconds = random.chance(0.5) ? 12 : random.between(1, 4);
    // Some nodes call blocks final that are not.
    out.finality_depth = random.chance(0.8) ? random.between(16, 40) : random.below(6);
    out.knows_finality = random.chance(0.85);
    out.reorg = rate(random, 0.2);
    out.reorg_depth = random.chance(0.7) ? random.between(1, 4) : random.between(5, 14);
    out.flip_back = rate(random, 0.8);
    out.rollback = rate(random, 0.03);
    out.widest_range = random.chance(0.5) ? 1000 : random.between(1, 40);
    out.keeps_orphans = random.chance(0.5);
    out.refused = rate(random, 0.1);
    out.rate_limited = rate(random, 0.1);
    out.server_error = rate(random, 0.1);
    out.error_envelope = rate(random, 0.1);
    out.null_block = rate(random, 0.1);
    out.truncated = rate(random, 0.1);
    out.slow = rate(random, 0.05);
    out.stale_backend = rate(random, 0.1);
    out.lag = rate(random, 0.08);
    out.socket_refused = rate(random, 0.5);
    out.socket_dropped = rate(random, 0.1);
    out.socket_silent = rate(random, 0.05);
    out.notification_lost = rate(random, 0.2);
    out.notification_twice = rate(random, 0.2);
    out.notification_late = rate(random, 0.2);
    out.sink.fails = rate(random, 0.3);
    out.sink.slow = rate(random, 0.1);
    out.sink.forgets = rate(random, 0.2);
    out.sink.outage = rate(random, 0.05);
    out.crash = rate(random, 0.1);
    out.disk_full = rate(random, 0.04);
    out.poll_seconds = random.between(1, 8);
    out.range_blocks = random.chance(0.5) ? 64 : random.between(1, 30);
    out.for_blocks = static_cast<std::uint32_t>(random.between(1, 3));
    out.waits_for_safe = random.chance(0.5);
    out.endpoints = random.chance(0.4) ? 1 : random.between(2, 3);
    out.forgets = rate(random, 0.6);
    if (out.endpoints == 3 && random.chance(0.6)) {
        out.quorum = 2;
        out.liar = random.chance(0.6);
    }
    const std::uint64_t ladder = random.below(10);
    out.verification = ladder < 4   ? rpc::Verification::kOff
                       : ladder < 7 ? rpc::Verification::kBloom
                                    : rpc::Verification::kReceiptsRoot;
    // What one endpoint leaves out, its receipts or another endpoint tell.
    if (out.endpoints > 1 && out.verification == rpc::Verification::kReceiptsRoot) {
        out.liar = out.liar || random.chance(0.6);
    }
    out.repeat_seconds = random.chance(0.5) ? random.between(1, 6) * out.block_seconds : 0;
    out.pager.fails = rate(random, 0.5);
    out.pager.slow = rate(random, 0.2);
    out.pager.forgets = rate(random, 0.3);
    out.pager.outage = rate(random, 0.1);
    return out;
}

std::string SimOptions::text() const {
    std::ostringstream out;
    out << "history " << history_blocks << ", live " << live_blocks << ", every " << block_seconds
        << " s, finality " << (knows_finality ? std::to_string(finality_depth) : "none")
        << ", range " << range_blocks << " of " << widest_range << ", for_blocks " << for_blocks
        << (waits_for_safe ? ", waits for safe" : "") << ", repeats every " << repeat_seconds
        << " s" << (keeps_orphans ? ", keeps orphans" : "");
    const auto say = [&out](const char* name, double value) {
        if (value > 0) {
            out << ", " << name << ' ' << value;
        }
    };
    out << ", endpoints " << endpoints << ", quorum " << quorum << (liar ? ", one lies" : "")
        << ", verification " << static_cast<int>(verification);
    say("forgets", endpoints > 1 ? forgets : 0);
    say("reorg", reorg);
    say("flip_back", flip_back);
    say("rollback", rollback);
    say("refused", refused);
    say("rate_limited", rate_limited);
    say("server_error", server_error);
    say("error_envelope", error_envelope);
    say("null_block", null_block);
    say("truncated", truncated);
    say("slow", slow);
    say("stale_backend", stale_backend);
    say("lag", lag);
    say("socket_refused", socket_refused);
    say("socket_dropped", socket_dropped);
    say("socket_silent", socket_silent);
    say("notification_lost", notification_lost);
    say("notification_twice", notification_twice);
    say("notification_late", notification_late);
    say("sink_fails", sink.fails);
    say("sink_slow", sink.slow);
    say("sink_forgets", sink.forgets);
    say("sink_outage", sink.outage);
    say("pager_fails", pager.fails);
    say("pager_slow", pager.slow);
    say("pager_forgets", pager.forgets);
    say("pager_outage", pager.outage);
    say("crash", crash);
    say("disk_full", disk_full);
    return out.str();
}

}  // namespace faultline::sim
