// Gradients of activations.
#include "fill.h"
#include "functions.h"

namespace kd::KD_TARGET {
namespace {

/** ∂L/∂x from g = ∂L/∂y and `saved`: y for tanh, sigmoid and relu, else x. */
template <Unary op, class T> KD_INLINE T activationGradient(T g, T saved, T p, T q) {
  if constexpr (op == Unary::tanh) {
    return g * (T(1) - saved * saved);
  } else if constexpr (op == Unary::sigmoid) {
    return g * (T(1) - saved) * saved;
  } else if constexpr (op == Unary::relu) {
    return saved <= T(0) ? T(0) : g;
  } else if constexpr (op == Unary::leakyRelu) {
    return saved > T(0) ? g : g * p;
  } else if constexpr (op == Unary::elu) {
    return saved > T(0) ? g : g * (exp(saved) * p);
  } else {
    static_assert(op == Unary::softplus, "activationBackward: an op without a line of arithmetic");
    const T z = saved * p;
    return z > q ? g : g * sigmoid(z);
  }
}

template <Unary op, class T>
void activationBackwardLoop(Size n, void* out, const void* a, const void* b, const void*, const double* parameters) {
  const T* g = static_cast<const T*>(a);
  const T* saved = static_cast<const T*>(b);
  T* y = static_cast<T*>(out);
  const T p = static_cast<T>(parameters[0]);
  const T q = static_cast<T>(parameters[1]);
  KD_INDEPENDENT
  for (Size i = 0; i < n; i++) y[i] = activationGradient<op, T>(g[i], saved[i], p, q);
}

template <Unary op> void fillOp(Kernels& kernels) {
  Loop* loops = kernels.activationBackward[static_cast<int>(op)];
  forTypes<float, double>([&]<class T>(int d) { loops[d] = activationBackwardLoop<op, T>; });
}

}  // namespace

void fillActivationBackward(Kernels& kernels) {
#define KD_FILL(op) fillOp<Unary::op>(kernels);
  KD_ACTIVATION_OPS(KD_FILL)
#undef KD_FILL
}

}  // namespace kd::KD_TARGET
