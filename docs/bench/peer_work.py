"""One work of peer.py, measured in this process: model, inputs and steps."""

import contextlib
import gc
import math
import platform
import statistics
import time

import numpy
import torch
import transformers
from transformers import LxmertConfig

import peer_model
from peer_meters import Clock, StateCapture, memory, synchronize
from peer_model import AnswerModel, LearnedMixin

LEARNING_RATE, CLIP_NORM = 5e-5, 1.0
THRESHOLD_EVERY = 100


class WrongUse(Exception):
    """The arguments do not fit this machine or each other."""


class Failed(Exception):
    """The work could not be done or its numbers are of no use."""


def report(args, work, schema):
    """Measures a work; returns what --output json prints."""
    config = read_config(args)
    start_torch(args)
    try:
        run = Run(args, work, config)
        measurement = run.measure()
    except (torch.OutOfMemoryError, MemoryError) as e:
        raise Failed(f"out of memory. Use a smaller batch. {e}") from e
    except RuntimeError as e:
        if "can't allocate memory" in str(e):
            raise Failed(f"out of memory. Use a smaller batch. {e}") from e
        raise
    return {
        "schema": schema,
        "program": "pytorch",
        "version": {
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "numpy": numpy.__version__,
            "python": platform.python_version(),
        },
        "device": args.device,
        "gpu_name": torch.cuda.get_device_name(0) if args.device == "cuda" else None,
        "threads": args.threads,
        "precision": args.precision,
        "precision_by": args.bfloat16_by if args.precision == "bfloat16" else None,
        "optimizer": args.adam,
        "model": shape(args, config, run.parameters),
        "batch_size": args.batch,
        "answers": args.answers,
        "measurements": [measurement],
    }


def shape(args, config, parameters):
    return {
        "architecture": "lxmert",
        "hidden_size": config.hidden_size,
        "attention_heads": config.num_attention_heads,
        "intermediate_size": config.intermediate_size,
        "language_layers": config.l_layers,
        "vision_layers": config.r_layers,
        "cross_layers": config.x_layers,
        "vocab_size": config.vocab_size,
        "feature_size": config.visual_feat_dim,
        "tokens": args.tokens,
        "regions": args.regions,
        "parameters": parameters,
    }


def read_config(args):
    if args.config is None:
        config = LxmertConfig()
    else:
        try:
            config = LxmertConfig.from_json_file(args.config)
        except (OSError, ValueError) as e:
            raise WrongUse(f"--config: {args.config} cannot be read as a config.json: {e}") from e
        if config.model_type != "lxmert":
            raise WrongUse(f"--config: {args.config} is of a {config.model_type!r}, but only LXMERT can be measured")
    if args.tokens > config.max_position_embeddings:
        raise WrongUse(f"--tokens: the model has {config.max_position_embeddings} positions, found {args.tokens}")
    return config


def start_torch(args):
    if args.device == "cuda" and not torch.cuda.is_available():
        raise WrongUse(f"--device: PyTorch {torch.__version__} sees no GPU. Install a build with CUDA, or use cpu.")
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(args.threads)
    torch.set_num_interop_threads(1)
    # No TF32: float32 means float32.
    torch.set_float32_matmul_precision("highest")
    torch.manual_seed(args.seed)


class Inputs:
    """A batch of random numbers in main memory, pinned for a GPU, to which every step copies it."""

    def __init__(self, args, config, rows):
        g = torch.Generator().manual_seed(args.seed)
        low = torch.rand((rows, args.regions, 2), generator=g) * 0.5
        scores = torch.zeros(rows, args.answers)
        # Two labels of an example, given by one to four annotators: min(n / 3, 1).
        labels = torch.randint(args.answers, (rows, 2), generator=g)
        scores.scatter_(1, labels, (torch.randint(1, 5, (rows, 2), generator=g) / 3).clamp(max=1))
        self.host = {
            "token_ids": torch.randint(1, config.vocab_size, (rows, args.tokens), generator=g),
            # Faster R-CNN's features are not negative.
            "features": torch.randn((rows, args.regions, config.visual_feat_dim), generator=g).relu(),
            "boxes": torch.cat([low, low + 0.1 + torch.rand(low.shape, generator=g) * 0.4], 2),
            "scores": scores,
            "prior": torch.rand((rows, args.answers), generator=g) ** 8,
        }
        self.device = args.device
        if self.device == "cuda":
            self.host = {name: tensor.pin_memory() for name, tensor in self.host.items()}
        self.waited = 0.0

    def batch(self):
        start = time.perf_counter()
        batch = {name: tensor.to(self.device, non_blocking=True) for name, tensor in self.host.items()}
        self.waited += time.perf_counter() - start
        return batch


