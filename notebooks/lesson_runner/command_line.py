"""The commands of notebooks/run."""

import argparse
import json
import os
import sys
from pathlib import Path

from . import places, trouble
from .lock import Lock
from .trouble import Trouble

HELP = """\
Sets up what is missing, then runs lessons headless through this project's kernel.

  notebooks/run                     run every lesson
  notebooks/run 02 03-amdahl        run these
  notebooks/run 02 -p workers=4 -p batches=1,8
                                    run it with other values of its cell tagged parameters
  notebooks/run --fast              run with the few repetitions that tests use
  notebooks/run --write 02          run it and write it back, with its outputs, over the committed one
  notebooks/run lab                 open JupyterLab on a working copy, notebooks/lab, where you may change everything
  notebooks/run lab -- --no-browser what stands behind -- goes to JupyterLab
  notebooks/run lab --reset [02]    put the originals back; changed copies stay beside them under a name with the date
  notebooks/run exercises [DIR]     write copies without the solutions (default: notebooks/target/exercises)
  notebooks/run check [02]          check committed lessons: run in order, no error, figures, parameters, solutions
  notebooks/run test                the tests of lessons and kernel, then every lesson with --fast
  notebooks/run wheel [DIR]         write wheels that install the kernelspecs elsewhere (default: target/wheels)
  notebooks/run setup               only set up

Set-up says first how much it will download. It keeps what it installs in notebooks/.setup (delete the folder to start
afresh), in Maven's repository and in DJL's cache, and needs the network only once. It uses the first JDK 25 of
JAVA_HOME, the active conda environment, the PATH and the usual folders.

Results of a run lie in target/lessons/NN-name (with --fast in target/lessons-fast): the executed notebook, a page in
HTML, each figure as PNG and SVG with its raw data as CSV, environment.json, and the kernel's log. The exit status is 1
when something fails, with a sentence that says what to do."""

COMMANDS = ("setup", "lab", "exercises", "check", "test", "wheel", "lessons")
READY = "LLM_THREADS_READY"


def main(arguments):
    """Runs one command; returns the exit status."""
    try:
        return _run(arguments)
    except Trouble as sentence:
        print(sentence, file=sys.stderr)
    except OSError as error:
        print(trouble.from_os_error(error), file=sys.stderr)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    return 1


def _run(arguments):
    options = parse(arguments)
    if READY in os.environ:
        return _in_prepared_python(options, json.loads(os.environ[READY]))
    if options.command in ("lessons", "exercises", "check", "lab"):
        from . import lessons

        lessons.chosen(options.names if options.command != "exercises" else [])
    with Lock() as lock:
        from . import setup

        ready = setup.run(tests=options.tests, may_build=not options.no_build)
        if options.command == "setup":
            print("Everything is set up.")
            return 0
        lock.keep_open()
        sys.stdout.flush()
        environment = jupyter_environment(os.environ)
        version = ".".join(map(str, ready.jdk.version))
        environment[READY] = json.dumps({"jdk": version, "java_home": str(ready.jdk.home), "lock": lock.file.fileno()})
        command = [str(ready.python), str(places.NOTEBOOKS / "run"), *arguments]
        os.execve(command[0], command, environment)


def jupyter_environment(environment):
    """The environment in which Jupyter finds this checkout's kernels and keeps its own files here."""
    result = dict(environment)
    result["JUPYTER_PATH"] = os.pathsep.join(
        filter(None, [str(places.SETUP / "jupyter"), environment.get("JUPYTER_PATH")])
    )
    result["JUPYTER_CONFIG_PATH"] = os.pathsep.join(
        filter(None, [str(places.SETUP / "jupyter" / "config"), environment.get("JUPYTER_CONFIG_PATH")])
    )
    result["JUPYTER_RUNTIME_DIR"] = str(places.SETUP / "runtime")
    result["PYTHONDONTWRITEBYTECODE"] = "1"
    return result


