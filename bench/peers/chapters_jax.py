"""The built-in experiments, as programs in JAX: arrays by PyTorch's names, and functions."""
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax

from operands import draw_seed, read_array, torch_normals


def linear(p, name, x):
    return x @ p[f"{name}.weight"] + p[f"{name}.bias"]


def conv(p, name, x, padding, stride=1):
    """Of [rows, height, width, channels], which XLA computes fastest on the CPU. A bias where there is one."""
    strides, layout = (stride, stride), ("NHWC", "HWIO", "NHWC")
    y = lax.conv_general_dilated(x, p[f"{name}.weight"], strides, padding, dimension_numbers=layout)
    return y + p[f"{name}.bias"] if f"{name}.bias" in p else y


def max_pool(x):
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def features(p, x, padding):
    """Two convolutions with ReLU and pooling, flat."""
    x = x.reshape(len(x), 28, 28, 1)
    for name in ("0", "3"):
        x = max_pool(jax.nn.relu(conv(p, name, x, padding)))
    return x.reshape(len(x), -1)


def lenet(p, x):
    x = jax.nn.relu(linear(p, "7", features(p, x, "VALID")))
    return linear(p, "11", jax.nn.relu(linear(p, "9", x)))


def cnn(p, x):
    return linear(p, "7", features(p, x, "SAME"))


def normalized(p, convolution, norm, x, stride=1):
    """A convolution, and its channels by the mean and variance of the batch. Running statistics, which no loss reads, are not kept."""
    edge = len(p[f"{convolution}.weight"]) // 2
    y = conv(p, convolution, x, ((edge, edge), (edge, edge)), stride)
    y = y - y.mean((0, 1, 2))
    y = y * lax.rsqrt(jnp.square(y).mean((0, 1, 2)) + 1e-5)
    return y * p[f"{norm}.weight"] + p[f"{norm}.bias"]


def residual(p, name, x, stride=1):
    y = jax.nn.relu(normalized(p, f"{name}.layers.0", f"{name}.layers.1", x, stride))
    y = normalized(p, f"{name}.layers.3", f"{name}.layers.4", y)
    return y + (normalized(p, f"{name}.skip.0", f"{name}.skip.1", x, stride) if f"{name}.skip.0.weight" in p else x)


def resnet(p, x):
    x = jax.nn.relu(normalized(p, "0", "1", x.reshape(len(x), 28, 28, 1)))
    x = jax.nn.relu(residual(p, "3", x))
    x = jax.nn.relu(residual(p, "5", x, 2))
    return linear(p, "9", x.mean((1, 2)))


def with_kernels(p):
    """Kernels as [height, width, inputs, outputs]."""
    return transposed(p) | {name: values.transpose(2, 3, 1, 0) for name, values in p.items() if values.ndim == 4}


def of_images(p):
    """With the columns of the first linear layer in the order of flat features."""
    flat = p["7.weight"]
    channels = len(p["3.weight"])
    side = round((flat.shape[1] / channels) ** 0.5)
    columns = flat.reshape(-1, channels, side, side).transpose(0, 2, 3, 1).reshape(flat.shape)
    return with_kernels({**p, "7.weight": columns})


def transposed(p):
    """Weights as [inputs, outputs]."""
    return {name: values.T if values.ndim == 2 else values for name, values in p.items()}


def tanh_cell(h, of_x, of_h):
    h = jnp.tanh(of_x + of_h)
    return h, h


def lstm_cell(carried, of_x, of_h):
    i, f, g, o = jnp.split(of_x + of_h, 4, -1)
    c = jax.nn.sigmoid(f) * carried[1] + jax.nn.sigmoid(i) * jnp.tanh(g)
    h = jax.nn.sigmoid(o) * jnp.tanh(c)
    return (h, c), h


def gru_cell(h, of_x, of_h):
    (xr, xz, xn), (hr, hz, hn) = jnp.split(of_x, 3, -1), jnp.split(of_h, 3, -1)
    z = jax.nn.sigmoid(xz + hz)
    n = jnp.tanh(xn + jax.nn.sigmoid(xr + hr) * hn)
    h = (1 - z) * n + z * h
    return h, h


def recurrent(cell, p, name, layer, x, reverse=False):
    """Outputs of all places; what the inputs give is one product."""
    w_ih, w_hh, b_ih, b_hh = (
        p[f"{name}.{kind}_l{layer}{'_reverse' if reverse else ''}"]
        for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )
    zeros = jnp.zeros((len(x), len(w_hh)))
    first = (zeros, zeros) if cell is lstm_cell else zeros

    def step(carried, of_x):
        h = carried[0] if cell is lstm_cell else carried
        return cell(carried, of_x, h @ w_hh + b_hh)

    outputs = lax.scan(step, first, jnp.swapaxes(x @ w_ih + b_ih, 0, 1), reverse=reverse)[1]
    return jnp.swapaxes(outputs, 0, 1)


def hihello(p, x):
    return recurrent(tanh_cell, p, "0", 0, x)


