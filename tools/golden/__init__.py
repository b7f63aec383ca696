"""Golden fixtures: what PyTorch and NumPy give for the calls that Kindling's tests make.

PyTorch chooses kernels by the processor. These settings, read when torch is first imported, make the processors of
today write the same bits: ATen's kernels for AVX2 (those for AVX-512 draw the same random numbers and round a few sums
otherwise) and MKL's for AVX2. MKL need not follow on an AMD processor; sums may then differ in their last bits, draws not.
"""
import os

os.environ.update(ATEN_CPU_CAPABILITY="avx2", MKL_CBWR="AVX2")
