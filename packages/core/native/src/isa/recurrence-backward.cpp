// Recurrent layers, backward: from the last step to the first, as the forward pass went the other way.
#include "recurrence.h"

namespace kd::KD_TARGET {
namespace {

/** One step: from `grad`, ∂L/∂h, to the gradients by the gates, `gates` blocks of n elements. */
template <class T> struct StepBack {
  Size n;
  const T* kept;
  const T* grad;
  T* gates;

  /** `cellGrad` becomes ∂L/∂c of the step before, whose cells are `before`. */
  void lstm(const T* before, T* cellGrad) const {
    const T* i = kept;
    const T* f = kept + n;
    const T* g = kept + 2 * n;
    const T* o = kept + 3 * n;
    const T* squashed = kept + 5 * n;
    T* di = gates;
    T* df = gates + n;
    T* dg = gates + 2 * n;
    T* dO = gates + 3 * n;
    KD_INDEPENDENT
    for (Size k = 0; k < n; k++) {
      const T whole = cellGrad[k] + grad[k] * o[k] * (T(1) - squashed[k] * squashed[k]);
      dO[k] = grad[k] * squashed[k] * o[k] * (T(1) - o[k]);
      di[k] = whole * g[k] * i[k] * (T(1) - i[k]);
      df[k] = whole * before[k] * f[k] * (T(1) - f[k]);
      dg[k] = whole * i[k] * (T(1) - g[k] * g[k]);
      cellGrad[k] = whole * f[k];
    }
  }

  /** `hidden` becomes the gradient by what the state adds to the candidate, `direct` that by the state itself. */
  void gru(const T* before, T* hidden, T* direct) const {
    const T* r = kept;
    const T* z = kept + n;
    const T* candidate = kept + 2 * n;
    const T* ofHidden = kept + 3 * n;
    T* dr = gates;
    T* dz = gates + n;
    T* dn = gates + 2 * n;
    KD_INDEPENDENT
    for (Size k = 0; k < n; k++) {
      const T slope = grad[k] * (T(1) - z[k]) * (T(1) - candidate[k] * candidate[k]);
      dz[k] = grad[k] * (before[k] - candidate[k]) * z[k] * (T(1) - z[k]);
      dr[k] = slope * ofHidden[k] * r[k] * (T(1) - r[k]);
      dn[k] = slope;
      hidden[k] = slope * r[k];
      direct[k] = grad[k] * z[k];
    }
  }

  void plain(const T* y, bool isTanh) const {
    if (isTanh) {
      KD_INDEPENDENT
      for (Size k = 0; k < n; k++) gates[k] = grad[k] * (T(1) - y[k] * y[k]);
    } else {
      KD_INDEPENDENT
      for (Size k = 0; k < n; k++) gates[k] = y[k] <= T(0) ? T(0) : grad[k];
    }
  }
};

template <class T> void backward(const Recurrence& c, Size first, Size rows, void* memory) {
  const Sequences<T> s{c, first, rows};
  const Size n = s.n;
  const Size H = c.hidden;
  const Size P = c.output;
  const Size W = c.width;
  const bool isGru = c.op == RecurrentCell::gru;
  const bool isLstm = c.op == RecurrentCell::lstm;
  T* grad = static_cast<T*>(memory);
  T* after = grad + rows * P;
  T* cellGrad = after + rows * P;
  T* cellAfter = cellGrad + n;
  T* raw = cellAfter + n;
  T* state = raw + n;
  T* hidden = state + n;
  T* direct = hidden + n;
  T* gates = direct + n;
  const T* weight = static_cast<const T*>(c.weight);
  const T* activations = static_cast<const T*>(c.activations);
  T* gatesGrad = static_cast<T*>(c.gatesGrad);
  T* hiddenGrad = isGru ? static_cast<T*>(c.hiddenGrad) : gatesGrad;
  std::memcpy(grad, static_cast<const T*>(c.lastGrad) + first * P, sizeof(T) * rows * P);
  if (isLstm) std::memcpy(cellGrad, static_cast<const T*>(c.lastCellGrad) + first * H, sizeof(T) * n);
  for (Size i = c.steps - 1; i >= 0; i--) {
    const Size t = s.step(i);
    if (s.ends()) {
      std::memcpy(after, grad, sizeof(T) * rows * P);
      if (isLstm) std::memcpy(cellAfter, cellGrad, sizeof(T) * n);
    }
    const RowsOf<const T> outputGrads = s.at(static_cast<const T*>(c.grad), t, P);
    for (Size r = 0; r < rows; r++) {
      if (i > 0) fetchAhead(outputGrads.at(r) - s.ahead(P), P);
      add(P, outputGrads.at(r), grad + r * P);
    }
    const T* kept = s.kept(activations, t);
    const T* unprojected = grad;
    if (c.projection != nullptr) {
      product<T>(raw, grad, P, static_cast<const T*>(c.projection), nullptr, rows, H, P);
      unprojected = raw;
      copyRows<T>(rows, P, {grad, P}, s.at(static_cast<T*>(c.outputGrad), t, P));
      KD_INDEPENDENT
      for (Size k = 0; k < n; k++) state[k] = kept[3 * n + k] * kept[5 * n + k];
      copyRows<T>(rows, H, {state, H}, s.at(static_cast<T*>(c.unprojected), t, H));
    }
    const StepBack<T> step{n, kept, unprojected, gates};
    if (isLstm) {
      const T* before = i == 0 ? static_cast<const T*>(c.firstCell) + first * H : s.kept(activations, s.step(i - 1)) + 4 * n;
      step.lstm(before, cellGrad);
    } else {
      copyRows<T>(rows, H, s.at(static_cast<const T*>(isGru ? c.previous : c.y), t, H), {state, H});
      if (isGru) step.gru(state, hidden, direct);
      else step.plain(state, c.op == RecurrentCell::tanh);
    }
    for (Size r = 0; r < rows; r++) {
      for (Size g = 0; g < s.gates; g++) {
        copy(H, gates + g * n + r * H, s.at(gatesGrad, t, W, g * H).at(r));
        if (isGru) copy(H, (g == 2 ? hidden : gates + g * n) + r * H, s.at(hiddenGrad, t, W, g * H).at(r));
      }
    }
    for (Size r = 0; s.ends() && r < rows; r++) {
      if (s.has(r, t)) continue;
      std::memset(s.at(gatesGrad, t, W).at(r), 0, sizeof(T) * W);
      if (isGru) std::memset(s.at(hiddenGrad, t, W).at(r), 0, sizeof(T) * W);
      if (c.projection != nullptr) std::memset(s.at(static_cast<T*>(c.outputGrad), t, P).at(r), 0, sizeof(T) * P);
    }
    const RowsOf<T> all = s.at(hiddenGrad, t, W);
    product<T>(grad, all.data, all.step, weight, nullptr, rows, P, W);
    if (isGru) {
      KD_INDEPENDENT
      for (Size k = 0; k < n; k++) grad[k] += direct[k];
    }
    for (Size r = 0; s.ends() && r < rows; r++) {
      if (s.has(r, t)) continue;
      std::memcpy(grad + r * P, after + r * P, sizeof(T) * P);
      if (isLstm) std::memcpy(cellGrad + r * H, cellAfter + r * H, sizeof(T) * H);
    }
  }
  std::memcpy(static_cast<T*>(c.firstGrad) + first * P, grad, sizeof(T) * rows * P);
  if (isLstm) std::memcpy(static_cast<T*>(c.firstCellGrad) + first * H, cellGrad, sizeof(T) * n);
}

}  // namespace

void fillRecurrenceBackward(Kernels& kernels) {
  kernels.recurrenceBackward[static_cast<int>(DType::float32)] = backward<float>;
  kernels.recurrenceBackward[static_cast<int>(DType::float64)] = backward<double>;
}

}  // namespace kd::KD_TARGET
