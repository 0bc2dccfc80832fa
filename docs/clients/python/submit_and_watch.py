"""Submits an experiment file to a crvqa coordinator, watches it and prints the report.

    python docs/clients/python/submit_and_watch.py localhost:9100 docs/clients/experiment.yaml

Needs the packages of requirements.txt. The stubs are generated from the .proto files of this checkout when it starts.
Exit status: 0 when the experiment succeeded, 1 when it did not, 2 for wrong use.
"""

import importlib
import pathlib
import sys
import tempfile

import grpc
import grpc_tools
from grpc_tools import protoc

PROTOS = pathlib.Path(__file__).resolve().parents[3] / "proto" / "src" / "main" / "protobuf"
CALL_TIMEOUT_SECONDS = 30
# How often a broken watch is taken up again.
RECONNECTS = 5


def load_stubs(folder):
    """Generates Python stubs for every .proto file into a folder and imports the coordinator's two modules."""
    files = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.rglob("*.proto"))
    well_known = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    status = protoc.main(
        ["protoc", f"-I{PROTOS}", f"-I{well_known}", f"--python_out={folder}", f"--grpc_python_out={folder}", *files]
    )
    if status != 0:
        raise SystemExit(f"protoc could not read the files under {PROTOS}")
    sys.path.insert(0, folder)
    messages = importlib.import_module("crvqa.coordinator.v1.coordinator_pb2")
    services = importlib.import_module("crvqa.coordinator.v1.coordinator_pb2_grpc")
    return messages, services


def watch(channel, stub, messages, experiment_id):
    """Prints each change until the experiment has ended; returns its last status."""
    last = None
    for attempt in range(RECONNECTS + 1):
        try:
            request = messages.WatchExperimentRequest(experiment_id=experiment_id)
            for update in stub.WatchExperiment(request):
                last = update.experiment
                for task in list(update.experiment.tasks) + list(update.changed_tasks):
                    print(describe(messages, task, last), flush=True)
            return last
        except grpc.RpcError as error:
            # Losing the stream loses nothing: ask again.
            if error.code() != grpc.StatusCode.UNAVAILABLE or attempt == RECONNECTS:
                raise
            print("lost the coordinator, trying again", flush=True)
            grpc.channel_ready_future(channel).result(timeout=CALL_TIMEOUT_SECONDS)
    return last


def describe(messages, task, experiment):
    state = messages.TaskState.Name(task.state).removeprefix("TASK_STATE_").lower()
    line = f"[{experiment.tasks_done}/{experiment.tasks_total}] {task.label}: {state}"
    if task.HasField("progress") and state == "running":
        line += f", {task.progress.phase} {task.progress.step} of {task.progress.total_steps}"
    if task.HasField("failure"):
        line += f", {task.failure.cause} {task.failure.advice}"
    return line + (f" ({task.note})" if task.note else "")


def print_report(report):
    width = max([len("name")] + [len(row.name) for row in report.rows]) + 2
    columns = [max(16, len(column) + 2) for column in report.columns]
    print("\n" + "name".ljust(width) + "".join(name.rjust(size) for name, size in zip(report.columns, columns)))
    for row in report.rows:
        print(row.name.ljust(width) + "".join(cell_text(c).rjust(size) for c, size in zip(row.cells, columns)))
    for note in report.notes:
        print("note:", note)


def cell_text(cell):
    if not cell.HasField("mean"):
        return f"0 of {cell.expected_runs} runs"
    text = f"{100 * cell.mean:.1f}"
    if cell.HasField("std"):
        text += f" ± {100 * cell.std:.1f}"
    if len(cell.runs) < cell.expected_runs:
        text += f" ({len(cell.runs)} of {cell.expected_runs})"
    return text


def run(address, file):
    with tempfile.TemporaryDirectory() as folder, grpc.insecure_channel(address) as channel:
        messages, services = load_stubs(folder)
        stub = services.CoordinatorServiceStub(channel)
        yaml = pathlib.Path(file).read_text(encoding="utf-8")
        answer = stub.SubmitExperiment(
            messages.SubmitExperimentRequest(source={"yaml": yaml}), timeout=CALL_TIMEOUT_SECONDS
        )
        print(f"{answer.experiment.id}: {'submitted' if answer.created else 'known already'}", flush=True)
        last = watch(channel, stub, messages, answer.experiment.id)
        report = stub.GetReport(
            messages.GetReportRequest(experiment_id=answer.experiment.id), timeout=CALL_TIMEOUT_SECONDS
        )
        print_report(report.report)
        return 0 if last.state == messages.EXPERIMENT_STATE_SUCCEEDED else 1


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return run(*arguments)
    except grpc.RpcError as error:
        print(f"{error.code().name}: {error.details()}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
