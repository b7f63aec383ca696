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

  /** The last block of `gates` becomes the gradient by what the state adds to the candidate, `dn` that by the candidate, `direct` that by the state. */
  void gru(const T* before, T* dn, T* direct) const {
    const T* r = kept;
    const T* z = kept + n;
    const T* candidate = kept + 2 * n;
    const T* ofHidden = kept + 3 * n;
    T* dr = gates;
    T* dz = gates + n;
    T* hidden = gates + 2 * n;
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
  const bool isProjected = c.projection.data != nullptr;
  T* grad = static_cast<T*>(memory);
  T* after = grad + rows * P;
  T* cellGrad = after + rows * P;
  T* cellAfter = cellGrad + n;
  T* raw = cellAfter + n;
  T* state = raw + n;
  T* direct = state + n;
  T* candidate = direct + n;
  T* gates = candidate + n;
  const T* activations = static_cast<const T*>(c.activations);
  T* gatesGrad = static_cast<T*>(c.gatesGrad);
  T* hiddenGrad = static_cast<T*>(c.hiddenGrad);
  toLines(s.of(static_cast<const T*>(c.lastGrad), P), rows, P, grad);
  if (isLstm) toLines(s.of(static_cast<const T*>(c.lastCellGrad), H), rows, H, cellGrad);
  for (Size i = c.steps - 1; i >= 0; i--) {
    const Size t = s.step(i);
    if (s.ends()) {
      std::memcpy(after, grad, sizeof(T) * rows * P);
      if (isLstm) std::memcpy(cellAfter, cellGrad, sizeof(T) * n);
    }
    const RowsOf<const T> outputGrads = s.at(static_cast<const T*>(c.grad), t, P);
    for (Size r = 0; r < rows && i > 0; r++) fetchAhead(outputGrads.at(r) - s.ahead(P), P);
    addToLines(outputGrads, rows, P, grad);
    const T* kept = s.kept(activations, t);
    if (isProjected) {
      product<T>(raw, {c.projection.data, c.projection.columnStep, c.projection.rowStep}, grad, H, rows, P);
      toRows(grad, rows, P, s.at(static_cast<T*>(c.outputGrad), t, P));
      KD_INDEPENDENT
      for (Size k = 0; k < n; k++) state[k] = kept[3 * n + k] * kept[5 * n + k];
      toRows(state, rows, H, s.at(static_cast<T*>(c.unprojected), t, H));
    }
    const StepBack<T> step{n, kept, isProjected ? raw : grad, gates};
    const RowsOf<T> gateRows = s.at(gatesGrad, t, W);
    if (isGru) {
      toLines(s.at(static_cast<const T*>(c.previous), t, H), rows, H, state);
      step.gru(state, candidate, direct);
      const RowsOf<T> hiddenRows = s.at(hiddenGrad, t, W);
      toRows(gates, rows, 2 * H, gateRows, hiddenRows);
      toRows(gates + 2 * n, rows, H, s.at(hiddenGrad, t, W, 2 * H));
      toRows(candidate, rows, H, s.at(gatesGrad, t, W, 2 * H));
    } else {
      if (isLstm && i > 0) {
        step.lstm(s.kept(activations, s.step(i - 1)) + 4 * n, cellGrad);
      } else {
        toLines(isLstm ? s.of(static_cast<const T*>(c.firstCell), H) : s.at(static_cast<const T*>(c.y), t, H), rows, H, state);
        if (isLstm) step.lstm(state, cellGrad);
        else step.plain(state, c.op == RecurrentCell::tanh);
      }
      toRows(gates, rows, W, gateRows);
    }
    for (Size r = 0; s.ends() && r < rows; r++) {
      if (s.has(r, t)) continue;
      std::memset(gateRows.at(r), 0, sizeof(T) * W);
      if (isGru) std::memset(s.at(hiddenGrad, t, W).at(r), 0, sizeof(T) * W);
      if (isProjected) std::memset(s.at(static_cast<T*>(c.outputGrad), t, P).at(r), 0, sizeof(T) * P);
    }
    product<T>(grad, {c.weight.data, c.weight.columnStep, c.weight.rowStep}, gates, P, rows, W);
    if (isGru) {
      KD_INDEPENDENT
      for (Size k = 0; k < n; k++) grad[k] += direct[k];
    }
    for (Size r = 0; s.ends() && r < rows; r++) {
      if (s.has(r, t)) continue;
      s.restore(grad, after, r, P);
      if (isLstm) s.restore(cellGrad, cellAfter, r, H);
    }
  }
  toRows(grad, rows, P, s.of(static_cast<T*>(c.firstGrad), P));
  if (isLstm) toRows(cellGrad, rows, H, s.of(static_cast<T*>(c.firstCellGrad), H));
}

}  // namespace

void fillRecurrenceBackward(Kernels& kernels) {
  forTypes<float, double>([&]<class T>(int d) { kernels.recurrenceBackward[d] = backward<T>; });
}

}  // namespace kd::KD_TARGET
