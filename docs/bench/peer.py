#!/usr/bin/env python3
"""Measures the study's work in PyTorch, eager, as its authors' code does it: what crvqa is compared with.

    python docs/bench/peer.py --stage 1,2,3,eval --batch 32 --threads 1
    python docs/bench/peer.py --config docs/bench/lxmert-base.json --stage 1 --device cuda --precision bfloat16 --output json

Needs the packages of requirements.txt. The model has random weights and the inputs are random numbers of the right
shapes, made once from a fixed seed: what is measured does not depend on them. Several works run one after the other, each
in a process of its own, so that the peak of memory is its own. README.md explains the fields of --output json.

Exit status: 0 measured, 1 a work failed (out of memory, numbers that are not finite), 2 wrong use, 3 a package is missing.
"""

import argparse
import json
import subprocess
import sys

SCHEMA = "crvqa-bench/1"
WORKS = {"1": "stage1", "2": "stage2", "3": "stage3", "eval": "evaluate"}
FAILED, WRONG_USE, MISSING = 1, 2, 3


def fail(status, message):
    print(f"peer.py: {message}", file=sys.stderr)
    raise SystemExit(status)


def positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected a number of at least 1, found {text}")
    return value


def works(text):
    chosen = text.split(",")
    for work in chosen:
        if work not in WORKS:
            raise argparse.ArgumentTypeError(f"expected some of {','.join(WORKS)}, separated by commas, found {work!r}")
    return chosen


def arguments():
    parser = argparse.ArgumentParser(
        description="Measures training, mask training and evaluation of LXMERT with an answer head in PyTorch.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--stage", type=works, default=list(WORKS), metavar="LIST", help="works, of 1,2,3,eval")
    add("--config", metavar="FILE", help="config.json of an LXMERT; unset: LXMERT base")
    add("--device", choices=("cpu", "cuda"), default="cpu", help="cuda: the first visible GPU")
    add("--precision", choices=("float32", "bfloat16"), default="float32", help="of linear layers; the optimizer keeps float32")
    add("--bfloat16-by", choices=("autocast", "cast"), default="autocast",
        help="autocast: torch.autocast over the forward pass; cast: linear layers alone, from float32 to float32")
    add("--batch", type=positive, default=32, help="examples of a training step")
    add("--eval-batch", type=positive, default=256, help="examples of an evaluation step")
    add("--steps", type=positive, default=10, help="measured steps")
    add("--warmup", type=int, default=3, help="steps before them")
    add("--threads", type=positive, default=1, help="threads of an operator on the CPU")
    add("--answers", type=positive, default=2274, help="candidate answers")
    add("--tokens", type=positive, default=14, help="word pieces of a question")
    add("--regions", type=positive, default=36, help="regions of an image")
    add("--loss", choices=("lmh", "bce"), default="lmh", help="loss of every stage")
    add("--sparsity", type=float, default=0.7, help="share of zeros of every masked matrix in stages 2 and 3")
    add("--threshold", choices=("auto", "kthvalue", "sort"), default="auto",
        help="how stage 2 finds thresholds; auto: the faster one, kthvalue on a CPU and sort on a GPU")
    add("--adam", choices=("foreach", "fused", "loop", "default"), default="foreach",
        help="implementation of torch.optim's Adam and AdamW; default: what PyTorch chooses for the device")
    add("--state-capture", action="store_true",
        help="hold room in main memory for weights and moments, and measure copying them there")
    add("--seed", type=int, default=0, help="of weights, inputs and dropout")
    add("--output", choices=("text", "json"), default="text")
    args = parser.parse_args()
    if args.warmup < 0:
        parser.error("--warmup: expected a number of at least 0")
    if not 0 < args.sparsity < 1:
        parser.error("--sparsity: expected a number between 0 and 1")
    if args.state_capture and args.warmup < 1:
        parser.error("--state-capture: needs --warmup 1 or more, since the first step makes the moments")
    return args


def measure_each(args):
    """Measures every work in a process of its own; returns one report of all."""
    report = None
    for work in args.stage:
        # Later arguments replace earlier ones.
        command = [sys.executable, __file__, *sys.argv[1:], "--stage", work, "--output", "json"]
        child = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        if child.returncode != 0:
            how = f"ended with {child.returncode}" if child.returncode > 0 else f"was ended by signal {-child.returncode}"
            fail(child.returncode if child.returncode > 0 else FAILED, f"the process that measured {WORKS[work]} {how}")
        one = json.loads(child.stdout)
        if report is None:
            report = one
        else:
            report["measurements"] += one["measurements"]
    return report


def measure_here(args):
    """Measures one work in this process."""
    try:
        import peer_work
    except ImportError as e:
        fail(MISSING, f"{e}. Install the packages: python3 -m pip install -r docs/bench/requirements.txt")
    try:
        return peer_work.report(args, WORKS[args.stage[0]], SCHEMA)
    except peer_work.WrongUse as e:
        fail(WRONG_USE, str(e))
    except peer_work.Failed as e:
        fail(FAILED, f"{WORKS[args.stage[0]]}: {e}")


def table(report):
    """What people read."""
    gpu = f" ({report['gpu_name']})" if report["gpu_name"] else ""
    threads = "1 thread" if report["threads"] == 1 else f"{report['threads']} threads"
    lines = [
        f"PyTorch {report['version']['torch']} on {report['device']}{gpu}, {threads}, "
        f"{report['precision']}, {report['model']['parameters'] / 1e6:.1f} M parameters and the answer head, {report['answers']} answers",
        "",
        f"{'work':<10}{'batch':>6}{'s/step':>10}{'CPU s/step':>12}{'examples/s':>12}{'peak GB':>9}",
    ]
    for m in report["measurements"]:
        lines.append(
            f"{m['work']:<10}{m['batch_size']:>6}{m['seconds_per_step']:>10.4f}{m['cpu_seconds_per_step']:>12.4f}"
            f"{m['examples_per_second']:>12.1f}{m['peak_memory_bytes'] / 1e9:>9.2f}")
        if m["threshold_seconds"] is not None:
            lines.append(f"  setting all thresholds, every {m['threshold_every_steps']} steps: {m['threshold_seconds']:.3f} s")
        if m["state_capture_seconds"] is not None:
            lines.append(f"  copying the training state: {m['state_capture_seconds']:.3f} s")
    return "\n".join(lines)


def main():
    args = arguments()
    report = measure_here(args) if len(args.stage) == 1 else measure_each(args)
    print(json.dumps(report, indent=2) if args.output == "json" else table(report))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
