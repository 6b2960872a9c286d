// SPDX-License-Identifier: Apache-2.0
#include "exposition.hpp"

#include <faultline/shell/obs/metrics.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <shell/obs/metric_names.hpp>
#include <thread>
#include <vector>

using namespace faultline::obs;
using faultline::test::Exposition;
using faultline::test::read_exposition;

TEST_CASE("The text of a registry is valid exposition format", "[metrics]") {
    Metrics metrics;
    metrics.counter("faultline_reorgs_total", "Reorgs.", {{"chain", "a\"b\\c\nd"}}).add(2);
    metrics.gauge("faultline_chain_head_block", "Head.").set(25550000);
    auto& histogram = metrics.histogram("faultline_commit_seconds", "Commit.", {0.1, 1.0});
    histogram.observe(0.05);
    histogram.observe(0.1);
    histogram.observe(7);

    const Exposition page = read_exposition(metrics.text());
    REQUIRE(page.fault.empty());
    CHECK(page.types.at("faultline_reorgs_total") == "counter");
    CHECK(page.types.at("faultline_chain_head_block") == "gauge");
    CHECK(page.types.at("faultline_commit_seconds") == "histogram");
    CHECK(page.samples.at(R"(faultline_reorgs_total{chain="a\"b\\c\nd"})") == 2);
    CHECK(page.samples.at("faultline_chain_head_block") == 25550000);
    CHECK(page.samples.at(R"(faultline_commit_seconds_bucket{le="0.1"})") == 2);
    CHECK(page.samples.at(R"(faultline_commit_seconds_bucket{le="1"})") == 2);
    CHECK(page.samples.at(R"(faultline_commit_seconds_bucket{le="+Inf"})") == 3);
    CHECK(page.samples.at("faultline_commit_seconds_count") == 3);
}

TEST_CASE("The process metrics of this process are on the page", "[metrics]") {
    const Exposition page = read_exposition(Metrics().text());
    REQUIRE(page.fault.empty());
    CHECK(page.samples.at("process_cpu_seconds_total") >= 0);
    CHECK(page.samples.at("process_resident_memory_bytes") > 100'000);
    CHECK(page.samples.at("process_virtual_memory_bytes") > 100'000);
    CHECK(page.samples.at("process_open_fds") >= 1);
    CHECK(page.samples.at("process_max_fds") >= page.samples.at("process_open_fds"));
    CHECK(page.samples.at("process_start_time_seconds") > 1'600'000'000);
}

TEST_CASE("The same name and labels give the same handle", "[metrics]") {
    Metrics metrics;
    Counter& a = metrics.counter("faultline_x_total", "X.", {{"chain", "a"}});
    Counter& b = metrics.counter("faultline_x_total", "X.", {{"chain", "b"}});
    a.add();
    b.add(4);
    CHECK(&metrics.counter("faultline_x_total", "X.", {{"chain", "a"}}) == &a);
    CHECK(a.value() == 1);
    CHECK(b.value() == 4);
    Gauge& gauge = metrics.gauge("faultline_y", "Y.");
    gauge.set(-1);
    CHECK(&metrics.gauge("faultline_y", "Y.") == &gauge);
    CHECK(gauge.value() == -1);
    Histogram& histogram = metrics.histogram("faultline_z_seconds", "Z.", latency_buckets());
    CHECK(&metrics.histogram("faultline_z_seconds", "Z.", latency_buckets()) == &histogram);
}

TEST_CASE("Handles stay valid while others are made", "[metrics]") {
    Metrics metrics;
    Counter& first = metrics.counter("faultline_many_total", "Many.", {{"n", "0"}});
    for (int n = 1; n < 500; ++n) {
        metrics.counter("faultline_many_total", "Many.", {{"n", std::to_string(n)}}).add(n);
    }
    first.add();
    CHECK(read_exposition(metrics.text()).samples.at(R"(faultline_many_total{n="0"})") == 1);
}

TEST_CASE("The page is sorted, so scrapes can be compared", "[metrics]") {
    Metrics forward;
    Metrics backward;
    for (int n = 0; n < 40; ++n) {
        forward.gauge("faultline_g", "G.", {{"n", std::to_string(n)}});
        backward.gauge("faultline_g", "G.", {{"n", std::to_string(39 - n)}});
    }
    forward.counter("faultline_a_total", "A.");
    backward.counter("faultline_a_total", "A.");
    const auto ours = [](const std::string& text) {
        return text.substr(0, text.find("# HELP process_"));
    };
    CHECK(ours(forward.text()) == ours(backward.text()));
}

TEST_CASE("Counting and scraping may happen on several threads", "[metrics]") {
    Metrics metrics;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&metrics] {
            for (int n = 0; n < 500; ++n) {
                metrics.counter("faultline_shared_total", "Shared.").add();
                if (n % 100 == 0) {
                    static_cast<void>(metrics.text());
                }
            }
        });
    }
    std::ranges::for_each(threads, [](std::thread& thread) { thread.join(); });
    CHECK(metrics.counter("faultline_shared_total", "Shared.").value() == 2000);
}

TEST_CASE("Names that break the conventions are refused with a reason", "[metrics]") {
    using enum MetricKind;
    CHECK(name_fault("faultline_rpc_requests_total", kCounter).empty());
    CHECK(name_fault("faultline_chain_head_block", kGauge).empty());
    CHECK(name_fault("faultline_last_block_processed_timestamp_seconds", kGauge).empty());
    CHECK(name_fault("faultline_block_processing_seconds", kHistogram).empty());
    CHECK(name_fault("faultline_reorg_depth_blocks", kHistogram).empty());

    CHECK(name_fault("rpc_requests_total", kCounter) == "must begin with faultline_");
    CHECK(name_fault("faultline_dripCounts", kGauge) == "must be snake_case");
    CHECK(name_fault("faultline_", kGauge) == "must be snake_case");
    CHECK(name_fault("faultline_a__b", kGauge) == "must be snake_case");
    CHECK(name_fault("faultline_requests", kCounter) == "a counter must end in _total");
    CHECK(name_fault("faultline_monitors_total", kGauge) == "only a counter ends in _total");
    for (const char* name : {"faultline_wait_ms", "faultline_size_mb", "faultline_rpc_duration"}) {
        CHECK(name_fault(name, kGauge) == "must be in a base unit: _seconds, _bytes, _ratio");
    }
    CHECK_FALSE(name_fault("faultline_wait_ms_total", kCounter).empty());
    CHECK_FALSE(name_fault("faultline_depth", kHistogram).empty());
}

TEST_CASE("Labels without a bound are refused", "[metrics]") {
    CHECK(label_fault({{"chain", "ethereum"}, {"method", "eth_getLogs"}}).empty());
    CHECK_FALSE(label_fault({{"le", "1"}}).empty());
    CHECK_FALSE(label_fault({{"Chain", "x"}}).empty());
    CHECK_FALSE(label_fault({{"account", "0x87870Bca3F3fD6335C3F4ce8392D69350B4fA4E2"}}).empty());
    CHECK_FALSE(label_fault({{"endpoint", "wss://host/key"}}).empty());
}

TEST_CASE("Latency buckets go from a millisecond to a minute", "[metrics]") {
    const auto buckets = latency_buckets();
    CHECK(buckets.front() == 0.001);
    CHECK(buckets.back() == 60);
    CHECK(std::ranges::is_sorted(buckets));
}
