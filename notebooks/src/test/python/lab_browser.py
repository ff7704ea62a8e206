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
SCREENSHOTS = places.ROOT / "target" / "browser"
PATIENCE_SECONDS = 180
TOKEN = "lessons-in-a-test"


class Lab:
    """A JupyterLab server on a folder of its own, with settings of its own."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.home = tempfile.TemporaryDirectory(prefix="llm-threads-lab-")
        settings = Path(self.home.name) / "settings"
        self._set(settings, "apputils-extension", "notification", {"fetchNews": "false", "checkForUpdates": False})
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

    def kernels(self):
        """What the server says of its kernels: idle, busy, starting; while it makes one it may fail to say anything."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/kernels?token={TOKEN}", timeout=5) as answer:
                return [kernel["execution_state"] for kernel in json.load(answer)]
        except urllib.error.HTTPError as error:
            return [str(error)]

    def address(self, notebook):
        return f"http://127.0.0.1:{self.port}/lab/tree/{notebook}?token={TOKEN}"


class LessonPage:
    """One lesson in the browser."""

    def __init__(self, page, lab, notebook):
        self.page = page
        page.goto(lab.address(notebook))
        self.notebook = page.locator(".jp-NotebookPanel:visible .jp-Notebook")
        self.notebook.wait_for()
        self.until(lambda: lab.kernels() == ["idle"], PATIENCE_SECONDS, "the kernel is not idle")

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
    """A folder of notebooks, a JupyterLab on it, and a browser."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="llm-threads-browser-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    def open(self, notebook):
        """The page of a notebook in the folder."""
        from playwright.sync_api import sync_playwright

        lab = Lab(self.folder)
        lab.__enter__()
        self.addCleanup(lab.__exit__)
        playwright = sync_playwright().start()
        self.addCleanup(playwright.stop)
        context = playwright.chromium.launch_persistent_context(
            str(self.folder / ".profile"),
            executable_path=CHROMIUM,
            args=ARGUMENTS,
            viewport={"width": 1280, "height": 1600},
        )
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.addCleanup(context.close)
        return LessonPage(context.new_page(), lab, notebook)
