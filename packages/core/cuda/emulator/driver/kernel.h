// The kernels compiled into this library. The code that build.mjs generates registers each by name.
#pragma once

#include <cstddef>

namespace kd_emulator {

struct Kernel {
  const char* name;
  /** Runs one thread with the parameter struct at an address. */
  void (*run)(const void* parameters);
  std::size_t parameterBytes;
};

const Kernel* findKernel(const char* name);

struct Registration {
  explicit Registration(const Kernel& kernel);
};

template <auto function>
struct KernelOf;

template <typename Parameters, void (*function)(Parameters)>
struct KernelOf<function> {
  static_assert(sizeof(Parameters) <= 4096, "a kernel's parameters have at most 4 KiB");
  static_assert(alignof(Parameters) <= 16);
  static void run(const void* parameters) { function(*static_cast<const Parameters*>(parameters)); }
  static constexpr Kernel named(const char* name) { return {name, run, sizeof(Parameters)}; }
};

}  // namespace kd_emulator
