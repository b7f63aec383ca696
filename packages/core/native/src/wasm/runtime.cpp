// What the engine asks of the C++ library, on a C library whose malloc takes one thread at a time.
#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<bool> taken{false};

struct Turn {
  Turn() {
    while (taken.exchange(true, std::memory_order_acquire)) continue;
  }
  ~Turn() { taken.store(false, std::memory_order_release); }
};

}  // namespace

void* operator new(std::size_t bytes, std::align_val_t alignment) {
  const Turn turn;
  const auto step = static_cast<std::size_t>(alignment);
  void* memory = std::aligned_alloc(step, (bytes + step - 1) / step * step);
  if (memory == nullptr) __builtin_trap();
  return memory;
}

void* operator new(std::size_t bytes) { return operator new(bytes, std::align_val_t{16}); }

void operator delete(void* memory) noexcept {
  const Turn turn;
  std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { operator delete(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { operator delete(memory); }

/** Threads end with the module and its memory, so that nothing is left to destroy. */
extern "C" int __cxa_thread_atexit(void (*)(void*), void*, void*) { return 0; }
