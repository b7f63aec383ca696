// Atomic operations. Threads of the emulator never run at the same time, so plain reads and writes are atomic.
#pragma once

#include <type_traits>

#define KD_ATOMIC(name, ...)                                                     \
  template <typename T>                                                          \
  inline T name(T* address, std::type_identity_t<T> value) {                     \
    const T old = *address;                                                      \
    *address = __VA_ARGS__;                                                      \
    return old;                                                                  \
  }

KD_ATOMIC(atomicAdd, T(old + value))
KD_ATOMIC(atomicSub, T(old - value))
KD_ATOMIC(atomicMax, old < value ? value : old)
KD_ATOMIC(atomicMin, value < old ? value : old)
KD_ATOMIC(atomicExch, value)
KD_ATOMIC(atomicAnd, T(old & value))
KD_ATOMIC(atomicOr, T(old | value))
KD_ATOMIC(atomicXor, T(old ^ value))
KD_ATOMIC(atomicInc, old >= value ? T(0) : T(old + 1))
KD_ATOMIC(atomicDec, old == 0 || old > value ? value : T(old - 1))

#undef KD_ATOMIC

template <typename T>
inline T atomicCAS(T* address, std::type_identity_t<T> expected, std::type_identity_t<T> value) {
  const T old = *address;
  if (old == expected) *address = value;
  return old;
}
