#include "fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

#include "sanitizer.h"

#if defined(__APPLE__)
#define KD_SYMBOL "_kd_switch_stack"
#else
#define KD_SYMBOL "kd_switch_stack"
#endif

/** Saves the registers that a call preserves, stores the stack pointer in `*from`, and returns on the stack `to`. */
extern "C" void kd_switch_stack(void** from, void* to);

#if defined(__x86_64__)
asm(".text\n"
    ".globl " KD_SYMBOL "\n"
#if !defined(__APPLE__)
    ".hidden " KD_SYMBOL "\n"
#endif
    KD_SYMBOL ":\n"
    "  pushq %rbp\n"
    "  pushq %rbx\n"
    "  pushq %r12\n"
    "  pushq %r13\n"
    "  pushq %r14\n"
    "  pushq %r15\n"
    "  movq %rsp, (%rdi)\n"
    "  movq %rsi, %rsp\n"
    "  popq %r15\n"
    "  popq %r14\n"
    "  popq %r13\n"
    "  popq %r12\n"
    "  popq %rbx\n"
    "  popq %rbp\n"
    "  retq\n");
/** Words on a fresh stack: six registers, the entry, and the return address it must never use. */
static constexpr int freshWords = 8;
static constexpr int entryWord = 6;
#elif defined(__aarch64__)
asm(".text\n"
    ".globl " KD_SYMBOL "\n"
#if !defined(__APPLE__)
    ".hidden " KD_SYMBOL "\n"
#endif
    ".p2align 2\n" KD_SYMBOL ":\n"
    "  sub sp, sp, #160\n"
    "  stp x19, x20, [sp, #0]\n"
    "  stp x21, x22, [sp, #16]\n"
    "  stp x23, x24, [sp, #32]\n"
    "  stp x25, x26, [sp, #48]\n"
    "  stp x27, x28, [sp, #64]\n"
    "  stp x29, x30, [sp, #80]\n"
    "  stp d8, d9, [sp, #96]\n"
    "  stp d10, d11, [sp, #112]\n"
    "  stp d12, d13, [sp, #128]\n"
    "  stp d14, d15, [sp, #144]\n"
    "  mov x9, sp\n"
    "  str x9, [x0]\n"
    "  mov sp, x1\n"
    "  ldp x19, x20, [sp, #0]\n"
    "  ldp x21, x22, [sp, #16]\n"
    "  ldp x23, x24, [sp, #32]\n"
    "  ldp x25, x26, [sp, #48]\n"
    "  ldp x27, x28, [sp, #64]\n"
    "  ldp x29, x30, [sp, #80]\n"
    "  ldp d8, d9, [sp, #96]\n"
    "  ldp d10, d11, [sp, #112]\n"
    "  ldp d12, d13, [sp, #128]\n"
    "  ldp d14, d15, [sp, #144]\n"
    "  add sp, sp, #160\n"
    "  ret\n");
/** Words on a fresh stack: the registers as they are saved, x30 (where to return) the twelfth. */
static constexpr int freshWords = 20;
static constexpr int entryWord = 11;
#else
#error "the emulator switches stacks on x86-64 and arm64"
#endif

namespace kd_emulator {

#if KD_SANITIZED
static constexpr std::size_t stackBytes = 512 << 10;
#else
static constexpr std::size_t stackBytes = 128 << 10;
#endif

/** Stacks that began at the same place of their pages would contend for the same lines of the cache. */
static std::size_t colour(const std::byte* stack) {
  return reinterpret_cast<std::uintptr_t>(stack) / stackBytes * 7 % 64 * 64;
}

bool begin(Fiber& fiber, void (*entry)()) {
  if (fiber.stack == nullptr) {
    const std::size_t page = std::size_t(sysconf(_SC_PAGESIZE));
    void* memory = mmap(nullptr, page + stackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return false;
    mprotect(memory, page, PROT_NONE);
    fiber.stack = static_cast<std::byte*>(memory) + page;
    fiber.stackBytes = stackBytes;
  }
  unpoison(fiber.stack, fiber.stackBytes);
  fiber.shadow = nullptr;
  auto* words = reinterpret_cast<std::uintptr_t*>(fiber.stack + fiber.stackBytes - colour(fiber.stack)) - freshWords;
  for (int i = 0; i < freshWords; i++) words[i] = 0;
  words[entryWord] = reinterpret_cast<std::uintptr_t>(entry);
  fiber.stackPointer = words;
  return true;
}

/** Who switched last. */
[[maybe_unused]] static Fiber* switcher;

/** Tells AddressSanitizer which stack is in use, and learns from it where the switcher's lies if that is a thread's own. */
static void landed([[maybe_unused]] void* shadow) {
#if KD_SANITIZED
  const void* stack;
  std::size_t bytes;
  __sanitizer_finish_switch_fiber(shadow, &stack, &bytes);
  if (switcher->stack == nullptr) {
    switcher->stack = static_cast<std::byte*>(const_cast<void*>(stack));
    switcher->stackBytes = bytes;
  }
#endif
}

void switchFiber(Fiber& from, Fiber& to) {
#if KD_SANITIZED
  switcher = &from;
  __sanitizer_start_switch_fiber(&from.shadow, to.stack, to.stackBytes);
#endif
  kd_switch_stack(&from.stackPointer, to.stackPointer);
  landed(from.shadow);
}

void arrived() { landed(nullptr); }

}  // namespace kd_emulator
