// What the driver needs to know of a module's PTX. The instructions are not read: the same kernels run as host code.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace kd_emulator {

struct PtxEntry {
  std::string name;
  std::size_t parameterBytes = 0;
  unsigned parameterCount = 0;
  /** Bytes of the kernel's own `.shared` variables. */
  std::size_t sharedBytes = 0;
  /** From `.maxntid` or `.reqntid`; 1024 without. */
  unsigned maxThreads = 1024;
};

struct Ptx {
  /** Major and minor version as one number: 8.4 is 84. */
  int version = 0;
  /** The compute capability of the target: 75, 80, 90. */
  int target = 0;
  std::vector<PtxEntry> entries;
  /** What makes the text no PTX; empty when it is. */
  std::string problem;
};

Ptx readPtx(const char* text);

/** The first driver, as cuDriverGetVersion counts, that takes a version of PTX. */
int driverForPtx(int version);

}  // namespace kd_emulator
