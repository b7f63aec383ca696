// Workers of the JavaScript host, for ../threads.cpp: each has an instance of the module on the same memory. Without shared memory there
// are none. src/backend/wasm/workers.ts is their other half.
#pragma once

#include <atomic>
#include <cstdint>

#include "heap.h"

namespace kd {

/** Times that a thread looks for work before it sleeps; about 60 µs, as there is no instruction to pause. */
constexpr int kWatch = 100000;

static inline void pause() {}
static inline void giveWay() {}

#if defined(__wasm_atomics__)

/** Asks the host for a worker that takes its thread-local memory and its stack and calls kd_serve(index); 0 where there is none. */
extern "C" __attribute__((import_module("kindling"), import_name("start_worker"))) int kd_start_worker(int index, void* locals,
                                                                                                       void* stack);

/** What kd_serve calls. */
inline void (*serveThread)(int) = nullptr;
/** What a worker that ended in the midst of a task says of it; null where none has. */
inline std::atomic<const char*> lostThread{nullptr};

/** Starts a thread that calls serve(index), which does not return; false where the host gives none. */
static inline bool startThread(int index, void (*serve)(int)) {
  constexpr std::size_t kStack = std::size_t{1} << 18;
  const std::size_t locals = (__builtin_wasm_tls_size() + 63) / 64 * 64;
  auto* memory = static_cast<char*>(kd_allocate(locals + kStack));
  if (memory == nullptr) return false;
  serveThread = serve;
  if (kd_start_worker(index, memory, memory + locals + kStack) != 0) return true;
  kd_free(memory);
  return false;
}

/** Wakes threads that have nothing to do. */
class Bell {
 public:
  /** Called after something has changed, in the single order of all such changes, that threads sleep for. */
  void ring() {
    if (sleepers_.load() == 0) return;
    rings_.fetch_add(1);
    __builtin_wasm_memory_atomic_notify(address(), UINT32_MAX);
  }

  /** Sleeps until that is so. */
  template <class Condition> void sleep(Condition condition) {
    sleepers_.fetch_add(1);
    for (;;) {
      const std::uint32_t rings = rings_.load();
      if (condition()) break;
      __builtin_wasm_memory_atomic_wait32(address(), static_cast<int>(rings), -1);
    }
    sleepers_.fetch_sub(1);
  }

 private:
  int* address() { return reinterpret_cast<int*>(&rings_); }

  alignas(64) std::atomic<int> sleepers_{0};
  std::atomic<std::uint32_t> rings_{0};
};

/** Whether the host knows of a worker that has ended, for whatever reason. */
extern "C" __attribute__((import_module("kindling"), import_name("worker_ended"))) int kd_worker_ended();

/** Asked by a thread that waits for the others; the host is, once in a while: after some tens of milliseconds. */
static inline bool hasLostThread() {
  constexpr std::uint32_t kWaits = 1 << 22;
  static std::uint32_t waits = 0;
  if (lostThread.load(std::memory_order_relaxed) != nullptr) return true;
  return ++waits % kWaits == 0 && kd_worker_ended() != 0;
}

#else

static inline bool startThread(int, void (*)(int)) { return false; }

class Bell {
 public:
  void ring() {}
  template <class Condition> void sleep(Condition) {}
};

static inline bool hasLostThread() { return false; }

#endif

}  // namespace kd
