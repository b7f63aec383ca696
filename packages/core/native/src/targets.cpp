// The choice among the instruction sets that were compiled (KD_TARGETS: a list of X(name) entries, best first).
#include <cstring>

#include "call.h"

#define X(name)                 \
  namespace kd::name {          \
  const Kernels& table();       \
  }
KD_TARGETS
#undef X

namespace kd {
namespace {

bool runsHere(const char* name) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (std::strcmp(name, "avx512") == 0) {
#if defined(KD_EMULATED)
    name = "avx2";  // compiled for it, so that the code for AVX-512 can be tested without
#else
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
#endif
  }
  if (std::strcmp(name, "avx2") == 0) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  static_cast<void>(name);
#endif
  return true;
}

struct Target {
  const char* name;
  const Kernels& (*table)();
};

constexpr Target targets[] = {
#define X(name) {#name, name::table},
    KD_TARGETS
#undef X
};

const Kernels* current = nullptr;

}  // namespace

const Kernels* selectKernels(const char* name) {
  for (const Target& target : targets) {
    if (name != nullptr && std::strcmp(name, target.name) != 0) continue;
    if (!runsHere(target.name)) continue;
    current = &target.table();
    return current;
  }
  return nullptr;
}

const Kernels& kernels() {
  if (current == nullptr) selectKernels(nullptr);
  return *current;
}

}  // namespace kd
