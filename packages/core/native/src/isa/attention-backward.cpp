#include "attention.h"
#include "fill.h"

namespace kd::KD_TARGET {
namespace {

/** Σ out·grad of each query, which is Σ weight · ∂L/∂weight over its keys; summed as those products are. */
template <class T> void sharesOf(const AttentionHead& c, T* shares) {
  const Matrix out{c.out.data, c.out.rowStep, c.out.columnStep};
  for (Size r = 0; r < c.length; r++) {
    const T* y = at<T>(out, r);
    const T* g = at<T>(c.grad, r);
    T sum = 0;
    for (Size i = 0; i < c.valueSize; i++) sum = fused(g[i * c.grad.columnStep], y[i * out.columnStep], sum);
    shares[r] = sum;
  }
}

/** Memory of one head: its parts in turn. */
template <class T> struct Room {
  T* next;
  T* take(Size count) {
    T* const part = next;
    next += count;
    return part;
  }
};

/**
 * With P the weights, computed anew from the scores, and G = ∂L/∂out: ∂V = Pᵀ·G, S = P ∘ (G·Vᵀ − Σ P ∘ G·Vᵀ), ∂Q = scale · S·K,
 * ∂K = scale · Sᵀ·Q. Block by block of queries, and for each over all keys in order.
 */
template <class T> void backward(const AttentionHead& c) {
  const Size length = c.length;
  const Size size = c.size;
  const Size values = c.valueSize;
  const Size most = round(min(length, kQueries), kLanes<T>);
  const Size rows = min(length, kQueries);
  const Size all = (size + values) * most + 2 * kKeys * most + (rows + c.keys) * size + c.keys * values + length + (kKeys + rows) * size +
                   rows * values;
  Room<T> room{static_cast<T*>(scratch(0, sizeof(T) * static_cast<std::size_t>(all)))};
  T* queryPanel = room.take(size * most);
  T* gradPanel = room.take(values * most);
  T* weights = room.take(kKeys * most);
  T* slopes = room.take(kKeys * most);
  T* queryGrad = room.take(rows * size);
  T* keyGrad = room.take(c.keys * size);
  T* valueGrad = room.take(c.keys * values);
  T* allShares = room.take(length);
  T* keyCopy = room.take(kKeys * size);
  T* queryCopy = room.take(rows * size);
  T* gradCopy = room.take(rows * values);
  alignas(64) T maximum[kQueries] = {};
  alignas(64) T total[kQueries];
  alignas(64) T shares[kQueries] = {};
  for (T& each : total) each = 1;
  const T scale = static_cast<T>(c.scale);
  const bool isWhole = c.keys <= kKeys;
  if (!isWhole) sharesOf<T>(c, allShares);
  if (c.causal) {
    std::memset(keyGrad, 0, sizeof(T) * static_cast<std::size_t>(c.keys * size));
    std::memset(valueGrad, 0, sizeof(T) * static_cast<std::size_t>(c.keys * values));
  }
  for (Size query = 0; query < length; query += kQueries) {
    const Size queries = min(kQueries, length - query);
    const Size width = round(queries, kLanes<T>);
    const Size bytes = static_cast<Size>(sizeof(T)) * queries;
    std::memcpy(maximum, static_cast<const T*>(c.maximum) + query, static_cast<std::size_t>(bytes));
    std::memcpy(total, static_cast<const T*>(c.total) + query, static_cast<std::size_t>(bytes));
    if (!isWhole) std::memcpy(shares, allShares + query, static_cast<std::size_t>(bytes));
    const Block columns{query, queries, width, 0, 0};
    packColumns<T>(c.query, columns, size, scale, queryPanel);
    packColumns<T>(c.grad, columns, values, T(1), gradPanel);
    const Rows<T> queryRows = rowsOf<T>(c.query, query, queries, size, queryCopy);
    const Rows<T> gradRows = rowsOf<T>(c.grad, query, queries, values, gradCopy);
    const Size end = c.causal ? min(c.keys, query + queries) : c.keys;
    for (Size key = 0; key < end; key += kKeys) {
      const Block block{query, queries, width, key, min(kKeys, c.keys - key)};
      scoresOf<T>(c.key, block, size, queryPanel, weights);
      scoresOf<T>(c.value, block, values, gradPanel, slopes);
      maskScores<T>(c, block, weights);
      exponentials<T>(weights, block.keys, width, maximum);
      forColumns<T>(width, [&](Size column) KD_ALWAYS_INLINE {
        const Vector<T> sum = load(total + column);
        Vector<T> share = load(shares + column);
        for (Size j = 0; j < block.keys; j++) {
          T* weight = weights + j * width + column;
          const Vector<T> p = load(weight) / sum;
          store(weight, p);
          if (isWhole) share = multiplyAdd<T>(p, load(slopes + j * width + column), share);
        }
        for (Size j = 0; j < block.keys; j++) {
          T* slope = slopes + j * width + column;
          store(slope, load(weights + j * width + column) * (load(slope) - share) * broadcast(scale));
        }
      });
      const bool isFirst = query == 0 && !c.causal;
      const Rows<T> keyRows = rowsOf<T>(c.key, key, block.keys, size, keyCopy);
      multiply<T>({block.keys, values, queries, weights, width, 1, gradRows.data, gradRows.step, valueGrad + key * values, values, isFirst});
      multiply<T>({block.keys, size, queries, slopes, width, 1, queryRows.data, queryRows.step, keyGrad + key * size, size, isFirst});
      multiply<T>({queries, size, block.keys, slopes, 1, width, keyRows.data, keyRows.step, queryGrad, size, key == 0});
    }
    writeRows<T>(queryGrad, size, c.queryGrad, query, queries);
  }
  writeRows<T>(keyGrad, size, c.keyGrad, 0, c.keys);
  writeRows<T>(valueGrad, values, c.valueGrad, 0, c.keys);
}

}  // namespace

void fillAttentionBackward(Kernels& kernels) {
  forTypes<float, double>([&]<class T>(int d) { kernels.attentionBackward[d] = backward<T>; });
}

}  // namespace kd::KD_TARGET
