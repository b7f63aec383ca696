// Checks that each task of a job runs exactly once and is done when its job is, with jobs of two callers at once, numbers of threads that
// change from job to job, workers that have gone to sleep, and workers that are late.
#include "../src/threads.h"

#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

namespace {

using namespace kd;

/** Jobs of one caller, drawn from a seed; how many went wrong. */
int runJobs(unsigned seed, int jobs) {
  unsigned state = seed;
  const auto below = [&](unsigned end) {
    state = state * 1664525 + 1013904223;
    return (state >> 8) % end;
  };
  const auto rest = [](int microseconds) { std::this_thread::sleep_for(std::chrono::microseconds(microseconds)); };
  std::vector<long> runs(64);
  int failures = 0;
  for (int job = 0; job < jobs; job++) {
    if (below(7) == 0) setThreadCount(static_cast<int>(1 + below(5)));
    if (below(500) == 0) rest(300);
    const Size tasks = 1 + below(40);
    const bool slow = below(30) == 0;
    for (Size task = 0; task < tasks; task++) runs[task] = job;
    parallel(tasks, [&](Size task) {
      if (slow && task % 4 == 0) rest(50);
      runs[task] = runs[task] * 3 + task;
    });
    for (Size task = 0; task < tasks; task++) failures += runs[task] != job * 3L + task;
  }
  return failures;
}

}  // namespace

int main() {
  setThreadCount(3);
  int failures = 0;
  std::thread other([&] { failures = runJobs(7, 20000); });
  const int own = runJobs(3, 20000);
  other.join();
  failures += own;
  std::printf("threads: %d failures\n", failures);
  return failures == 0 ? 0 : 1;
}
