// Recurrent layers, forward: some sequences go through all steps together.
#include "recurrence.h"

namespace kd::KD_TARGET {
namespace {

KD_INLINE float between(float x, float limit) {
  const float above = x < -limit ? -limit : x;
  return above > limit ? limit : above;
}

/** tanh x as (e²ˣ − 1)/(e²ˣ + 1), to 3 ulp. */
KD_INLINE float gateTanh(float x) {
  const auto [scale, part] = splitExp(between(x + x, 20.0f));
  const float power = fused(scale, part, scale - 1.0f);
  return power / (power + 2.0f);
}
KD_INLINE double gateTanh(double x) { return tanh(x); }

/** One step of n elements: what the inputs add to the gates and what the state adds, gate behind gate, to the new state h. */
template <class T> struct Step {
  Size n;
  const T* ofInput;
  const T* ofHidden;
  T* kept;
  T* h;

  /** From the cells of the step before. */
  void lstm(const T* before) const {
    KD_INDEPENDENT
    for (Size k = 0; k < n; k++) {
      const T i = sigmoid(ofInput[k] + ofHidden[k]);
      const T f = sigmoid(ofInput[n + k] + ofHidden[n + k]);
      const T g = gateTanh(ofInput[2 * n + k] + ofHidden[2 * n + k]);
      const T o = sigmoid(ofInput[3 * n + k] + ofHidden[3 * n + k]);
      const T cell = f * before[k] + i * g;
      const T squashed = gateTanh(cell);
      kept[k] = i;
      kept[n + k] = f;
      kept[2 * n + k] = g;
      kept[3 * n + k] = o;
      kept[4 * n + k] = cell;
      kept[5 * n + k] = squashed;
      h[k] = o * squashed;
    }
  }

  /** r and z first: in one loop the chain from x to h is too long for the processor to overlap iterations. */
  void gru() const {
    KD_INDEPENDENT
    for (Size k = 0; k < 2 * n; k++) kept[k] = sigmoid(ofInput[k] + ofHidden[k]);
    KD_INDEPENDENT
    for (Size k = 0; k < n; k++) {
      const T candidate = gateTanh(ofInput[2 * n + k] + kept[k] * ofHidden[2 * n + k]);
      kept[2 * n + k] = candidate;
      kept[3 * n + k] = ofHidden[2 * n + k];
      h[k] = candidate + kept[n + k] * (h[k] - candidate);
    }
  }

  void plain(bool isTanh) const {
    if (isTanh) {
      KD_INDEPENDENT
      for (Size k = 0; k < n; k++) h[k] = gateTanh(ofInput[k] + ofHidden[k]);
      return;
    }
    KD_INDEPENDENT
    for (Size k = 0; k < n; k++) {
      const T x = ofInput[k] + ofHidden[k];
      h[k] = x > T(0) ? x : (x == x ? T(0) : x);
    }
  }
};

/** Adds a number to each of `count` lines of `rows` elements. */
template <class T> KD_INLINE void addToEach(Size count, Size rows, const T* numbers, T* lines) {
  for (Size j = 0; j < count; j++, lines += rows) {
    KD_INDEPENDENT
    for (Size r = 0; r < rows; r++) lines[r] += numbers[j];
  }
}

template <class T> void forward(const Recurrence& c, Size first, Size rows, void* memory) {
  const Sequences<T> s{c, first, rows};
  const Size n = s.n;
  const Size H = c.hidden;
  const Size P = c.output;
  const Size W = c.width;
  const bool isGru = c.op == RecurrentCell::gru;
  const bool isLstm = c.op == RecurrentCell::lstm;
  const bool isProjected = c.projection.data != nullptr;
  T* h = static_cast<T*>(memory);
  T* before = h + rows * P;
  T* firstCell = before + rows * P;
  T* raw = firstCell + n;
  T* ofInput = raw + n;
  T* ofHidden = ofInput + rows * W;
  const T* x = static_cast<const T*>(c.gates);
  const T* bias = static_cast<const T*>(c.bias);
  T* y = static_cast<T*>(c.y);
  T* previous = static_cast<T*>(c.previous);
  T* activations = static_cast<T*>(c.activations);
  toLines(s.of(static_cast<const T*>(c.first), P), rows, P, h);
  if (isLstm) toLines(s.of(static_cast<const T*>(c.firstCell), H), rows, H, firstCell);
  toRows(h, rows, P, s.at(previous, s.step(0), P));
  for (Size i = 0; i < c.steps; i++) {
    const Size t = s.step(i);
    const bool isLast = i + 1 == c.steps;
    if (s.ends()) std::memcpy(before, h, sizeof(T) * rows * P);
    product<T>(ofHidden, c.weight, h, W, rows, P);
    if (bias != nullptr) addToEach(W, rows, bias, ofHidden);
    const RowsOf<const T> inputs = s.at(x, t, W);
    for (Size r = 0; r < rows && !isLast; r++) fetchAhead(inputs.at(r) + s.ahead(W), W);
    toLines(inputs, rows, W, ofInput);
    T* kept = s.kept(activations, t);
    const T* cellBefore = i == 0 ? firstCell : s.kept(activations, s.step(i - 1)) + 4 * n;
    const Step<T> step{n, ofInput, ofHidden, kept, isProjected ? raw : h};
    if (isLstm) step.lstm(cellBefore);
    else if (isGru) step.gru();
    else step.plain(c.op == RecurrentCell::tanh);
    if (isProjected) product<T>(h, c.projection, raw, P, rows, H);
    const RowsOf<T> outputs = s.at(y, t, P);
    const RowsOf<T> next = isLast ? RowsOf<T>{nullptr, 0} : s.at(previous, s.step(i + 1), P);
    if (!s.ends()) {
      toRows(h, rows, P, outputs, next);
      continue;
    }
    toRows(h, rows, P, outputs);
    for (Size r = 0; r < rows; r++) {
      if (s.has(r, t)) continue;
      std::memset(outputs.at(r), 0, sizeof(T) * P);
      s.restore(h, before, r, P);
      if (isLstm) s.restore(kept + 4 * n, cellBefore, r, H);
    }
    if (!isLast) toRows(h, rows, P, next);
  }
  toRows(h, rows, P, s.of(static_cast<T*>(c.last), P));
  if (isLstm) toRows(s.kept(activations, s.step(c.steps - 1)) + 4 * n, rows, H, s.of(static_cast<T*>(c.lastCell), H));
}

}  // namespace

void fillRecurrence(Kernels& kernels) {
  forTypes<float, double>([&]<class T>(int d) { kernels.recurrence[d] = forward<T>; });
}

}  // namespace kd::KD_TARGET
