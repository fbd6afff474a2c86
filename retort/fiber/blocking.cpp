// The pool for blocking work: threads are made when work waits, and leave after some idle seconds.
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "retort/fiber/fiber.hpp"

namespace retort::fibers::detail {
namespace {

struct Job {
    const std::function<void()>& work;
    Parker done;
    std::exception_ptr failure;
    Job* next = nullptr;
};

/// Signals belong to the program's own threads.
class SignalsBlocked {
  public:
    SignalsBlocked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  private:
    sigset_t before_;
};

class BlockingPool {
  public:
    void submit(Job& job);

  private:
    void serve();
    Job* next_job();
    void start_thread();

    static constexpr std::chrono::seconds patience{10};
    const std::size_t most_threads_ = std::max<std::size_t>(32, 4 * std::thread::hardware_concurrency());
    std::mutex mutex_;
    std::condition_variable arrived_;
    Job* first_ = nullptr;
    Job* last_ = nullptr;
    std::size_t queued_ = 0;
    std::size_t threads_ = 0;
    std::size_t idle_ = 0;
};

void BlockingPool::submit(Job& job) {
    std::lock_guard lock{mutex_};
    if (idle_ <= queued_ && threads_ < most_threads_) start_thread();
    (last_ != nullptr ? last_->next : first_) = &job;
    last_ = &job;
    ++queued_;
    arrived_.notify_one();
}

void BlockingPool::start_thread() {
    SignalsBlocked guard;
    try {
        std::thread([this] { serve(); }).detach();
        ++threads_;
    } catch (...) {
        if (threads_ == 0) throw;
    }
}

Job* BlockingPool::next_job() {
    std::unique_lock lock{mutex_};
    ++idle_;
    const bool found = arrived_.wait_for(lock, patience, [this] { return first_ != nullptr; });
    --idle_;
    if (!found) {
        --threads_;
        return nullptr;
    }
    Job* job = first_;
    first_ = job->next;
    if (first_ == nullptr) last_ = nullptr;
    --queued_;
    return job;
}

void BlockingPool::serve() {
    while (Job* job = next_job()) {
        try {
            job->work();
        } catch (...) {
            job->failure = std::current_exception();
        }
        job->done.unpark();
    }
}

// Never destroyed: its threads may outlive static objects.
BlockingPool& pool() {
    static auto* pool = new BlockingPool;
    return *pool;
}

/// Where there is no pool, as in a test client, the work sees no request either.
class ContextHidden {
  public:
    ContextHidden() : context_(std::exchange(local(Local::web_context), nullptr)) {}
    ~ContextHidden() { local(Local::web_context) = context_; }
    ContextHidden(const ContextHidden&) = delete;
    ContextHidden& operator=(const ContextHidden&) = delete;

  private:
    void* context_;
};

}  // namespace

void run_blocking(std::function<void()> work) {  // NOLINT: the caller waits for it
    if (!in_fiber()) {
        ContextHidden hidden;
        return work();
    }
    Job job{work, {}, {}, nullptr};
    pool().submit(job);
    job.done.park();
    if (job.failure) std::rethrow_exception(job.failure);
}

}  // namespace retort::fibers::detail
