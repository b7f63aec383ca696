#include "threads.h"

#include <atomic>
#include <cstdint>
#include <new>

#if defined(__wasm__)
#include "wasm/threads.h"
#else
#include "host-threads.h"
#endif

namespace kd {
namespace {

thread_local bool insideTask = false;

/** Threads that take part in a job at most. */
constexpr int kMaxSeats = 256;

/** Looks before a thread takes tasks from the share of another, which is about to finish it more often than not. */
constexpr int kPatience = kWatch / 100;

/** Tasks are numbered across jobs, each job's from where the one before it ended, so that a count never has to be set back. */
using TaskNumber = std::uint64_t;

/** Where one thread takes its tasks from, the same share of them in each job of as many, so that what it works on stays in its caches. */
struct alignas(64) Seat {
  /** The next task of the share; less where it is the first. Other threads write it to take tasks away. */
  std::atomic<TaskNumber> next{0};
  /** Tasks of any share and job that the thread has done. In a line of its own: others read it while the thread takes tasks. */
  alignas(64) std::atomic<TaskNumber> done{0};
};

struct Job {
  void (*body)(void*, Size);
  void* context;
  TaskNumber first;
  Size tasks;
  int seats;

  TaskNumber begin(int seat) const { return first + static_cast<TaskNumber>(tasks) * seat / seats; }
};

/**
 * What the job is, in the one line that workers watch, so that a job reaches them with it. Its version is odd while it is written;
 * a worker that reads in between reads again.
 */
class alignas(64) Announcement {
 public:
  std::uint32_t version() const { return version_.load(std::memory_order_acquire); }

  /** Whether there is none newer than that, known even to a thread that says before that it is about to sleep. */
  bool isLatest(std::uint32_t version) const { return version_.load() == version; }

  void write(const Job& job) {
    const std::uint32_t version = version_.load(std::memory_order_relaxed);
    version_.store(version + 1, std::memory_order_relaxed);
    body_.store(job.body, std::memory_order_release);
    context_.store(job.context, std::memory_order_release);
    first_.store(job.first, std::memory_order_release);
    tasks_.store(job.tasks, std::memory_order_release);
    seats_.store(job.seats, std::memory_order_release);
    version_.store(version + 2);
  }

  /** False while it is written. */
  bool read(Job& job, std::uint32_t& version) const {
    version = this->version();
    job.body = body_.load(std::memory_order_acquire);
    job.context = context_.load(std::memory_order_acquire);
    job.first = first_.load(std::memory_order_acquire);
    job.tasks = tasks_.load(std::memory_order_acquire);
    job.seats = seats_.load(std::memory_order_acquire);
    return version % 2 == 0 && this->version() == version;
  }

 private:
  std::atomic<std::uint32_t> version_{0};
  std::atomic<int> seats_{0};
  std::atomic<void (*)(void*, Size)> body_{nullptr};
  std::atomic<void*> context_{nullptr};
  std::atomic<TaskNumber> first_{0};
  std::atomic<Size> tasks_{0};
};

/**
 * One job at a time. Each thread does its own share of the tasks, then helps the others, so the caller never waits for a worker that has
 * not started: with all workers asleep or pushed off their cores it does everything itself.
 *
 * A line of memory takes 50 to 250 ns from core to core, as long as a small task, so a job needs two such ways in all: the announcement
 * to a worker and its count of tasks back. A worker that comes late does no harm: the tasks of its job have all been taken, and
 * numbers of tasks never return.
 */
class Pool {
 public:
  void setCount(int count) { wanted_.store(count < 1 ? 1 : count, std::memory_order_relaxed); }
  int count() const { return wanted_.load(std::memory_order_relaxed); }

