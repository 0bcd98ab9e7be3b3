"""What a torch model weighs, as a digest: for models whose files nobody tells."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any


def weights_hash(models: Iterable[Any]) -> str:
    """Give a digest of all tensors of torch modules, their names and shapes."""
    import torch

    digest = hashlib.sha256()
    for model in models:
        for name, tensor in sorted(model.state_dict().items()):
            digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
            digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()
