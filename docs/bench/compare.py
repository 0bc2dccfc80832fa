#!/usr/bin/env python3
"""Runs `crvqa bench` and PyTorch (peer.py) in turn on this machine and prints the ratios crvqa ÷ PyTorch.

    python3 docs/bench/compare.py --python .venv/bin/python                      # LXMERT base, CPU, one thread
    python3 docs/bench/compare.py --python .venv/bin/python --device cuda --precision bfloat16 --batch-size 256

Needs Python 3.9 or newer, and an interpreter with the packages of requirements.txt, given by --python. Every work of every
program runs in a process of its own, one after the other: crvqa, PyTorch, crvqa, PyTorch and so on, --rounds times. A
ratio is the median over rounds of the ratios of each pair. README.md explains what is measured.

Exit status: 0 measured, 1 a program failed or answered something else than it should, 2 wrong use, 3 something is missing
(Python, its packages, `crvqa bench`).
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import comparison
from comparison import BadReport

HERE = pathlib.Path(__file__).resolve().parent
FAILED, WRONG_USE, MISSING = 1, 2, 3
# What peer.py and crvqa call the same thing.
PEER_WORKS = {"stage1": "1", "stage2": "2", "stage3": "3", "evaluate": "eval"}
CRVQA_DEVICES = {"cpu": "cpu", "cuda": "gpu:0"}
LAST_LINES = 15


def fail(status, message):
    print(f"compare.py: {message}", file=sys.stderr)
    raise SystemExit(status)


def positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected a number of at least 1, found {text}")
    return value


def works(text):
    chosen = text.split(",")
    for work in chosen:
        if work not in PEER_WORKS:
            raise argparse.ArgumentTypeError(f"expected some of {','.join(PEER_WORKS)}, found {work!r}")
    return chosen


def arguments():
    parser = argparse.ArgumentParser(
        description="Compares crvqa with PyTorch on this machine.", formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    add = parser.add_argument
    add("--python", default=sys.executable, metavar="FILE", help="interpreter that has the packages of requirements.txt")
    add("--crvqa", default=str(HERE.parent.parent / "crvqa"), metavar="FILE", help="the launcher of crvqa")
    add("--config", default=str(HERE / "lxmert-base.json"), metavar="FILE", help="config.json of the LXMERT to measure")
    add("--work", type=works, default=list(PEER_WORKS), metavar="LIST", help="works, of stage1,stage2,stage3,evaluate")
    add("--device", choices=CRVQA_DEVICES, default="cpu")
    add("--precision", choices=("float32", "bfloat16"), default="float32")
    add("--batch-size", type=positive, default=32, help="examples of a training step")
    add("--eval-batch-size", type=positive, default=256, help="examples of an evaluation step")
    add("--answers", type=positive, default=2274, help="candidate answers")
    add("--threads", type=positive, default=1, help="threads of an operator, and on a CPU the processors to keep to")
    add("--no-pin", action="store_true", help="let both programs use every processor")
    add("--rounds", type=positive, default=5, help="pairs of runs per work")
    # Steps of a GPU are short, and the JVM's compiler needs some hundred of them until Java is as fast as it gets.
    add("--steps", type=positive, default=argparse.SUPPRESS, help="measured steps of a run (default: 10, on a GPU 50)")
    add("--warmup-steps", type=positive, default=argparse.SUPPRESS,
        help="steps before them, for the JVM's compiler too (default: 5, on a GPU 100)")
    add("--adam", choices=("foreach", "fused", "loop", "default"), default="foreach", help="as in peer.py")
    add("--bfloat16-by", choices=("autocast", "cast"), default="autocast", help="as in peer.py")
    add("--timeout", type=positive, default=3600, metavar="SECONDS", help="for one run of one program")
    add("--output", choices=("text", "json"), default="text", help="json: every run too")
    args = parser.parse_args()
    if not pathlib.Path(args.config).is_file():
        parser.error(f"--config: there is no file {args.config}")
    on_gpu = args.device == "cuda"
    args.steps = getattr(args, "steps", 50 if on_gpu else 10)
    args.warmup_steps = getattr(args, "warmup_steps", 100 if on_gpu else 5)
    return args


def pin(args):
    """The processors that both programs keep to, as a list; empty when they are not kept to any."""
    if args.no_pin or args.device != "cpu" or not hasattr(os, "sched_setaffinity"):
        return []
    allowed = sorted(os.sched_getaffinity(0))
    if args.threads > len(allowed):
        fail(WRONG_USE, f"--threads: {args.threads} threads, but this process may use {len(allowed)} processors only")
    return allowed[: args.threads]


def check_programs(args):
    """Says what is missing before minutes of measuring; builds crvqa where it has to be built."""
    imports = "import sys, numpy, torch, transformers"
    try:
        tried = subprocess.run([args.python, "-c", imports], capture_output=True, text=True)
    except OSError as e:
        fail(MISSING, f"--python: {args.python} cannot be run: {e.strerror}. Give a Python 3 with the packages of requirements.txt.")
    if tried.returncode != 0:
        fail(MISSING,
             f"{args.python} lacks a package: {last(tried.stderr, 1)}\n"
             f"Install them: {args.python} -m pip install -r {HERE / 'requirements.txt'}\n"
             "or give another interpreter with --python.")
    try:
        tried = subprocess.run([args.crvqa, "bench", "--help"], stdout=subprocess.PIPE, text=True)
    except OSError as e:
        fail(MISSING, f"--crvqa: {args.crvqa} cannot be run: {e.strerror}. Give the file `crvqa` of a checkout.")
    if tried.returncode != 0:
        fail(MISSING, f"`{args.crvqa} bench --help` ended with {tried.returncode}; the messages are above. "
             "Where `bench` is unknown, give the crvqa of a newer checkout with --crvqa.")


def crvqa_command(args, work):
    return [
        args.crvqa, "bench", "--config", args.config, "--device", CRVQA_DEVICES[args.device], "--threads", str(args.threads),
        "--precision", args.precision, "--batch-size", str(args.batch_size), "--eval-batch-size", str(args.eval_batch_size),
        "--steps", str(args.steps), "--warmup-steps", str(args.warmup_steps), "--work", work,
        "--answers", str(args.answers), "--output", "json",
    ]


def peer_command(args, work, reference):
    """PyTorch has to do what crvqa did: copy its state, where crvqa did, with the same loss."""
    command = [
        args.python, str(HERE / "peer.py"), "--config", args.config, "--device", args.device, "--threads", str(args.threads),
        "--precision", args.precision, "--batch", str(args.batch_size), "--eval-batch", str(args.eval_batch_size),
        "--steps", str(args.steps), "--warmup", str(args.warmup_steps), "--stage", PEER_WORKS[work],
        "--answers", str(args.answers), "--adam", args.adam, "--bfloat16-by", args.bfloat16_by, "--output", "json",
    ]
    model, measurement = reference["model"], reference["measurements"][0]
    command += ["--tokens", str(model["tokens"]), "--regions", str(model["regions"])]
    if measurement.get("loss"):
        command += ["--loss", measurement["loss"]]
    if measurement.get("state_capture_seconds") is not None:
        command += ["--state-capture"]
    return command


def run(args, program, work, command, processors):
    """Runs a program; returns its report of one work."""
    environment = dict(os.environ, CRVQA_NO_BUILD="1", OMP_NUM_THREADS=str(args.threads), MKL_NUM_THREADS=str(args.threads))
    # Not to /dev/null, and not mixed into the report: shown when the program fails.
    with tempfile.TemporaryFile("w+") as errors:
        try:
            ended = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment, timeout=args.timeout,
                preexec_fn=(lambda: os.sched_setaffinity(0, processors)) if processors else None)
        except subprocess.TimeoutExpired:
            fail(FAILED, f"{program} did not measure {work} within {args.timeout} s and was ended. "
                         "Use fewer --steps or a longer --timeout.")
        errors.seek(0)
        messages = last(errors.read(), LAST_LINES)
    if ended.returncode != 0:
        fail(FAILED, f"{program} could not measure {work}: {' '.join(command)}\nended with {ended.returncode}:\n{messages}")
    try:
        return comparison.read_report(ended.stdout, program, work)
    except BadReport as e:
        fail(FAILED, f"{' '.join(command)}\n{e}\n{messages}".rstrip())


def last(text, lines):
    return "\n".join(text.strip().splitlines()[-lines:])


def measure(args, processors):
    """Pairs of reports by work."""
    pairs = {work: [] for work in args.work}
    for each in range(1, args.rounds + 1):
        for work in args.work:
            print(f"round {each} of {args.rounds}: {work}", file=sys.stderr, flush=True)
            ours = run(args, "crvqa", work, crvqa_command(args, work), processors)
            theirs = run(args, "pytorch", work, peer_command(args, work, ours), processors)
            try:
                comparison.check_same_work(ours, theirs)
            except BadReport as e:
                fail(FAILED, str(e))
            pairs[work].append((ours, theirs))
    return pairs


def main():
    args = arguments()
    processors = pin(args)
    check_programs(args)
    warning = comparison.load_warning()
    if warning:
        print(f"compare.py: {warning}", file=sys.stderr)
    pairs = measure(args, processors)
    rows = [comparison.summary(work, pairs[work]) for work in args.work]
    header = comparison.header(pairs[args.work[0]][0], processors, vars(args))
    if args.output == "json":
        runs = [report for work in args.work for pair in pairs[work] for report in pair]
        print(json.dumps({"schema": "crvqa-bench-comparison/1", **header, "ratios": rows, "runs": runs}, indent=2))
    else:
        print(comparison.text(header, rows))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
