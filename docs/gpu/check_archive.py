"""Tries the program that crvqa's workers run on their device (operators.py) in any PyTorch, on any device.

Where DJL's own native part cannot be loaded, this still shows that the program loads, computes what plain PyTorch computes,
gives the same bits twice, and what it costs:

    java -cp vqa/target/classes org.crvqa.vqa.tensor.TorchScriptArchive operators.pt
    python3 docs/gpu/check_archive.py operators.pt --device cuda

Needs torch 2.7 or newer and nothing else. Exit status: 0 all equal; 1 something differs; 2 wrong use; 3 no torch or device.
"""

import argparse
import sys
import time

try:
    import torch
except ImportError:
    print("PyTorch is missing: pip install torch", file=sys.stderr)
    sys.exit(3)

TOLERANCE = 1e-6
MASK64 = (1 << 64) - 1


def adam_by_formula(kind, values, gradients, means, squares, number, clip, rate, decay):
    """The three forms as vqa's AdamStep describes them, in float64. Returns the values after one step."""
    norm = torch.sqrt(sum((g.double() ** 2).sum() for g in gradients))
    scale = min(1.0, clip / (float(norm) + 1e-6))
    correction1, correction2 = 1 - 0.9**number, 1 - 0.999**number
    moved = []
    for w, g, a, b in zip(values, gradients, means, squares):
        w, g, a, b = w.double(), g.double() * scale, a.double(), b.double()
        if kind == "adam":
            g = g + decay * w
        if kind == "adamw":
            w = w * (1 - rate * decay)
        a, b = a + 0.1 * (g - a), 0.999 * b + 0.001 * g * g
        if kind == "huggingface":
            w = w - rate * correction2**0.5 / correction1 * a / (b.sqrt() + 1e-8)
            w = w - rate * decay * w
        else:
            w = w - rate / correction1 * a / (b.sqrt() / correction2**0.5 + 1e-8)
        moved.append(w)
    return moved


def adam_by_program(program, kind, values, gradients, means, squares, number, clip, rate, decay):
    epsilon, factor = 1e-8, 1.0
    if kind == "huggingface":
        epsilon, factor, decay = epsilon / (1 - 0.999**number) ** 0.5, 1 - rate * decay, 0.0
    device = values[0].device
    norm = program.global_norm(gradients)
    program.adam(values, gradients, means, squares, torch.zeros((), device=device), norm,
                 torch.ones((), device=device), float(number), clip, rate, 0.9, 0.999, epsilon, decay,
                 kind == "adamw", factor)


def split_mix(place, start):
    """SplitMix64 at a place of its sequence, in Python's integers."""
    z = (start + place * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) & MASK64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK64
    return ((z ^ (z >> 31)) >> 11) * 2.0**-53


class Checks:
    """Collects what was found."""

    def __init__(self):
        self.failed = 0

    def say(self, name, good, detail=""):
        self.failed += not good
        print(f"{'ok  ' if good else 'FAIL'}  {name:42} {detail}")


def check_adam(checks, program, device, generator):
    shapes = [(64, 48), (48,), (), (7, 5, 3)]
    for kind in ("adam", "adamw", "huggingface"):
        first = [[torch.randn(s, generator=generator) for s in shapes] for _ in range(2)]
        moments = [[torch.rand(s, generator=generator) * 1e-2 for s in shapes] for _ in range(2)]
        results = []
        for _ in range(2):
            lists = [[t.clone().to(device) for t in part] for part in (*first, *moments)]
            adam_by_program(program, kind, *lists, 3, 1.0, 1e-2, 0.1)
            results.append([t.cpu() for t in lists[0]])
        expected = adam_by_formula(kind, *first, *moments, 3, 1.0, 1e-2, 0.1)
        worst = max(float((found.double() - right).abs().max()) for found, right in zip(results[0], expected))
        checks.say(f"adam: {kind}", worst < TOLERANCE * 10, f"largest deviation from float64 {worst:.1e}")
        same = all(torch.equal(a, b) for a, b in zip(*results))
        checks.say(f"adam: {kind}, twice", same, "same bits" if same else "other bits")


