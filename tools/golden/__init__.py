"""Golden fixtures: what PyTorch and NumPy give for the calls that Kindling's tests make.

PyTorch chooses kernels by the processor. These settings, read when torch is first imported, make every x86-64 machine
with AVX2 and FMA write the same bits: ATen's kernels for AVX2 (those for AVX-512 draw the same random numbers and round
a few sums otherwise) and MKL's code path that Intel's and AMD's processors share.
"""
import os

os.environ.update(ATEN_CPU_CAPABILITY="avx2", MKL_CBWR="COMPATIBLE")
