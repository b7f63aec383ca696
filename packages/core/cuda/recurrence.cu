// Recurrent layers: a block takes a few sequences through all steps. The weights are read from the caches, each time by all sequences of a
// block together; forward they are transposed first, so that neighbouring threads read neighbouring elements.
#include "functions.cuh"

namespace kd {
namespace {

constexpr int kRecurrenceThreads = 256;

/** What a block of `rows` sequences works on. */
template <class T, int rows> struct Group {
  const Recurrence& p;
  Size first;
  int count;
  /** Elements of all of its states. */
  int units;
  int outputs;
  T* memory;

  __device__ __forceinline__ Group(const Recurrence& p, T* shared) : p(p), first(static_cast<Size>(blockIdx.x) * rows) {
    const Size left = p.batch - first;
    count = left < rows ? static_cast<int>(left) : rows;
    units = count * p.hidden;
    outputs = count * p.output;
    memory = p.memory == nullptr ? shared : static_cast<T*>(p.memory) + static_cast<Size>(blockIdx.x) * rows * p.elements;
  }

  /** The step that is taken as number i. */
  __device__ __forceinline__ int step(int i) const { return p.reverse ? p.steps - 1 - i : i; }
  /** Where a sequence has the step t among rows of all sequences and steps. */
  __device__ __forceinline__ Size row(int r, int t) const {
    return p.batchFirst ? (first + r) * p.steps + t : t * p.batch + first + r;
  }
  __device__ __forceinline__ bool has(int r, int t) const { return p.lengths == nullptr || t < p.lengths[first + r]; }
};

/** The state after a step of unit j of a sequence, from what the gates are before their functions; `kept` is what the gradient reads. */
template <class T>
__device__ __forceinline__ T nextState(const Recurrence& p, const T* gates, T candidate, T h, T* cell, bool isThere, T* kept, int j) {
  const int H = p.hidden;
  switch (static_cast<RecurrentCell>(p.op)) {
    case RecurrentCell::tanh: return tanhOf(gates[j]);
    case RecurrentCell::relu: return gates[j] < T(0) ? T(0) : gates[j];
    case RecurrentCell::lstm: {
      const T i = sigmoidOf(gates[j]);
      const T f = sigmoidOf(gates[H + j]);
      const T g = tanhOf(gates[2 * H + j]);
      const T o = sigmoidOf(gates[3 * H + j]);
      const T next = f * *cell + i * g;
      const T squashed = tanhOf(next);
      if (isThere) *cell = next;
      kept[j] = i;
      kept[H + j] = f;
      kept[2 * H + j] = g;
      kept[3 * H + j] = o;
      kept[4 * H + j] = *cell;
      kept[5 * H + j] = squashed;
      return o * squashed;
    }
    case RecurrentCell::gru: {
      const T r = sigmoidOf(gates[j]);
      const T z = sigmoidOf(gates[H + j]);
      const T hidden = gates[2 * H + j];
      const T n = tanhOf(candidate + r * hidden);
      kept[j] = r;
      kept[H + j] = z;
      kept[2 * H + j] = n;
      kept[3 * H + j] = hidden;
      return n + z * (h - n);
    }
  }
  return T(0);
}

template <class T, int rows> __device__ __forceinline__ void forward(const Recurrence& p, T* shared) {
  const Group<T, rows> s(p, shared);
  const int H = p.hidden;
  const int P = p.output;
  const int W = p.width;
  T* h = s.memory;
  T* gates = h + rows * P;
  T* cell = gates + rows * W;
  T* next = cell + rows * H;
  T* candidate = next + rows * H;
  const bool isGru = static_cast<RecurrentCell>(p.op) == RecurrentCell::gru;
  const bool isLstm = static_cast<RecurrentCell>(p.op) == RecurrentCell::lstm;
  for (int k = threadIdx.x; k < s.outputs; k += kRecurrenceThreads) h[k] = static_cast<const T*>(p.first)[s.first * P + k];
  for (int k = threadIdx.x; isLstm && k < s.units; k += kRecurrenceThreads) cell[k] = static_cast<const T*>(p.firstCell)[s.first * H + k];
  __syncthreads();
  for (int i = 0; i < p.steps; i++) {
    const int t = s.step(i);
    for (int k = threadIdx.x; k < s.outputs; k += kRecurrenceThreads) static_cast<T*>(p.previous)[s.row(k / P, t) * P + k % P] = h[k];
    for (int w = threadIdx.x; w < W; w += kRecurrenceThreads) {
      T sums[rows] = {};
      const T* weight = static_cast<const T*>(p.weight) + w;
      for (int q = 0; q < P; q++, weight += W) {
        const T factor = *weight;
#pragma unroll
        for (int r = 0; r < rows; r++) sums[r] += factor * h[r * P + q];
      }
      const T bias = p.bias == nullptr ? T(0) : static_cast<const T*>(p.bias)[w];
      for (int r = 0; r < s.count; r++) {
        const T x = static_cast<const T*>(p.gates)[s.row(r, t) * W + w];
        T sum = T(0);
#pragma unroll
        for (int each = 0; each < rows; each++) sum = each == r ? sums[each] : sum;
        const bool apart = isGru && w >= 2 * H;
        gates[r * W + w] = apart ? sum + bias : sum + bias + x;
        if (apart) candidate[r * H + w - 2 * H] = x;
      }
    }
    __syncthreads();
    for (int k = threadIdx.x; k < s.units; k += kRecurrenceThreads) {
      const int r = k / H;
      T* kept = static_cast<T*>(p.activations) + s.row(r, t) * p.saved;
      const T before = isGru ? h[k] : T(0);
      next[k] = nextState<T>(p, gates + r * W, candidate[k], before, cell + k, s.has(r, t), kept, k % H);
    }
    __syncthreads();
    for (int k = threadIdx.x; k < s.outputs; k += kRecurrenceThreads) {
      const int r = k / P;
      const int q = k % P;
      T value;
      if (p.projection == nullptr) {
        value = next[k];
      } else {
        value = T(0);
        for (int j = 0; j < H; j++) value += static_cast<const T*>(p.projection)[j * P + q] * next[r * H + j];
      }
      const bool isThere = s.has(r, t);
      static_cast<T*>(p.y)[s.row(r, t) * P + q] = isThere ? value : T(0);
      if (isThere) h[k] = value;
    }
    __syncthreads();
  }
  for (int k = threadIdx.x; k < s.outputs; k += kRecurrenceThreads) static_cast<T*>(p.last)[s.first * P + k] = h[k];
  for (int k = threadIdx.x; isLstm && k < s.units; k += kRecurrenceThreads) static_cast<T*>(p.lastCell)[s.first * H + k] = cell[k];
}

/** Gradients by the gates of unit j of a sequence, from that by its state; what `direct` gets goes on to the state before. */
template <class T>
__device__ __forceinline__ void gateGradients(const Recurrence& p, const T* kept, T grad, T y, T before, T* cellGrad, T* gates, T* hidden,
                                              T* direct, int j) {
  const int H = p.hidden;
  switch (static_cast<RecurrentCell>(p.op)) {
    case RecurrentCell::tanh: gates[j] = grad * (T(1) - y * y); break;
    case RecurrentCell::relu: gates[j] = y <= T(0) ? T(0) : grad; break;
    case RecurrentCell::lstm: {
      const T i = kept[j];
      const T f = kept[H + j];
      const T g = kept[2 * H + j];
      const T o = kept[3 * H + j];
      const T squashed = kept[5 * H + j];
      const T whole = *cellGrad + grad * o * (T(1) - squashed * squashed);
      gates[j] = whole * g * i * (T(1) - i);
      gates[H + j] = whole * before * f * (T(1) - f);
      gates[2 * H + j] = whole * i * (T(1) - g * g);
      gates[3 * H + j] = grad * squashed * o * (T(1) - o);
      *cellGrad = whole * f;
      break;
    }
    case RecurrentCell::gru: {
      const T r = kept[j];
      const T z = kept[H + j];
      const T n = kept[2 * H + j];
      const T slope = grad * (T(1) - z) * (T(1) - n * n);
      gates[j] = slope * kept[3 * H + j] * r * (T(1) - r);
      gates[H + j] = grad * (before - n) * z * (T(1) - z);
      gates[2 * H + j] = slope;
      *hidden = slope * r;
      *direct = grad * z;
      break;
    }
  }
}

template <class T, int rows> __device__ __forceinline__ void backward(const Recurrence& p, T* shared) {
  const Group<T, rows> s(p, shared);
  const int H = p.hidden;
  const int P = p.output;
  const int W = p.width;
  T* grad = s.memory;
  T* gates = grad + rows * P;
  T* cellGrad = gates + rows * W;
  T* unprojected = cellGrad + rows * H;
  T* direct = unprojected + rows * H;
  const bool isGru = static_cast<RecurrentCell>(p.op) == RecurrentCell::gru;
  const bool isLstm = static_cast<RecurrentCell>(p.op) == RecurrentCell::lstm;
  const bool isProjected = p.projection != nullptr;
  for (int k = threadIdx.x; k < s.outputs; k += kRecurrenceThreads) grad[k] = static_cast<const T*>(p.lastGrad)[s.first * P + k];
  for (int k = threadIdx.x; isLstm && k < s.units; k += kRecurrenceThreads)
    cellGrad[k] = static_cast<const T*>(p.lastCellGrad)[s.first * H + k];
  __syncthreads();
  for (int i = p.steps - 1; i >= 0; i--) {
    const int t = s.step(i);
    for (int k = threadIdx.x; k < s.outputs; k += kRecurrenceThreads) {
      const int r = k / P;
      const Size at = s.row(r, t) * P + k % P;
      const bool isThere = s.has(r, t);
      if (isThere) grad[k] += static_cast<const T*>(p.grad)[at];
      if (isProjected) static_cast<T*>(p.outputGrad)[at] = isThere ? grad[k] : T(0);
    }
    __syncthreads();
    for (int k = threadIdx.x; k < s.units; k += kRecurrenceThreads) {
      const int r = k / H;
      const int j = k % H;
      const Size at = s.row(r, t);
      const T* kept = static_cast<const T*>(p.activations) + at * p.saved;
      T own;
      if (isProjected) {
        own = T(0);
        for (int q = 0; q < P; q++) own += grad[r * P + q] * static_cast<const T*>(p.projection)[static_cast<Size>(q) * H + j];
        static_cast<T*>(p.unprojected)[at * H + j] = kept[3 * H + j] * kept[5 * H + j];
      } else {
        own = grad[k];
      }
      T* each = gates + r * W;
      T* gatesGrad = static_cast<T*>(p.gatesGrad) + at * W;
      T* hiddenGrad = static_cast<T*>(p.hiddenGrad) + at * W;
      T hidden = T(0);
      if (s.has(r, t)) {
        const T before = isGru   ? static_cast<const T*>(p.previous)[at * P + j]
                         : !isLstm ? T(0)
                         : i == 0  ? static_cast<const T*>(p.firstCell)[s.first * H + k]
                                   : static_cast<const T*>(p.activations)[s.row(r, s.step(i - 1)) * p.saved + 4 * H + j];
        const T y = isGru || isLstm ? T(0) : static_cast<const T*>(p.y)[at * P + j];
        gateGradients<T>(p, kept, own, y, before, cellGrad + k, each, &hidden, direct + k, j);
      } else {
        for (int w = j; w < W; w += H) each[w] = T(0);
      }
      for (int w = j; w < W; w += H) gatesGrad[w] = each[w];
      if (isGru) {
        each[2 * H + j] = hidden;
        for (int w = j; w < W; w += H) hiddenGrad[w] = each[w];
      }
    }
    __syncthreads();
    for (int q = threadIdx.x; q < P; q += kRecurrenceThreads) {
      T sums[rows] = {};
      const T* weight = static_cast<const T*>(p.weight) + q;
      for (int w = 0; w < W; w++, weight += P) {
        const T factor = *weight;
#pragma unroll
        for (int r = 0; r < rows; r++) sums[r] += factor * gates[r * W + w];
      }
#pragma unroll
      for (int r = 0; r < rows; r++) {
        if (r < s.count && s.has(r, t)) grad[r * P + q] = isGru ? sums[r] + direct[r * P + q] : sums[r];
      }
    }
    __syncthreads();
  }
  for (int k = threadIdx.x; k < s.outputs; k += kRecurrenceThreads) static_cast<T*>(p.firstGrad)[s.first * P + k] = grad[k];
  for (int k = threadIdx.x; isLstm && k < s.units; k += kRecurrenceThreads)
    static_cast<T*>(p.firstCellGrad)[s.first * H + k] = cellGrad[k];
}

/** out [columns, rows] ← x [rows, columns]. */
template <class T> __device__ __forceinline__ void transpose(const Transpose& p) {
  const Size at = static_cast<Size>(blockIdx.x) * kRecurrenceThreads + threadIdx.x;
  if (at >= p.rows * p.columns) return;
  static_cast<T*>(p.out)[at] = static_cast<const T*>(p.x)[at % p.rows * p.columns + at / p.rows];
}

}  // namespace

#define KD_RECURRENCE(suffix, T, rows)                                                        \
  KD_KERNEL(recurrence_##suffix##_##rows, kRecurrenceThreads, Recurrence) {                   \
    KD_DYNAMIC_SHARED(T, shared_##suffix);                                                            \
    forward<T, rows>(p, shared_##suffix);                                                             \
  }                                                                                           \
  KD_KERNEL(recurrenceBackward_##suffix##_##rows, kRecurrenceThreads, Recurrence) {           \
    KD_DYNAMIC_SHARED(T, shared_##suffix);                                                            \
    backward<T, rows>(p, shared_##suffix);                                                            \
  }

KD_RECURRENCE(f32, float, 1)
KD_RECURRENCE(f32, float, 4)
KD_RECURRENCE(f64, double, 1)

KD_KERNEL(transpose_f32, kRecurrenceThreads, Transpose) { transpose<float>(p); }
KD_KERNEL(transpose_f64, kRecurrenceThreads, Transpose) { transpose<double>(p); }

}  // namespace kd
