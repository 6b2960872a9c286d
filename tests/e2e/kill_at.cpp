// SPDX-License-Identifier: Apache-2.0
// Preloaded into the daemon by kill_steps.test.mjs: kills it at the n-th step of a delivery, before
// or after it. Steps are writes and syncs of the store's log, and connects, sends and receives of
// connections to the receivers. Without FAULTLINE_KILL_AT nothing is different.
//
//   FAULTLINE_KILL_AT     "before 7", "after 7"; "never 0" only traces
//   FAULTLINE_KILL_STORE  the store's folder
//   FAULTLINE_KILL_PORTS  "1234,1235": where the receivers listen
//   FAULTLINE_KILL_TRACE  a file to which each step is added: "7 send"
#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// Their names are those of the C library.
// NOLINTBEGIN(*-reserved-identifier, readability-inconsistent-declaration-parameter-name)

namespace {

constexpr std::size_t kMostFiles = 4096;

std::atomic<unsigned> steps{0};
std::array<std::atomic<bool>, kMostFiles> to_receiver{};

std::string_view setting(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? std::string_view() : std::string_view(value);
}

bool wanted() {
    static const bool out = !setting("FAULTLINE_KILL_AT").empty();
    return out;
}

template <class Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));  // NOLINT(*-reinterpret-cast)
}

void trace(unsigned step, std::string_view what) {
    static const int file = static_cast<int>(syscall(
        SYS_openat,
        AT_FDCWD,
        std::string(setting("FAULTLINE_KILL_TRACE")).c_str(),
        O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
        0644
    ));
    const std::string line = std::to_string(step) + " " + std::string(what) + "\n";
    syscall(SYS_write, file, line.data(), line.size());
}

/// Whether a file is the log of the store: what is in it is what a crash leaves.
bool is_log(int file) {
    if (!wanted()) {
        return false;
    }
    std::array<char, 512> path{};
    const std::string link = "/proc/self/fd/" + std::to_string(file);
    const ssize_t length = readlink(link.c_str(), path.data(), path.size());
    if (length <= 0) {
        return false;
    }
    const std::string_view name(path.data(), static_cast<std::size_t>(length));
    return name.starts_with(setting("FAULTLINE_KILL_STORE")) && name.ends_with(".log");
}

bool is_to_receiver(int file) {
    return wanted() && file >= 0 && static_cast<std::size_t>(file) < kMostFiles &&
           to_receiver.at(static_cast<std::size_t>(file));
}

void die_at(std::string_view when, unsigned step) {
    static const std::string at(setting("FAULTLINE_KILL_AT"));
    if (at == std::string(when) + " " + std::to_string(step)) {
        syscall(SYS_kill, getpid(), SIGKILL);
        // Another thread may run on until the signal is there; this one goes no further.
        for (;;) {
            pause();
        }
    }
}

/// Makes the call as one step, when it is one.
template <class Call>
auto step(bool counts, std::string_view what, Call call) {
    if (!counts) {
        return call();
    }
    const unsigned number = ++steps;
    trace(number, what);
    die_at("before", number);
    const auto out = call();
    die_at("after", number);
    return out;
}

/// Nothing to read yet is no step.
bool has_something(int file) {
    char byte = 0;
    return is_to_receiver(file) &&
           syscall(SYS_recvfrom, file, &byte, 1, MSG_PEEK | MSG_DONTWAIT, nullptr, nullptr) >= 0;
}

bool is_receiver(const sockaddr* address) {
    if (!wanted() || address->sa_family != AF_INET) {
        return false;
    }
    sockaddr_in inet{};
    std::memcpy(&inet, address, sizeof inet);
    const std::string port = "," + std::to_string(ntohs(inet.sin_port)) + ",";
    const std::string ports = "," + std::string(setting("FAULTLINE_KILL_PORTS")) + ",";
    return ports.find(port) != std::string::npos;
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* bytes, std::size_t size) {
    static const auto real = next<decltype(&write)>("write");
    return step(is_log(file), "write", [&] { return real(file, bytes, size); });
}

int fdatasync(int file) {
    static const auto real = next<decltype(&fdatasync)>("fdatasync");
    return step(is_log(file), "fdatasync", [&] { return real(file); });
}

int connect(int file, const sockaddr* address, socklen_t size) {
    static const auto real = next<decltype(&connect)>("connect");
    const bool counts = is_receiver(address);
    if (file >= 0 && static_cast<std::size_t>(file) < kMostFiles) {
        to_receiver.at(static_cast<std::size_t>(file)) = counts;
    }
    return step(counts, "connect", [&] { return real(file, address, size); });
}

ssize_t send(int file, const void* bytes, std::size_t size, int flags) {
    static const auto real = next<decltype(&send)>("send");
    return step(is_to_receiver(file), "send", [&] { return real(file, bytes, size, flags); });
}

ssize_t sendmsg(int file, const msghdr* message, int flags) {
    static const auto real = next<decltype(&sendmsg)>("sendmsg");
    return step(is_to_receiver(file), "send", [&] { return real(file, message, flags); });
}

ssize_t recv(int file, void* bytes, std::size_t size, int flags) {
    static const auto real = next<decltype(&recv)>("recv");
    return step(has_something(file), "receive", [&] { return real(file, bytes, size, flags); });
}

ssize_t recvmsg(int file, msghdr* message, int flags) {
    static const auto real = next<decltype(&recvmsg)>("recvmsg");
    return step(has_something(file), "receive", [&] { return real(file, message, flags); });
}

int close(int file) {
    static const auto real = next<decltype(&close)>("close");
    if (file >= 0 && static_cast<std::size_t>(file) < kMostFiles) {
        to_receiver.at(static_cast<std::size_t>(file)) = false;
    }
    return real(file);
}
}

// NOLINTEND(*-reserved-identifier, readability-inconsistent-declaration-parameter-name)
