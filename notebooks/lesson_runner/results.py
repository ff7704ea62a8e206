"""What a run of a lesson leaves: the executed notebook, a page, each figure and its data, the environment.

A figure is an output whose bundle holds `image/png` or `image/svg+xml`; `text/csv` in the same bundle is its raw data,
and `text/plain` its summary. An output with `application/vnd.llm-threads.environment+json` is the environment block.
"""

import base64
import json
import shutil

from . import gate, lessons

CSV = "text/csv"
ENVIRONMENT = "application/vnd.llm-threads.environment+json"
SUFFIXES = {"image/png": ".png", "image/svg+xml": ".svg", CSV: ".csv", "text/plain": ".txt"}


def write(notebook, folder, record):
    """Writes everything of one run into the folder, which is emptied first but for the kernel's log."""
    log = folder / "kernel.log"
    kept = log.read_bytes() if log.exists() else b""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if kept.strip():
        log.write_bytes(kept)
    lessons.write(notebook, folder / (folder.name + ".ipynb"))
    (folder / (folder.name + ".html")).write_text(page(notebook, folder.name), encoding="utf-8")
    for position, output in enumerate(gate.figures(notebook), 1):
        for format, content in output["data"].items():
            if format in SUFFIXES:
                target = folder / f"figure-{position:02d}{SUFFIXES[format]}"
                if format == "image/png":
                    target.write_bytes(base64.b64decode(content))
                else:
                    target.write_text(content, encoding="utf-8")
    for position, content in enumerate(tables(notebook), 1):
        (folder / f"table-{position:02d}.csv").write_text(content, encoding="utf-8")
    block = {"run": record, "environment": environment(notebook)}
    (folder / "environment.json").write_text(json.dumps(block, indent=2, ensure_ascii=False), encoding="utf-8")


def tables(notebook):
    """The raw data of outputs that are no figures: tables that carry CSV."""
    return [
        output["data"][CSV]
        for _, cell in gate.code_cells(notebook)
        for output in cell.get("outputs", [])
        if CSV in output.get("data", {}) and not any(format in output["data"] for format in gate.FIGURES)
    ]


def environment(notebook):
    """The environment block that the lesson showed, or None."""
    for _, cell in gate.code_cells(notebook):
        for output in cell.get("outputs", []):
            if ENVIRONMENT in output.get("data", {}):
                block = output["data"][ENVIRONMENT]
                return json.loads(block) if isinstance(block, str) else block
    return None


def page(notebook, title):
    """The lesson as one HTML page."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(embed_images=True)
    return exporter.from_notebook_node(notebook, resources={"metadata": {"name": title}})[0]