def _in_prepared_python(options, ready):
    del os.environ[READY]
    os.set_inheritable(ready["lock"], False)
    if options.command == "lab":
        return _lab(options, ready)
    if options.command == "exercises":
        return _exercises(Path(options.names[0]) if options.names else places.EXERCISES)
    if options.command == "check":
        return _check(options.names)
    if options.command == "wheel":
        return _wheels(Path(options.names[0]).resolve() if options.names else places.WHEELS)
    from . import execute, lessons

    if options.command == "test":
        from . import tests

        os.environ["LLM_THREADS_JAVA_HOME"] = ready["java_home"]
        passed = tests.run(options.names)
        if not options.names:
            print("\nLessons, fast setting:", flush=True)
            passed = execute.run(lessons.chosen([]), {}, fast=True, jdk_version=ready["jdk"]) and passed
        return 0 if passed else 1
    passed = execute.run(
        lessons.chosen(options.names),
        options.parameters,
        options.fast,
        options.write,
        Path(options.output).resolve() if options.output else None,
        ready["jdk"],
    )
    return 0 if passed else 1


def _check(names):
    from . import gate, lessons

    failed = 0
    for path in lessons.chosen(names):
        wrong = gate.check_committed(lessons.read(path))
        failed += bool(wrong)
        print(f"{path.stem}: {'in order' if not wrong else '; '.join(wrong)}")
    return 1 if failed else 0


def _exercises(folder):
    from . import lessons, solutions

    for path in lessons.every():
        notebook = lessons.read(path)
        try:
            lessons.write(solutions.learners_copy(notebook), folder / path.name)
        except ValueError as error:
            raise Trouble(f"{path.stem}: {error}; mend the markers and run this again.") from None
    print(f"Lessons without their solutions: {places.shown(folder.resolve())}")
    return 0


def _wheels(folder):
    from . import wheels

    for wheel in wheels.make(folder):
        print(f"{places.shown(wheel)}, {wheel.stat().st_size / 1e6:.0f} MB")
    print(f"Kernelspecs with all their files: {places.shown(folder / 'kernels')}")
    return 0


def _lab(options, ready):
    from . import lab

    if options.reset:
        lab.reset(options.names)
        return 0
    lab.fill()
    os.close(ready["lock"])
    print(f"JupyterLab on {places.shown(places.LAB)}; end it with Ctrl-C twice.", flush=True)
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={places.LAB}"]
    command += (["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []) + options.rest
    os.execve(command[0], command, os.environ)
    return 0


def parse(arguments):
    """The options; argparse's own complaints end with status 2."""
    parser = argparse.ArgumentParser(
        prog="notebooks/run", formatter_class=argparse.RawDescriptionHelpFormatter, description=HELP, usage=argparse.SUPPRESS
    )
    parser.add_argument("names", nargs="*", metavar="COMMAND or LESSON", help="see above")
    parser.add_argument("-p", dest="changes", action="append", default=[], metavar="NAME=VALUE", help="a parameter")
    parser.add_argument("--fast", action="store_true", help="the values that tests use")
    parser.add_argument("--write", action="store_true", help="write the executed lesson over the committed one")
    parser.add_argument("--output", metavar="DIR", help="where results go")
    parser.add_argument("--reset", action="store_true", help="with lab: put the originals back")
    parser.add_argument("--tests", action="store_true", help="with setup: also what the tests need")
    parser.add_argument("--no-build", action="store_true", help="Maven has just built the modules: take them as they are")
    own, rest = (arguments, [])
    if "--" in arguments:
        split = arguments.index("--")
        own, rest = arguments[:split], arguments[split + 1 :]
    options = parser.parse_intermixed_args(own)
    options.rest = rest
    options.command = "lessons"
    if options.names and options.names[0] in COMMANDS:
        options.command = options.names.pop(0)
    options.tests = options.tests or options.command == "test"
    options.parameters = {}
    for change in options.changes:
        name, sign, value = change.partition("=")
        if not sign or not name.strip():
            raise Trouble(f"-p wants name=value and got {change!r}, for example -p workers=4.")
        options.parameters[name.strip()] = value
    if options.write and (options.fast or options.parameters):
        raise Trouble("--write commits a lesson with its own values: leave --fast and -p away.")
    return options
