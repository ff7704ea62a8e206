"""JupyterLab with this project's kernels in a headless Chromium, for tests that look at what a reader sees."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

import nbformat

from lesson_runner import places

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WITHOUT = "no Chromium is installed here: install one (Debian and Ubuntu: apt install chromium) to have this tested"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
SCREENSHOTS = places.ROOT / "target" / "browser"
PATIENCE_SECONDS = 180
TOKEN = "lessons-in-a-test"
OUTPUT = ".jp-OutputArea-output"


class Lab:
    """A JupyterLab server on a folder of its own, with settings of its own."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.home = tempfile.TemporaryDirectory(prefix="llm-threads-lab-")
        settings = Path(self.home.name) / "settings"
        self._set(settings, "apputils-extension", "notification", {"fetchNews": "false", "checkForUpdates": False})
        # JupyterLab waits a second for a completion, and a busy machine may need more.
        self._set(settings, "completer-extension", "manager", {"providerTimeout": PATIENCE_SECONDS * 1000})
        self._set(settings, "notebook-extension", "tracker", {"windowingMode": "none"})
        self.environment = {
            **os.environ,
            "JUPYTERLAB_SETTINGS_DIR": str(settings),
            "JUPYTERLAB_WORKSPACES_DIR": str(Path(self.home.name) / "workspaces"),
            "JUPYTER_CONFIG_DIR": str(Path(self.home.name) / "config"),
            "JUPYTER_RUNTIME_DIR": str(Path(self.home.name) / "runtime"),
        }
        self.log = None
        self.server = None

    def _set(self, settings, extension, name, value):
        folder = settings / "@jupyterlab" / extension
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.jupyterlab-settings").write_text(json.dumps(value))

    def __enter__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = open(Path(self.home.name) / "lab.log", "w+", encoding="utf-8")
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
        command += [f"--port={self.port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
        command += [f"--ServerApp.root_dir={self.folder}"]
        self.server = subprocess.Popen(command, env=self.environment, stdout=self.log, stderr=self.log)
        self._wait()
        return self

    def __exit__(self, *_):
        self.server.terminate()
        try:
            self.server.wait(30)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()
        self.log.close()
        self.home.cleanup()

    def _wait(self):
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end and self.server.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/status?token={TOKEN}", timeout=5).close()
                return
            except OSError:
                time.sleep(0.2)
        self.log.seek(0)
        raise AssertionError("JupyterLab did not start:\n" + self.log.read()[-3000:])

    def kernels(self, notebook):
        """What the server says of a notebook's kernel: idle, busy, starting; while it makes one it may only say an error."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/sessions?token={TOKEN}", timeout=5) as answer:
                sessions = json.load(answer)
        except urllib.error.HTTPError as error:
            return [str(error)]
        return [each["kernel"]["execution_state"] for each in sessions if each["path"] == notebook]

    def address(self, notebook):
        """Where a notebook stands alone, whatever else is open."""
        workspace = notebook.removesuffix(".ipynb")
        return f"http://127.0.0.1:{self.port}/lab/workspaces/{workspace}/tree/{notebook}?token={TOKEN}"


class NotebookPage:
    """One notebook in the browser."""

    def __init__(self, page, lab, notebook):
        self.page = page
        page.goto(lab.address(notebook))
        self.notebook = page.locator(".jp-NotebookPanel:visible .jp-Notebook")
        self.notebook.wait_for()
        self.until(lambda: lab.kernels(notebook) == ["idle"], PATIENCE_SECONDS, "the kernel is not idle")

    def command(self, *path):
        """Chooses from the menu bar, as a reader does."""
        self.page.locator(f".lm-MenuBar-itemLabel:text-is('{path[0]}')").click()
        for item in path[1:]:
            self.page.locator(f".lm-Menu-itemLabel:text-is('{item}')").click()

    def theme(self, name):
        """Changes the colours; `JupyterLab Light` and `JupyterLab Dark` come with JupyterLab."""
        self.command("Settings", "Theme", name)
        light = str("Light" in name).lower()
        self.page.locator(f"body[data-jp-theme-light={light}]").wait_for(state="attached")
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")

    def look(self, name):
        """Keeps a picture of what is seen."""
        self.page.screenshot(path=str(SCREENSHOTS / f"{name}.png"))

    def editor(self, number):
        """The text of a code cell, the first is 0."""
        return self.notebook.locator(".jp-CodeCell .cm-content").nth(number)

    def output(self, number):
        """What stands below a code cell."""
        return " ".join(self.notebook.locator(".jp-CodeCell").nth(number).locator(OUTPUT).all_inner_texts())

    def write(self, number, text):
        """Gives a code cell another text; the cursor stands behind it."""
        self.editor(number).click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def run(self, number):
        self.editor(number).click()
        self.page.keyboard.press("Control+Enter")

    def sees(self, text, number):
        """Waits until a text stands below a code cell."""
        self.until(lambda: text in self.output(number), 60, f"'{text}' is not seen below cell {number}")

    def run_all(self, while_running=lambda: None, timeout_seconds=600):
        """Runs all cells; calls while_running again and again until they have ended."""
        self.command("Edit", "Clear Outputs of All Cells")
        self.until(lambda: not self.finished(), PATIENCE_SECONDS, "outputs were not cleared")
        self.command("Run", "Run All Cells")

        def ended():
            while_running()
            return len(self.finished()) == len(self.prompts())

        self.until(ended, timeout_seconds, "cells have not ended")

    def until(self, condition, seconds, complaint):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                self.page.screenshot(path=str(SCREENSHOTS / "failed.png"))
                raise AssertionError(f"{complaint} after {seconds} s: {self.prompts()}")
            self.page.wait_for_timeout(150)

    def prompts(self):
        """What stands before each code cell: `[1]:`, `[*]:` while it runs, `[ ]:` before; a folded cell shows nothing."""
        return list(filter(None, self.notebook.locator(".jp-CodeCell .jp-InputPrompt").all_inner_texts()))

    def finished(self):
        """The prompts of the cells that have run."""
        return [text for text in self.prompts() if re.search(r"\[\d+\]", text)]


@unittest.skipUnless(CHROMIUM, WITHOUT)
class BrowserCase(unittest.TestCase):
    """A folder of notebooks, a JupyterLab on it, and a browser, for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        from playwright.sync_api import sync_playwright

        folder = tempfile.TemporaryDirectory(prefix="llm-threads-browser-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        cls.lab = Lab(cls.folder)
        cls.lab.__enter__()
        cls.addClassCleanup(cls.lab.__exit__)
        playwright = sync_playwright().start()
        cls.addClassCleanup(playwright.stop)
        cls.browser = playwright.chromium.launch_persistent_context(
            str(cls.folder / ".profile"),
            executable_path=CHROMIUM,
            args=ARGUMENTS,
            viewport={"width": 1280, "height": 1600},
        )
        cls.browser.set_default_timeout(PATIENCE_SECONDS * 1000)
        cls.addClassCleanup(cls.browser.close)

    def write(self, name, *sources):
        """A notebook of code cells for kernelspec `java`; gives its file name."""
        notebook = nbformat.v4.new_notebook()
        notebook.metadata.kernelspec = {"name": "java", "display_name": "Java", "language": "java"}
        notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
        nbformat.write(notebook, self.folder / f"{name}.ipynb")
        return f"{name}.ipynb"

    def open(self, notebook):
        """The page of a notebook in the folder."""
        page = self.browser.new_page()
        self.addCleanup(page.close)
        return NotebookPage(page, self.lab, notebook)
