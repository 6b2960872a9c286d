// SPDX-License-Identifier: Apache-2.0
#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>
#include <prometheus/metric_type.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <shell/obs/process_metrics.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

namespace faultline::obs {
namespace {

std::string read_file(const char* path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The fields of /proc/self/stat that come after the command name, which is in parentheses and may
/// itself hold spaces: the first of them is field 3 of proc(5).
std::vector<std::string> stat_fields() {
    const std::string text = read_file("/proc/self/stat");
    const std::size_t end = text.rfind(')');
    if (end == std::string::npos) {
        return {};
    }
    std::istringstream rest(text.substr(end + 1));
    return {std::istream_iterator<std::string>(rest), {}};
}

std::optional<double> number(const std::vector<std::string>& fields, std::size_t proc_field) {
    const std::size_t index = proc_field - 3;
    if (index >= fields.size()) {
        return std::nullopt;
    }
    double value = 0;
    std::istringstream in(fields[index]);
    if (!(in >> value)) {
        return std::nullopt;
    }
    return value;
}

/// When the machine was booted, as Unix time: /proc/self/stat counts from there.
std::optional<double> boot_time_s() {
    std::ifstream in("/proc/stat");
    for (std::string key; in >> key;) {
        double value = 0;
        if (key == "btime" && in >> value) {
            return value;
        }
        std::string rest;
        std::getline(in, rest);
    }
    return std::nullopt;
}

std::optional<double> open_fds() {
    std::error_code error;
    std::filesystem::directory_iterator entry("/proc/self/fd", error);
    double count = 0;
    for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error)) {
        ++count;
    }
    if (error) {
        return std::nullopt;
    }
    return count - 1;  // Without the descriptor this walk itself holds open.
}

std::optional<double> max_fds() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return std::nullopt;
    }
    return static_cast<double>(limit.rlim_cur);
}

class Families {
  public:
    void add(std::string_view name, std::string_view help, std::optional<double> value) {
        if (!value) {
            return;
        }
        const bool counter = name.ends_with("_total");
        prometheus::ClientMetric metric;
        (counter ? metric.counter.value : metric.gauge.value) = *value;
        prometheus::MetricFamily family;
        family.name = name;
        family.help = help;
        family.type = counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
        family.metric.push_back(metric);
        families_.push_back(std::move(family));
    }

    std::vector<prometheus::MetricFamily> take() { return std::move(families_); }

  private:
    std::vector<prometheus::MetricFamily> families_;
};

std::optional<double> add(std::optional<double> a, std::optional<double> b) {
    return a && b ? std::optional(*a + *b) : std::nullopt;
}

std::optional<double> scale(std::optional<double> value, double factor) {
    return value ? std::optional(*value * factor) : std::nullopt;
}

}  // namespace

std::vector<prometheus::MetricFamily> process_metrics() {
    const std::vector<std::string> stat = stat_fields();
    const double tick_s = 1.0 / static_cast<double>(sysconf(_SC_CLK_TCK));
    const auto page_bytes = static_cast<double>(sysconf(_SC_PAGESIZE));
    Families out;
    out.add(
        "process_cpu_seconds_total",
        "Total user and system CPU time spent in seconds.",
        scale(add(number(stat, 14), number(stat, 15)), tick_s)
    );
    out.add(
        "process_resident_memory_bytes",
        "Resident memory size in bytes.",
        scale(number(stat, 24), page_bytes)
    );
    out.add("process_virtual_memory_bytes", "Virtual memory size in bytes.", number(stat, 23));
    out.add("process_open_fds", "Number of open file descriptors.", open_fds());
    out.add("process_max_fds", "Maximum number of open file descriptors.", max_fds());
    out.add(
        "process_start_time_seconds",
        "Start time of the process since unix epoch in seconds.",
        add(boot_time_s(), scale(number(stat, 22), tick_s))
    );
    return out.take();
}

}  // namespace faultline::obs
