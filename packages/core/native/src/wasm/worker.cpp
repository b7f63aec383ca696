// What workers call, each in an instance of its own.
#if defined(__wasm_atomics__)

#include "threads.h"

/** Serves the pool; it does not return. */
extern "C" __attribute__((visibility("default"))) void kd_serve(int index) { kd::serveThread(index); }

/** Says that a worker has ended in the midst of a task, by an error, so that no thread waits for it. */
extern "C" __attribute__((visibility("default"))) void kd_lose_worker() { kd::lostThread.store(true); }

#endif
