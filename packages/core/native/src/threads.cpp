#include "threads.h"

#include <atomic>
#include <new>

#if defined(__wasm__)
#include "wasm/threads.h"
#else
#include "host-threads.h"
#endif

namespace kd {
namespace {

thread_local bool insideTask = false;

/** Consecutive tasks of a job, which threads claim from a counter. */
struct alignas(64) Share {
  std::atomic<Size> next{0};
  Size end = 0;
};

/** Shares of a job at most; more threads than that help the others. */
constexpr Size kMaxShares = 64;

/**
 * One job at a time. Each thread has a share of the tasks, the same in every job of as many, so that what it works on stays in its caches
 * from one job to the next; then it helps the others. So the caller never waits for a worker that has not started: with all workers asleep
 * or pushed off their cores it does everything itself.
 */
class Pool {
 public:
  void setCount(int count) { wanted_ = count < 1 ? 1 : count; }
  int count() const { return wanted_; }

  void run(Size tasks, void (*body)(void*, Size), void* context) {
    const int helpers = wanted_ - 1;
    if (tasks <= 1 || helpers == 0 || insideTask || busy_.exchange(true, std::memory_order_acquire)) {
      const bool before = insideTask;
      insideTask = true;
      for (Size task = 0; task < tasks; task++) body(context, task);
      insideTask = before;
      return;
    }
    while (started_ < helpers && start()) continue;
    body_ = body;
    context_ = context;
    helpers_ = helpers;
    shares_ = tasks < helpers + 1 ? tasks : helpers + 1;
    if (shares_ > kMaxShares) shares_ = kMaxShares;
    for (Size i = 0; i < shares_; i++) {
      share_[i].next.store(tasks * i / shares_, std::memory_order_relaxed);
      share_[i].end = tasks * (i + 1) / shares_;
    }
    done_.store(0, std::memory_order_relaxed);
    open_.store(true);
    bell_.ring();
    work(0);
    while (done_.load(std::memory_order_acquire) < tasks) awaitWorkers();
    // A worker that comes late must find the job closed before its fields change for the next one.
    open_.store(false);
    while (visitors_.load() > 0) awaitWorkers();
    busy_.store(false, std::memory_order_release);
  }

  /** Watches for a job for a moment, as the next kernel of a step comes soon, then sleeps. */
  void serve(int index) {
    std::uint32_t seen = 0;
    for (;;) {
      for (int watched = 0; bell_.rings() == seen && watched < kWatch; watched++) pause();
      if (bell_.rings() == seen) bell_.sleep(seen);
      seen = bell_.rings();
      visitors_.fetch_add(1);
      if (open_.load() && index < helpers_) work(index + 1);
      visitors_.fetch_sub(1);
    }
  }

 private:
  void work(Size own) {
    insideTask = true;
    Size finished = 0;
    for (Size i = 0; i < shares_; i++) {
      Share& share = share_[(own + i) % shares_];
      while (share.next.load(std::memory_order_relaxed) < share.end) {
        const Size task = share.next.fetch_add(1, std::memory_order_relaxed);
        if (task >= share.end) break;
        body_(context_, task);
        finished++;
      }
    }
    insideTask = false;
    done_.fetch_add(finished, std::memory_order_release);
  }

  /** Where the system gives no more threads, those that there are do the work. */
  bool start();

  static void awaitWorkers() {
    if (hasLostThread()) __builtin_trap();
    pause();
  }

  int wanted_ = 1;
  int started_ = 0;
  std::atomic<bool> busy_{false};
  void (*body_)(void*, Size) = nullptr;
  void* context_ = nullptr;
  int helpers_ = 0;
  Bell bell_;
  std::atomic<bool> open_{false};
  Size shares_ = 0;
  Share share_[kMaxShares];
  alignas(64) std::atomic<Size> done_{0};
  alignas(64) std::atomic<int> visitors_{0};
};

/** Never destroyed: workers may still be asleep in it when the process ends. */
Pool& pool() {
  static Pool* instance = new Pool;
  return *instance;
}

bool Pool::start() {
  if (!startThread(started_, [](int index) { pool().serve(index); })) {
    wanted_ = started_ + 1;
    return false;
  }
  started_++;
  return true;
}

struct Scratch {
  void* data = nullptr;
  std::size_t size = 0;
  ~Scratch() { ::operator delete(data, std::align_val_t{64}); }
};

constexpr int kScratchSlots = 6;
thread_local Scratch slots[kScratchSlots];

}  // namespace

void setThreadCount(int count) { pool().setCount(count); }

int threadCount() { return pool().count(); }

void runTasks(Size count, void (*body)(void*, Size), void* context) { pool().run(count, body, context); }

bool worthSharing(double nanoseconds) {
  constexpr double kWorthwhile = 10000;
  return nanoseconds > kWorthwhile && !insideTask && threadCount() > 1;
}

void* scratch(int slot, std::size_t bytes) {
  Scratch& own = slots[slot];
  if (own.size < bytes) {
    ::operator delete(own.data, std::align_val_t{64});
    own.size = bytes + bytes / 2;
    own.data = ::operator new(own.size, std::align_val_t{64});
  }
  return own.data;
}

}  // namespace kd
