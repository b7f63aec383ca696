// What CUDA C++ has beyond C++, for kernels compiled by the host's compiler. Included before every .cu file of the emulated library.
#pragma once

#define KINDLING_CUDA_EMULATOR 1

// Before the macros below, some of whose names the standard library uses too; kernels' own includes of these then do nothing.
#include <math.h>

#include <cfloat>
#include <climits>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>

#include "device/vectors.h"

#include "device/arithmetic.h"
#include "device/atomics.h"
#include "device/collectives.h"
#include "driver/kernel.h"

// build.mjs preprocesses a file with KD_KERNEL_MARK to find its kernels, macros expanded.
#ifdef KD_KERNEL_MARK
#define __global__ KD_KERNEL_MARK
#else
#define __global__
#endif

#define __device__
#define __host__
#define __constant__
#define __managed__
#define __grid_constant__
#define __launch_bounds__(...)
// Attributes, for they come amid specifiers too, where C++ has no `alignas`: `__shared__ alignas(16) float tile[64]`.
#define __align__(bytes) __attribute__((aligned(bytes)))
#define alignas(bytes) __attribute__((aligned(bytes)))
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))

/** Blocks run one after another, so that one copy of a block's variables is enough. */
#define __shared__ static

/** The block's dynamic shared memory as an array; under nvcc an `extern __shared__` array. */
#define KD_DYNAMIC_SHARED(type, name) type* const name = static_cast<type*>(kd_emulator::dynamicShared())
