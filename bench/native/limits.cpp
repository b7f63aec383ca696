// What the machine can do, one sample a line of input: `fma THREADS STEPS` or `copy THREADS STEPS`, answered with seconds.
// A step of fma is 2^23 fused multiply-adds of floats on each thread, from registers; a step of copy moves 64 MiB from
// memory to memory, shared by the threads. Compiled for this machine alone, with every instruction that it has.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <thread>
#include <vector>

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif

typedef float Vector __attribute__((vector_size(4 * kLanes)));
constexpr int kChains = 12;  // more than latency times throughput, so that none waits for its last result
constexpr long kStepFmas = (1 << 23) / kLanes;
constexpr size_t kCopyBytes = 64 << 20;

static void multiplyAdd(long steps) {
  Vector sums[kChains] = {}, x = {}, y = {};
  x += 0.999f, y += 0.001f;
  for (int chain = 0; chain < kChains; chain++) sums[chain] += float(chain + 2);  // or they would be computed once for all
  for (long i = 0; i < steps * kStepFmas / kChains; i++) {
#pragma GCC unroll 12
    for (int chain = 0; chain < kChains; chain++) sums[chain] = sums[chain] * x + y;
  }
  asm volatile("" : "+m"(sums));  // the sums are wanted, so they have to be computed
}

template <class Work> static double onThreads(int count, Work work) {
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> others;
  for (int i = 1; i < count; i++) others.emplace_back(work, i);
  work(0);
  for (auto& thread : others) thread.join();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int main() {
  std::printf("%d\n", kLanes);
  std::fflush(stdout);
  std::vector<char> from(kCopyBytes, 1), to(kCopyBytes, 2);
  char name[8];
  int threads;
  long steps;
  while (std::scanf("%7s %d %ld", name, &threads, &steps) == 3) {
    const size_t part = kCopyBytes / threads;
    const double seconds =
        std::strcmp(name, "fma") == 0
            ? onThreads(threads, [&](int) { multiplyAdd(steps); })
            : onThreads(threads, [&](int i) {
                for (long s = 0; s < steps; s++) std::memcpy(&to[i * part], &from[i * part], part);
              });
    std::printf("%.9f\n", seconds);
    std::fflush(stdout);
  }
}
