// The codes that records are written in. The lists stand in the order of src/backend/kernels.ts and src/dtype.ts; the
// library hands them out as text (kd_codes), and the loader refuses a library whose lists differ.
#pragma once

#define KD_DTYPES(X) X(boolean, "bool") X(uint8, "uint8") X(int32, "int32") X(float32, "float32") X(float64, "float64")

#define KD_KINDS(X)                                                                                            \
  X(copy) X(unary) X(binary) X(where) X(reduce) X(argReduce) X(cumsum) X(argsort) X(matmul) X(indexSelect)     \
  X(indexAdd) X(gather) X(scatterAdd) X(assertRange) X(activationBackward) X(softmax) X(softmaxBackward)        \
  X(crossEntropy) X(crossEntropyBackward) X(mse) X(mseBackward) X(bce) X(bceBackward) X(layerNorm)             \
  X(layerNormBackward) X(sgdStep) X(adamStep) X(rmspropStep) X(adagradStep) X(chain)

#define KD_UNARY(X)                                                                                            \
  X(neg) X(abs) X(sign) X(exp) X(expm1) X(log) X(log1p) X(sqrt) X(rsqrt) X(square) X(reciprocal) X(sin) X(cos) \
  X(tanh) X(sigmoid) X(erf) X(relu) X(leakyRelu) X(elu) X(softplus) X(floor) X(ceil) X(round) X(logicalNot)

#define KD_BINARY(X)                                                                                           \
  X(add) X(sub) X(mul) X(div) X(pow) X(maximum) X(minimum) X(eq) X(ne) X(lt) X(le) X(gt) X(ge) X(logicalAnd)   \
  X(logicalOr) X(logicalXor)

#define KD_REDUCE(X) X(sum) X(prod) X(max) X(min) X(any) X(all)

namespace kd {

#define KD_ENUMERATOR(name, ...) name,
#define KD_ONE(...) +1
enum class DType : int { KD_DTYPES(KD_ENUMERATOR) };
enum class Kind : int { KD_KINDS(KD_ENUMERATOR) };
enum class Unary : int { KD_UNARY(KD_ENUMERATOR) };
enum class Binary : int { KD_BINARY(KD_ENUMERATOR) };
enum class Reduce : int { KD_REDUCE(KD_ENUMERATOR) };

constexpr int kDTypes = 0 KD_DTYPES(KD_ONE);
constexpr int kKinds = 0 KD_KINDS(KD_ONE);
constexpr int kUnary = 0 KD_UNARY(KD_ONE);
constexpr int kBinary = 0 KD_BINARY(KD_ONE);
constexpr int kReduce = 0 KD_REDUCE(KD_ONE);
#undef KD_ENUMERATOR
#undef KD_ONE

/** Whether an operation writes bool, whatever it reads. */
constexpr bool isPredicate(Unary op) { return op == Unary::logicalNot; }
constexpr bool isPredicate(Binary op) { return op >= Binary::eq; }
constexpr bool isPredicate(Reduce op) { return op >= Reduce::any; }

}  // namespace kd