class Run:
    """A work with its model: steps of it, and the clocks around them."""

    def __init__(self, args, work, config):
        self.args = args
        self.work = work
        self.rows = args.eval_batch if work == "evaluate" else args.batch
        self.model = AnswerModel(config, args.answers)
        # Without the answer head, as crvqa's manifests count a model's.
        self.parameters = sum(p.numel() for p in self.model.lxmert.parameters())
        self.masked = peer_model.mask_model(self.model, args.sparsity) if work == "stage2" else []
        self.pruned, self.kept = self.subnetwork() if work == "stage3" else ([], [])
        if args.precision == "bfloat16" and args.bfloat16_by == "cast":
            peer_model.cast_linears(self.model)
        self.model.to(args.device).train(work != "evaluate")
        self.kept = [kept.to(args.device) for kept in self.kept]
        self.mixin = LearnedMixin(config.hidden_size).to(args.device)
        self.trained = [p for p in self.model.parameters() if p.requires_grad]
        self.optimizer = None if work == "evaluate" else self.adam()
        self.inputs = Inputs(args, config, self.rows)
        self.answers = []
        self.loss = None
        gc.collect()

    def subnetwork(self):
        """The matrices that stage 3 prunes, with the magnitude mask applied, and what stays of each."""
        weights = [layer.weight for layer in peer_model.maskable(self.model).values()]
        kept = [peer_model.kept_by_magnitude(w, peer_model.zeros_of(w, self.args.sparsity)) for w in weights]
        with torch.no_grad():
            torch._foreach_mul_(weights, kept)
        return weights, kept

    def adam(self):
        """Stage 2 has AdamW without decay; torch's, whose arithmetic differs from the original's in where ε stands."""
        form = {"foreach": {"foreach": True}, "fused": {"fused": True}, "loop": {"foreach": False}, "default": {}}
        kind = torch.optim.AdamW if self.work == "stage2" else torch.optim.Adam
        return kind(self.trained, lr=LEARNING_RATE, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, **form[self.args.adam])

    def forward(self, batch):
        autocast = contextlib.nullcontext()
        if self.args.precision == "bfloat16" and self.args.bfloat16_by == "autocast":
            autocast = torch.autocast(self.args.device, torch.bfloat16)
        with autocast:
            logits, pooled = self.model(batch)
        return logits.float(), pooled.float()

    def train_step(self):
        batch = self.inputs.batch()
        logits, pooled = self.forward(batch)
        if self.args.loss == "lmh":
            loss = self.mixin(logits, pooled, batch["scores"], batch["prior"])
        else:
            loss = peer_model.bce(logits, batch["scores"])
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.trained, CLIP_NORM, foreach=True)
        self.optimizer.step()
        if self.pruned:
            with torch.no_grad():
                torch._foreach_mul_(self.pruned, self.kept)
        self.loss = loss.detach()

    @torch.inference_mode()
    def evaluation_step(self):
        logits, _ = self.forward(self.inputs.batch())
        self.answers.append(logits.argmax(1))
        self.loss = logits[0, 0]

    def measure(self):
        step = self.evaluation_step if self.work == "evaluate" else self.train_step
        for _ in range(self.args.warmup):
            step()
        capture = None
        if self.args.state_capture and self.optimizer:
            capture = StateCapture(self.optimizer, self.args.device)
            # Once before the steps, so that their peak of memory includes the room.
            capture.copy()
        self.inputs.waited = 0.0
        self.answers.clear()
        clock = Clock(self.args.device)
        for _ in range(self.args.steps):
            step()
            clock.lap()
        self.read_answers()
        wall, cpu = clock.stop()
        self.check()
        thresholds = self.thresholds() if self.masked else (None, None)
        peak = memory(self.args.device)
        return {
            "work": self.work,
            "loss": None if self.work == "evaluate" else self.args.loss,
            "steps": self.args.steps,
            "batch_size": self.rows,
            "seconds_per_step": statistics.median(wall),
            "cpu_seconds_per_step": cpu / self.args.steps,
            "steps_per_second": 1 / statistics.median(wall),
            "examples_per_second": self.rows / statistics.median(wall),
            **peak,
            "data_wait_share": self.inputs.waited / sum(wall),
            "state_capture_seconds": capture.seconds() if capture else None,
            "threshold_every_steps": THRESHOLD_EVERY if self.masked else None,
            "threshold_seconds": thresholds[0],
            "threshold_cpu_seconds": thresholds[1],
        }

    def read_answers(self):
        """One read of all answers, as at the end of a split."""
        if self.answers:
            torch.cat(self.answers).cpu()

    def check(self):
        if not math.isfinite(float(self.loss)):
            raise Failed(f"the {'logits' if self.work == 'evaluate' else 'loss'} became {float(self.loss)}, whose arithmetic "
                         "may take another time than that of numbers. Use another --config or --seed.")

    def thresholds(self):
        """Wall and CPU time of setting the thresholds of all masks, once."""
        on_cpu = self.args.device == "cpu"
        how = self.args.threshold
        by_kthvalue = how == "kthvalue" or (how == "auto" and on_cpu)
        synchronize(self.args.device)
        wall, cpu = time.perf_counter(), time.process_time()
        for layer in self.masked:
            layer.reset_threshold(peer_model.by_kthvalue if by_kthvalue else peer_model.by_sort)
        synchronize(self.args.device)
        return time.perf_counter() - wall, time.process_time() - cpu
