"""What peers in Python compute with: the same numbers as src/data/noise.ts and src/peers/operands.ts make, as NumPy arrays."""
import numpy as np


def noise(count, seed):
    """Numbers in [0, 1)."""
    h = np.arange(count, dtype=np.uint32) + np.uint32(seed * 0x9E3779B9 & 0xFFFFFFFF)
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x7FEB352D)
    h ^= h >> np.uint32(15)
    h *= np.uint32(0x846CA68B)
    h ^= h >> np.uint32(16)
    return (h >> np.uint32(8)).astype(np.float32) / np.float32(2**24)


def signed_noise(shape, seed, scale=1.0):
    values = (2.0 * noise(int(np.prod(shape)), seed).astype(np.float64) - 1) * scale
    return values.astype(np.float32).reshape(shape)


def read_array(file):
    """So many of the first numbers of a file as its shape has."""
    stored = np.fromfile(file["path"], dtype=file["type"], count=int(np.prod(file["shape"])))
    return (stored.astype(np.float32) / np.float32(file["divisor"])).reshape(file["shape"])


def first_values(inputs, outputs, index):
    """Weight [outputs, inputs] and bias of the `index`th linear layer: uniform in ±1/√inputs."""
    bound = inputs**-0.5
    return signed_noise((outputs, inputs), 2 * index, bound), signed_noise((outputs,), 2 * index + 1, bound)


def factors(task):
    """Operands of a product as they lie in memory."""
    m, k, n = task["m"], task["k"], task["n"]
    return (
        signed_noise((k, m) if task.get("transposeA") else (m, k), 201),
        signed_noise((n, k) if task.get("transposeB") else (k, n), 202),
    )


def arguments(task):
    """Two arguments of an elementwise function, or the rows of a softmax."""
    if task["kind"] == "softmax":
        return (signed_noise((task["rows"], task["columns"]), 301, 4),)
    return tuple(signed_noise((task["size"],), seed, 4) for seed in (301, 302))


def convolution_operands(task):
    """Images, kernels, and the gradient of the result of a convolution."""
    batch, channels, size, kernel = (task[name] for name in ("batch", "channels", "size", "kernel"))
    images = (batch, channels, size, size)
    shapes = (images, (channels, channels, kernel, kernel), images)
    return tuple(signed_noise(shape, 401 + i) for i, shape in enumerate(shapes))


# Seeds PyTorch's generator before the steps that are checked: what an adversarial pair draws is the same for all.
draw_seed = 777


def torch_normals(seed, count, size):
    """`count` draws of `torch.randn(size)`, of 16 numbers or more each, from a generator with this seed."""
    raw = np.random.RandomState(seed)._bit_generator.random_raw

    def uniform(size):
        return (raw(size) & 0xFFFFFF).astype(np.float32) / np.float32(2**24)

    def normals(uniform):
        """By Box and Muller, in sixteens."""
        pairs = uniform.reshape(-1, 2, 8)
        radius = np.sqrt(-2 * np.log(1 - pairs[:, 0]))
        angle = np.float32(2 * np.pi) * pairs[:, 1]
        return np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1).ravel()

    def draw():
        drawn = uniform(size)
        whole = normals(drawn[: size // 16 * 16])
        # Where the last sixteen are not whole, they are drawn anew.
        return whole if size % 16 == 0 else np.concatenate([whole[: size - 16], normals(uniform(16))])

    return np.stack([draw() for _ in range(count)])
