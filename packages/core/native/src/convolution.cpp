// Convolutions: those of usual geometries by the kernels of the instruction set, all others plane by plane.
#include "convolution.h"

#include <algorithm>
#include <new>

#include "generated/records.h"
#include "rows.h"

namespace kd {
namespace {

struct ConvolutionCall {
  Call call;
  Convolution convolution;
};
static_assert(sizeof(ConvolutionCall) <= kCallBytes);

const Convolution& of(const Call* self) { return reinterpret_cast<const ConvolutionCall*>(self)->convolution; }

/** Whether there is one window, which is the whole image: rows of images times rows of weights then. */
bool isProduct(const Convolution& c) {
  const auto isWhole = [](const Axis& axis) {
    return axis.count == 1 && axis.kernel == axis.length && axis.padding == 0 && (axis.kernel == 1 || axis.dilation == 1);
  };
  return c.groups == 1 && c.batch > 0 && isWhole(c.y) && isWhole(c.x);
}

template <class T> void multiply(const Convolution& c) {
  const int dtype = static_cast<int>(dtypeOf<T>);
  const Size depth = c.inChannels * c.taps();
  const Gemm gemm{c.out, {c.image, depth, 1}, {c.weight, 1, depth}, c.batch, c.outChannels, depth, c.bias};
  if (!kernels().gemm[dtype](gemm) && c.bias != nullptr) kernels().addBias[dtype](c.batch, c.outChannels, c.bias, c.out);
}

template <class T> void multiplyBackwardInput(const Convolution& c) {
  const Size width = c.inChannels * c.taps();
  const Gemm gemm{c.image, {c.out, c.outChannels, 1}, {c.weight, width, 1}, c.batch, width, c.outChannels};
  kernels().gemm[static_cast<int>(dtypeOf<T>)](gemm);
}

/** The windows whose element p lies in the image: [first, last). */
struct Inside {
  Size first;
  Size last;

