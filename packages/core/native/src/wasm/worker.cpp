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

/** Says that a worker has ended in the midst of a task, by an error whose text is at an address, so that no thread waits for it. */
extern "C" void kd_lose_worker(const char* text) { kd::lostThread.store(text); }

/** The text of the worker that ended so last; null where none has. */
extern "C" const char* kd_lost_worker() { return kd::lostThread.load(); }

#endif
