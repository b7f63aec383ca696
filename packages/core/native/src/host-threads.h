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

/** Lets another thread have the core, such as one that is waited for. */
static inline void giveWay() { std::this_thread::yield(); }

/** Wakes threads that have nothing to do. */
class Bell {
 public:
  /** Called after something has changed, in the single order of all such changes, that threads sleep for. */
  void ring() {
    if (sleepers_.load() == 0) return;
    std::lock_guard lock(mutex_);
    wake_.notify_all();
  }

  /** Sleeps until that is so. */
  template <class Condition> void sleep(Condition condition) {
    std::unique_lock lock(mutex_);
    sleepers_.fetch_add(1);
    wake_.wait(lock, condition);
    sleepers_.fetch_sub(1);
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  alignas(64) std::atomic<int> sleepers_{0};
};

/** Whether a thread has ended in the midst of a task. */
static inline bool hasLostThread() { return false; }

}  // namespace kd
