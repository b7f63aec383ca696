// What the engine asks of the C++ library.
#include <atomic>
#include <new>

#include "heap.h"

namespace {
std::atomic<std::size_t> refused{0};
}

void* operator new(std::size_t bytes) {
  void* memory = kd_allocate(bytes);
  if (memory == nullptr) {
    refused.store(bytes);
    __builtin_trap();
  }
  return memory;
}

/** Bytes of its own that the engine needed and did not get, which is a trap; 0 where it got all. */
extern "C" std::size_t kd_refused_bytes() { return refused.load(); }

void* operator new(std::size_t bytes, std::align_val_t) { return operator new(bytes); }

void operator delete(void* memory) noexcept { kd_free(memory); }
void operator delete(void* memory, std::size_t) noexcept { kd_free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { kd_free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { kd_free(memory); }

/** Threads end with the module and its memory, so that nothing is left to destroy. */
extern "C" int __cxa_thread_atexit(void (*)(void*), void*, void*) { return 0; }
