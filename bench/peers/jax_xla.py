"""JAX as a peer, driven by the line protocol of src/process/protocol.ts.

Usage: python3 jax_xla.py step|loop THREADS

step: a compiled function a step, its state donated. loop: all steps of a request (of an epoch, where batches are shuffled) in one
compiled program, which returns each loss.
"""
import itertools
import sys

import protocol

mode, threads = sys.argv[1], int(sys.argv[2])
protocol.limit_cores(threads)  # before the import, which starts as many threads as it finds cores
jax, optax = protocol.load("jax", "optax")

import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

import chapters_jax as chapters  # noqa: E402
from operands import arguments, convolution_operands, factors, first_values, read_array  # noqa: E402


def normalized(x):
    return (x - x.mean(-1, keepdims=True)) * jax.lax.rsqrt(x.var(-1, keepdims=True) + 1e-5)


activations = {
    "leakyRelu": jax.nn.leaky_relu,
    "relu": jax.nn.relu,
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
}


def build(layers):
    """First parameters, a tuple for each layer, and the function of parameters and input."""
    parameters, linear = [], 0
    for name, *sizes in layers:
        if name == "linear":
            weight, bias = first_values(*sizes, linear)
            parameters.append((jnp.asarray(weight.T), jnp.asarray(bias)))
            linear += 1
        else:
            parameters.append((jnp.ones(sizes), jnp.zeros(sizes)) if name == "layerNorm" else ())

    def forward(parameters, x):
        for (name, *sizes), own in zip(layers, parameters):
            if name == "linear":
                x = x @ own[0] + own[1]
            elif name == "layerNorm":
                x = normalized(x) * own[0] + own[1]
            else:
                x = activations[name](x, *sizes)
        return x

    return parameters, forward


def bce(output, target):
    log = lambda p: jnp.maximum(jnp.log(p), -100)  # noqa: E731
    return -(target * log(output) + (1 - target) * log(1 - output)).mean()


losses = {
    "mse": lambda output, target: jnp.square(output - target).mean(),
    "bce": bce,
    "crossEntropy": lambda output, labels: optax.softmax_cross_entropy_with_integer_labels(output, labels).mean(),
}


def optimizer_of(type, lr, weightDecay=0.0):
    if type == "adamW":
        return optax.adamw(lr, weight_decay=weightDecay)
    plain = {"sgd": optax.sgd, "adam": optax.adam}[type](lr)
    return optax.chain(optax.add_decayed_weights(weightDecay), plain) if weightDecay > 0 else plain


def program_of(task):
    """The first state, and the update of a state on a batch, which also gives the loss."""
    optimizer = optimizer_of(**task["optimizer"])
    loss_fn = losses[task["loss"]]
    if task.get("program") in chapters.pairs:
        return chapters.adversarial(task, optimizer, loss_fn)
    parameters, forward = chapters.build(task) if task["kind"] == "chapter" else build(task["layers"])

    def update(state, x, y):
        parameters, moments = state
        loss, gradients = jax.value_and_grad(lambda p: loss_fn(forward(p, x), y))(parameters)
        changes, moments = optimizer.update(gradients, moments, parameters)
        return (optax.apply_updates(parameters, changes), moments), loss

    return (parameters, optimizer.init(parameters)), update


def indices(feed, rows, size):
    """Of the rows of each batch, without end. A single row has no batch axis."""
    while True:
        if feed == "rows":
            yield from np.arange(rows, dtype=np.int32)
        else:
            order = np.random.permutation(rows).astype(np.int32)
            for i in range(0, rows, size):
                yield order[i : i + size]


def prepare_steps(task, x, y):
    """Batches of the feed `loader` are gathered on the host, where loaders are; others by index within the compiled step."""
    state, update = program_of(task)
    size, feed = task["batch"], task["feed"]
    reads_each = feed in ("loader", "gather")
    first = np.int32(0) if feed == "rows" else np.arange(size, dtype=np.int32)

    if feed == "fixed":
        take = jax.jit(update, donate_argnums=0)
        batch = jnp.asarray(x[:size]), jnp.asarray(y[:size])
        arguments_at, feeding = lambda index: batch, itertools.repeat(first)
    elif feed == "loader":
        take = jax.jit(update, donate_argnums=0)
        arguments_at, feeding = lambda index: (x[index], y[index]), indices(feed, len(x), size)
    else:
        take = jax.jit(lambda state, x, y, index: update(state, x[index], y[index]), donate_argnums=0)
        samples = jnp.asarray(x), jnp.asarray(y)
        arguments_at, feeding = lambda index: (*samples, index), indices(feed, len(x), size)

    def step(index):
        nonlocal state
        state, loss = take(state, *arguments_at(index))
        return loss

    def run(count):
        total = 0.0
        for _ in range(count):
            loss = step(next(feeding))
            if reads_each:
                total += loss.item()
        jax.block_until_ready(state)
        return loss.item()

    def check():
        checked = [step(first).item() for _ in range(3)][-1]
        rest = len(x) % size
        if reads_each and rest > 0:
            step(first[:rest])  # compiled for the last batch of an epoch, too, before the clock runs
        return checked

    return run, check


