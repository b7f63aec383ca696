// AddressSanitizer's view of memory that the emulator hands out itself.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define KD_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KD_SANITIZED 1
#endif
#endif
#ifndef KD_SANITIZED
#define KD_SANITIZED 0
#endif

#if KD_SANITIZED
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace kd_emulator {

inline void poison([[maybe_unused]] const void* address, [[maybe_unused]] std::size_t bytes) {
#if KD_SANITIZED
  ASAN_POISON_MEMORY_REGION(address, bytes);
#endif
}

inline void unpoison([[maybe_unused]] const void* address, [[maybe_unused]] std::size_t bytes) {
#if KD_SANITIZED
  ASAN_UNPOISON_MEMORY_REGION(address, bytes);
#endif
}

}  // namespace kd_emulator
