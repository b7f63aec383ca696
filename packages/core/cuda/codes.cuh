// The codes that launches name dtypes and operations by, in the order of src/dtype.ts and src/backend/kernels.ts.
#pragma once

namespace kd {

enum class DType : int { boolean, uint8, int32, float32, float64 };

#define KD_UNARY(X)                                                                                            \
  X(neg) X(abs) X(sign) X(exp) X(expm1) X(log) X(log1p) X(sqrt) X(rsqrt) X(square) X(reciprocal) X(sin) X(cos) \
  X(tanh) X(sigmoid) X(erf) X(relu) X(leakyRelu) X(elu) X(softplus) X(floor) X(ceil) X(round) X(logicalNot)

#define KD_BINARY(X)                                                                                           \
  X(add) X(sub) X(mul) X(div) X(pow) X(maximum) X(minimum) X(eq) X(ne) X(lt) X(le) X(gt) X(ge) X(logicalAnd)   \
  X(logicalOr) X(logicalXor)

#define KD_ENUMERATOR(name) name,
enum class Unary : int { KD_UNARY(KD_ENUMERATOR) };
enum class Binary : int { KD_BINARY(KD_ENUMERATOR) };
#undef KD_ENUMERATOR

}  // namespace kd
