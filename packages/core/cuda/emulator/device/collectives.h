// Barriers and warp collectives: the places where a thread waits for others.
#pragma once

#include <cstdint>
#include <cstring>

namespace kd_emulator {

enum class Collective { barrier, barrierOr, barrierAnd, barrierCount, warpBarrier, shuffle, ballot };

/** Where in a kernel a thread waits. */
struct Site {
  const char* file;
  int line;
};

/** Waits until every live thread of the block has come; the count, or the conjunction, of their predicates. */
int meetBlock(Collective kind, int predicate, Site site);

/** Waits until every live lane of the mask has come; `source` is the lane to read from. */
std::uint64_t meetWarp(Collective kind, unsigned mask, std::uint64_t value, unsigned source, Site site);

unsigned laneIndex();
unsigned liveLanes();
void* dynamicShared();
[[noreturn]] void trap(Site site);

template <typename T>
T shuffle(unsigned mask, T value, unsigned source, Site site) {
  static_assert(sizeof(T) <= 8);
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  bits = meetWarp(Collective::shuffle, mask, bits, source, site);
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace kd_emulator

#define KD_SITE const char *file = __builtin_FILE(), int line = __builtin_LINE()

inline void __syncthreads(KD_SITE) { kd_emulator::meetBlock(kd_emulator::Collective::barrier, 0, {file, line}); }
inline int __syncthreads_or(int predicate, KD_SITE) {
  return kd_emulator::meetBlock(kd_emulator::Collective::barrierOr, predicate, {file, line});
}
inline int __syncthreads_and(int predicate, KD_SITE) {
  return kd_emulator::meetBlock(kd_emulator::Collective::barrierAnd, predicate, {file, line});
}
inline int __syncthreads_count(int predicate, KD_SITE) {
  return kd_emulator::meetBlock(kd_emulator::Collective::barrierCount, predicate, {file, line});
}
inline void __syncwarp(unsigned mask = 0xffffffffu, KD_SITE) {
  kd_emulator::meetWarp(kd_emulator::Collective::warpBarrier, mask, 0, 0, {file, line});
}

template <typename T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32, KD_SITE) {
  const unsigned lane = kd_emulator::laneIndex();
  const unsigned first = lane & ~unsigned(width - 1);
  return kd_emulator::shuffle(mask, value, first | (unsigned(source) & unsigned(width - 1)), {file, line});
}
template <typename T>
T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32, KD_SITE) {
  const unsigned lane = kd_emulator::laneIndex();
  const unsigned within = lane & unsigned(width - 1);
  return kd_emulator::shuffle(mask, value, within < delta ? lane : lane - delta, {file, line});
}
template <typename T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32, KD_SITE) {
  const unsigned lane = kd_emulator::laneIndex();
  const unsigned within = lane & unsigned(width - 1);
  return kd_emulator::shuffle(mask, value, within + delta >= unsigned(width) ? lane : lane + delta, {file, line});
}
template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int lanes, int width = 32, KD_SITE) {
  const unsigned lane = kd_emulator::laneIndex();
  const unsigned source = lane ^ unsigned(lanes);
  const unsigned last = lane | unsigned(width - 1);
  return kd_emulator::shuffle(mask, value, source > last ? lane : source, {file, line});
}

inline unsigned __ballot_sync(unsigned mask, int predicate, KD_SITE) {
  return unsigned(kd_emulator::meetWarp(kd_emulator::Collective::ballot, mask, predicate != 0, 0, {file, line}));
}
inline int __any_sync(unsigned mask, int predicate, KD_SITE) { return __ballot_sync(mask, predicate, file, line) != 0; }
inline int __all_sync(unsigned mask, int predicate, KD_SITE) {
  return __ballot_sync(mask, !predicate, file, line) == 0;
}
inline unsigned __activemask() { return kd_emulator::liveLanes(); }

[[noreturn]] inline void __trap(KD_SITE) { kd_emulator::trap({file, line}); }

// Threads of the emulator never run at the same time.
inline void __threadfence() {}
inline void __threadfence_block() {}
inline void __threadfence_system() {}

#undef KD_SITE
