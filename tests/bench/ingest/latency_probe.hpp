// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <faultline/base/bytes.hpp>
#include <faultline/base/error.hpp>
#include <faultline/shell/store/store.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <rocksdb/env.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace faultline::bench {

using Wall = std::chrono::steady_clock;

/// What each alert of the rule under test went through, by its place.
struct Moments {
    std::atomic<std::size_t> received = 0;
    std::vector<Wall::time_point> began;    ///< The block's text is here.
    std::vector<Wall::time_point> durable;  ///< The batch with the alert is synced.
    std::vector<Wall::time_point> heard;    ///< Its receiver has the first byte.
    std::vector<Wall::duration> synced;     ///< fdatasync of a page, before the block.
    std::vector<Wall::time_point> handed;   ///< Its batch is about to be written.
    std::vector<Wall::duration> waited;     ///< In fdatasync, by the commit of the batch itself.
    std::vector<Wall::duration> spent;      ///< By the engine's thread, until it asks for the next.
};

/// Takes one request after the other and says when each began to arrive.
class Ear {
  public:
    explicit Ear(Moments& moments)
        : moments_(moments), acceptor_(context_, {boost::asio::ip::address_v4::loopback(), 0}) {}

    [[nodiscard]] unsigned short port() const { return acceptor_.local_endpoint().port(); }

    void run() {
        for (;;) {
            boost::system::error_code failed;
            boost::asio::ip::tcp::socket socket(context_);
            acceptor_.accept(socket, failed);
            if (failed) {
                return;
            }
            while (serve(socket)) {
            }
        }
    }

    void stop() { acceptor_.close(); }

  private:
    bool serve(boost::asio::ip::tcp::socket& socket) {
        boost::system::error_code failed;
        char first = 0;
        if (boost::asio::read(socket, boost::asio::buffer(&first, 1), failed) != 1) {
            return false;
        }
        const auto now = Wall::now();
        boost::asio::streambuf buffer;
        const std::size_t head = boost::asio::read_until(socket, buffer, "\r\n\r\n", failed);
        std::string text(
            boost::asio::buffers_begin(buffer.data()), boost::asio::buffers_end(buffer.data())
        );
        const std::size_t at = text.find("Content-Length: ");
        const std::size_t body =
            at == std::string::npos ? 0 : std::strtoull(text.c_str() + at + 16, nullptr, 10);
        std::string rest(head + body - std::min(text.size(), head + body), '\0');
        boost::asio::read(socket, boost::asio::buffer(rest), failed);
        if ((text + rest).find("\"rule\":\"toggle\"") != std::string::npos) {
            moments_.heard.push_back(now);
            moments_.received.fetch_add(1, std::memory_order_release);
        }
        boost::asio::write(
            socket,
            boost::asio::buffer(std::string("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")),
            failed
        );
        return !failed;
    }

    Moments& moments_;
    boost::asio::io_context context_;
    boost::asio::ip::tcp::acceptor acceptor_;
};

/// Files whose fdatasync is timed, by the thread that waits for it. RocksDB's own count of it would
/// time each row that is put, too, which takes 0.3 ms of a batch.
class SyncClock final : public rocksdb::EnvWrapper {
  public:
    SyncClock() : rocksdb::EnvWrapper(rocksdb::Env::Default()) {}

    [[nodiscard]] const char* Name() const override { return "SyncClock"; }

    /// By the calling thread, since it began.
    static Wall::duration spent() { return spent_; }

    rocksdb::Status NewWritableFile(
        const std::string& name,
        std::unique_ptr<rocksdb::WritableFile>* file,
        const rocksdb::EnvOptions& options
    ) override {
        const rocksdb::Status made = EnvWrapper::NewWritableFile(name, file, options);
        if (made.ok()) {
            *file = std::make_unique<Timed>(std::move(*file));
        }
        return made;
    }

  private:
    class Timed final : public rocksdb::WritableFileWrapper {
      public:
        explicit Timed(std::unique_ptr<rocksdb::WritableFile> file)
            : rocksdb::WritableFileWrapper(file.get()), file_(std::move(file)) {}

        rocksdb::Status Sync() override {
            const auto began = Wall::now();
            const rocksdb::Status status = file_->Sync();
            spent_ += Wall::now() - began;
            return status;
        }

      private:
        std::unique_ptr<rocksdb::WritableFile> file_;
    };

    static inline thread_local Wall::duration spent_{};
};

/// Notes when a batch with alerts is on disk.
class Observed final : public store::Store {
  public:
    Observed(store::Store& inner, Moments& moments) : inner_(inner), moments_(moments) {}

    Result<void> commit(const store::Batch& batch, store::Durability durability) override {
        const Wall::duration before = SyncClock::spent();
        const auto handed = Wall::now();
        auto done = inner_.commit(batch, durability);
        if (has_alert(batch)) {
            moments_.durable.push_back(Wall::now());
            moments_.handed.push_back(handed);
            moments_.waited.push_back(SyncClock::spent() - before);
        }
        return done;
    }

    [[nodiscard]] Result<std::optional<Bytes>> get(store::Family family, BytesView key)
        const override {
        return inner_.get(family, key);
    }

    Result<void> scan(
        store::Family family, BytesView from, const std::function<bool(BytesView, BytesView)>& visit
    ) const override {
        return inner_.scan(family, from, visit);
    }

  private:
    static bool has_alert(const store::Batch& batch) {
        constexpr std::string_view kRule = "toggle";
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const auto put = batch[i];
            if (put.family == store::Family::kOutbox && put.value &&
                !std::ranges::search(*put.value, kRule).empty()) {
                return true;
            }
        }
        return false;
    }

    store::Store& inner_;
    Moments& moments_;
};

}  // namespace faultline::bench
