// SPDX-License-Identifier: Apache-2.0
// Kills a real process in the middle of writing and looks at what it left. The child is this test
// program again, running the hidden case below.
#include "entries.hpp"
#include "temporary_folder.hpp"

#include <faultline/base/error.hpp>
#include <faultline/shell/store/store.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <random>
#include <shell/store/rocksdb_store.hpp>
#include <signal.h>
#include <spawn.h>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace faultline::store {
namespace {

constexpr const char* kFolderVariable = "FAULTLINE_KILL_TEST_FOLDER";
constexpr const char* kPipeVariable = "FAULTLINE_KILL_TEST_PIPE";
constexpr const char* kChildCase = "the child of the kill test writes until it is killed";
constexpr std::array kNumbered = {Family::kMeta, Family::kRows, Family::kUndo, Family::kOutbox};

/// Small buffers, so that kills also meet flushes and compactions.
Result<std::unique_ptr<Store>> open_small(const std::string& path) {
    RocksDbSettings settings;
    settings.write_buffer_bytes = 64UL << 10U;
    settings.write_buffers_total_bytes = 256UL << 10U;
    return open_rocksdb_with(path, settings);
}

std::uint64_t last_number(const Store& store) {
    const std::string value = value_of(store, Family::kMeta, "last");
    return value == "-" ? 0 : std::stoull(value);
}

Batch numbered_batch(std::uint64_t number) {
    const std::string text = std::to_string(number);
    Batch batch;
    for (const Family family : kNumbered) {
        batch.put(family, bytes("last"), bytes(text));
        batch.put(family, bytes("n" + text), Bytes(1024, static_cast<std::uint8_t>(number)));
        if (number > 50) {
            batch.erase(family, bytes("n" + std::to_string(number - 50)));
        }
    }
    return batch;
}

/// Runs the child and kills it after it acknowledged `acknowledgements` batches and `spin` further
/// steps of ours; the last number it acknowledged.
std::uint64_t run_and_kill(
    const std::string& path, std::uint64_t acknowledgements, std::uint64_t spin
) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    const int inherited = ::fcntl(ends[1], F_DUPFD, 100);
    REQUIRE(inherited >= 100);
    ::close(ends[1]);
    REQUIRE(::setenv(kFolderVariable, path.c_str(), 1) == 0);
    REQUIRE(::setenv(kPipeVariable, std::to_string(inherited).c_str(), 1) == 0);
    std::string program = "/proc/self/exe";
    std::string name = kChildCase;
    const std::array<char*, 3> arguments = {program.data(), name.data(), nullptr};
    pid_t child = 0;
    REQUIRE(
        ::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments.data(), environ) == 0
    );
    ::close(inherited);

    std::uint64_t acknowledged = 0;
    std::uint64_t number = 0;
    while (acknowledged < acknowledgements &&
           ::read(ends[0], &number, sizeof(number)) == sizeof(number)) {
        ++acknowledged;
    }
    volatile std::uint64_t steps = 0;
    while (steps < spin) {
        steps = steps + 1;
    }
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    // Acknowledgements written before the kill but not read yet count too.
    while (::read(ends[0], &number, sizeof(number)) == sizeof(number)) {
        ++acknowledged;
    }
    ::close(ends[0]);
    CHECK(acknowledged >= acknowledgements);
    return number;
}

void check_whole(const Store& store, std::uint64_t number) {
    for (const Family family : kNumbered) {
        CHECK(value_of(store, family, "last") == std::to_string(number));
        std::uint64_t present = 0;
        const Result<void> scanned =
            store.scan(family, bytes("n"), [&](BytesView key, BytesView value) {
                const std::uint64_t at = std::stoull(text(key).substr(1));
                CHECK(at <= number);
                CHECK(at + 50 > number);
                CHECK(std::ranges::all_of(value, [&](std::uint8_t byte) {
                    return byte == static_cast<std::uint8_t>(at);
                }));
                ++present;
                return true;
            });
        CHECK(scanned.has_value());
        CHECK(present == std::min<std::uint64_t>(number, 50));
    }
}

}  // namespace

TEST_CASE(
    "a store killed at any point holds whole batches and all it acknowledged", "[store][rocksdb]"
) {
    const TemporaryFolder folder;
    std::mt19937_64 random(30);
    std::uint64_t number = 0;
    for (int kill = 0; kill < 30; ++kill) {
        const std::uint64_t acknowledged =
            run_and_kill(folder.database(), 1 + (random() % 60), random() % 200'000);
        auto store = open_small(folder.database());
        REQUIRE(store.has_value());
        number = last_number(**store);
        CHECK(number >= acknowledged);
        // At most the one batch that was being written when the kill came.
        CHECK(number <= acknowledged + 1);
        check_whole(**store, number);
    }
    CHECK(number >= 30);
}

TEST_CASE(kChildCase, "[.child]") {
    const char* path = std::getenv(kFolderVariable);  // NOLINT(concurrency-mt-unsafe)
    const char* pipe = std::getenv(kPipeVariable);    // NOLINT(concurrency-mt-unsafe)
    REQUIRE(path != nullptr);
    REQUIRE(pipe != nullptr);
    const int acknowledgements = std::stoi(pipe);
    auto store = open_small(path);
    REQUIRE(store.has_value());
    // Endless: the parent kills this process.
    for (std::uint64_t number = last_number(**store) + 1;; ++number) {
        // Every other batch only reaches the operating system, which outlives the process.
        const Durability durability = number % 2 == 0 ? Durability::kSynced : Durability::kBuffered;
        REQUIRE((*store)->commit(numbered_batch(number), durability).has_value());
        REQUIRE(::write(acknowledgements, &number, sizeof(number)) == sizeof(number));
    }
}

}  // namespace faultline::store