  Inside(const Axis& axis, Size p) {
    const Size start = axis.position(0, p);
    first = start >= 0 ? 0 : (axis.stride - 1 - start) / axis.stride;
    last = std::min(axis.count, start >= axis.length ? 0 : (axis.length - 1 - start) / axis.stride + 1);
  }
};

/** Calls work(channel of the image, channel of the result, weights) for all pairs of a group. */
template <class T> struct Planes {
  const Convolution& c;

  T* image(Size n, Size group, Size channel) const {
    return static_cast<T*>(c.image) + ((n * c.groups + group) * c.inChannels + channel) * c.plane();
  }
  T* out(Size n, Size group, Size channel) const {
    return static_cast<T*>(c.out) + ((n * c.groups + group) * c.outChannels + channel) * c.outPlane();
  }
  T* weights(Size group, Size outChannel, Size inChannel) const {
    return static_cast<T*>(c.weight) + ((group * c.outChannels + outChannel) * c.inChannels + inChannel) * c.taps();
  }
  T* bias(Size group, Size channel) const { return static_cast<T*>(c.bias) + group * c.outChannels + channel; }

  /** Calls work(tap, elements of a row, a row of the image, a row of the result) for each row that a tap sees. */
  template <class Work> void eachRow(T* image, T* out, Work&& work) const {
    for (Size p = 0; p < c.y.kernel; p++) {
      const Inside rows(c.y, p);
      for (Size q = 0; q < c.x.kernel; q++) {
        const Inside columns(c.x, q);
        if (columns.first >= columns.last) continue;
        for (Size i = rows.first; i < rows.last; i++) {
          T* from = image + c.y.position(i, p) * c.x.length + c.x.position(columns.first, q);
          work(p * c.x.kernel + q, columns.last - columns.first, from, out + i * c.x.count + columns.first);
        }
      }
    }
  }
};

/** Calls plane(i) for each of `count` planes. */
template <class Plane> Status eachPlane(const Convolution& c, Size count, Plane&& plane) {
  const double products = static_cast<double>(c.batch * c.outPlane()) * static_cast<double>(c.groups * c.inChannels * c.outChannels * c.taps());
  if (count > 1 && worthSharing(0.1 * products)) parallel(count, plane);
  else for (Size i = 0; i < count; i++) plane(i);
  return Status::done;
}

template <class T> Status run(const Call* self) {
  const Convolution& c = of(self);
  if (isProduct(c)) {
    multiply<T>(c);
    return Status::done;
  }
  if (kernels().convolve[static_cast<int>(dtypeOf<T>)](c)) return Status::done;
  const Planes<T> planes{c};
  const Size channels = c.groups * c.outChannels;
  return eachPlane(c, c.batch * channels, [&](Size i) {
    const Size n = i / channels;
    const Size group = i % channels / c.outChannels;
    const Size channel = i % c.outChannels;
    T* out = planes.out(n, group, channel);
    std::fill_n(out, c.outPlane(), c.bias == nullptr ? T(0) : *planes.bias(group, channel));
    for (Size from = 0; from < c.inChannels; from++) {
      const T* weights = planes.weights(group, channel, from);
      planes.eachRow(planes.image(n, group, from), out, [&](Size tap, Size count, const T* x, T* y) {
        for (Size j = 0; j < count; j++) y[j] += weights[tap] * x[j * c.x.stride];
      });
    }
  });
}

template <class T> Status runBackwardInput(const Call* self) {
  const Convolution& c = of(self);
  if (isProduct(c)) {
    multiplyBackwardInput<T>(c);
    return Status::done;
  }
  if (kernels().convolveBackwardInput[static_cast<int>(dtypeOf<T>)](c)) return Status::done;
  const Planes<T> planes{c};
  const Size channels = c.groups * c.inChannels;
  return eachPlane(c, c.batch * channels, [&](Size i) {
    const Size n = i / channels;
    const Size group = i % channels / c.inChannels;
    const Size channel = i % c.inChannels;
    T* image = planes.image(n, group, channel);
    std::fill_n(image, c.plane(), T(0));
    for (Size from = 0; from < c.outChannels; from++) {
      const T* weights = planes.weights(group, from, channel);
      planes.eachRow(image, planes.out(n, group, from), [&](Size tap, Size count, T* x, const T* y) {
        for (Size j = 0; j < count; j++) x[j * c.x.stride] += weights[tap] * y[j];
      });
    }
  });
}

template <class T> Status runBackwardWeight(const Call* self) {
  const Convolution& c = of(self);
  if (kernels().convolveBackwardWeight[static_cast<int>(dtypeOf<T>)](c)) return Status::done;
  const Planes<T> planes{c};
  return eachPlane(c, c.groups * c.outChannels, [&](Size i) {
    const Size group = i / c.outChannels;
    const Size channel = i % c.outChannels;
    std::fill_n(planes.weights(group, channel, 0), c.inChannels * c.taps(), T(0));
    T total = 0;
    for (Size n = 0; n < c.batch; n++) {
      T* out = planes.out(n, group, channel);
      for (Size from = 0; from < c.inChannels; from++) {
        T* weights = planes.weights(group, channel, from);
        planes.eachRow(planes.image(n, group, from), out, [&](Size tap, Size count, const T* x, const T* y) {
          T sum = 0;
          for (Size j = 0; j < count; j++) sum += x[j * c.x.stride] * y[j];
          weights[tap] += sum;
        });
      }
      T sum = 0;
      for (Size j = 0; j < c.outPlane(); j++) sum += out[j];
      total += sum;
    }
    if (c.bias != nullptr) *planes.bias(group, channel) = total;
  });
}

template <class Record>
Status prepareAs(const Record& call, const void* image, const void* weight, const void* bias, const void* out,
                 Status (*single)(const Call*), Status (*twice)(const Call*), void* memory) {
  ConvolutionCall& c = *new (memory) ConvolutionCall;
  c.call.bytes = sizeof(ConvolutionCall);
  c.call.run = call.dtype == DType::float32 ? single : twice;
  c.convolution = {
      .batch = call.batch,
      .groups = call.groups,
      .inChannels = call.inChannels / call.groups,
      .outChannels = call.outChannels / call.groups,
      .y = {call.height, call.kernelHeight, call.strideHeight, call.paddingTop, call.dilationHeight, call.outHeight},
      .x = {call.width, call.kernelWidth, call.strideWidth, call.paddingLeft, call.dilationWidth, call.outWidth},
      .image = const_cast<void*>(image),
      .weight = const_cast<void*>(weight),
      .bias = const_cast<void*>(bias),
      .out = const_cast<void*>(out),
  };
  return Status::done;
}

}  // namespace

Status prepare(const Conv2dRecord& call, void* memory) {
  return prepareAs(call, call.x, call.weight, call.bias, call.y, run<float>, run<double>, memory);
}

Status prepare(const Conv2dBackwardInputRecord& call, void* memory) {
  return prepareAs(call, call.xGrad, call.weight, nullptr, call.grad, runBackwardInput<float>, runBackwardInput<double>, memory);
}

Status prepare(const Conv2dBackwardWeightRecord& call, void* memory) {
  return prepareAs(call, call.x, call.weightGrad, call.biasGrad, call.grad, runBackwardWeight<float>, runBackwardWeight<double>, memory);
}

}  // namespace kd
