"""Reports of two programs: whether they are whole, whether they tell of the same work, and their ratios."""

import json
import os
import pathlib
import platform
import statistics

SCHEMA = "crvqa-bench/1"
REPORT_FIELDS = {"version": dict, "model": dict, "device": str, "threads": int, "precision": str, "batch_size": int, "answers": int}
MEASUREMENT_FIELDS = ("steps", "batch_size", "seconds_per_step", "cpu_seconds_per_step")
SHAPE_FIELDS = ("tokens", "regions")
# Of these, both programs must say the same where both say something.
SAME_IN_REPORTS = ("precision", "threads", "answers", "batch_size")
SAME_IN_MEASUREMENTS = ("steps", "batch_size", "loss")
# Device names of both programs for the same thing.
DEVICES = {"cpu": "cpu", "cuda": "gpu", "gpu:0": "gpu", "gpu": "gpu"}
BFLOAT16_FLAGS = ("avx512_bf16", "amx_bf16", "bf16")


class BadReport(Exception):
    """A report is not what README.md says, or two do not tell of the same work."""


def read_report(text, program, work):
    """The report of one program on one work."""
    try:
        report = json.loads(text)
    except ValueError as e:
        raise BadReport(f"{program} did not print one JSON object: {e}") from e
    if not isinstance(report, dict) or report.get("schema") != SCHEMA:
        found = report.get("schema") if isinstance(report, dict) else type(report).__name__
        raise BadReport(f"{program}: expected a report of schema {SCHEMA}, found {found}")
    if report.get("program") != program:
        raise BadReport(f"{program}: the report is of the program {report.get('program')}")
    for name, kind in REPORT_FIELDS.items():
        if not isinstance(report.get(name), kind):
            raise BadReport(f"{program}: {name}: expected {kind.__name__}, found {report.get(name)!r}")
    for name in SHAPE_FIELDS:
        require_positive(report["model"], name, f"{program}: model")
    measurements = report.get("measurements")
    if not isinstance(measurements, list) or [m.get("work") for m in measurements] != [work]:
        raise BadReport(f"{program}: expected one measurement, of {work}")
    for name in MEASUREMENT_FIELDS:
        require_positive(measurements[0], name, f"{program}: {work}")
    # Null where it was not measured, as crvqa's on a GPU.
    if measurements[0].get("peak_memory_bytes") is not None:
        require_positive(measurements[0], "peak_memory_bytes", f"{program}: {work}")
    return report


def require_positive(values, name, where):
    value = values.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
        raise BadReport(f"{where}: {name}: expected a positive number, found {value!r}")


def check_same_work(ours, theirs):
    """Both must have computed the same: a ratio of different things says nothing."""
    pairs = [(name, ours, theirs) for name in SAME_IN_REPORTS]
    pairs += [(name, ours["measurements"][0], theirs["measurements"][0]) for name in SAME_IN_MEASUREMENTS]
    pairs += [(name, ours["model"], theirs["model"]) for name in sorted(ours["model"].keys() & theirs["model"].keys())]
    for name, a, b in pairs:
        if a.get(name) is not None and b.get(name) is not None and a[name] != b[name]:
            raise BadReport(f"the two programs did not do the same: {name} is {a[name]!r} in crvqa, {b[name]!r} in PyTorch")
    if DEVICES.get(ours["device"]) != DEVICES.get(theirs["device"]):
        raise BadReport(f"the two programs did not use the same device: {ours['device']} in crvqa, {theirs['device']} in PyTorch")


def summary(work, pairs):
    """Medians over rounds of both programs' values, and of the ratios of each pair with their range."""
    measured = [(a["measurements"][0], b["measurements"][0]) for a, b in pairs]
    row = {"work": work, "batch_size": measured[0][0]["batch_size"], "rounds": len(measured)}
    row["cpu_seconds_per_step"] = ratios(measured, lambda m: m["cpu_seconds_per_step"])
    row["seconds_per_step"] = ratios(measured, lambda m: m["seconds_per_step"])
    # Resident memory of a process and bytes in tensors are different things.
    known = all(m.get("peak_memory_bytes") is not None for pair in measured for m in pair)
    same_kind = known and all(a.get("peak_memory_of") == b.get("peak_memory_of") for a, b in measured)
    row["peak_memory_bytes"] = ratios(measured, lambda m: m["peak_memory_bytes"]) if same_kind else None
    for name in ("threshold_cpu_seconds", "threshold_seconds", "state_capture_seconds"):
        known = all(m.get(name) for pair in measured for m in pair)
        row[name] = ratios(measured, lambda m, name=name: m[name]) if known else None
    periodic = row["threshold_cpu_seconds"] and all(m.get("threshold_every_steps") for pair in measured for m in pair)
    row["with_thresholds"] = ratios(measured, with_thresholds) if periodic else None
    return row


