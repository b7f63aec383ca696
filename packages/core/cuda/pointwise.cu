// copy, unary, binary and where: four elements a thread where everything is contiguous float32, else any layout and dtype.
#include "functions.cuh"

namespace kd {
namespace {

constexpr int kThreads = 256;

struct Quad {
  float x[4];
};

__device__ __forceinline__ Quad quadOf(const Flat& p, int input, std::uint32_t at) {
  const float* data = static_cast<const float*>(p.inputs[input]);
  if (data != nullptr && p.steps[input] != 0) {
    const float4 v = *reinterpret_cast<const float4*>(data + at);
    return {{v.x, v.y, v.z, v.w}};
  }
  const float x = data == nullptr ? p.numbers[input] : data[0];
  return {{x, x, x, x}};
}

__device__ __forceinline__ float elementOf(const Flat& p, int input, std::uint32_t at) {
  const float* data = static_cast<const float*>(p.inputs[input]);
  return data == nullptr ? p.numbers[input] : data[p.steps[input] * static_cast<Size>(at)];
}

__device__ __forceinline__ void storeQuad(float* out, const Quad& q) {
  *reinterpret_cast<float4*>(out) = make_float4(q.x[0], q.x[1], q.x[2], q.x[3]);
}

__device__ __forceinline__ void storeQuad(std::uint8_t* out, const Quad& q) {
  std::uint32_t bytes = 0;
  for (int k = 0; k < 4; k++) bytes |= static_cast<std::uint32_t>(q.x[k]) << (8 * k);
  *reinterpret_cast<std::uint32_t*>(out) = bytes;
}

/** Calls f(inputs, at) for the elements of this thread: four at a time, or one by one at the end and where pointers are not aligned. */
template <class Out, int inputs, class F> __device__ __forceinline__ void flat(const Flat& p, F f) {
  const std::uint32_t start = (blockIdx.x * kThreads + threadIdx.x) * 4;
  Out* out = static_cast<Out*>(p.out);
  if (start >= p.count) return;
  if (p.aligned != 0 && p.count - start >= 4) {
    const Quad a = quadOf(p, 0, start);
    const Quad b = inputs > 1 ? quadOf(p, 1, start) : a;
    Quad result;
    for (int k = 0; k < 4; k++) result.x[k] = f(a.x[k], b.x[k]);
    storeQuad(out + start, result);
    return;
  }
#pragma unroll 1
  for (std::uint32_t i = start; i < p.count && i < start + 4; i++) {
    const float a = elementOf(p, 0, i);
    out[i] = static_cast<Out>(f(a, inputs > 1 ? elementOf(p, 1, i) : a));
  }
}

/** Where a flat index lies in each of an output and N inputs. */
template <int N> struct Positions {
  Size out = 0;
  Size in[N] = {};

  __device__ __forceinline__ Positions(const Strided& p, std::uint32_t index) {
    for (int d = p.rank - 1; d > 0; d--) {
      const std::uint32_t quotient =
          static_cast<std::uint32_t>((static_cast<std::uint64_t>(index) * p.multipliers[d]) >> 32 >> p.shifts[d]);
      step(p, d, index - quotient * p.sizes[d]);
      index = quotient;
    }
    step(p, 0, index);
  }

  __device__ __forceinline__ void step(const Strided& p, int d, std::uint32_t by) {
    out += by * p.out.strides[d];
    for (int i = 0; i < N; i++) in[i] += by * p.inputs[i].strides[d];
  }
};

template <class T> __device__ __forceinline__ T load(const StridedOperand& x, Size at) {
  return x.data == nullptr ? static_cast<T>(x.number) : static_cast<const T*>(x.data)[at];
}

__device__ __forceinline__ double loadAny(const StridedOperand& x, Size at) {
  return x.data == nullptr ? x.number : loadAs(x.data, at, static_cast<DType>(x.dtype));
}

/** A number here is the bits of one. */
template <class Bits> __device__ __forceinline__ Bits loadBits(const StridedOperand& x, Size at) {
  return x.data == nullptr ? static_cast<Bits>(__double_as_longlong(x.number)) : static_cast<const Bits*>(x.data)[at];
}

__device__ __forceinline__ bool startsAt(const Strided& p, std::uint32_t& index) {
  index = blockIdx.x * kThreads + threadIdx.x;
  return index < p.count;
}

template <class T> __device__ __forceinline__ void stridedUnary(const Strided& p) {
  std::uint32_t index;
  if (!startsAt(p, index)) return;
  const Positions<1> at(p, index);
  const Unary op = static_cast<Unary>(p.op);
  const T result = unary<T>(op, load<T>(p.inputs[0], at.in[0]), static_cast<T>(p.parameters[0]), static_cast<T>(p.parameters[1]));
  if (op == Unary::logicalNot) {
    static_cast<std::uint8_t*>(p.out.data)[at.out] = static_cast<std::uint8_t>(result);
  } else {
    static_cast<T*>(p.out.data)[at.out] = result;
  }
}

template <class T> __device__ __forceinline__ void stridedBinary(const Strided& p) {
  std::uint32_t index;
  if (!startsAt(p, index)) return;
  const Positions<2> at(p, index);
  const Binary op = static_cast<Binary>(p.op);
  const T result = binary<T>(op, load<T>(p.inputs[0], at.in[0]), load<T>(p.inputs[1], at.in[1]));
  if (op >= Binary::eq) {
    static_cast<std::uint8_t*>(p.out.data)[at.out] = static_cast<std::uint8_t>(result);
  } else {
    static_cast<T*>(p.out.data)[at.out] = result;
  }
}

template <class Bits> __device__ __forceinline__ void stridedCopy(const Strided& p) {
  std::uint32_t index;
  if (!startsAt(p, index)) return;
  const Positions<1> at(p, index);
  static_cast<Bits*>(p.out.data)[at.out] = loadBits<Bits>(p.inputs[0], at.in[0]);
}

template <class Bits> __device__ __forceinline__ void stridedWhere(const Strided& p) {
  std::uint32_t index;
  if (!startsAt(p, index)) return;
  const Positions<3> at(p, index);
  const bool condition = static_cast<const std::uint8_t*>(p.inputs[0].data)[at.in[0]] != 0;
  static_cast<Bits*>(p.out.data)[at.out] = condition ? loadBits<Bits>(p.inputs[1], at.in[1]) : loadBits<Bits>(p.inputs[2], at.in[2]);
}

}  // namespace

#define KD_FLAT_UNARY(name)                                                                                         \
  KD_KERNEL(unary_##name##_f32, kThreads, Flat) {                                                                   \
    flat<float, 1>(p, [&](float x, float) { return unary<float>(Unary::name, x, p.parameters[0], p.parameters[1]); }); \
  }
#define KD_FLAT_ARITHMETIC(name)                                                                 \
  KD_KERNEL(binary_##name##_f32, kThreads, Flat) {                                               \
    flat<float, 2>(p, [](float a, float b) { return binary<float>(Binary::name, a, b); });       \
  }
#define KD_FLAT_PREDICATE(name)                                                                  \
  KD_KERNEL(binary_##name##_f32, kThreads, Flat) {                                               \
    flat<std::uint8_t, 2>(p, [](float a, float b) { return binary<float>(Binary::name, a, b); }); \
  }

// Others, whose arithmetic takes longer than their loads or which are rare, go element by element: unary_f32, binary_f32.
KD_FLAT_UNARY(neg) KD_FLAT_UNARY(abs) KD_FLAT_UNARY(exp) KD_FLAT_UNARY(log) KD_FLAT_UNARY(sqrt) KD_FLAT_UNARY(rsqrt)
KD_FLAT_UNARY(square) KD_FLAT_UNARY(reciprocal) KD_FLAT_UNARY(tanh) KD_FLAT_UNARY(sigmoid) KD_FLAT_UNARY(erf)
KD_FLAT_UNARY(relu) KD_FLAT_UNARY(leakyRelu)

KD_FLAT_ARITHMETIC(add) KD_FLAT_ARITHMETIC(sub) KD_FLAT_ARITHMETIC(mul) KD_FLAT_ARITHMETIC(div)
KD_FLAT_ARITHMETIC(maximum) KD_FLAT_ARITHMETIC(minimum)
KD_FLAT_PREDICATE(eq) KD_FLAT_PREDICATE(ne) KD_FLAT_PREDICATE(lt) KD_FLAT_PREDICATE(le) KD_FLAT_PREDICATE(gt)
KD_FLAT_PREDICATE(ge)

KD_KERNEL(where_f32, kThreads, Flat) {
  const std::uint8_t* condition = static_cast<const std::uint8_t*>(p.inputs[2]);
  const std::uint32_t start = (blockIdx.x * kThreads + threadIdx.x) * 4;
  float* out = static_cast<float*>(p.out);
  if (start >= p.count) return;
  if (p.aligned != 0 && p.count - start >= 4) {
    const std::uint32_t chosen = *reinterpret_cast<const std::uint32_t*>(condition + start);
    const Quad a = quadOf(p, 0, start);
    const Quad b = quadOf(p, 1, start);
    Quad result;
    for (int k = 0; k < 4; k++) result.x[k] = ((chosen >> (8 * k)) & 0xff) != 0 ? a.x[k] : b.x[k];
    storeQuad(out + start, result);
    return;
  }
#pragma unroll 1
  for (std::uint32_t i = start; i < p.count && i < start + 4; i++) {
    out[i] = condition[i] != 0 ? elementOf(p, 0, i) : elementOf(p, 1, i);
  }
}

KD_KERNEL(activationBackward_f32, kThreads, Flat) {
  flat<float, 2>(p, [&](float g, float saved) {
    return activationBackward(static_cast<Activation>(p.op), g, saved, p.parameters[0], p.parameters[1]);
  });
}

KD_KERNEL(activationBackward_any, kThreads, Strided) {
  std::uint32_t index;
  if (!startsAt(p, index)) return;
  const Positions<2> at(p, index);
  const double g = loadAny(p.inputs[0], at.in[0]);
  const double saved = loadAny(p.inputs[1], at.in[1]);
  const double result = activationBackward(static_cast<Activation>(p.op), g, saved, p.parameters[0], p.parameters[1]);
  storeAs(p.out.data, at.out, static_cast<DType>(p.out.dtype), result);
}

KD_KERNEL(copy_flat, kThreads, FlatCopy) {
  const Size start = (static_cast<Size>(blockIdx.x) * kThreads + threadIdx.x) * 16;
  if (start >= p.bytes) return;
  char* out = static_cast<char*>(p.out) + start;
  const char* x = static_cast<const char*>(p.x) + start;
  if (p.bytes - start >= 16) {
    const unsigned low = static_cast<unsigned>(p.pattern);
    const unsigned high = static_cast<unsigned>(p.pattern >> 32);
    *reinterpret_cast<uint4*>(out) = p.x == nullptr ? make_uint4(low, high, low, high) : *reinterpret_cast<const uint4*>(x);
    return;
  }
#pragma unroll 1
  for (int i = 0; i < p.bytes - start; i++) {
    out[i] = p.x == nullptr ? static_cast<char>(p.pattern >> (8 * (i & 7))) : x[i];
  }
}

KD_KERNEL(copy_1, kThreads, Strided) { stridedCopy<std::uint8_t>(p); }
KD_KERNEL(copy_4, kThreads, Strided) { stridedCopy<std::uint32_t>(p); }
KD_KERNEL(copy_8, kThreads, Strided) { stridedCopy<std::uint64_t>(p); }
KD_KERNEL(where_1, kThreads, Strided) { stridedWhere<std::uint8_t>(p); }
KD_KERNEL(where_4, kThreads, Strided) { stridedWhere<std::uint32_t>(p); }
KD_KERNEL(where_8, kThreads, Strided) { stridedWhere<std::uint64_t>(p); }

KD_KERNEL(unary_f32, kThreads, Strided) { stridedUnary<float>(p); }
KD_KERNEL(binary_f32, kThreads, Strided) { stridedBinary<float>(p); }

/** From one dtype to another: by truncation to integers, and anything but zero to true. */
KD_KERNEL(convert, kThreads, Strided) {
  std::uint32_t index;
  if (!startsAt(p, index)) return;
  const Positions<1> at(p, index);
  const double x = loadAny(p.inputs[0], at.in[0]);
  const DType dtype = static_cast<DType>(p.out.dtype);
  storeAs(p.out.data, at.out, dtype, dtype == DType::boolean ? (x != 0 ? 1 : 0) : x);
}

/** Float64, and dtypes that have no kernel of their own, computed in double. */
KD_KERNEL(unary_any, kThreads, Strided) {
  std::uint32_t index;
  if (!startsAt(p, index)) return;
  const Positions<1> at(p, index);
  const double result = unary<double>(static_cast<Unary>(p.op), loadAny(p.inputs[0], at.in[0]), p.parameters[0], p.parameters[1]);
  storeAs(p.out.data, at.out, static_cast<DType>(p.out.dtype), result);
}

KD_KERNEL(binary_any, kThreads, Strided) {
  std::uint32_t index;
  if (!startsAt(p, index)) return;
  const Positions<2> at(p, index);
  const double result = binary<double>(static_cast<Binary>(p.op), loadAny(p.inputs[0], at.in[0]), loadAny(p.inputs[1], at.in[1]));
  storeAs(p.out.data, at.out, static_cast<DType>(p.out.dtype), result);
}

/** Inputs that are all integers, computed in 32 bits. */
KD_KERNEL(binary_integer, kThreads, Strided) {
  std::uint32_t index;
  if (!startsAt(p, index)) return;
  const Positions<2> at(p, index);
  const std::int32_t a = wrapped(loadAny(p.inputs[0], at.in[0]));
  const std::int32_t b = wrapped(loadAny(p.inputs[1], at.in[1]));
  const std::int32_t result = binary<std::int32_t>(static_cast<Binary>(p.op), a, b);
  storeAs(p.out.data, at.out, static_cast<DType>(p.out.dtype), result);
}

KD_KERNEL(where_any, kThreads, Strided) {
  std::uint32_t index;
  if (!startsAt(p, index)) return;
  const Positions<3> at(p, index);
  const bool condition = loadAny(p.inputs[0], at.in[0]) != 0;
  const double result = condition ? loadAny(p.inputs[1], at.in[1]) : loadAny(p.inputs[2], at.in[2]);
  storeAs(p.out.data, at.out, static_cast<DType>(p.out.dtype), result);
}

}  // namespace kd
