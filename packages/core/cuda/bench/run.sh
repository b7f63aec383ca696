#!/bin/sh
# Times the matrix products on the GPU at hand: sh run.sh [candidates]. Uses build/gemm and build/choices.txt where they are there, else
# makes them with nvcc and with node and the built package.
set -e
cd "$(dirname "$0")"
if [ ! -x build/gemm ] || { [ gemm.cu -nt build/gemm ] && command -v "${NVCC:-nvcc}" > /dev/null; }; then
  mkdir -p build
  "${NVCC:-nvcc}" -O3 --std=c++17 -arch="${ARCH:-sm_90}" gemm.cu -o build/gemm -ldl
fi
[ -e build/choices.txt ] || node choices.mjs > build/choices.txt
if [ -z "$KINDLING_CUBLAS" ]; then
  for found in /opt/torch/.venv/lib/python3*/site-packages/nvidia/cu13/lib/libcublas.so.1? \
    /opt/torch/.venv/lib/python3*/site-packages/nvidia/cublas/lib/libcublas.so.1? /usr/local/cuda/lib64/libcublas.so; do
    if [ -e "$found" ]; then
      KINDLING_CUBLAS=$found
      LD_LIBRARY_PATH=$(dirname "$found"):$LD_LIBRARY_PATH
      export KINDLING_CUBLAS LD_LIBRARY_PATH
      break
    fi
  done
fi
exec build/gemm build/choices.txt ../ptx "$@"