  void run(Size tasks, void (*body)(void*, Size), void* context) {
    const int wanted = count();
    if (tasks <= 1 || wanted == 1 || insideTask || busy_.exchange(true, std::memory_order_acquire)) {
      const bool before = insideTask;
      insideTask = true;
      for (Size task = 0; task < tasks; task++) body(context, task);
      insideTask = before;
      return;
    }
    int seats = wanted < kMaxSeats ? wanted : kMaxSeats;
    if (tasks < seats) seats = static_cast<int>(tasks);
    while (started_ < seats - 1 && start()) continue;
    if (seats > started_ + 1) seats = started_ + 1;
    const Job job{body, context, end_, tasks, seats};
    end_ += static_cast<TaskNumber>(tasks);
    announcement_.write(job);
    bell_.ring();
    take(job, 0, 0);
    for (int looks = 0; looks < kPatience && !isDone(job); looks++) pause();
    if (!isDone(job)) help(job, 0);
    for (int looks = 0; !isDone(job); looks++) awaitWorkers(looks);
    busy_.store(false, std::memory_order_release);
  }

  /** Watches for a job for a moment, as the next kernel of a step comes soon, then sleeps. */
  void serve(int index) {
    const int own = index + 1;
    std::uint32_t seen = 0;
    Job job;
    for (;;) {
      if (!watch(seen, kWatch)) bell_.sleep([&] { return !announcement_.isLatest(seen); });
      while (!announcement_.read(job, seen)) pause();
      if (own >= job.seats) continue;
      take(job, own, own);
      if (!watch(seen, kPatience)) help(job, own);
    }
  }

 private:
  /** Whether there is a newer job than that one within so many looks. */
  bool watch(std::uint32_t seen, int looks) const {
    for (int i = 0; i < looks; i++) {
      if (announcement_.version() != seen) return true;
      pause();
    }
    return false;
  }

  /** Does tasks of a seat's share, by the thread of the seat `own`, until there are none. */
  void take(const Job& job, int seat, int own) {
    const TaskNumber begin = job.begin(seat), end = job.begin(seat + 1);
    std::atomic<TaskNumber>& next = seats_[seat].next;
    TaskNumber done = 0;
    insideTask = true;
    TaskNumber reached = next.load(std::memory_order_relaxed);
    while (reached < end) {
      const TaskNumber task = reached < begin ? begin : reached;
      if (!next.compare_exchange_weak(reached, task + 1, std::memory_order_relaxed)) continue;
      job.body(job.context, static_cast<Size>(task - job.first));
      done++;
      reached = task + 1;
    }
    insideTask = false;
    if (done == 0) return;
    std::atomic<TaskNumber>& count = seats_[own].done;
    count.store(count.load(std::memory_order_relaxed) + done, std::memory_order_release);
  }

  void help(const Job& job, int own) {
    for (int i = 1; i < job.seats; i++) take(job, (own + i) % job.seats, own);
  }

  /** Whether each task of a job is done, and so each of all before it. */
  bool isDone(const Job& job) const {
    TaskNumber done = 0;
    for (int seat = 0; seat <= started_; seat++) done += seats_[seat].done.load(std::memory_order_acquire);
    return done == job.first + static_cast<TaskNumber>(job.tasks);
  }

  /** Where the system gives no more threads, those that there are do the work. */
  bool start();

  static void awaitWorkers(int looks) {
    if (hasLostThread()) __builtin_trap();
    if (looks < kWatch) pause();
    else giveWay();
  }

  std::atomic<int> wanted_{1};
  int started_ = 0;
  /** Where the tasks of all jobs until now end. */
  TaskNumber end_ = 0;
  std::atomic<bool> busy_{false};
  Bell bell_;
  Announcement announcement_;
  Seat seats_[kMaxSeats];
};

/** Never destroyed: workers may still be asleep in it when the process ends. */
Pool& pool() {
  static Pool* instance = new Pool;
  return *instance;
}

bool Pool::start() {
  if (!startThread(started_, [](int index) { pool().serve(index); })) {
    setCount(started_ + 1);
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
