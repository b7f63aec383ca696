#include "attention.h"

#include "fill.h"

namespace kd::KD_TARGET {
namespace {

/**
 * Goes through the keys block by block. With each block the largest score of a query may grow; what was summed before is scaled down then:
 * https://arxiv.org/abs/1805.02867, https://arxiv.org/abs/2205.14135.
 */
template <class T> void forward(const AttentionHead& c, Size first) {
  constexpr T least = -INFINITY;
  const Size queries = min(kQueries, c.length - first);
  const Size width = widthOf<T>(queries);
  const Size values = c.valueSize;
  alignas(64) T maximum[kQueries];
  alignas(64) T shift[kQueries];
  alignas(64) T shrink[kQueries];
  alignas(64) T total[kQueries];
  // Behind the scores of the last key, as many as fill its vector are read.
  const Size all = c.size * width + kKeys * width + kKeys * values + queries * values + kLanes<T>;
  T* panel = static_cast<T*>(scratch(0, sizeof(T) * static_cast<std::size_t>(all)));
  T* scores = panel + c.size * width;
  T* sums = scores + kKeys * width;
  T* copy = sums + queries * values;
  packColumns<T>(c.query, {first, queries, width, 0, 0}, c.size, static_cast<T>(c.scale), panel);
  const Size end = c.causal ? min(c.keys, first + queries) : c.keys;
  for (Size key = 0; key < end; key += kKeys) {
    const Block block{first, queries, width, key, min(kKeys, c.keys - key)};
    scoresOf<T>(c.key, block, c.size, panel, scores);
    maskScores<T>(c, block, scores);
    forColumns<T>(width, [&](Size column) KD_ALWAYS_INLINE {
      const Vector<T> before = key == 0 ? broadcast(least) : load(maximum + column);
      Vector<T> largest = before;
      for (Size j = 0; j < block.keys; j++) {
        const Vector<T> x = load(scores + j * width + column);
        largest = x > largest ? x : largest;
      }
      const Vector<T> from = largest == broadcast(least) ? Vector<T>{} : largest;
      store(maximum + column, largest);
      store(shift + column, forEachKey<T>(from, width));
      store(shrink + column, before);
    });
    exponentials<T>(scores, block.keys, width, shift);
    if (key > 0) exponentials<T>(shrink, 1, width, shift);
    forColumns<T>(width, [&](Size column) KD_ALWAYS_INLINE {
      Vector<T> sum{};
      for (Size j = 0; j < block.keys; j++) sum += load(scores + j * width + column);
      store(total + column, key == 0 ? sum : multiplyAdd<T>(load(total + column), load(shrink + column), sum));
    });
    for (Size r = 0; key > 0 && r < queries; r++) {
      if (shrink[r] == T(1)) continue;
      T* row = sums + r * values;
      KD_INDEPENDENT
      for (Size i = 0; i < values; i++) row[i] *= shrink[r];
    }
    const Rows<T> value = rowsOf<T>(c.value, key, block.keys, values, copy);
    multiply<T>({queries, values, block.keys, scores, 1, width, value.data, value.step, sums, values, key == 0});
  }
  const bool hides = c.causal || c.mask.data != nullptr;
  for (Size r = 0; r < queries; r++) {
    const T sum = hides && total[r] == 0 ? T(INFINITY) : total[r];
    static_cast<T*>(c.maximum)[first + r] = shift[r];
    static_cast<T*>(c.total)[first + r] = sum;
    const T* row = sums + r * values;
    T* out = static_cast<T*>(c.out.data) + (first + r) * c.out.rowStep;
    if (c.out.columnStep != 1) {
      for (Size i = 0; i < values; i++) out[i * c.out.columnStep] = row[i] / sum;
      continue;
    }
    for (Size i = 0; i < values; i += kLanes<T>) {
      const Size count = min(values - i, kLanes<T>);
      put(out + i, take(row + i, count) / broadcast(sum), count);
    }
  }
}

}  // namespace

void fillAttention(Kernels& kernels) {
  forTypes<float, double>([&]<class T>(int d) { kernels.attention[d] = forward<T>; });
}

}  // namespace kd::KD_TARGET
