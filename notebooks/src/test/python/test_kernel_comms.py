"""Comms: opened from either side, messages both ways, closed, listed; callbacks that fail or do not end."""

import unittest

from kernel_session import KernelCase

REGISTER = """import llmthreads.kernel.comm.Comm;
Comm.register("echo", comm -> {
  System.out.println("opened with " + comm.opening().data());
  comm.onMessage(message -> comm.send(message.data(), message.buffers()));
  comm.onClose(message -> System.out.println("closed with " + message.data()));
});"""


def of(messages, kind):
    return [each for each in messages if each["msg_type"] == kind]


def text(messages):
    return "".join(each["content"]["text"] for each in of(messages, "stream"))


class CommTest(KernelCase):
    def open(self, target, comm_id="from-client", data=None):
        return self.tell("comm_open", {"comm_id": comm_id, "target_name": target, "data": data or {}})

    def send(self, comm_id, data, **options):
        return self.tell("comm_msg", {"comm_id": comm_id, "data": data}, **options)

    def close(self, comm_id, data=None):
        return self.tell("comm_close", {"comm_id": comm_id, "data": data or {}})

    def listed(self, target=None):
        return self.ask(self.client.comm_info(target))["comms"]

    def test_an_unknown_target_is_closed(self):
        answer = of(self.open("nobody", "c1"), "comm_close")
        self.assertEqual("c1", answer[0]["content"]["comm_id"])
        self.assertNotIn("c1", self.listed())

    def test_a_client_opens_a_comm_talks_and_closes_it(self):
        cell = self.run_cell(REGISTER)
        opened = self.open("echo", "c2", {"from": "client"})
        self.assertEqual('opened with {"from":"client"}\n', text(opened))
        self.assertEqual({"c2": {"target_name": "echo"}}, self.listed("echo"))
        answer = of(self.send("c2", {"n": [1, None, "𝒳"]}), "comm_msg")[0]["content"]
        self.assertEqual({"comm_id": "c2", "data": {"n": [1, None, "𝒳"]}}, answer)
        closed = self.close("c2", {"reason": "done"})
        self.assertEqual('closed with {"reason":"done"}\n', text(closed))
        self.assertEqual({}, self.listed("echo"))
        # What a callback prints belongs to the cell that gave it.
        parents = {each["parent_header"]["msg_id"] for each in of(opened + closed, "stream")}
        self.assertEqual({cell.reply["parent_header"]["msg_id"]}, parents)

    def test_a_cell_opens_a_comm_talks_and_closes_it(self):
        cell = self.run_cell(
            'import llmthreads.kernel.comm.Comm;\nrecord Step(int n) {}\n'
            'var comm = Comm.open("progress", Map.of("total", 3)); comm.send(new Step(1));\n'
            'comm.onMessage(m -> System.out.println("heard " + m.data())); comm.id()'
        )
        opened = cell.of("comm_open")[0]
        self.assertEqual(("progress", {"total": 3}), (opened["target_name"], opened["data"]))
        self.assertEqual(cell.result, opened["comm_id"])
        self.assertEqual({"n": 1}, cell.of("comm_msg")[0]["data"])
        self.assertIn(opened["comm_id"], self.listed("progress"))
        self.assertEqual('heard {"x":1}\n', text(self.send(opened["comm_id"], {"x": 1})))
        self.assertEqual(opened["comm_id"], self.run_cell("comm.close();").of("comm_close")[0]["comm_id"])
        self.assertEqual({}, self.listed("progress"))
        self.assertIn("is closed", self.run_cell("comm.send(null)").error["evalue"])

    def test_the_list_can_be_of_one_target(self):
        self.run_cell('import llmthreads.kernel.comm.Comm;\nComm.open("one", null); Comm.open("two", null);')
        self.assertEqual({"one"}, {each["target_name"] for each in self.listed("one").values()})
        self.assertLessEqual({"one", "two"}, {each["target_name"] for each in self.listed().values()})

    def test_buffers_travel_both_ways(self):
        self.run_cell(REGISTER)
        self.open("echo", "c3")
        message = self.client.session.msg("comm_msg", {"comm_id": "c3", "data": {}})
        self.client.session.send(self.client.shell_channel.socket, message, buffers=[b"\x00\xff", b"two"])
        while True:
            answer = self.client.get_iopub_msg(timeout=60)
            if answer["msg_type"] == "comm_msg":
                break
        self.assertEqual([b"\x00\xff", b"two"], [bytes(each) for each in answer["buffers"]])

    def test_messages_that_make_no_sense_are_ignored(self):
        self.assertEqual([], of(self.send("no such comm", {}), "comm_msg"))
        self.tell("comm_msg", {})
        self.close("no such comm")
        self.assertEqual("2", self.run_cell("1 + 1").result)

    def test_what_is_no_object_is_refused_with_a_sentence(self):
        cell = self.run_cell('llmthreads.kernel.comm.Comm.open("t", List.of(1))')
        self.assertIn("send a map or a record instead of [1]", cell.error["evalue"])


