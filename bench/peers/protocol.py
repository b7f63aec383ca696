"""The line protocol of src/process/protocol.ts, for peers in Python."""
import importlib
import json
import os
import resource
import sys
import time

answers, sys.stdout = sys.stdout, sys.stderr  # what a library prints must not get between the answers

import_seconds = 0.0


def write(reply):
    answers.write(json.dumps(reply) + "\n")
    answers.flush()


def load(*names):
    """Imports libraries, the clock running. Where one is missing, the driver gets the reason and the process ends."""
    global import_seconds
    start = time.perf_counter()
    try:
        modules = [importlib.import_module(name) for name in names]
    except ImportError as error:
        write({"id": 0, "error": str(error)})
        sys.exit(0)
    import_seconds += time.perf_counter() - start
    return modules[0] if len(modules) == 1 else modules


def timed(run, count):
    start = time.perf_counter()
    run(count)
    return time.perf_counter() - start


def peak_bytes():
    try:  # getrusage begins with the peak of the process that started this one
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    except OSError:
        pass
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def serve(prepare, versions, requests=sys.stdin):
    """Answers requests until the input ends.

    prepare(task) gives `run(count)`, which takes steps and waits for the last, and `check()`, the number that peers agree on.
    versions() names the library and what it stands on.
    """
    run = check = None

    def respond(request):
        nonlocal run, check
        match request["op"]:
            case "prepare":
                run = check = None
                run, check = prepare(request["task"])
                return {}
            case "check":
                return {"check": check()}
            case "step":
                return {"seconds": timed(run, request["count"])}
            case "release":
                run = check = None
                return {}
            case "versions":
                return {**versions(), "Python": sys.version.split()[0]}
            case "memory":
                return {"bytes": peak_bytes()}
        raise ValueError(f"expected a request, got {request['op']}")

    write({"id": 0, "answer": {"ready": import_seconds}})
    for line in requests:
        request = json.loads(line)
        try:
            write({"id": request["id"], "answer": respond(request)})
        except Exception as error:  # told to the driver, which leaves this task out
            write({"id": request["id"], "error": f"{type(error).__name__}: {error}".split("\n")[0]})


def limit_cores(count):
    """Keeps this process, and the threads that it will start, to so many cores; where the platform has no such limit, to nothing."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])
