#include "lines.h"

#include "fill.h"

namespace kd::KD_TARGET {

#if KD_VECTOR_BYTES == 64 && defined(__AVX512F__)

namespace {

/** Rows whose totals are added up apart, as in narrow columns (reduce.cpp). */
constexpr Size kTotalRows = kLanes<double>;

template <int width> void totalsOf(double* out, const float* lines, Size step, Size rows) {
  Vector<double> totals[width] = {};
  Size r = 0;
  for (; r + kTotalRows <= rows; r += kTotalRows) {
#pragma GCC unroll 8
    for (int i = 0; i < width; i++) totals[i] += _mm512_maskz_cvtps_pd(0xff, _mm256_loadu_ps(lines + i * step + r));
  }
  for (int i = 0; i < width; i++) {
    double total = totals[i][0];
    for (Size l = 1; l < kTotalRows; l++) total += totals[i][l];
    for (Size rest = r; rest < rows; rest++) total += static_cast<double>(lines[i * step + rest]);
    out[i] = total;
  }
}

void totals(double* out, const float* lines, Size step, Size width, Size rows) {
  lines::forCount<kLineWidth>(width, [&]<int w>() { totalsOf<w>(out, lines, step, rows); });
}

}  // namespace

void fillLines(Kernels& kernels) { kernels.lines = {lines::fromRows, lines::multiply, lines::sums, totals}; }

#else

void fillLines(Kernels&) {}

#endif

}  // namespace kd::KD_TARGET
