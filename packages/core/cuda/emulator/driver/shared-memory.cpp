#include "shared-memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

#include "../device/collectives.h"
#include "sanitizer.h"

namespace kd_emulator {

extern char sharedBegin[64];
extern char sharedEnd[64];

namespace {

constexpr std::size_t maxSharedBytes = 256 << 10;

std::byte* shared;
unsigned allotted;

}  // namespace

bool reserveShared() {
  if (shared != nullptr) return true;
  const std::size_t page = std::size_t(sysconf(_SC_PAGESIZE));
  void* memory =
      mmap(nullptr, maxSharedBytes + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return false;
  shared = static_cast<std::byte*>(memory);
  mprotect(shared + maxSharedBytes, page, PROT_NONE);
  return true;
}

void allotShared(unsigned dynamicBytes) {
  allotted = dynamicBytes;
  poison(shared, maxSharedBytes);
  unpoison(dynamicShared(), dynamicBytes);
}

void scrambleDynamic() {
  if (allotted > 0) std::memset(dynamicShared(), 0xff, allotted);
}

void scrambleVariables() {
#if !KD_SANITIZED && defined(__ELF__)
  char* begin = sharedBegin;
  char* end = sharedEnd;
  // The linker keeps the order of objects within .bss; one that does not is left alone.
  asm("" : "+r"(begin), "+r"(end));
  if (begin < end && end - begin < 16 << 20) std::memset(begin, 0xff, std::size_t(end - begin));
#endif
}

/** Ends at memory that cannot be touched, give or take the alignment. */
void* dynamicShared() { return shared + maxSharedBytes - (allotted + 15) / 16 * 16; }

}  // namespace kd_emulator
