// SPDX-License-Identifier: Apache-2.0
// How rows of history become durable: the store's batches against sorted SST files, each with the
// cursor in it, ingested one a run. CPU time of the whole process, compactions included.
// usage: history_writes FOLDER [RUNS=200] [ROWS_PER_RUN=30000] [ROWS=400000]
#include "bench/cpu_seconds.hpp"

#include <faultline/base/bytes.hpp>
#include <faultline/shell/store/store.hpp>

#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace faultline::bench {
namespace {

constexpr std::size_t kKeyBytes = 35;  // Table, market, reserve, account and a spare few.
constexpr std::size_t kValueBytes = 48;
constexpr const char* kCursor =
    "\xff"
    "cursor";

struct Shape {
    std::size_t runs = 200;
    std::size_t rows_per_run = 30'000;
    std::size_t rows = 400'000;
};

struct Row {
    std::string key;
    std::string value;
};

std::string random_text(std::mt19937_64& random, std::size_t size) {
    std::string out(size, '\0');
    std::ranges::generate(out, [&random] { return static_cast<char>(random()); });
    return out;
}

/// The rows of one run, each key once, in the order in which blocks touched them.
std::vector<Row> run_of(std::size_t run, const std::vector<std::string>& keys, const Shape& shape) {
    std::mt19937_64 random(run + 1);
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < shape.rows_per_run; ++i) {
        chosen.push_back(random() % keys.size());
    }
    std::ranges::sort(chosen);
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    std::ranges::shuffle(chosen, random);
    std::vector<Row> rows;
    for (const std::size_t index : chosen) {
        rows.push_back({.key = keys[index], .value = random_text(random, kValueBytes)});
    }
    return rows;
}

/// One way to write runs; the destructor waits until all is durable and settled.
class Writer {
  public:
    Writer() = default;
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    virtual ~Writer() = default;
    virtual void write(std::vector<Row> rows, const std::string& cursor) = 0;
};

Bytes bytes_of(const std::string& text) {
    return {text.begin(), text.end()};
}

class Batches final : public Writer {
  public:
    explicit Batches(const std::string& folder) : store_(*store::open_rocksdb(folder)) {}

    void write(std::vector<Row> rows, const std::string& cursor) override {
        store::Batch batch;
        for (const Row& row : rows) {
            batch.put(store::Family::kRows, bytes_of(row.key), bytes_of(row.value));
        }
        batch.put(store::Family::kRows, bytes_of(kCursor), bytes_of(cursor));
        if (!store_->commit(batch, store::Durability::kBuffered)) {
            throw std::runtime_error("a batch failed");
        }
    }

  private:
    std::unique_ptr<store::Store> store_;
};

class Files final : public Writer {
  public:
    explicit Files(std::string folder) : folder_(std::move(folder)) {
        options_.create_if_missing = true;
        options_.compression = rocksdb::kZSTD;
        options_.max_background_jobs = 2;
        options_.level_compaction_dynamic_level_bytes = true;
        rocksdb::BlockBasedTableOptions table;
        table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
        table.format_version = 5;
        options_.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
        rocksdb::DB* raw = nullptr;
        check(rocksdb::DB::Open(options_, folder_, &raw));
        database_.reset(raw);
    }

    ~Files() override { database_->Close(); }

    void write(std::vector<Row> rows, const std::string& cursor) override {
        rows.push_back({.key = kCursor, .value = cursor});
        std::ranges::sort(rows, {}, &Row::key);
        rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), options_);
        const std::string file = folder_ + "/run.tmp";
        check(writer.Open(file));
        for (const Row& row : rows) {
            check(writer.Put(row.key, row.value));
        }
        check(writer.Finish());
        rocksdb::IngestExternalFileOptions ingest;
        ingest.move_files = true;
        check(database_->IngestExternalFile({file}, ingest));
    }

  private:
    static void check(const rocksdb::Status& status) {
        if (!status.ok()) {
            throw std::runtime_error(status.ToString());
        }
    }

    std::string folder_;
    rocksdb::Options options_;
    std::unique_ptr<rocksdb::DB> database_;
};

template <class W>
void measure(const char* name, const std::string& folder, const Shape& shape) {
    std::filesystem::remove_all(folder);
    std::mt19937_64 random(7);
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < shape.rows; ++i) {
        keys.push_back(random_text(random, kKeyBytes));
    }
    std::size_t rows = 0;
    double making_s = 0;
    const double began_s = cpu_seconds();
    const auto began = std::chrono::steady_clock::now();
    {
        W writer(folder);
        for (std::size_t run = 0; run < shape.runs; ++run) {
            const double before_s = cpu_seconds();
            std::vector<Row> made = run_of(run, keys, shape);
            making_s += cpu_seconds() - before_s;
            rows += made.size();
            writer.write(std::move(made), std::to_string(run));
        }
    }
    const double cpu_s = cpu_seconds() - began_s - making_s;
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - began;
    std::printf(
        "%-8s %zu rows in %zu runs  %.2f cpu-s  %.2f us a row  %.1f s in all\n",
        name,
        rows,
        shape.runs,
        cpu_s,
        cpu_s * 1e6 / static_cast<double>(rows),
        wall.count()
    );
}

std::size_t number(std::span<char*> words, std::size_t index, std::size_t otherwise) {
    return words.size() > index ? std::strtoull(words[index], nullptr, 10) : otherwise;
}

}  // namespace
}  // namespace faultline::bench

int main(int argc, char** argv) {
    using namespace faultline::bench;
    const std::span words(argv, static_cast<std::size_t>(argc));
    if (words.size() < 2) {
        std::cerr << "usage: history_writes FOLDER [RUNS=200] [ROWS_PER_RUN=30000] [ROWS=400000]\n";
        return 2;
    }
    const Shape shape{
        .runs = number(words, 2, Shape().runs),
        .rows_per_run = number(words, 3, Shape().rows_per_run),
        .rows = number(words, 4, Shape().rows),
    };
    const std::string folder = words[1];
    measure<Batches>("batches", folder + "/batches", shape);
    measure<Files>("files", folder + "/files", shape);
    return 0;
}