def sentence(p, x):
    x = recurrent(tanh_cell, p, "0", 1, recurrent(tanh_cell, p, "0", 0, x))
    return linear(p, "1", x)


def series(cell):
    """The next value: a layer in both directions, and two above it."""

    def forward(p, x):
        both = jnp.concatenate([recurrent(cell, p, "0", 0, x, reverse) for reverse in (False, True)], -1)
        above = recurrent(cell, p, "1", 1, recurrent(cell, p, "1", 0, both))
        return linear(p, "3", above[:, -1])

    return forward


def layer_norm(p, name, x):
    x = x - x.mean(-1, keepdims=True)
    x = x * lax.rsqrt(jnp.square(x).mean(-1, keepdims=True) + 1e-5)
    return x * p[f"{name}.weight"] + p[f"{name}.bias"]


def self_attention(p, name, x, heads):
    rows, length, width = x.shape
    projected = x @ p[f"{name}.in_proj_weight"] + p[f"{name}.in_proj_bias"]
    q, k, v = projected.reshape(rows, length, 3, heads, width // heads).transpose(2, 0, 3, 1, 4)
    weights = jax.nn.softmax(q @ k.swapaxes(-1, -2) / np.sqrt(width // heads))
    return linear(p, f"{name}.out_proj", (weights @ v).swapaxes(1, 2).reshape(x.shape))


def attention(p, x):
    x = p["0.weight"][x] + p["1.weight"]
    for layer in ("2.layers.0", "2.layers.1"):
        x = layer_norm(p, f"{layer}.norm1", x + self_attention(p, f"{layer}.self_attn", x, 4))
        hidden = jax.nn.relu(linear(p, f"{layer}.linear1", x))
        x = layer_norm(p, f"{layer}.norm2", x + linear(p, f"{layer}.linear2", hidden))
    return linear(p, "3", x)


def of_embedded(p):
    return transposed(p) | {name: p[name] for name in ("0.weight", "1.weight")}


# The function of a program, and the layout of its arrays.
programs = {
    "mnist-lenet": (lenet, of_images),
    "mnist-cnn": (cnn, of_images),
    "mnist-resnet": (resnet, with_kernels),
    "hihello": (hihello, transposed),
    "sentence": (sentence, transposed),
    "lstm": (series(lstm_cell), transposed),
    "gru": (series(gru_cell), transposed),
    "attention": (attention, of_embedded),
}

# Programs whose inputs are indices.
of_indices = ("attention",)

# Adversarial pairs.
pairs = ("gan-mnist",)


def build(task):
    """First parameters, and the function of parameters and input."""
    if task["program"] not in programs:
        raise ValueError(f"expected a program of {', '.join(programs)}, got {task['program']}")
    forward, arranged = programs[task["program"]]
    arrays = arranged({name: read_array(file) for name, file in task["parameters"].items()})
    return {name: jnp.array(values) for name, values in arrays.items()}, forward


def network(p, x):
    """The generator or the discriminator of a pair."""
    hidden = layer_norm(p, "2", jax.nn.leaky_relu(linear(p, "0", x), 0.02))
    return jax.nn.sigmoid(linear(p, "3", hidden))


# Steps that are checked: their noise is what PyTorch draws; that of others is JAX's own.
checked = 3


def adversarial(task, optimizer, loss_fn):
    """The first state of a pair, and the update of a state on a batch, which also gives the generator's loss."""
    arrays = transposed({name: read_array(file) for name, file in task["parameters"].items()})

    def player(name):
        return {key.removeprefix(f"{name}."): jnp.array(values) for key, values in arrays.items() if key.startswith(name)}

    pair = player("generator"), player("discriminator")
    shape = task["batch"], len(pair[0]["0.weight"])
    first = jnp.array(torch_normals(draw_seed, 2 * checked, int(np.prod(shape)))).reshape(checked, 2, *shape)

    def improved(loss, p, moments):
        value, gradients = jax.value_and_grad(loss)(p)
        changes, moments = optimizer.update(gradients, moments, p)
        return optax.apply_updates(p, changes), moments, value

    def judged(p, x, target):
        return loss_fn(network(p, x), jnp.full((len(x), 1), target))

    def update(state, x, _):
        (generator, discriminator), (of_generator, of_discriminator), taken = state
        drawn = jax.random.normal(jax.random.fold_in(jax.random.key(draw_seed), taken), (2, *shape))
        noise, other = jnp.where(taken < checked, first[jnp.minimum(taken, checked - 1)], drawn)
        discriminator, of_discriminator, _ = improved(lambda p: judged(p, x, 1.0), discriminator, of_discriminator)
        generated = network(generator, noise)
        discriminator, of_discriminator, _ = improved(
            lambda p: judged(p, generated, 0.0), discriminator, of_discriminator
        )
        generator, of_generator, loss = improved(
            lambda p: judged(discriminator, network(p, other), 1.0), generator, of_generator
        )
        return ((generator, discriminator), (of_generator, of_discriminator), taken + 1), loss

    return (pair, tuple(optimizer.init(p) for p in pair), jnp.int32(0)), update
