// Recurrent layers, forward: some sequences go through all steps together. What belongs to a gate, or to a state, of all of them lies
// without gaps, so that functions run over long lines whatever the hidden size.
#include "recurrence.h"

namespace kd::KD_TARGET {
namespace {

/** eˣ − 1 = scale · part + (scale − 1), where scale is a power of 2 and part is small. */
struct SplitExp {
  float scale;
  float part;
};

/** For |x| ≤ 87. */
KD_INLINE SplitExp splitExp(float x) {
  constexpr float round = 12582912.0f;  // 1.5 · 2²³: adding it leaves the nearest integer in the low bits
  const float shifted = fused(x, 1.44269504f, round);
  const float whole = shifted - round;
  const float r = fused(whole, 2.12194440e-4f, fused(whole, -0.693359375f, x));
  const float p = horner(r, 0.5f, 0.16666666f, 0.041666295f, 0.008333498f, 0.0013944758f, 0.00019790244f);
  return {fromBits((bits(shifted) << 23) + 0x3f800000), fused(r * r, p, r)};
}

KD_INLINE float between(float x, float limit) {
  const float above = x < -limit ? -limit : x;
  return above > limit ? limit : above;
}

// Functions of gates, to 3 ulp; where a sigmoid leaves the normal numbers it stays at the least of them.
KD_INLINE float gateSigmoid(float x) {
  const auto [scale, part] = splitExp(between(-x, 87.0f));
  return 1.0f / (1.0f + fused(scale, part, scale));
}
KD_INLINE float gateTanh(float x) {
  const auto [scale, part] = splitExp(between(x + x, 20.0f));
  const float power = fused(scale, part, scale - 1.0f);
  return power / (power + 2.0f);
}
KD_INLINE double gateSigmoid(double x) { return sigmoid(x); }
KD_INLINE double gateTanh(double x) { return tanh(x); }

template <class T> KD_INLINE void sigmoids(Size n, const T* x, T* y) {
  KD_INDEPENDENT
  for (Size i = 0; i < n; i++) y[i] = gateSigmoid(x[i]);
}
template <class T> KD_INLINE void tanhs(Size n, const T* x, T* y) {
  KD_INDEPENDENT
  for (Size i = 0; i < n; i++) y[i] = gateTanh(x[i]);
}

/** One step: `ofHidden` holds what the state adds to the gates, for lstm and the plain cells that of the input as well. */
template <class T> struct Step {
  Size n;
  const T* ofHidden;
  /** What the input adds to the candidate, for gru. */
  const T* candidate;
  T* kept;
  T* h;
  T* c;

  void lstm() const {
    T* i = kept;
    T* f = kept + n;
    T* g = kept + 2 * n;
    T* o = kept + 3 * n;
    T* cell = kept + 4 * n;
    T* squashed = kept + 5 * n;
    sigmoids(2 * n, ofHidden, i);
    tanhs(n, ofHidden + 2 * n, g);
    sigmoids(n, ofHidden + 3 * n, o);
    KD_INDEPENDENT
    for (Size k = 0; k < n; k++) cell[k] = f[k] * c[k] + i[k] * g[k];
    tanhs(n, cell, squashed);
    KD_INDEPENDENT
    for (Size k = 0; k < n; k++) h[k] = o[k] * squashed[k];
    std::memcpy(c, cell, sizeof(T) * n);
  }

  void gru() const {
    T* r = kept;
    T* z = kept + n;
    T* candidates = kept + 2 * n;
    T* hidden = kept + 3 * n;
    sigmoids(2 * n, ofHidden, r);
    std::memcpy(hidden, ofHidden + 2 * n, sizeof(T) * n);
    KD_INDEPENDENT
    for (Size k = 0; k < n; k++) candidates[k] = candidate[k] + r[k] * hidden[k];
    tanhs(n, candidates, candidates);
    KD_INDEPENDENT
    for (Size k = 0; k < n; k++) h[k] = candidates[k] + z[k] * (h[k] - candidates[k]);
  }

  void plain(bool isTanh) const {
    if (isTanh) return tanhs(n, ofHidden, h);
    KD_INDEPENDENT
    for (Size k = 0; k < n; k++) h[k] = ofHidden[k] > T(0) ? ofHidden[k] : (ofHidden[k] == ofHidden[k] ? T(0) : ofHidden[k]);
  }
};

/** `weight` are the weights as [gates, output, hidden], `projection` as [hidden, output]. */
template <class T> void forward(const Recurrence& c, const void* weight, const void* projection, Size first, Size rows, void* memory) {
  const Sequences<T> s{c, first, rows};
  const Size n = s.n;
  const Size H = c.hidden;
  const Size P = c.output;
  const bool isGru = c.op == RecurrentCell::gru;
  const bool isLstm = c.op == RecurrentCell::lstm;
  T* h = static_cast<T*>(memory);
  T* before = h + rows * P;
  T* cell = before + rows * P;
  T* raw = cell + n;
  T* candidate = raw + n;
  T* ofHidden = candidate + n;
  const T* x = static_cast<const T*>(c.gates);
  T* y = static_cast<T*>(c.y);
  T* previous = static_cast<T*>(c.previous);
  T* activations = static_cast<T*>(c.activations);
  std::memcpy(h, static_cast<const T*>(c.first) + first * P, sizeof(T) * rows * P);
  if (isLstm) std::memcpy(cell, static_cast<const T*>(c.firstCell) + first * H, sizeof(T) * n);
  const RowsOf<const T> state{h, P};
  for (Size i = 0; i < c.steps; i++) {
    const Size t = s.step(i);
    copyRows<T>(rows, P, state, s.at(previous, t, P));
    if (s.ends()) std::memcpy(before, h, sizeof(T) * rows * P);
    for (Size g = 0; g < s.gates; g++) {
      T* gate = ofHidden + g * n;
      const T* bias = c.bias == nullptr ? nullptr : static_cast<const T*>(c.bias) + g * H;
      product(gate, h, P, static_cast<const T*>(weight) + g * P * H, bias, rows, H, P);
    }
    const RowsOf<const T> inputs = s.at(x, t, c.width);
    for (Size r = 0; r < rows; r++) {
      const T* row = inputs.at(r);
      if (i + 1 < c.steps) fetchAhead(row + s.ahead(c.width), c.width);
      for (Size g = 0; g < s.gates; g++) {
        if (isGru && g == 2) copy(H, row + g * H, candidate + r * H);
        else add(H, row + g * H, ofHidden + g * n + r * H);
      }
    }
    T* kept = s.kept(activations, t);
    T* out = projection == nullptr ? h : raw;
    const T* cellBefore = i == 0 ? static_cast<const T*>(c.firstCell) + first * H : s.kept(activations, s.step(i - 1)) + 4 * n;
    const Step<T> step{n, ofHidden, candidate, kept, out, cell};
    if (isLstm) step.lstm();
    else if (isGru) step.gru();
    else step.plain(c.op == RecurrentCell::tanh);
    if (projection != nullptr) product<T>(h, raw, H, static_cast<const T*>(projection), nullptr, rows, P, H);
    const RowsOf<T> outputs = s.at(y, t, P);
    copyRows<T>(rows, P, state, outputs);
    for (Size r = 0; s.ends() && r < rows; r++) {
      if (s.has(r, t)) continue;
      std::memset(outputs.at(r), 0, sizeof(T) * P);
      std::memcpy(h + r * P, before + r * P, sizeof(T) * P);
      if (!isLstm) continue;
      std::memcpy(cell + r * H, cellBefore + r * H, sizeof(T) * H);
      std::memcpy(kept + 4 * n + r * H, cell + r * H, sizeof(T) * H);
    }
  }
  std::memcpy(static_cast<T*>(c.last) + first * P, h, sizeof(T) * rows * P);
  if (isLstm) std::memcpy(static_cast<T*>(c.lastCell) + first * H, cell, sizeof(T) * n);
}

}  // namespace

void fillRecurrence(Kernels& kernels) {
  kernels.recurrence[static_cast<int>(DType::float32)] = forward<float>;
  kernels.recurrence[static_cast<int>(DType::float64)] = forward<double>;
}

}  // namespace kd::KD_TARGET
