// Threads of the operating system, for threads.cpp.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#if defined(_WIN32)
#include <windows.h>
#elif defined(__APPLE__)
#include <dlfcn.h>
#endif

namespace kd {

/** Times that a thread looks for work before it sleeps. */
constexpr int kWatch = 2000;

static inline void pause() {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/** The workers outlive whoever loaded the library: its code must stay mapped when it is closed. On Linux the linker sees to that. */
static void stayMapped() {
#if defined(_WIN32)
  HMODULE self;
  GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
                     reinterpret_cast<LPCWSTR>(&stayMapped), &self);
#elif defined(__APPLE__)
  Dl_info self;
  if (dladdr(reinterpret_cast<void*>(&stayMapped), &self) != 0) dlopen(self.dli_fname, RTLD_LAZY | RTLD_NODELETE);
#endif
}

/** Starts a thread that calls serve(index), which does not return; false where the system gives none. */
static inline bool startThread(int index, void (*serve)(int)) {
  if (index == 0) stayMapped();
  try {
    std::thread(serve, index).detach();
  } catch (const std::system_error&) {
    return false;
  }
  return true;
}

/** A count of rings that threads wait on, asleep. */
class Bell {
 public:
  std::uint32_t rings() const { return rings_.load(std::memory_order_acquire); }

  void ring() {
    rings_.fetch_add(1);
    if (sleepers_.load() == 0) return;
    std::lock_guard lock(mutex_);
    wake_.notify_all();
  }

  /** Sleeps until there are more rings than were seen. */
  void sleep(std::uint32_t seen) {
    std::unique_lock lock(mutex_);
    sleepers_.fetch_add(1);
    wake_.wait(lock, [&] { return rings_.load() != seen; });
    sleepers_.fetch_sub(1);
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<int> sleepers_{0};
  alignas(64) std::atomic<std::uint32_t> rings_{0};
};

/** Whether a thread has ended in the midst of a task. */
static inline bool hasLostThread() { return false; }

}  // namespace kd
