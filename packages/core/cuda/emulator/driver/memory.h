// Memory that the emulator hands out: each piece in a mapping of its own, between pages that cannot be touched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace kd_emulator {

enum class Origin { device, deviceAsync, graph, host };

struct Allocation {
  std::uintptr_t address;
  std::size_t bytes;
  Origin origin;
  int device;
  /** Counted from the first allocation of the process. */
  std::uint64_t number;
  /** False for what a graph allocates while the graph has not run. */
  bool live;
  std::byte* mapping;
  std::size_t mapped;
};

/** New memory whose bytes are all 0xff, not a number as floats; null when the host has no more. */
Allocation* allocate(std::size_t bytes, Origin origin, int device);

/** The allocation that begins at an address, or null. */
Allocation* allocationAt(std::uintptr_t address);

/** The allocation that an address lies in, or null. */
Allocation* allocationOf(std::uintptr_t address);

/** Whether a range lies in one live allocation. */
bool contained(std::uintptr_t address, std::size_t bytes);

/** Takes memory back; for a while every access to it faults. */
void release(Allocation* allocation);

/** Fills memory with 0xff again. */
void scramble(Allocation* allocation);

/** Tells of an allocation around which something was written, and mends it; empty when all are whole. */
std::string brokenAllocation();
/** The same of those allocations alone that the words of a kernel's parameters point into. */
std::string brokenAllocation(const std::byte* parameters, std::size_t bytes);
std::string brokenAllocation(Allocation& allocation);

/** What lies at an address that a kernel must not touch, in words. */
std::string describe(std::uintptr_t address);

/** Lists what has not been freed, of a device or, for -1, of all. */
std::string listLive(int device);

/** Takes back all memory of a device. */
void releaseAll(int device);

}  // namespace kd_emulator
