// SPDX-License-Identifier: Apache-2.0
#include <faultline/shell/runtime/loop.hpp>
#include <faultline/shell/runtime/workers.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>

#include <exception>
#include <shell/runtime/gate.hpp>
#include <utility>

namespace faultline::runtime {

namespace asio = boost::asio;

namespace {

struct Job {
    std::move_only_function<void()> work;
    std::exception_ptr failure;
    Gate done;

    Job(std::move_only_function<void()> what, const asio::any_io_executor& executor)
        : work(std::move(what)), done(executor) {}

    void execute() noexcept {
        try {
            work();
        } catch (...) {
            failure = std::current_exception();
        }
        work = nullptr;
    }
};

class WorkerPool final : public Workers {
  public:
    explicit WorkerPool(unsigned threads) : pool_(threads) {}

    ~WorkerPool() override { pool_.join(); }

    Task<> run(std::move_only_function<void()> work) override {
        // In the coroutine's frame: the shielded wait below cannot be left before the pool is
        // done with it.
        Job job(std::move(work), co_await asio::this_coro::executor);
        auto& loop = Loop::current().context();
        asio::post(pool_, [&job, &loop] {
            job.execute();
            asio::post(loop, [&job] { job.done.open(); });
        });
        co_await job.done.wait_shielded();
        if (job.failure) {
            std::rethrow_exception(job.failure);
        }
    }

  private:
    asio::thread_pool pool_;
};

class InlineWorkers final : public Workers {
  public:
    Task<> run(std::move_only_function<void()> work) override {
        work();
        co_return;
    }
};

}  // namespace

std::unique_ptr<Workers> make_worker_pool(unsigned threads) {
    return std::make_unique<WorkerPool>(threads);
}

std::unique_ptr<Workers> make_inline_workers() {
    return std::make_unique<InlineWorkers>();
}

}  // namespace faultline::runtime
