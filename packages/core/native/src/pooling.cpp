// Pooling of planes, and its gradients.
#include <new>

#include "generated/records.h"
#include "kernels.h"
#include "rows.h"

namespace kd {
namespace {

struct MaxPoolCall {
  Call call;
  DType dtype;
  Size planes;
  MaxPool pool;
};
static_assert(sizeof(MaxPoolCall) <= kCallBytes);

struct AvgPoolCall {
  Call call;
  Size planes;
  Axis y;
  Axis x;
  bool countIncludePad;
  double divisor;
  const void* from;
  void* to;

  Size plane() const { return y.length * x.length; }
  Size outPlane() const { return y.count * x.count; }
  double cost() const { return 1.0 * static_cast<double>(outPlane() * y.kernel * x.kernel) + 5; }
};
static_assert(sizeof(AvgPoolCall) <= kCallBytes);

template <class Record> Axis rowsOf(const Record& call) {
  return {call.height, call.kernelHeight, call.strideHeight, call.paddingTop, call.dilationHeight, call.outHeight};
}

template <class Record> Axis columnsOf(const Record& call) {
  return {call.width, call.kernelWidth, call.strideWidth, call.paddingLeft, call.dilationWidth, call.outWidth};
}

Status runMaxPool(const Call* self) {
  const auto& c = *reinterpret_cast<const MaxPoolCall*>(self);
  const auto pool = kernels().maxPool2d[static_cast<int>(c.dtype)];
  const double seen = static_cast<double>(c.pool.outPlane() * c.pool.y.kernel * c.pool.x.kernel);
  forEachRowBlock(c.planes, 0.4 * seen + 5, [&](Size first, Size count) { pool(c.pool, first, first + count); });
  return Status::done;
}

template <class T> Status runMaxPoolBackward(const Call* self) {
  const auto& c = *reinterpret_cast<const MaxPoolCall*>(self);
  const Size plane = c.pool.plane();
  const Size outPlane = c.pool.outPlane();
  const double cost = 0.1 * static_cast<double>(plane) + 1.5 * static_cast<double>(outPlane) + 5;
  forEachRowBlock(c.planes, cost, [&](Size first, Size count) {
    const T* grad = static_cast<const T*>(c.pool.from) + first * outPlane;
    const std::int32_t* index = c.pool.index + first * outPlane;
    T* out = static_cast<T*>(c.pool.to) + first * plane;
    std::fill_n(out, count * plane, T(0));
    for (; count > 0; count--, grad += outPlane, index += outPlane, out += plane) {
      for (Size i = 0; i < outPlane; i++) {
        if (index[i] >= 0 && index[i] < plane) out[index[i]] += grad[i];
      }
    }
  });
  return Status::done;
}

/** The elements of a window on an axis that lie inside: [first, last) of its kernel. */
struct Inside {
  Size first;
  Size last;
  /** Those that lie inside of the axis with its border. */
  Size counted;

