// The vector types, with CUDA's sizes and alignments, and a thread's own indices.
#pragma once

#define KD_VECTOR2(type, base, alignment)      \
  struct alignas(alignment) type {             \
    base x, y;                                 \
  };                                           \
  inline type make_##type(base x, base y) { return {x, y}; }

#define KD_VECTOR3(type, base)                 \
  struct type {                                \
    base x, y, z;                              \
  };                                           \
  inline type make_##type(base x, base y, base z) { return {x, y, z}; }

#define KD_VECTOR4(type, base, alignment)      \
  struct alignas(alignment) type {             \
    base x, y, z, w;                           \
  };                                           \
  inline type make_##type(base x, base y, base z, base w) { return {x, y, z, w}; }

#define KD_VECTORS(name, base, bytes)          \
  KD_VECTOR2(name##2, base, 2 * bytes)         \
  KD_VECTOR3(name##3, base)                    \
  KD_VECTOR4(name##4, base, (4 * bytes < 16 ? 4 * bytes : 16))

KD_VECTORS(char, signed char, 1)
KD_VECTORS(uchar, unsigned char, 1)
KD_VECTORS(short, short, 2)
KD_VECTORS(ushort, unsigned short, 2)
KD_VECTORS(int, int, 4)
KD_VECTORS(uint, unsigned, 4)
KD_VECTORS(float, float, 4)
KD_VECTORS(longlong, long long, 8)
KD_VECTORS(ulonglong, unsigned long long, 8)
KD_VECTORS(double, double, 8)

#undef KD_VECTORS
#undef KD_VECTOR4
#undef KD_VECTOR3
#undef KD_VECTOR2

struct dim3 {
  unsigned x = 1, y = 1, z = 1;
};

/** Set by the scheduler whenever it switches between threads. */
__attribute__((visibility("hidden"))) extern uint3 threadIdx;
__attribute__((visibility("hidden"))) extern uint3 blockIdx;
__attribute__((visibility("hidden"))) extern dim3 blockDim;
__attribute__((visibility("hidden"))) extern dim3 gridDim;

inline constexpr int warpSize = 32;
