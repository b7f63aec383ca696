// Runs the threads of a launch.
#pragma once

#include <cstdint>
#include <string>

#include "../device/vectors.h"
#include "kernel.h"

namespace kd_emulator {

struct Launch {
  const Kernel* kernel;
  dim3 grid;
  dim3 block;
  unsigned sharedBytes;
  /** Whether the kernel has `__shared__` variables of its own. */
  bool ownShared;
  const void* parameters;
};

enum class Ending { done, diverged, faulted, trapped, noMemory };

struct Outcome {
  Ending ending = Ending::done;
  /** What went wrong and where: kernel, block, threads, lines. */
  std::string message;
  /** The address that a fault was about. */
  std::uintptr_t address = 0;
};

/** Runs all threads of all blocks. In reverse order, threads that need a barrier they have not are likelier to give other results. */
Outcome runGrid(const Launch& launch, bool reverse);

}  // namespace kd_emulator