def with_thresholds(measurement):
    """CPU seconds of a step with its share of setting the thresholds every so many steps."""
    return measurement["cpu_seconds_per_step"] + measurement["threshold_cpu_seconds"] / measurement["threshold_every_steps"]


def ratios(measured, value):
    each = [value(a) / value(b) for a, b in measured]
    return {
        "crvqa": statistics.median(value(a) for a, _ in measured),
        "pytorch": statistics.median(value(b) for _, b in measured),
        "ratio": statistics.median(each),
        "least": min(each),
        "most": max(each),
    }


def header(pair, processors, settings):
    ours, theirs = pair
    return {
        "processor": processor(),
        "processors": os.cpu_count(),
        "pinned_to": processors,
        "gpu_name": ours.get("gpu_name") or theirs.get("gpu_name"),
        "bfloat16_instructions": bfloat16_instructions(),
        "versions": {"crvqa": ours["version"], "pytorch": theirs["version"]},
        "settings": {name: value for name, value in settings.items() if name not in ("python", "crvqa", "output")},
    }


def cpuinfo(key):
    """The first value of a key of /proc/cpuinfo; empty where there is none."""
    path = pathlib.Path("/proc/cpuinfo")
    for line in path.read_text().splitlines() if path.exists() else []:
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return ""


def processor():
    return cpuinfo("model name") or platform.processor() or platform.machine()


def bfloat16_instructions():
    flags = (cpuinfo("flags") or cpuinfo("Features")).split()
    return [flag for flag in BFLOAT16_FLAGS if flag in flags]


def load_warning():
    """What to know about other processes before measuring; empty when the machine is idle."""
    try:
        load = os.getloadavg()[0]
    except OSError:
        return ""
    if load < 0.5:
        return ""
    return (f"the machine is busy (load {load:.1f}): wall times mean little, and CPU times are less exact. "
            "For numbers to publish, end the other programs first.")


def text(head, rows):
    """The table for people."""
    s = head["settings"]
    where = f"GPU {head['gpu_name']}" if s["device"] == "cuda" else "CPU"
    pinned = f", kept to processor {','.join(map(str, head['pinned_to']))}" if head["pinned_to"] else ""
    lines = [
        f"{head['processor']}, {head['processors']} processors{pinned}; on {where}",
        f"crvqa: {versions(head['versions']['crvqa'])}",
        f"PyTorch: {versions(head['versions']['pytorch'])}; Adam by {s['adam']}",
        f"{pathlib.Path(s['config']).name}, {s['answers']} answers, {precision(head, s)}, {threads(s['threads'])}; "
        f"medians of {s['rounds']} rounds of {s['steps']} steps after {s['warmup_steps']}",
        "",
        "Each cell: crvqa, PyTorch, ratio crvqa ÷ PyTorch (range over rounds). Below 1, crvqa needs less.",
        "",
        f"{'work':<10}{'batch':>6}  {'CPU s/step':<38}{'wall s/step':<38}{'peak memory, GB':<38}",
    ]
    for row in rows:
        lines.append(
            f"{row['work']:<10}{row['batch_size']:>6}  {cell(row['cpu_seconds_per_step'])}{cell(row['seconds_per_step'])}"
            f"{cell(row['peak_memory_bytes'], 1e9, 2)}".rstrip())
        if row["with_thresholds"]:
            lines.append(f"{'  with thresholds':<16}  {cell(row['with_thresholds'])}".rstrip())
    for row in rows:
        if row["threshold_seconds"]:
            lines += ["", f"{row['work']}: setting all thresholds, wall s: {cell(row['threshold_seconds']).strip()}"]
        if row["state_capture_seconds"]:
            lines += ["", f"{row['work']}: copying the training state, wall s: {cell(row['state_capture_seconds']).strip()}"]
    return "\n".join(lines)


def precision(head, settings):
    if settings["precision"] == "float32":
        return "float32"
    by = f"bfloat16 (PyTorch by {settings['bfloat16_by']}"
    if settings["device"] == "cpu":
        by += f"; the processor has {' '.join(head['bfloat16_instructions']) or 'no instructions for it'}"
    return by + ")"


def threads(count):
    return "1 thread" if count == 1 else f"{count} threads"


def versions(values):
    return ", ".join(f"{name} {value}" for name, value in values.items())


def cell(values, unit=1.0, digits=4):
    if values is None:
        return f"{'–':<38}"
    both = f"{values['crvqa'] / unit:.{digits}f} {values['pytorch'] / unit:.{digits}f}"
    spread = f"({values['least']:.2f}–{values['most']:.2f})"
    return f"{both:<18}{values['ratio']:.2f} {spread:<15}"
