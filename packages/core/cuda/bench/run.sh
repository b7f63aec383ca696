#!/bin/sh
# Times the matrix products on the GPU at hand: sh run.sh [quick]. Uses build/gemm where it is there, else builds it with nvcc.
set -e
cd "$(dirname "$0")"
if [ ! -x build/gemm ] || [ gemm.cu -nt build/gemm ]; then
  mkdir -p build
  "${NVCC:-nvcc}" -O3 --std=c++17 -arch="${ARCH:-sm_90}" gemm.cu -o build/gemm -ldl
fi
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
exec build/gemm "$@"
