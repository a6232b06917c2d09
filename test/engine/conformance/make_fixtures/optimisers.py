"""Optimiser steps by PyTorch in float64: fixtures/optimisers.json. Run: python3 make_fixtures/optimisers.py"""

import json
import pathlib
import platform

import torch

from fixtures import Inputs, plain

SEED = 4
STEPS = 12
draw = Inputs(SEED)
START = draw.uniform(3, 2)
X = draw.uniform(5, 3)
Y = draw.uniform(5, 2)


def path(make, clip=None, schedule=None):
    """Parameters of a linear regression, mean squared error, after each of STEPS steps."""
    w = START.clone().requires_grad_(True)
    optimiser = make([w])
    scheduler = schedule(optimiser) if schedule else None
    after = []
    for _ in range(STEPS):
        optimiser.zero_grad()
        ((X @ w - Y) ** 2).mean().backward()
        if clip:
            clip([w])
        optimiser.step()
        if scheduler:
            scheduler.step()
        after.append(plain(w.detach()))
    return after


optim, nn, lr = torch.optim, torch.nn.utils, torch.optim.lr_scheduler
cases = {
    "sgd": path(lambda p: optim.SGD(p, lr=0.05)),
    "momentum": path(lambda p: optim.SGD(p, lr=0.02, momentum=0.9)),
    "nesterov": path(lambda p: optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True)),
    "adam": path(lambda p: optim.Adam(p, lr=0.05)),
    "adam with other constants": path(lambda p: optim.Adam(p, lr=0.05, betas=(0.8, 0.9), eps=0.01)),
    "adamw": path(lambda p: optim.AdamW(p, lr=0.05, weight_decay=0.1)),
    "rmsprop": path(lambda p: optim.RMSprop(p, lr=0.02, alpha=0.9, eps=1e-4)),
    "clipped by value": path(lambda p: optim.SGD(p, lr=0.1), lambda p: nn.clip_grad_value_(p, 0.5)),
    "clipped by norm": path(lambda p: optim.Adam(p, lr=0.05), lambda p: nn.clip_grad_norm_(p, 0.5)),
    "cosine": path(lambda p: optim.SGD(p, lr=0.1), None, lambda o: lr.CosineAnnealingLR(o, T_max=8 - 1, eta_min=0.01)),
    "linear": path(lambda p: optim.SGD(p, lr=0.1), None, lambda o: lr.LinearLR(o, 1.0, 0.2, total_iters=8 - 1)),
    "stepwise": path(lambda p: optim.SGD(p, lr=0.1), None, lambda o: lr.StepLR(o, step_size=3, gamma=0.5)),
}
# PyTorch's cosine goes up again after its period, ours stays: only the first 8 steps are comparable.
cases["cosine"] = cases["cosine"][:8]

target = pathlib.Path(__file__).parent.parent / "fixtures" / "optimisers.json"
target.write_text(
    json.dumps(
        {
            "madeBy": {
                "script": f"make_fixtures/optimisers.py (seed {SEED})",
                "torch": torch.__version__,
                "python": platform.python_version(),
            },
            "start": plain(START),
            "x": plain(X),
            "y": plain(Y),
            "paths": cases,
        }
    )
    + "\n"
)