  Inside(const Axis& axis, Size i) {
    const Size start = axis.position(i, 0);
    const auto before = [&](Size end) { return end <= start ? 0 : std::min(axis.kernel, (end - start - 1) / axis.dilation + 1); };
    first = before(0);
    last = before(axis.length);
    counted = before(axis.length + axis.padding);
  }
};

/** Calls window(output, rows, columns, divisor) for each window of a plane. */
template <class Window> void eachWindow(const AvgPoolCall& c, Window&& window) {
  for (Size i = 0; i < c.y.count; i++) {
    const Inside rows(c.y, i);
    for (Size j = 0; j < c.x.count; j++) {
      const Inside columns(c.x, j);
      const Size inside = (rows.last - rows.first) * (columns.last - columns.first);
      const Size count = c.countIncludePad ? rows.counted * columns.counted : inside;
      const double divisor = c.divisor == 0 ? static_cast<double>(count) : c.divisor;
      const auto each = [&](auto visit) {
        for (Size p = rows.first; p < rows.last; p++) {
          const Size row = c.y.position(i, p) * c.x.length;
          for (Size q = columns.first; q < columns.last; q++) visit(row + c.x.position(j, q));
        }
      };
      window(i * c.x.count + j, divisor, each);
    }
  }
}

/** Whether there is one window, which is the whole plane. */
bool isWhole(const AvgPoolCall& c) {
  const auto isWhole = [](const Axis& axis) {
    return axis.count == 1 && axis.kernel == axis.length && axis.padding == 0 && (axis.kernel == 1 || axis.dilation == 1);
  };
  return isWhole(c.y) && isWhole(c.x);
}

/** What the sum of such a window is divided by. */
double divisorOf(const AvgPoolCall& c) { return c.divisor == 0 ? static_cast<double>(c.plane()) : c.divisor; }

template <class T> Status averagePlanes(const AvgPoolCall& c) {
  const ReduceRows sums = kernels().reduce[static_cast<int>(Reduce::sum)][static_cast<int>(dtypeOf<T>)].rows;
  forEachRowBlock(c.planes, 0.1 * static_cast<double>(c.plane()) + 5, [&](Size first, Size count) {
    T* y = static_cast<T*>(c.to) + first;
    sums(count, c.plane(), static_cast<const T*>(c.from) + first * c.plane(), y);
    for (Size i = 0; i < count; i++) y[i] = static_cast<T>(static_cast<double>(y[i]) / divisorOf(c));
  });
  return Status::done;
}

template <class T> Status averagePlanesBackward(const AvgPoolCall& c) {
  const Loop fill = kernels().fill[static_cast<int>(dtypeOf<T>)];
  forEachRowBlock(c.planes, 0.1 * static_cast<double>(c.plane()) + 5, [&](Size first, Size count) {
    const T* grad = static_cast<const T*>(c.from);
    for (Size i = first; i < first + count; i++) {
      const T share = static_cast<T>(static_cast<double>(grad[i]) / divisorOf(c));
      fill(c.plane(), static_cast<T*>(c.to) + i * c.plane(), &share, nullptr, nullptr, nullptr);
    }
  });
  return Status::done;
}

template <class T> Status runAvgPool(const Call* self) {
  const auto& c = *reinterpret_cast<const AvgPoolCall*>(self);
  if (isWhole(c)) return averagePlanes<T>(c);
  forEachRowBlock(c.planes, c.cost(), [&](Size first, Size count) {
    for (Size plane = first; plane < first + count; plane++) {
      const T* x = static_cast<const T*>(c.from) + plane * c.plane();
      T* y = static_cast<T*>(c.to) + plane * c.outPlane();
      eachWindow(c, [&](Size at, double divisor, auto each) {
        double sum = 0;
        each([&](Size position) { sum += static_cast<double>(x[position]); });
        y[at] = static_cast<T>(sum / divisor);
      });
    }
  });
  return Status::done;
}

template <class T> Status runAvgPoolBackward(const Call* self) {
  const auto& c = *reinterpret_cast<const AvgPoolCall*>(self);
  if (isWhole(c)) return averagePlanesBackward<T>(c);
  forEachRowBlock(c.planes, c.cost(), [&](Size first, Size count) {
    for (Size plane = first; plane < first + count; plane++) {
      const T* grad = static_cast<const T*>(c.from) + plane * c.outPlane();
      T* out = static_cast<T*>(c.to) + plane * c.plane();
      std::fill_n(out, c.plane(), T(0));
      eachWindow(c, [&](Size at, double divisor, auto each) {
        const T share = static_cast<T>(static_cast<double>(grad[at]) / divisor);
        each([&](Size position) { out[position] += share; });
      });
    }
  });
  return Status::done;
}

template <class Record>
Status prepareMaxPool(const Record& call, const void* from, void* to, std::int32_t* index, Status (*run)(const Call*), void* memory) {
  MaxPoolCall& c = *new (memory) MaxPoolCall;
  c.call.bytes = sizeof(MaxPoolCall);
  c.call.run = run;
  c.dtype = call.dtype;
  c.planes = call.planes;
  c.pool = {.y = rowsOf(call), .x = columnsOf(call), .from = from, .to = to, .index = index};
  return Status::done;
}

template <class Record>
Status prepareAvgPool(const Record& call, const void* from, void* to, Status (*single)(const Call*), Status (*twice)(const Call*), void* memory) {
  AvgPoolCall& c = *new (memory) AvgPoolCall;
  c.call.bytes = sizeof(AvgPoolCall);
  c.call.run = call.dtype == DType::float32 ? single : twice;
  c.planes = call.planes;
  c.y = rowsOf(call);
  c.x = columnsOf(call);
  c.countIncludePad = call.countIncludePad;
  c.divisor = call.divisor;
  c.from = from;
  c.to = to;
  return Status::done;
}

}  // namespace

Status prepare(const MaxPool2dRecord& call, void* memory) {
  return prepareMaxPool(call, call.x, call.y, static_cast<std::int32_t*>(call.index), runMaxPool, memory);
}

Status prepare(const MaxPool2dBackwardRecord& call, void* memory) {
  auto* index = static_cast<std::int32_t*>(const_cast<void*>(static_cast<const void*>(call.index)));
  return prepareMaxPool(call, call.grad, call.xGrad, index,
                        call.dtype == DType::float32 ? runMaxPoolBackward<float> : runMaxPoolBackward<double>, memory);
}

Status prepare(const AvgPool2dRecord& call, void* memory) {
  return prepareAvgPool(call, call.x, call.y, runAvgPool<float>, runAvgPool<double>, memory);
}

Status prepare(const AvgPool2dBackwardRecord& call, void* memory) {
  return prepareAvgPool(call, call.grad, call.xGrad, runAvgPoolBackward<float>, runAvgPoolBackward<double>, memory);
}

}  // namespace kd
