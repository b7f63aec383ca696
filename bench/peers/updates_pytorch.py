"""Updates of parameters by a loss: by the optimizers of PyTorch, or written out for its compiler."""
import torch


def optimizer_of(parameters, settings):
    kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamW": torch.optim.AdamW}[settings["type"]]
    if "weightDecay" not in settings:
        return kind(parameters, lr=settings["lr"])
    # The fastest of its ways.
    return kind(parameters, lr=settings["lr"], weight_decay=settings["weightDecay"], fused=True)


def eager_update(parameters, settings):
    optimizer = optimizer_of(parameters, settings)

    def update(loss, **options):
        optimizer.zero_grad(set_to_none=True)  # the faster of its two ways
        loss.backward(**options)
        optimizer.step()

    return update


def sgd(parameters, lr):
    def update(gradients):
        for p, g in zip(parameters, gradients):
            p.sub_(lr * g)

    return update


def adam(parameters, lr, weightDecay=0.0, decoupled=False, beta1=0.9, beta2=0.999, eps=1e-8):
    first, second = ([torch.zeros_like(p) for p in parameters] for _ in range(2))
    time = torch.zeros(())

    def update(gradients):
        time.add_(1)
        rate, scale = lr / (1 - beta1**time), 1 / (1 - beta2**time)
        for p, g, m, v in zip(parameters, gradients, first, second):
            if weightDecay > 0:
                if decoupled:
                    p.mul_(1 - lr * weightDecay)
                else:
                    g = g + weightDecay * p
            m.lerp_(g, 1 - beta1)
            v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
            p.sub_(rate * m / ((v * scale).sqrt() + eps))

    return update


def adam_w(parameters, **settings):
    return adam(parameters, decoupled=True, **settings)


def compiled_update(parameters, settings):
    """Written out, so that the compiler fuses it, too. With `backward` and the classes of `torch.optim` a step is several calls from
    Python, and each costs more than a small network."""
    parameters = list(parameters)
    numbers = {name: value for name, value in settings.items() if name != "type"}
    apply = {"sgd": sgd, "adam": adam, "adamW": adam_w}[settings["type"]](parameters, **numbers)

    def update(loss, **_):
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            apply(gradients)

    return update
