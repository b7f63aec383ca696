// Computations with stacks of their own that hand the processor to one another.
#pragma once

#include <cstddef>

namespace kd_emulator {

struct Fiber {
  void* stackPointer = nullptr;
  /** The lowest address of the stack, above its guard page; null for the thread's own stack. */
  std::byte* stack = nullptr;
  std::size_t stackBytes = 0;
  /** AddressSanitizer's record of the stack while the fiber does not run. */
  void* shadow = nullptr;
};

/** Gives a fiber a stack, once, and sets it to begin at `entry`; what ran on it before is forgotten. False without memory. */
bool begin(Fiber& fiber, void (*entry)());

/** Suspends `from` and goes on with `to`; returns when something switches back. */
void switchFiber(Fiber& from, Fiber& to);

/** To be called first in a fiber that has just begun. */
void arrived();

}  // namespace kd_emulator
