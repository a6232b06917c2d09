"""Losses and their gradients by PyTorch in float64: python3 losses.py writes ../fixtures/losses.json."""

import torch
import torch.nn.functional as F
from fixture import Cases, one_hot, probabilities, uniform

cases = Cases("losses")


def loss(name, attributes, inputs, f, without_gradient=()):
    cases.add(name, attributes, inputs, f, without_gradient)


# Between values: one loss a value.
y, t = uniform(3, 4, low=-3, high=3), uniform(3, 4, low=-1, high=1)
loss("squared error", {"loss": "squaredError"}, {"output": y, "target": t},
     lambda output, target: F.mse_loss(output, target, reduction="none"))
for delta in (1.0, 0.5):
    loss(f"Huber, delta {delta}", {"loss": "huber", "delta": delta}, {"output": y, "target": t},
         lambda output, target: F.huber_loss(output, target, reduction="none", delta=delta))
p, soft = uniform(3, 4, low=0.02, high=0.98), uniform(3, 4, low=0, high=1)
loss("binary cross-entropy", {"loss": "binaryCrossEntropy"}, {"output": p, "target": soft},
     lambda output, target: -(target * output.log() + (1 - target) * (1 - output).log()))
# Where a logarithm is held at -100 the gradient is ours to choose, so only the value is compared.
loss("binary cross-entropy of certain probabilities", {"loss": "binaryCrossEntropy"},
     {"output": torch.tensor([[0.0, 0.0, 0.0, 1.0, 1.0, 1.0]]), "target": torch.tensor([[0.0, 1.0, 0.25, 0.0, 1.0, 0.25]])},
     lambda output, target: F.binary_cross_entropy(output, target, reduction="none"), ("output", "target"))
z = torch.cat([uniform(2, 4, low=-4, high=4), torch.tensor([[-80.0, -30.0, 30.0, 80.0]])])
loss("binary cross-entropy with logits", {"loss": "binaryCrossEntropyWithLogits"}, {"output": z, "target": soft},
     lambda output, target: F.binary_cross_entropy_with_logits(output, target, reduction="none"))

# Over classes: one loss a row.
logits = torch.cat([uniform(3, 5, low=-3, high=3), torch.tensor([[-60.0, 0.0, 60.0, 20.0, -20.0]])])
targets = probabilities(4, 5)
for name, given, temperature in (("one-hot targets", one_hot([0, 2, 4, 3], 5), 1.0), ("soft targets", targets, 1.0),
                                 ("soft targets at temperature 2", targets, 2.0)):
    loss(f"softmax cross-entropy, {name}", {"loss": "softmaxCrossEntropy", "temperature": temperature},
         {"logits": logits, "targets": given},
         lambda logits, targets: F.cross_entropy(logits / temperature, targets, reduction="none"))
loss("softmax cross-entropy, a temperature for each row", {"loss": "softmaxCrossEntropy"},
     {"logits": logits, "targets": targets, "inverseTemperatures": torch.tensor([[1.0], [0.5], [0.25], [1.0]])},
     lambda logits, targets, inverseTemperatures: F.cross_entropy(logits * inverseTemperatures, targets, reduction="none"))
for temperature in (1.0, 2.0):
    loss(f"sigmoid cross-entropy, temperature {temperature}", {"loss": "sigmoidCrossEntropy", "temperature": temperature},
         {"logits": logits, "targets": uniform(4, 5, low=0, high=1)},
         lambda logits, targets: F.binary_cross_entropy_with_logits(logits / temperature, targets, reduction="none").sum(1))
teacher = uniform(4, 5, low=-3, high=3)
for temperature in (1.0, 2.0):
    loss(f"Kullback-Leibler, temperature {temperature}", {"loss": "kullbackLeibler", "temperature": temperature},
         {"logits": uniform(4, 5, low=-3, high=3), "targets": teacher},
         lambda logits, targets: F.kl_div(F.log_softmax(logits / temperature, 1), F.log_softmax(targets / temperature, 1),
                                          reduction="none", log_target=True).sum(1))
labels = [0, 2, 4, 3]
for margin in (1.0, 0.5):
    loss(f"hinge, margin {margin}", {"loss": "hinge", "margin": margin}, {"logits": logits, "targets": one_hot(labels, 5)},
         lambda logits, targets: 5 * F.multi_margin_loss(logits, torch.tensor(labels), margin=margin, reduction="none"),
         ("targets",))

cases.write()
