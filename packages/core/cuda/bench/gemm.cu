// Times the products of ../ptx, with the tiles and splits that the plan chooses, against cuBLAS on the GPU at hand; with `candidates` also
// tiles that might be better. Every result is checked against a plain kernel first. Build and run: run.sh
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <cuda_runtime.h>

#include "../matmul.cu"
#include "../matmul-tf32.cu"

#define CHECK(call)                                                                             \
  do {                                                                                          \
    const cudaError_t status = (call);                                                          \
    if (status != cudaSuccess) {                                                                \
      std::fprintf(stderr, "%s:%d %s: %s\n", __FILE__, __LINE__, #call, cudaGetErrorString(status)); \
      std::exit(1);                                                                             \
    }                                                                                           \
  } while (0)

namespace {

template <int blocks, bool vectors, int BM, int BN, int BK, int WM, int WN, int TM, int TN, int ahead>
__global__ void __launch_bounds__((kd::Product<float, BM, BN, BK, WM, WN, TM, TN, vectors, ahead>::kThreads), blocks)
    candidate(const __grid_constant__ kd::Matmul p) {
  kd::Product<float, BM, BN, BK, WM, WN, TM, TN, vectors, ahead>::run(p);
}

using Kernel = void (*)(kd::Matmul);

const void* pointer(Kernel kernel) { return reinterpret_cast<const void*>(kernel); }

struct Variant {
  std::string name;
  /** A `Kernel` of this program, or one of a library. */
  const void* kernel;
  /** The same for operands that do not allow loads of 16 bytes; null where there is none. */
  const void* any;
  int rows;
  int columns;
  int depth;
  int threads;
};

template <int blocks, int BM, int BN, int BK, int WM, int WN>
__global__ void __launch_bounds__((kd::TensorProduct<BM, BN, BK, WM, WN>::kThreads), blocks)
    tensorCandidate(const __grid_constant__ kd::Matmul p) {
  kd::TensorProduct<BM, BN, BK, WM, WN>::run(p);
}

#define TENSOR(name, blocks, BM, BN, BK, WM, WN) \
  { name, pointer(tensorCandidate<blocks, BM, BN, BK, WM, WN>), nullptr, BM, BN, BK, BM / WM * (BN / WN) * 32 }

#define VARIANT(name, blocks, BM, BN, BK, WM, WN, TM, TN, ahead) \
  { name, pointer(candidate<blocks, true, BM, BN, BK, WM, WN, TM, TN, ahead>), pointer(candidate<1, false, BM, BN, BK, WM, WN, TM, TN, 1>), BM, BN, BK, BM / WM * (BN / WN) * 32 }

const std::vector<Variant> large = {
    VARIANT("128x256x8/256", 1, 128, 256, 8, 64, 64, 8, 16, 1),   VARIANT("128x128x8/256 2", 2, 128, 128, 8, 64, 32, 8, 8, 1),
    VARIANT("128x64x16/256", 1, 128, 64, 16, 32, 32, 8, 4, 1),    VARIANT("128x64x16/128", 1, 128, 64, 16, 64, 32, 8, 8, 1),
    VARIANT("64x64x16/128", 1, 64, 64, 16, 32, 32, 8, 4, 1),      VARIANT("64x64x16/128 a2", 1, 64, 64, 16, 32, 32, 8, 4, 2),
};

const std::vector<Variant> small = {
    VARIANT("64x64x16/128", 1, 64, 64, 16, 32, 32, 8, 4, 1),    VARIANT("64x64x16/128 a2", 1, 64, 64, 16, 32, 32, 8, 4, 2),
    VARIANT("64x32x16/128", 1, 64, 32, 16, 16, 32, 4, 4, 1),    VARIANT("64x32x16/128 a2", 1, 64, 32, 16, 16, 32, 4, 4, 2),
    VARIANT("64x32x16/128 a3", 1, 64, 32, 16, 16, 32, 4, 4, 3), VARIANT("32x32x16/64 a2", 1, 32, 32, 16, 16, 32, 4, 4, 2),
};

const std::vector<Variant> tf32 = {
    TENSOR("128x128x16/256 2", 2, 128, 128, 16, 64, 32), TENSOR("128x128x16/128 2", 2, 128, 128, 16, 64, 64),
    TENSOR("64x64x16/128", 1, 64, 64, 16, 32, 32),
};

struct Shape {
  int m;
  int n;
  int k;
  bool transposeA;
  bool transposeB;
  std::string name() const {
    return std::to_string(m) + "x" + std::to_string(n) + "x" + std::to_string(k) + " " + (transposeA ? "T" : "N") +
           (transposeB ? "T" : "N");
  }
};

__global__ void plain(kd::Matmul p, double* out) {
  const long long at = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (at >= static_cast<long long>(p.m) * p.n) return;
  const long long row = at / p.n;
  const long long column = at % p.n;
  const float* a = static_cast<const float*>(p.a);
  const float* b = static_cast<const float*>(p.b);
  double total = 0;
  for (long long l = 0; l < p.k; l++) {
    total += static_cast<double>(a[p.transposeA ? l * p.leadA + row : row * p.leadA + l]) *
             b[p.transposeB ? column * p.leadB + l : l * p.leadB + column];
  }
  out[at] = total;
}

__global__ void fill(float* x, long long count, unsigned seed) {
  const long long at = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (at >= count) return;
  unsigned h = static_cast<unsigned>(at) * 2654435761u + seed;
  h ^= h >> 16;
  h *= 0x85ebca6bu;
  h ^= h >> 13;
  h *= 0xc2b2ae35u;
  h ^= h >> 16;
  x[at] = static_cast<float>(h) * (2.0f / 4294967296.0f) - 1.0f;
}

/** Sums of (got − wanted)² and wanted². */
__global__ void compare(const float* got, const double* wanted, long long count, double* sums) {
  double difference = 0;
  double size = 0;
  for (long long i = static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; i < count; i += static_cast<long long>(gridDim.x) * blockDim.x) {
    difference += (got[i] - wanted[i]) * (got[i] - wanted[i]);
    size += wanted[i] * wanted[i];
  }
  atomicAdd(&sums[0], difference);
  atomicAdd(&sums[1], size);
}

constexpr long long kMost = 8192LL * 8192;

struct Device {
  float* a;
  float* b;
  float* out;
  float* partial;
  double* wanted;
  double* sums;
  cudaStream_t stream;

  Device() {
    CHECK(cudaMalloc(&a, kMost * 4));
    CHECK(cudaMalloc(&b, kMost * 4));
    CHECK(cudaMalloc(&out, kMost * 4));
    CHECK(cudaMalloc(&partial, kMost * 4));
    CHECK(cudaMalloc(&wanted, kMost * 8));
    CHECK(cudaMalloc(&sums, 16));
    CHECK(cudaStreamCreate(&stream));
    fill<<<kMost / 256, 256>>>(a, kMost, 1);
    fill<<<kMost / 256, 256>>>(b, kMost, 2);
    CHECK(cudaDeviceSynchronize());
  }
};

kd::Matmul parametersOf(const Device& d, const Shape& s) {
  kd::Matmul p{};
  p.out = d.out;
  p.a = d.a;
  p.b = d.b;
  p.leadA = s.transposeA ? s.m : s.k;
  p.leadB = s.transposeB ? s.k : s.n;
  p.m = s.m;
  p.n = s.n;
  p.k = s.k;
  p.depthOfSplit = s.k;
  p.splits = 1;
  p.batch = 1;
  p.transposeA = s.transposeA;
  p.transposeB = s.transposeB;
  p.vectorOut = s.n % 4 == 0;
  return p;
}

void launch(const Device& d, const Variant& v, const Shape& s, int splits) {
  kd::Matmul p = parametersOf(d, s);
  const int steps = (s.k + v.depth - 1) / v.depth;
  p.depthOfSplit = (steps + splits - 1) / splits * v.depth;
  p.splits = splits = (s.k + p.depthOfSplit - 1) / p.depthOfSplit;
  if (splits > 1) p.out = d.partial;
  const int tiles = (s.m + v.rows - 1) / v.rows * ((s.n + v.columns - 1) / v.columns);
  const bool vectors = p.leadA % 4 == 0 && p.leadB % 4 == 0;
  void* arguments[] = {&p};
  CHECK(cudaLaunchKernel(vectors || v.any == nullptr ? v.kernel : v.any, dim3(tiles, splits), dim3(v.threads), arguments, 0, d.stream));
  if (splits == 1) return;
  kd::MatmulSum sum{};
  sum.out = d.out;
  sum.partial = d.partial;
  sum.count = static_cast<long long>(s.m) * s.n;
  sum.n = s.n;
  sum.splits = splits;
  kd::matmul_sum_f32<<<(sum.count + 255) / 256, 256, 0, d.stream>>>(sum);
}

double errorOf(const Device& d, const Shape& s) {
  CHECK(cudaMemsetAsync(d.sums, 0, 16, d.stream));
  compare<<<264, 256, 0, d.stream>>>(d.out, d.wanted, static_cast<long long>(s.m) * s.n, d.sums);
  double sums[2];
  CHECK(cudaMemcpyAsync(sums, d.sums, 16, cudaMemcpyDeviceToHost, d.stream));
  CHECK(cudaStreamSynchronize(d.stream));
  return std::sqrt(sums[0] / sums[1]);
}

/** Microseconds of one run: the least of several replays of a graph of many. */
template <class Run> double timeOf(const Device& d, const Shape& s, Run run) {
  const double operations = 2.0 * s.m * s.n * s.k;
  const int times = operations > 5e11 ? 1 : (operations > 1e10 ? 5 : 50);
  run();
  CHECK(cudaStreamSynchronize(d.stream));
  cudaGraph_t graph;
  cudaGraphExec_t exec;
  CHECK(cudaStreamBeginCapture(d.stream, cudaStreamCaptureModeRelaxed));
  for (int i = 0; i < times; i++) run();
  CHECK(cudaStreamEndCapture(d.stream, &graph));
  CHECK(cudaGraphInstantiate(&exec, graph, 0));
  cudaEvent_t start, stop;
  CHECK(cudaEventCreate(&start));
  CHECK(cudaEventCreate(&stop));
  float best = 1e30f;
  CHECK(cudaGraphLaunch(exec, d.stream));
  for (int i = 0; i < 4; i++) {
    float ms;
    CHECK(cudaEventRecord(start, d.stream));
    CHECK(cudaGraphLaunch(exec, d.stream));
    CHECK(cudaEventRecord(stop, d.stream));
    CHECK(cudaEventSynchronize(stop));
    CHECK(cudaEventElapsedTime(&ms, start, stop));
    best = std::min(best, ms);
  }
  CHECK(cudaGraphExecDestroy(exec));
  CHECK(cudaGraphDestroy(graph));
  return best * 1000.0 / times;
}

/** cuBLAS, found at run time: its headers are not needed. */
struct Cublas {
  void* handle = nullptr;
  int (*gemm)(void*, int, int, int, int, int, const float*, const float*, int, const float*, int, const float*, float*, int) = nullptr;
  int (*setMode)(void*, int) = nullptr;

  explicit Cublas(cudaStream_t stream) {
    const char* names[] = {std::getenv("KINDLING_CUBLAS"), "libcublas.so.13", "libcublas.so.12", "libcublas.so"};
    void* library = nullptr;
    for (const char* name : names) {
      if (name != nullptr && library == nullptr) library = dlopen(name, RTLD_NOW | RTLD_GLOBAL);
    }
    if (library == nullptr) {
      std::printf("cuBLAS was not found (%s): set KINDLING_CUBLAS\n", dlerror());
      return;
    }
    const auto create = reinterpret_cast<int (*)(void**)>(dlsym(library, "cublasCreate_v2"));
    const auto setStream = reinterpret_cast<int (*)(void*, cudaStream_t)>(dlsym(library, "cublasSetStream_v2"));
    const auto setWorkspace = reinterpret_cast<int (*)(void*, void*, size_t)>(dlsym(library, "cublasSetWorkspace_v2"));
    setMode = reinterpret_cast<decltype(setMode)>(dlsym(library, "cublasSetMathMode"));
    if (create(&handle) != 0) {
      std::printf("cublasCreate failed\n");
      return;
    }
    setStream(handle, stream);
    void* workspace;
    CHECK(cudaMalloc(&workspace, 64 << 20));
    setWorkspace(handle, workspace, 64 << 20);
    gemm = reinterpret_cast<decltype(gemm)>(dlsym(library, "cublasSgemm_v2"));
  }

  /** Row-major products are column-major products of the operands in the other order. `mode`: 0 float32, 3 TF32. */
  void run(const Device& d, const Shape& s, int mode) const {
    static const float one = 1;
    static const float zero = 0;
    setMode(handle, mode);
    gemm(handle, s.transposeB, s.transposeA, s.n, s.m, s.k, &one, d.b, s.transposeB ? s.k : s.n, d.a, s.transposeA ? s.m : s.k, &zero,
         d.out, s.n);
  }
};

void prepare(const Device& d, const Shape& s) {
  const long long count = static_cast<long long>(s.m) * s.n;
  plain<<<(count + 255) / 256, 256, 0, d.stream>>>(parametersOf(d, s), d.wanted);
  CHECK(cudaStreamSynchronize(d.stream));
}

double checked(const Device& d, const Variant& v, const Shape& s, int splits, double most) {
  CHECK(cudaMemsetAsync(d.out, 0xff, static_cast<long long>(s.m) * s.n * 4, d.stream));
  launch(d, v, s, splits);
  CHECK(cudaGetLastError());
  const double error = errorOf(d, s);
  if (!(error < most)) std::printf("  WRONG %s %s splits %d: error %g\n", v.name.c_str(), s.name().c_str(), splits, error);
  return error;
}

/** A line of choices.mjs. */
struct Choice {
  Shape shape;
  bool tensor;
  Variant variant;
  int splits;
  bool chosen;
};

/** The choices in a file, whose kernels come from the PTX of a folder. */
std::vector<Choice> choicesIn(const std::string& path, const std::string& ptx) {
  std::map<std::string, cudaLibrary_t> libraries;
  std::vector<Choice> choices;
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    Choice c{};
    std::string kind;
    std::string module;
    words >> c.shape.m >> c.shape.n >> c.shape.k >> c.shape.transposeA >> c.shape.transposeB >> kind >> module >> c.variant.name >>
        c.variant.rows >> c.variant.columns >> c.variant.depth >> c.variant.threads >> c.splits >> c.chosen;
    if (!words) {
      std::fprintf(stderr, "%s: cannot read %s\n", path.c_str(), line.c_str());
      std::exit(1);
    }
    c.tensor = kind == "tf32";
    if (libraries.count(module) == 0) {
      const std::string name = ptx + "/" + module + ".ptx";
      CHECK(cudaLibraryLoadFromFile(&libraries[module], name.c_str(), nullptr, nullptr, 0, nullptr, nullptr, 0));
    }
    cudaKernel_t kernel;
    CHECK(cudaLibraryGetKernel(&kernel, libraries[module], c.variant.name.c_str()));
    c.variant.kernel = reinterpret_cast<const void*>(kernel);
    choices.push_back(c);
  }
  return choices;
}

double mostError(bool tensor) { return tensor ? 2e-3 : 1e-4; }

/** All tiles, at sizes that are multiples of none of them. */
void checkEdges(const Device& d, const std::vector<Choice>& choices) {
  std::map<std::string, Choice> tiles;
  for (const Choice& c : choices) tiles.insert({c.variant.name, c});
  for (int transposes = 0; transposes < 4; transposes++) {
    for (const auto [m, n, k] : {std::array<int, 3>{257, 129, 65}, {300, 260, 100}, {64, 10, 256}, {4, 384, 1000}, {260, 516, 1028}}) {
      const Shape s{m, n, k, (transposes & 1) != 0, (transposes & 2) != 0};
      const bool vectors = parametersOf(d, s).leadA % 4 == 0 && parametersOf(d, s).leadB % 4 == 0;
      prepare(d, s);
      for (const auto& [name, c] : tiles) {
        if (!vectors && name.find("_any") == std::string::npos) continue;
        for (int splits : {1, 3}) checked(d, c.variant, s, splits, mostError(c.tensor));
      }
    }
  }
  std::printf("edges of %zu tiles checked\n", tiles.size());
}

/** `chosen` in TFLOP/s and percent of cuBLAS, then the other tiles with the splits that the plan would give them. */
template <class Rate> void timeChoices(const Device& d, const Cublas& cublas, const std::vector<Choice>& choices, bool tensor, Rate teraflops) {
  std::printf("\n%s: TFLOP/s (microseconds)\n%-20s %15s\n", tensor ? "TF32" : "float32", "shape", "cuBLAS");
  double reference = 0;
  for (const Choice& c : choices) {
    if (c.tensor != tensor) continue;
    const Shape& s = c.shape;
    const bool isChecked = s.m <= 4096;
    if (c.chosen) {
      if (isChecked) prepare(d, s);
      reference = cublas.gemm == nullptr ? 0 : timeOf(d, s, [&] { cublas.run(d, s, tensor ? 3 : 0); });
      std::printf("%s%-20s %6.1f (%.1f)", &c == &choices[0] ? "" : "\n", s.name().c_str(), reference == 0 ? 0 : teraflops(s, reference), reference);
    }
    if (isChecked) checked(d, c.variant, s, c.splits, mostError(tensor));
    const double time = timeOf(d, s, [&] { launch(d, c.variant, s, c.splits); });
    std::printf(" | %s%s %d: %.1f (%.1f)", c.chosen ? "plan " : "", c.variant.name.c_str() + 7, c.splits, teraflops(s, time), time);
    if (c.chosen && reference != 0) std::printf(" = %.0f %%", 100 * reference / time);
    std::fflush(stdout);
  }
  std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: gemm CHOICES PTX [candidates]\n");
    return 2;
  }
  cudaDeviceProp properties;
  CHECK(cudaGetDeviceProperties(&properties, 0));
  std::printf("%s, %d multiprocessors\n", properties.name, properties.multiProcessorCount);
  const Device d;
  const Cublas cublas(d.stream);
  const auto teraflops = [](const Shape& s, double us) { return 2.0 * s.m * s.n * s.k / us * 1e-6; };

  const std::vector<Choice> choices = choicesIn(argv[1], argv[2]);
  checkEdges(d, choices);
  for (const bool tensor : {false, true}) timeChoices(d, cublas, choices, tensor, teraflops);
  if (argc < 4 || std::string(argv[3]) != "candidates") return 0;

  // Edges, all transposes, odd sizes: right before fast.
  for (int transposes = 0; transposes < 4; transposes++) {
    for (const auto [m, n, k] : {std::array<int, 3>{257, 129, 65}, {300, 260, 100}, {64, 10, 256}, {1, 384, 1000}}) {
      const Shape s{m, n, k, (transposes & 1) != 0, (transposes & 2) != 0};
      prepare(d, s);
      for (const auto* list : {&large, &small}) {
        for (const Variant& v : *list) {
          for (int splits : {1, 3}) checked(d, v, s, splits, 1e-5);
        }
      }
      const bool vectors = parametersOf(d, s).leadA % 4 == 0 && parametersOf(d, s).leadB % 4 == 0;
      if (vectors) for (const Variant& v : tf32) checked(d, v, s, 1, 2e-3);
    }
  }
  std::printf("edges checked\n\nlarge: TFLOP/s\n%-20s %8s", "shape", "cuBLAS");
  for (const Variant& v : large) std::printf(" | %s", v.name.c_str());
  std::printf("\n");
  std::vector<Shape> shapes;
  for (int size : {512, 1024, 2048, 4096, 8192}) shapes.push_back({size, size, size, false, false});
  shapes.push_back({2048, 2048, 2048, false, true});
  shapes.push_back({2048, 2048, 2048, true, false});
  for (const Shape& s : shapes) {
    if (s.m <= 4096) prepare(d, s);
    std::printf("%-20s", s.name().c_str());
    const double reference = cublas.gemm == nullptr ? 0 : timeOf(d, s, [&] { cublas.run(d, s, 0); });
    std::printf(" %8.1f", cublas.gemm == nullptr ? 0 : teraflops(s, reference));
    double best = 0;
    for (const Variant& v : large) {
      if (s.m <= 4096) checked(d, v, s, 1, 1e-4);
      const double rate = teraflops(s, timeOf(d, s, [&] { launch(d, v, s, 1); }));
      best = std::max(best, rate);
      std::printf(" | %.1f", rate);
    }
    if (cublas.gemm != nullptr) std::printf(" | best %.0f %%", 100 * best / teraflops(s, reference));
    std::printf("\n");
  }

  std::printf("\nmiddle: TFLOP/s with splits 1, 2, 4\n");
  for (int size : {512, 768, 1024, 1280, 1536}) {
    const Shape s{size, size, size, false, false};
    prepare(d, s);
    std::printf("%-20s", s.name().c_str());
    if (cublas.gemm != nullptr) std::printf(" %8.1f", teraflops(s, timeOf(d, s, [&] { cublas.run(d, s, 0); })));
    for (const Variant& v : large) {
      std::printf(" | %s", v.name.c_str());
      for (int splits : {1, 2, 4}) {
        checked(d, v, s, splits, 1e-4);
        std::printf(" %.1f", teraflops(s, timeOf(d, s, [&] { launch(d, v, s, splits); })));
      }
    }
    std::printf("\n");
  }

  std::printf("\nTF32: TFLOP/s\n%-20s %8s", "shape", "cuBLAS");
  for (const Variant& v : tf32) std::printf(" | %s", v.name.c_str());
  std::printf("\n");
  for (const Shape& s : {Shape{1024, 1024, 1024, false, false}, {4096, 4096, 4096, false, false}, {4096, 4096, 4096, false, true}}) {
    prepare(d, s);
    std::printf("%-20s", s.name().c_str());
    if (cublas.gemm != nullptr) std::printf(" %8.1f", teraflops(s, timeOf(d, s, [&] { cublas.run(d, s, 3); })));
    for (const Variant& v : tf32) {
      checked(d, v, s, 1, 2e-3);
      std::printf(" | %.1f", teraflops(s, timeOf(d, s, [&] { launch(d, v, s, 1); })));
    }
    std::printf("\n");
  }

  std::printf("\nsmall: microseconds, with splits 1, 2, 4, 8, 16\n%-20s %8s\n", "shape", "cuBLAS");
  const std::vector<Shape> smallShapes = {
      {256, 256, 784, false, true}, {256, 784, 256, true, false}, {256, 256, 256, false, true}, {256, 256, 256, false, false},
      {256, 10, 256, false, true},  {10, 256, 256, true, false},  {256, 256, 10, false, false}, {512, 512, 512, false, false},
      {64, 128, 784, false, true},
      {1, 4096, 4096, false, false},
  };
  for (const Shape& s : smallShapes) {
    prepare(d, s);
    std::printf("%-20s", s.name().c_str());
    if (cublas.gemm != nullptr) std::printf(" %8.2f", timeOf(d, s, [&] { cublas.run(d, s, 0); }));
    for (const Variant& v : small) {
      std::printf(" | %s", v.name.c_str());
      for (int splits : {1, 2, 4, 8, 16}) {
        checked(d, v, s, splits, 1e-4);
        std::printf(" %.1f", timeOf(d, s, [&] { launch(d, v, s, splits); }));
      }
    }
    std::printf("\n");
  }

  std::printf("\nmatrix · vector, 4096 x 4096: microseconds\n");
  {
    const Shape s{1, 4096, 4096, false, true};
    prepare(d, s);
    kd::MatrixVector p{};
    p.out = d.out;
    p.matrix = d.b;
    p.vector = d.a;
    p.lead = s.k;
    p.step = 1;
    p.rows = s.n;
    p.k = s.k;
    p.vectors = 1;
    const auto run = [&] { kd::matmul_vector_f32<<<dim3(s.n / 8, 1), 256, 0, d.stream>>>(p); };
    run();
    const double error = errorOf(d, s);
    std::printf("cuBLAS %.1f, ours %.1f, error %g%s\n", cublas.gemm == nullptr ? 0 : timeOf(d, s, [&] { cublas.run(d, s, 0); }),
                timeOf(d, s, run), error, error < 1e-5 ? "" : " WRONG");
  }
  return 0;
}
