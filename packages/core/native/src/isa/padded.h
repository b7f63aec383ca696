// Loops over elements of functions that take many instructions.
#pragma once

#include <type_traits>

#include "vector.h"

namespace kd::KD_TARGET {

/** Elements that fill part of a vector, with zeros behind them. */
template <class T> struct Padded {
  T of[kLanes<T>];
  Padded(const T* x, Size count) { store(of, loadShort(x, count)); }
};

/**
 * y[i] ← f(x[i], …) for i < n. What does not fill a vector is computed as a whole one: one by one, a few elements would take longer than
 * many vectors.
 */
template <class T, class F, class... Inputs> KD_INLINE void mapPadded(Size n, T* y, F f, const Inputs*... x) {
  constexpr Size lanes = kLanes<T>;
  constexpr bool isPadded = !kIsDownloaded && std::is_same_v<T, float>;
  const Size whole = isPadded ? n / lanes * lanes : n;
  KD_INDEPENDENT
  for (Size i = 0; i < whole; i++) y[i] = f(x[i]...);
  if constexpr (isPadded) {
    if (whole == n) return;
    [&](const Padded<Inputs>&... last) {
      T line[lanes];
      KD_INDEPENDENT
      for (Size i = 0; i < lanes; i++) line[i] = f(last.of[i]...);
      storeShort(y + whole, load(line), n - whole);
    }(Padded<Inputs>(x + whole, n - whole)...);
  }
}

}  // namespace kd::KD_TARGET
