"""What peer.py measures with: clocks, room for a training state, the peak of memory."""

import pathlib
import resource
import statistics
import sys
import time

import torch

REPEATS = 3


class Clock:
    """Wall time of every step and CPU time of all.

    On a GPU the ends of steps are events of its stream: the host is never made to wait for a step, so the next one's
    kernels are queued meanwhile, as in a training run that reads no number back.
    """

    def __init__(self, device):
        self.device = device
        synchronize(device)
        self.marks = []
        self.cpu = time.process_time()
        self.lap()

    def lap(self):
        if self.device == "cuda":
            event = torch.cuda.Event(enable_timing=True)
            event.record()
            self.marks.append(event)
        else:
            self.marks.append(time.perf_counter())

    def stop(self):
        """Seconds of each step; CPU seconds of this process, all its threads, over all steps."""
        synchronize(self.device)
        cpu = time.process_time() - self.cpu
        pairs = zip(self.marks, self.marks[1:])
        if self.device == "cuda":
            return [a.elapsed_time(b) / 1e3 for a, b in pairs], cpu
        return [b - a for a, b in pairs], cpu


class StateCapture:
    """Room in main memory, made once, for what a training run saves: trained tensors and both their moments."""

    def __init__(self, optimizer, device):
        self.device = device
        self.tensors = []
        for p in optimizer.param_groups[0]["params"]:
            moments = optimizer.state.get(p, {})
            self.tensors += [p.detach(), *(moments[k] for k in ("exp_avg", "exp_avg_sq") if k in moments)]
        self.room = [torch.empty(t.shape, dtype=t.dtype, pin_memory=device == "cuda") for t in self.tensors]

    def copy(self):
        for room, tensor in zip(self.room, self.tensors):
            room.copy_(tensor, non_blocking=True)
        synchronize(self.device)

    def seconds(self):
        times = []
        for _ in range(REPEATS):
            synchronize(self.device)
            start = time.perf_counter()
            self.copy()
            times.append(time.perf_counter() - start)
        return statistics.median(times)


def synchronize(device):
    if device == "cuda":
        torch.cuda.synchronize()


def memory(device):
    """The peak of the device that computes, how it was taken, and the host's."""
    host = host_peak()
    if device == "cpu":
        return {"peak_memory_bytes": host, "peak_memory_of": "process", "peak_host_memory_bytes": host}
    return {
        "peak_memory_bytes": torch.cuda.max_memory_allocated(),
        "peak_memory_of": "tensors",
        "peak_reserved_memory_bytes": torch.cuda.max_memory_reserved(),
        "peak_host_memory_bytes": host,
    }


def host_peak():
    """Peak resident bytes of this process."""
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        # Not getrusage: on Linux a process inherits the peak of the one that started it.
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
