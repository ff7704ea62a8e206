"""One running kernel for the tests of a class, and what a cell gave."""

import os
import queue
import threading
import time
import unittest
from dataclasses import dataclass, field

from jupyter_client.manager import KernelManager, start_new_kernel

TIMEOUT = 60


@dataclass
class Cell:
    """What a cell gave: the reply, and everything that came below it in order."""

    reply: dict
    messages: list = field(default_factory=list)

    @property
    def status(self):
        return self.reply["content"]["status"]

    def of(self, kind):
        return [message["content"] for message in self.messages if message["msg_type"] == kind]

    def text(self, stream="stdout"):
        return "".join(each["text"] for each in self.of("stream") if each["name"] == stream)

    @property
    def result(self):
        results = self.of("execute_result")
        return results[0]["data"]["text/plain"] if results else None

    @property
    def error(self):
        errors = self.of("error")
        return errors[0] if errors else None

    @property
    def trace(self):
        return "\n".join(self.error["traceback"]) if self.error else ""


def variables(**more):
    """The environment of a kernel; no history is kept on disk unless it names a file."""
    return {**os.environ, "LLM_THREADS_HISTORY": "", **more}


def start(kernel_name="java", environment=(), **options):
    """A kernel and its client."""
    env = variables(**dict(environment))
    return start_new_kernel(startup_timeout=TIMEOUT, kernel_name=kernel_name, env=env, **options)


def start_process(connection_file, kernel_name="java"):
    """Starts a kernel as a server does, and leaves it; returns the number of its process."""
    manager = KernelManager(kernel_name=kernel_name, connection_file=str(connection_file))
    manager.start_kernel(env=variables())
    return manager.provisioner.pid


class KernelCase(unittest.TestCase):
    kernel_name = "java"

    #: Variables of the kernel's environment beside ours.
    environment = {}

    #: How its process is started otherwise than by default.
    options = {}

    @classmethod
    def setUpClass(cls):
        cls.manager, cls.client = start(cls.kernel_name, cls.environment, **cls.options)

    @classmethod
    def tearDownClass(cls):
        cls.client.stop_channels()
        cls.manager.shutdown_kernel()

    def run_cell(self, code, answers=(), when=None, timeout=TIMEOUT, **options):
        """Runs a cell; answers go to its input requests; `when` is called with each message as it comes."""
        options.setdefault("allow_stdin", bool(answers))
        request = self.client.execute(code, **options)
        return self.collect(request, list(answers), when, timeout)

    def collect(self, request, answers=(), when=None, timeout=TIMEOUT):
        messages, reply, idle = [], None, False
        answers = list(answers)
        deadline = time.monotonic() + timeout
        while reply is None or not idle:
            self.assertLess(time.monotonic(), deadline, "the cell did not end")
            message = self.next_of(self.client.get_iopub_msg, 0.1) if not idle else None
            if message and message["parent_header"].get("msg_id") == request:
                if message["msg_type"] == "status":
                    idle = message["content"]["execution_state"] == "idle"
                else:
                    messages.append(message)
                    if when:
                        when(message)
            if answers and self.next_of(self.client.get_stdin_msg, 0.01):
                self.client.input(answers.pop(0))
            if reply is None:
                found = self.next_of(self.client.get_shell_msg, 0.1 if idle else 0.01)
                if found and found["parent_header"].get("msg_id") == request:
                    reply = found
        return Cell(reply, messages)

    def ask(self, request):
        """The reply to a request that is no cell."""
        while True:
            reply = self.client.get_shell_msg(timeout=TIMEOUT)
            if reply["parent_header"].get("msg_id") == request:
                return reply["content"]

    def tell(self, kind, content, metadata=None, when=None):
        """Sends what has no reply; gives all that came until the kernel was idle again, whatever it belongs to."""
        message = self.client.session.msg(kind, content, metadata=metadata)
        self.client.shell_channel.send(message)
        told = []
        while True:
            answer = self.client.get_iopub_msg(timeout=TIMEOUT)
            told.append(answer)
            if when:
                when(answer)
            of_this = answer["parent_header"].get("msg_id") == message["header"]["msg_id"]
            if of_this and answer["content"].get("execution_state") == "idle":
                return told

    def later(self, seconds, action):
        timer = threading.Timer(seconds, action)
        timer.start()
        self.addCleanup(timer.join)

    @staticmethod
    def next_of(get, timeout):
        try:
            return get(timeout=timeout)
        except queue.Empty:
            return None
