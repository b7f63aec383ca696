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
  const Size most = widthOf<T>(min(length, kQueries));
  const Size rows = min(length, kQueries);
  const Size all = (size + values) * most + 2 * kKeys * most + (rows + c.keys) * size + c.keys * values + length + (kKeys + rows) * size +
                   rows * values + kLanes<T>;
  Room<T> room{static_cast<T*>(scratch(0, sizeof(T) * static_cast<std::size_t>(all)))};
  T* queryPanel = room.take(size * most);
  T* gradPanel = room.take(values * most);
  T* weights = room.take(kKeys * most);
  T* slopes = room.take(kKeys * most);
  T* queryRoom = room.take(rows * size);
  const auto keyGrad = Sums<T>::of(c.keyGrad, 0, size, room.take(c.keys * size));
  const auto valueGrad = Sums<T>::of(c.valueGrad, 0, values, room.take(c.keys * values));
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
    keyGrad.clear(c.keys, size);
    valueGrad.clear(c.keys, values);
  }
  for (Size query = 0; query < length; query += kQueries) {
    const Size queries = min(kQueries, length - query);
    const Size width = widthOf<T>(queries);
    const Size bytes = static_cast<Size>(sizeof(T)) * queries;
    std::memcpy(maximum, static_cast<const T*>(c.maximum) + query, static_cast<std::size_t>(bytes));
    std::memcpy(total, static_cast<const T*>(c.total) + query, static_cast<std::size_t>(bytes));
    if (!isWhole) std::memcpy(shares, allShares + query, static_cast<std::size_t>(bytes));
    const Block columns{query, queries, width, 0, 0};
    packColumns<T>(c.query, columns, size, scale, queryPanel);
    packColumns<T>(c.grad, columns, values, T(1), gradPanel);
    forColumns<T>(width, [&](Size column) KD_ALWAYS_INLINE {
      store(maximum + column, forEachKey<T>(load(maximum + column), width));
      store(total + column, forEachKey<T>(load(total + column), width));
    });
    const auto queryGrad = Sums<T>::of(c.queryGrad, query, size, queryRoom);
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
        const Size behind = block.keys * width;
        for (Size i = column; i < behind; i += stepOf<T>(width)) store(weights + i, load(weights + i) / sum);
        Vector<T> share = load(shares + column);
        if (isWhole) {
          for (Size i = column; i < behind; i += width) share = multiplyAdd<T>(load(weights + i), load(slopes + i), share);
        }
        share = forEachKey<T>(share, width);
        for (Size i = column; i < behind; i += stepOf<T>(width)) store(slopes + i, load(weights + i) * (load(slopes + i) - share) * broadcast(scale));
      });
      const bool isFirst = query == 0 && !c.causal;
      const Rows<T> keyRows = rowsOf<T>(c.key, key, block.keys, size, keyCopy);
      multiply<T>({block.keys, values, queries, weights, width, 1, gradRows.data, gradRows.step, valueGrad.data + key * valueGrad.step, valueGrad.step, isFirst});
      multiply<T>({block.keys, size, queries, slopes, width, 1, queryRows.data, queryRows.step, keyGrad.data + key * keyGrad.step, keyGrad.step, isFirst});
      multiply<T>({queries, size, block.keys, slopes, 1, width, keyRows.data, keyRows.step, queryGrad.data, queryGrad.step, key == 0});
    }
    queryGrad.writeTo(c.queryGrad, query, queries, size);
  }
  keyGrad.writeTo(c.keyGrad, 0, c.keys, size);
  valueGrad.writeTo(c.valueGrad, 0, c.keys, values);
}

}  // namespace

void fillAttentionBackward(Kernels& kernels) {
  forTypes<float, double>([&]<class T>(int d) { kernels.attentionBackward[d] = backward<T>; });
}

}  // namespace kd::KD_TARGET
