// Signals of the processor while kernels run.
#pragma once

#include <signal.h>

#include <cstdint>

namespace kd_emulator {

/** Told of a fault of the launching thread, on a stack of its own since a fiber's may be full; does not return. */
using FaultHandler = void (*)(int signal, std::uintptr_t address);

/** Catches faults while it lives; those of other threads go where they went before. AddressSanitizer has better reports. */
class FaultTrap {
 public:
  explicit FaultTrap(FaultHandler handler);
  ~FaultTrap();
  FaultTrap(const FaultTrap&) = delete;
  FaultTrap& operator=(const FaultTrap&) = delete;

 private:
  stack_t formerStack_{};
};

}  // namespace kd_emulator