def check_masks(checks, program, device, generator):
    # Many ties, both zeros.
    values = (torch.randint(-4, 5, (96, 40), generator=generator).float() / 4).to(device)
    weights = torch.randn(96, 40, generator=generator).to(device)
    zeros = torch.zeros(1 if device.type == "cuda" else 32768, device=device)
    nowhere = torch.zeros(0, dtype=torch.bool, device=device)
    kept = torch.empty_like(weights)
    program.keep_above([kept], [weights], [values], [torch.tensor(0.25, device=device)], [nowhere], zeros)
    right = torch.where(values > 0.25, weights, torch.zeros((), device=device))
    plus = not bool((torch.signbit(kept) & (kept == 0)).any())
    checks.say("masks: above a threshold", torch.equal(kept, right) and plus, "pruned weights are +0")
    for k in (0, 1, 1000, 3839, 3840):
        cut, last = torch.zeros((), device=device), torch.zeros((), dtype=torch.int64, device=device)
        after = torch.zeros(96, 40, dtype=torch.bool, device=device)
        program.cut_by_sorting(values, k, cut, last, after)
        program.keep_above([kept], [torch.ones_like(weights)], [values], [cut], [after], zeros)
        order = sorted(range(values.numel()), key=lambda i: (values.flatten()[i].item() + 0.0, i))
        mask = torch.ones(values.numel())
        mask[order[:k]] = 0
        checks.say(f"masks: exactly the {k} smallest", torch.equal(kept.cpu().flatten(), mask), "ties by index")
    groups = torch.zeros(96, 40, dtype=torch.bool, device=device)
    program.keep_greatest_of_groups(groups, values, 2, 4)
    checks.say("masks: 2 of 4", bool((groups.view(-1, 4).sum(1) == 2).all()))


def check_draws(checks, program, device):
    values = torch.linspace(-4, 4, 5000).to(device)
    kept = torch.zeros(5000, dtype=torch.bool, device=device)
    start = 0x0123456789ABCDEF
    program.draw(kept, values, start, 1024)
    chances = torch.sigmoid(values.double().cpu())
    right = torch.tensor([split_mix(i, start) < float(chances[i]) for i in range(5000)])
    checks.say("draws: SplitMix64 place by place", torch.equal(kept.cpu(), right))


def check_answers(checks, program, device, generator):
    logits = torch.randn(6, 9, generator=generator).to(device)
    logits[1, 3] = logits[1, 7] = 9.0
    logits[4, 0] = float("nan")
    answers = torch.zeros(6, dtype=torch.int64, device=device)
    program.best(answers, logits, 0, 5)
    checks.say("answers: first of equals, NaN counted", answers[1].item() == 3 and answers[5].item() == 1)


def clock(device, action, repeats, gradients):
    # Repeated products would end in numbers too small for the processor's fast path.
    for gradient in gradients:
        gradient.fill_(0.01)
    action()
    if device.type == "cuda":
        torch.cuda.synchronize()
    begin = time.perf_counter()
    for _ in range(repeats):
        action()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return (time.perf_counter() - begin) / repeats


def time_steps(program, device, millions, repeats):
    """What an optimizer step costs beside PyTorch's own foreach and fused ones."""
    count = max(1, int(millions * 1e6) // (768 * 3072))
    lists = [[torch.rand(768, 3072, device=device) + 0.5 for _ in range(count)] for _ in range(6)]
    values, gradients, means, squares, weights, effective = lists
    zeros = torch.zeros(1 if device.type == "cuda" else 32768, device=device)
    cuts = [torch.tensor(0.7, device=device) for _ in values]
    nowhere = [torch.zeros(0, dtype=torch.bool, device=device) for _ in values]

    def masked():
        program.multiply(gradients, weights)
        adam_by_program(program, "adamw", values, gradients, means, squares, 3, 1.0, 1e-5, 0.0)
        program.keep_above(effective, weights, values, cuts, nowhere, zeros)

    print(f"\n{count * 768 * 3072 / 1e6:.0f} M values, seconds a step")
    dense = clock(device, lambda: adam_by_program(
        program, "adam", values, gradients, means, squares, 3, 1.0, 1e-5, 0.0), repeats, gradients)
    print(f"  norm, clipping and Adam               {dense:.4f}")
    print(f"  the same for masks, and new weights   {clock(device, masked, repeats, gradients):.4f}")
    for form in ("foreach", "fused"):
        parameters = [torch.nn.Parameter(v.clone()) for v in values]
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = gradient
        optimizer = torch.optim.Adam(parameters, lr=1e-5, **{form: True})

        def step(parameters=parameters, optimizer=optimizer):
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()

        print(f"  PyTorch: clip_grad_norm_, Adam {form:8} {clock(device, step, repeats, gradients):.4f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive", help="what org.crvqa.vqa.tensor.TorchScriptArchive wrote")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--millions", type=float, default=50, help="values of the timed step, in millions")
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    if arguments.device == "cuda" and not torch.cuda.is_available():
        print("PyTorch sees no GPU", file=sys.stderr)
        sys.exit(3)
    device = torch.device(arguments.device)
    name = torch.cuda.get_device_name() if device.type == "cuda" else "CPU"
    print(f"torch {torch.__version__} on {name}")
    program = torch.jit.load(arguments.archive)
    checks, generator = Checks(), torch.Generator().manual_seed(1)
    check_adam(checks, program, device, generator)
    check_masks(checks, program, device, generator)
    check_draws(checks, program, device)
    check_answers(checks, program, device, generator)
    time_steps(program, device, arguments.millions, arguments.repeats)
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
