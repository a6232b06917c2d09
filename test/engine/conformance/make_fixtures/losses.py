"""Makes fixtures/losses.json: every loss and its gradients, by PyTorch in float64.

    python3 test/engine/conformance/make_fixtures/losses.py

A case is named for its loss, with a variant after a colon.
"""

import os

import torch
import torch.nn.functional as F

from fixtures import Cases

cases = Cases("test/engine/conformance/make_fixtures/losses.py", seed=20261121)
draw, add = cases.draw, cases.add


def between_values():
    output, target = draw.uniform(3, 4, low=-3, high=3), draw.uniform(3, 4, low=-1, high=1)
    add("squaredError", lambda output, target: F.mse_loss(output, target, reduction="none"), output=output, target=target)
    for delta in (1.0, 0.5):
        add(f"huber: delta {delta}", lambda output, target: F.huber_loss(output, target, reduction="none", delta=delta),
            {"delta": delta}, output=output, target=target)
    soft = draw.uniform(3, 4, low=0, high=1)
    # The formula, since PyTorch's own binary_cross_entropy has no gradient for targets.
    add("binaryCrossEntropy: probabilities",
        lambda output, target: -(target * output.log() + (1 - target) * (1 - output).log()),
        output=draw.uniform(3, 4, low=1 / 64, high=63 / 64), target=soft)
    # Where a logarithm is held at -100 PyTorch's gradient is large and arbitrary: only the values are compared.
    add("binaryCrossEntropy: certain probabilities",
        lambda output, target: F.binary_cross_entropy(output, target, reduction="none"), fixed=("output", "target"),
        output=torch.tensor([0.0, 0.0, 0.0, 1.0, 1.0, 1.0]), target=torch.tensor([0.0, 1.0, 0.25, 0.0, 1.0, 0.25]))
    far = torch.cat([draw.uniform(2, 4, low=-4, high=4), torch.tensor([[-80.0, -12.0, 12.0, 80.0]])])
    add("binaryCrossEntropyWithLogits",
        lambda output, target: F.binary_cross_entropy_with_logits(output, target, reduction="none"),
        output=far, target=soft)


def over_classes():
    logits = torch.cat([draw.uniform(3, 5, low=-3, high=3), torch.tensor([[-60.0, 0.0, 60.0, 20.0, -20.0]])])
    labels = [0, 2, 4, 3]
    hard = F.one_hot(torch.tensor(labels), 5).double()
    soft = torch.tensor([[8, 4, 2, 1, 1], [0, 0, 3, 5, 8], [4, 4, 4, 2, 2], [1, 6, 1, 7, 1]]) / 16.0

    def softmax_cross_entropy(logits, targets):
        return F.cross_entropy(logits, targets, reduction="none")

    add("softmaxCrossEntropy: one-hot targets", softmax_cross_entropy, logits=logits, targets=hard)
    add("softmaxCrossEntropy: soft targets", softmax_cross_entropy, logits=logits, targets=soft)
    add("softmaxCrossEntropy: temperature 2", lambda logits, targets: softmax_cross_entropy(logits / 2, targets),
        {"temperature": 2}, logits=logits, targets=soft)
    add("softmaxCrossEntropy: a temperature for each row",
        lambda logits, targets, inverse: softmax_cross_entropy(logits * inverse, targets),
        logits=logits, targets=soft, inverse=torch.tensor([[1.0], [0.5], [0.25], [1.0]]))
    for temperature in (1, 2):
        options = {"temperature": temperature}
        add(f"sigmoidCrossEntropy: temperature {temperature}",
            lambda logits, targets: F.binary_cross_entropy_with_logits(
                logits / temperature, targets, reduction="none").sum(1),
            options, logits=logits, targets=draw.uniform(4, 5, low=0, high=1))
        add(f"kullbackLeibler: temperature {temperature}",
            lambda teacher, student: F.kl_div(F.log_softmax(student / temperature, 1),
                                              F.log_softmax(teacher / temperature, 1),
                                              reduction="none", log_target=True).sum(1),
            options, teacher=draw.uniform(4, 5, low=-3, high=3), student=draw.uniform(4, 5, low=-3, high=3))
    for margin in (1.0, 0.5):
        # PyTorch divides by the number of classes.
        add(f"hinge: margin {margin}",
            lambda logits, targets: 5 * F.multi_margin_loss(logits, torch.tensor(labels), margin=margin, reduction="none"),
            {"margin": margin}, fixed=("targets",), logits=draw.uniform(4, 5, low=-2, high=2), targets=hard)


def of_codes():
    mean, log_variance = draw.uniform(3, 4, low=-2, high=2), draw.uniform(3, 4, low=-3, high=2)

    def divergence(mean, logVariance):
        own = torch.distributions.Normal(mean, (logVariance / 2).exp())
        return torch.distributions.kl_divergence(own, torch.distributions.Normal(0.0, 1.0))

    add("gaussianKl", divergence, mean=mean, logVariance=log_variance)
    for rho in (0.05, 0.5):
        add(f"bernoulliKl: rho {rho}",
            lambda activity: torch.distributions.kl_divergence(
                torch.distributions.Bernoulli(torch.tensor(rho)), torch.distributions.Bernoulli(activity)),
            {"rho": rho}, activity=draw.uniform(6, low=1 / 64, high=63 / 64))


between_values()
over_classes()
of_codes()
cases.write(os.path.join(os.path.dirname(__file__), "..", "fixtures", "losses.json"))