class CallbackTest(KernelCase):
    def callback(self, body):
        """A comm whose messages a cell handles so; the cell's request and the comm's id."""
        cell = self.run_cell(
            "import llmthreads.kernel.comm.Comm;\n"
            'var comm = Comm.open("t", null);\n'
            f"comm.onMessage(message -> {{\n{body}\n}});\ncomm.id()"
        )
        return cell, cell.result

    def send(self, comm_id, when=None):
        return self.tell("comm_msg", {"comm_id": comm_id, "data": {}}, when=when)

    def interrupted(self, comm_id):
        def interrupt(message):
            if message["msg_type"] == "stream":
                self.manager.interrupt_kernel()

        return self.send(comm_id, when=interrupt)

    def test_an_error_appears_below_the_cell_that_gave_the_callback(self):
        cell, comm_id = self.callback('throw new IOException("no disk");')
        other = self.run_cell("1 + 1")
        error = of(self.send(comm_id), "error")[0]
        self.assertEqual(("java.io.IOException", "no disk"), (error["content"]["ename"], error["content"]["evalue"]))
        self.assertEqual(cell.reply["parent_header"]["msg_id"], error["parent_header"]["msg_id"])
        self.assertNotEqual(other.reply["parent_header"]["msg_id"], error["parent_header"]["msg_id"])
        number = cell.reply["content"]["execution_count"]
        self.assertIn(f"cell [{number}], line 4", "\n".join(error["content"]["traceback"]))

    def test_the_kernel_and_the_callback_live_on_after_an_error(self):
        _, comm_id = self.callback("System.out.println(1); throw new IllegalStateException();")
        self.send(comm_id)
        self.assertEqual("1\n", text(self.send(comm_id)))
        self.assertEqual("2", self.run_cell("1 + 1").result)

    def test_an_endless_callback_is_interrupted(self):
        cell, comm_id = self.callback('System.out.println("running"); while (true) { }')
        error = of(self.interrupted(comm_id), "error")[0]
        self.assertEqual("Interrupted", error["content"]["ename"])
        self.assertEqual(cell.reply["parent_header"]["msg_id"], error["parent_header"]["msg_id"])
        self.assertEqual("2", self.run_cell("1 + 1").result)

    def test_a_sleeping_callback_is_interrupted(self):
        _, comm_id = self.callback('System.out.println("running"); Thread.sleep(100_000);')
        self.assertEqual("Interrupted", of(self.interrupted(comm_id), "error")[0]["content"]["ename"])
        self.assertEqual("2", self.run_cell("1 + 1").result)

    def test_a_callback_shares_the_thread_and_the_variables_of_cells(self):
        self.run_cell("var lock = new java.util.concurrent.locks.ReentrantLock(); lock.lock(); int calls = 0;")
        _, comm_id = self.callback("lock.unlock(); calls++;")
        self.assertEqual([], of(self.send(comm_id), "error"))
        self.assertEqual("1", self.run_cell("calls").result)

    def test_what_comes_while_a_cell_runs_waits_for_its_end(self):
        _, comm_id = self.callback('System.out.println("called");')
        request = self.client.execute('Thread.sleep(300); System.out.println("cell");')
        told = self.send(comm_id)
        self.assertEqual("cell\ncalled\n", text(told))
        self.ask(request)


if __name__ == "__main__":
    unittest.main()
