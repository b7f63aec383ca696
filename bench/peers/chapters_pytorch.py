"""The built-in experiments of convolution, adversaries, recurrence and attention, as programs in PyTorch."""
import torch
from torch import nn

from operands import read_array


class Residual(nn.Module):
    def __init__(self, layers, skip):
        super().__init__()
        self.layers, self.skip = layers, skip

    def forward(self, x):
        return self.layers(x) + self.skip(x)


def outputs_of(kind):
    """A recurrent module that gives the outputs of all places alone."""

    class Outputs(kind):
        def forward(self, x):
            return super().forward(x)[0]

    return lambda *sizes, **options: Outputs(*sizes, batch_first=True, **options)


class LastStep(nn.Module):
    def forward(self, x):
        return x[:, -1]


class PositionEmbedding(nn.Embedding):
    def forward(self, x):
        return x + self.weight


def convolution(inputs, outputs, size, stride=1):
    """Without a bias, and normalized."""
    conv = nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False)
    return conv, nn.BatchNorm2d(outputs)


def residual(inputs, outputs, stride=1):
    layers = nn.Sequential(*convolution(inputs, outputs, 3, stride), nn.ReLU(), *convolution(outputs, outputs, 3))
    skip = nn.Sequential(*([] if inputs == outputs else convolution(inputs, outputs, 1, stride)))
    return Residual(layers, skip)


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(256, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(3136, 10),
    )


def resnet():
    return nn.Sequential(
        *convolution(1, 8, 3),
        nn.ReLU(),
        residual(8, 8),
        nn.ReLU(),
        residual(8, 16, 2),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, 10),
    )


def pair():
    def network(inputs, outputs):
        hidden = nn.Linear(inputs, 200), nn.LeakyReLU(0.02), nn.LayerNorm(200)
        return nn.Sequential(*hidden, nn.Linear(200, outputs), nn.Sigmoid())

    return nn.ModuleDict({"generator": network(100, 784), "discriminator": network(784, 1)})


def series(kind):
    """The next value: a layer in both directions, and two above it."""
    recurrent = outputs_of(kind)
    both = recurrent(1, 12, bidirectional=True)
    return nn.Sequential(both, recurrent(24, 8, num_layers=2), LastStep(), nn.Linear(8, 1))


def attention():
    layer = nn.TransformerEncoderLayer(32, 4, 64, dropout=0.0, batch_first=True)
    encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
    return nn.Sequential(nn.Embedding(10, 32), PositionEmbedding(8, 32), encoder, nn.Linear(32, 10))


models = {
    "mnist-lenet": lenet,
    "mnist-cnn": cnn,
    "mnist-resnet": resnet,
    "gan-mnist": pair,
    "hihello": lambda: nn.Sequential(outputs_of(nn.RNN)(5, 5)),
    "sentence": lambda: nn.Sequential(outputs_of(nn.RNN)(25, 25, num_layers=2), nn.Linear(25, 25)),
    "lstm": lambda: series(nn.LSTM),
    "gru": lambda: series(nn.GRU),
    "attention": attention,
}


def build(task):
    """The model with the first values of a task."""
    model = models[task["program"]]()
    first = {name: torch.from_numpy(read_array(file)) for name, file in task["parameters"].items()}
    own = dict(model.named_parameters())
    if own.keys() != first.keys():
        raise ValueError(f"expected the parameters {', '.join(own)}, got {', '.join(first)}")
    with torch.no_grad():
        for name, parameter in own.items():
            parameter.copy_(first[name])
    return model


# Programs whose inputs are indices.
of_indices = ("attention",)


def adversarial_step(model, loss_fn, settings, update_of, whole):
    """An update of the discriminator by the sample, one by noise that is turned into one, and one of the generator by other noise."""
    generator, discriminator = model["generator"], model["discriminator"]
    of_generator = list(generator.parameters())
    update_generator = update_of(of_generator, settings)
    update_discriminator = update_of(discriminator.parameters(), settings)
    judged = lambda x, target: loss_fn(discriminator(x), torch.full((len(x), 1), target))  # noqa: E731

    def step(x, noise, other):
        update_discriminator(judged(x, 1.0))
        with torch.no_grad():
            generated = generator(noise)
        update_discriminator(judged(generated, 0.0))
        loss = judged(generator(other), 1.0)
        update_generator(loss, inputs=of_generator)
        return loss.detach()

    step = whole(step)
    noise = lambda x: torch.randn(len(x), 100)  # noqa: E731
    return lambda x, _: step(x, noise(x), noise(x))