# Steps that one call takes at most: the losses of so many have a place.
capacity = 2**18


def prepare_loop(task, x, y):
    """The loop with its losses. Programs have fixed shapes, so the last batch of an epoch is filled up to the size of the others."""
    state, update = program_of(task)
    rows, size, feed = len(x), task["batch"], task["feed"]
    shuffles = feed in ("loader", "gather")
    steps = max(3, -(-rows // size))  # of an epoch; the check takes three
    samples = tuple(jnp.asarray(values[:size] if feed == "fixed" else values) for values in (x, y))

    def batch_at(x, y, order, i):
        if feed == "fixed":
            return x, y
        index = order[i] if feed == "rows" else jax.lax.dynamic_slice(order, (i * size,), (size,))
        return x[index], y[index]

    def loop(state, x, y, order, start, count):
        def body(i, carried):
            state, losses = carried
            state, loss = update(state, *batch_at(x, y, order, start + i))
            return state, losses.at[i].set(loss)

        return jax.lax.fori_loop(0, count, body, (state, jnp.zeros(capacity)))

    compiled = jax.jit(loop, donate_argnums=0)

    def take(order, start, count):
        nonlocal state
        state, losses = compiled(state, *samples, order, start, count)
        return np.asarray(losses)[:count]

    def new_order():
        order = np.random.permutation(rows) if shuffles else np.arange(rows)
        return jnp.asarray(np.resize(order, steps * size), jnp.int32)

    order, position = new_order(), 0

    def run(count):
        nonlocal order, position
        total = 0.0
        while count > 0:
            taken = min(count, capacity, count if feed == "fixed" else steps - position)
            total += take(order, position, taken).sum()
            count -= taken
            if feed == "fixed":
                continue
            position = (position + taken) % steps
            if position == 0 and shuffles:
                order = new_order()
        return total

    def check():
        return take(jnp.asarray(np.resize(np.arange(size), steps * size), jnp.int32), 0, 3)[-1].item()

    return run, check


def prepare_training(task):
    x, y = read_array(task["input"]), read_array(task["target"])
    if task["loss"] == "crossEntropy":
        y = y.astype(np.int32)
    if task.get("program") in chapters.of_indices:
        x = x.astype(np.int32)
    return {"step": prepare_steps, "loop": prepare_loop}[mode](task, x, y)


pointwise = {"add": jnp.add, "relu": jax.nn.relu, "exp": jnp.exp, "tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid}


def convolution(task):
    """Of images as [rows, height, width, channels]; the gradients alone, as the result is linear in each argument."""
    x, weight, upstream = convolution_operands(task)
    images, kernels = (0, 2, 3, 1), (2, 3, 1, 0)
    x, weight, upstream = (
        jnp.asarray(values.transpose(order)) for values, order in ((x, images), (weight, kernels), (upstream, images))
    )
    layout = ("NHWC", "HWIO", "NHWC")
    convolved = lambda x, weight: jax.lax.conv_general_dilated(  # noqa: E731
        x, weight, (1, 1), "SAME", dimension_numbers=layout
    )
    if task["pass"] == "forward":
        forward = jax.jit(convolved)
        return lambda: forward(x, weight)
    backward = jax.jit(lambda x, weight, upstream: jax.vjp(convolved, x, weight)[1](upstream))
    return lambda: backward(x, weight, upstream)


def operation_of(task):
    match task["kind"]:
        case "product":
            a, b = (jnp.asarray(values) for values in factors(task))
            of_a, of_b = bool(task.get("transposeA")), bool(task.get("transposeB"))
            multiply = jax.jit(lambda a, b: (a.T if of_a else a) @ (b.T if of_b else b))
            return lambda: multiply(a, b)
        case "pointwise":
            operands = [jnp.asarray(values) for values in arguments(task)][: 2 if task["op"] == "add" else 1]
            compute = jax.jit(pointwise[task["op"]])
            return lambda: compute(*operands)
        case "softmax":
            (rows,) = (jnp.asarray(values) for values in arguments(task))
            compute = jax.jit(jax.nn.softmax)
            return lambda: compute(rows)
        case "convolution":
            return convolution(task)
    raise ValueError(f"JAX has no task of kind {task['kind']}")


def prepare_operation(task):
    operation = operation_of(task)

    def run(count):
        for _ in range(count):
            jax.block_until_ready(operation())  # calls return early, and would run beside each other

    def check():
        """The product of the mean squares, where there are several results."""
        means = (np.square(np.asarray(result, np.float64)).mean() for result in jax.tree.leaves(operation()))
        return float(np.prod(list(means)))

    return run, check


def versions():
    return {"JAX": jax.__version__, "optax": optax.__version__, "NumPy": np.__version__}


steps_of = {"training": prepare_training, "chapter": prepare_training}
protocol.serve(lambda task: steps_of.get(task["kind"], prepare_operation)(task), versions)
