"""Makes fixtures/objectives.json: whole objectives of autoencoders and their gradients, by PyTorch in float64.

    python3 test/memory/autoencoders/make_fixtures/objectives.py

They are written out plainly, by torch.distributions and torch.func.jacrev, not as reverie puts them together. A case is named
for what it is of, with a variant after a colon.
"""

import os
import sys

import torch
import torch.nn.functional as F

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "..", "..", "engine", "conformance", "make_fixtures"))

from fixtures import Cases  # noqa: E402

cases = Cases("test/memory/autoencoders/make_fixtures/objectives.py", seed=20261122)
draw, add = cases.draw, cases.add

rows, width, hidden, latent = 5, 6, 4, 3
weights = torch.tensor([0.25, 0.125, 0.125, 0.25, 0.25])


def weight(*shape):
    return draw.uniform(*shape, low=-1, high=1)


def variational(beta, free_bits):
    def objective(x, kernel, bias, back, shift, noise, weights):
        encoded = x @ kernel + bias
        mean, log_variance = encoded[:, :latent], encoded[:, latent:]
        own = torch.distributions.Normal(mean, torch.exp(log_variance / 2))
        z = own.loc + own.scale * noise
        logits = z @ back + shift
        likelihood = torch.distributions.Bernoulli(logits=logits, validate_args=False).log_prob(x).sum(1)
        divergence = torch.distributions.kl_divergence(own, torch.distributions.Normal(0.0, 1.0))
        each = (weights[:, None] * divergence).sum(0)
        return -(weights * likelihood).sum() + beta * torch.clamp(each, min=free_bits).sum()

    add(f"variational: beta {beta}, free bits {free_bits}", objective, {"beta": beta, "freeBits": free_bits},
        fixed=("x", "noise", "weights"), x=draw.uniform(rows, width, low=0, high=1), kernel=weight(width, 2 * latent),
        bias=weight(2 * latent), back=weight(latent, width), shift=weight(width),
        noise=draw.uniform(rows, latent), weights=weights)


def sparse(rho):
    def objective(code, weights):
        activity = (weights[:, None] * code).sum(0)
        return torch.distributions.kl_divergence(
            torch.distributions.Bernoulli(torch.tensor(rho)), torch.distributions.Bernoulli(activity)).sum()

    add(f"sparse: rho {rho}", objective, {"rho": rho}, fixed=("weights",),
        code=draw.uniform(rows, latent, low=1 / 64, high=63 / 64), weights=weights)


activations = {"linear": lambda h: h, "relu": F.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}


def jacobian(*names):
    widths = [width, *[hidden] * (len(names) - 1), latent]

    def norms(x, **layers):
        def encode(row):
            for i, name in enumerate(names):
                row = activations[name](row @ layers[f"kernel{i}"] + layers[f"bias{i}"])
            return row

        return torch.stack([torch.func.jacrev(encode)(row).square().sum() for row in x])

    inputs = {}
    for i in range(len(names)):
        inputs[f"kernel{i}"] = weight(widths[i], widths[i + 1])
        inputs[f"bias{i}"] = weight(widths[i + 1])
    # A kernel's gradient at a bend of relu is nobody's: no pre-activation of these is 0.
    used = [f"kernel{i}" for i in range(len(names))]
    used += [f"bias{i}" for i in range(len(names)) if any(name in ("sigmoid", "tanh") for name in names[i:])]
    fixed = tuple(key for key in ("x", *inputs) if key not in used)
    add(f"jacobian: {' '.join(names)}", norms, {"activations": list(names)}, fixed=fixed,
        x=draw.uniform(rows, width, low=0, high=1), **inputs)


variational(1, 0)
variational(4, 0)
variational(0.5, 0.45)
sparse(0.05)
sparse(0.5)
jacobian("sigmoid")
jacobian("tanh")
jacobian("linear")
jacobian("tanh", "linear")
jacobian("relu", "sigmoid")
jacobian("sigmoid", "relu", "tanh")
cases.write(os.path.join(here, "..", "fixtures", "objectives.json"))
