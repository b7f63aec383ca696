// What workers call, each in an instance of its own.
#if defined(__wasm_atomics__)

#include "threads.h"

namespace {
std::atomic<int> workers{0};
}

/** Serves the pool; it does not return. */
extern "C" void kd_serve(int index) {
  workers.fetch_add(1);
  kd::serveThread(index);
}

/** Workers that have come up. */
extern "C" int kd_workers() { return workers.load(); }

/** Says that a worker has ended in the midst of a task, by an error, so that no thread waits for it. */
extern "C" void kd_lose_worker() { kd::lostThread.store(true); }

#endif
