"""The study's model, losses and masks in PyTorch, as its authors' code computes them; peer.py measures them.

B is the batch, A the number of candidate answers, H the width of the hidden states. Nothing here is tuned for the
benchmark: LXMERT is Hugging Face's LxmertModel, layers are PyTorch's, gradients are autograd's.
"""

import types
import warnings

import numpy
import torch
import torch.nn.functional as F
from torch import nn
from transformers import LxmertModel

# torch.nn.utils.weight_norm is deprecated, but its successor cannot norm over a whole matrix with one gain.
warnings.filterwarnings("ignore", message=".*weight_norm.*", category=FutureWarning)

HEAD_DROPOUT = 0.5
ENTROPY_WEIGHT = 0.36
MASK_KEPT, MASK_THRESHOLD = 0.02, 0.01


class AnswerModel(nn.Module):
    """LXMERT with the answer head: weight-norm Linear(H → 2H), ReLU, dropout, weight-norm Linear(2H → A)."""

    def __init__(self, config, answers):
        super().__init__()
        hidden = config.hidden_size
        self.lxmert = LxmertModel(config)
        self.classifier = nn.Sequential(
            nn.utils.weight_norm(nn.Linear(hidden, 2 * hidden), dim=None),
            nn.ReLU(),
            nn.Dropout(HEAD_DROPOUT),
            nn.utils.weight_norm(nn.Linear(2 * hidden, answers), dim=None),
        )

    def forward(self, batch):
        """Logits (B, A) and the pooled state (B, H). As in the original, every token and region is attended."""
        pooled = self.lxmert(
            input_ids=batch["token_ids"], visual_feats=batch["features"], visual_pos=batch["boxes"]
        ).pooled_output
        return self.classifier(pooled), pooled


# --- losses ------------------------------------------------------------------------------------------------------


def bce(logits, scores):
    """Binary cross entropy, summed over answers and averaged over the batch."""
    return F.binary_cross_entropy_with_logits(logits, scores) * logits.shape[1]


class LearnedMixin(nn.Module):
    """LMH: learned mixin with entropy penalty. Its own parameters stay as they are, as in the original."""

    def __init__(self, hidden):
        super().__init__()
        self.trust = nn.Linear(hidden, 1)
        self.smooth = nn.Parameter(torch.full((1,), -1.0))
        self.requires_grad_(False)

    def forward(self, logits, pooled, scores, prior):
        trust = F.softplus(self.trust(pooled)).unsqueeze(2)  # (B, 1, 1)
        bias = torch.log(torch.stack([prior, 1 - prior], 2) + torch.sigmoid(self.smooth)) * trust  # (B, A, 2)
        both = torch.stack([F.logsigmoid(logits), F.logsigmoid(-logits)], 2) + bias
        both = both - torch.logsumexp(both, 2, keepdim=True)
        likelihood = -(scores * both[:, :, 0] + (1 - scores) * both[:, :, 1]).sum(1)
        likelihood = torch.where(torch.isnan(likelihood), torch.zeros_like(likelihood), likelihood)
        bias = bias - torch.logsumexp(bias, 2, keepdim=True)
        entropy = -(bias.exp() * bias).sum(2).mean()
        return likelihood.mean() + ENTROPY_WEIGHT * entropy


# --- masks -------------------------------------------------------------------------------------------------------


class Binarize(torch.autograd.Function):
    """M = [m > t]; straight-through: the gradient for M is taken as the one for m."""

    @staticmethod
    def forward(ctx, mask, threshold):
        return (mask > threshold).to(mask.dtype)

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None


class Masked(nn.Module):
    """A linear layer or embedding that uses W ⊙ M: its weight and bias are frozen, its real-valued mask m is trained."""

    def __init__(self, layer, sparsity):
        super().__init__()
        self.padding = getattr(layer, "padding_idx", None)
        self.is_embedding = isinstance(layer, nn.Embedding)
        self.register_buffer("weight", layer.weight.detach())
        self.register_buffer("bias", None if self.is_embedding else layer.bias.detach())
        self.register_buffer("threshold", torch.tensor(MASK_THRESHOLD))
        self.zeros = zeros_of(layer.weight, sparsity)
        self.mask = nn.Parameter(MASK_KEPT * kept_by_magnitude(self.weight, self.zeros).float())

    def masked_weight(self):
        return self.weight * Binarize.apply(self.mask, self.threshold)

    def forward(self, x):
        if self.is_embedding:
            return F.embedding(x, self.masked_weight(), padding_idx=self.padding)
        return F.linear(x, self.masked_weight(), self.bias)

    @torch.no_grad()
    def reset_threshold(self, select):
        """Makes the sparsity exact again: the threshold becomes the k-th smallest of the mask's values."""
        self.threshold.copy_(select(self.mask.view(-1), self.zeros))


def zeros_of(weight, sparsity):
    """How many weights of a matrix are pruned; at least 1, as in the original."""
    return max(1, int(weight.numel() * sparsity))


@torch.no_grad()
def kept_by_magnitude(weight, zeros):
    """True where a weight is larger than the `zeros` smallest. On the CPU, by NumPy: once, and not measured."""
    sizes = weight.abs()
    smallest = numpy.partition(sizes.view(-1).numpy(), zeros - 1)[zeros - 1]
    return sizes > float(smallest)


def by_kthvalue(values, k):
    return torch.kthvalue(values, k).values


def by_sort(values, k):
    return torch.sort(values).values[k - 1]


def maskable(model):
    """The layers that stage 2 masks, by name: every linear layer of LXMERT, and its word embeddings."""
    return {
        name: layer
        for name, layer in model.lxmert.named_modules()
        if isinstance(layer, nn.Linear) or name == "embeddings.word_embeddings"
    }


def mask_model(model, sparsity):
    """Freezes LXMERT and puts masks on its matrices; returns the masked layers. The answer head stays trainable."""
    model.lxmert.requires_grad_(False)
    layers = []
    for name, layer in maskable(model).items():
        parent, _, attribute = name.rpartition(".")
        masked = Masked(layer, sparsity)
        setattr(model.lxmert.get_submodule(parent), attribute, masked)
        layers.append(masked)
    return layers


# --- bfloat16 ----------------------------------------------------------------------------------------------------


def cast_linears(model):
    """Linear layers compute in bfloat16, from float32 to float32; all else, and all weights, stay float32."""
    for layer in model.modules():
        if isinstance(layer, nn.Linear) or (isinstance(layer, Masked) and not layer.is_embedding):
            layer.forward = types.MethodType(_bfloat16_linear, layer)


def _bfloat16_linear(layer, x):
    weight = layer.masked_weight() if isinstance(layer, Masked) else layer.weight
    return F.linear(x.bfloat16(), weight.bfloat16(), layer.bias.bfloat16()).float()
