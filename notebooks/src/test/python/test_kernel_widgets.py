"""Widgets as a notebook's page sees them: opened, moved, echoed, shown, listed for a page that comes later."""

import unittest

from kernel_session import KernelCase
from test_kernel_comms import of, text

VIEW = "application/vnd.jupyter.widget-view+json"
IMPORT = "import llmthreads.kernel.widget.*;\n"


LOADED = """(String) java.lang.management.ManagementFactory.getPlatformMBeanServer().invoke(
    new javax.management.ObjectName("com.sun.management:type=DiagnosticCommand"), "vmClassHierarchy",
    new Object[] {new String[0]}, new String[] {String[].class.getName()})"""


class StartTest(KernelCase):
    def test_a_kernel_without_widgets_loads_nothing_of_them(self):
        cell = self.run_cell(f'System.out.println({LOADED})')
        self.assertIn("llmthreads.kernel.Kernel", cell.text())
        self.assertNotIn("llmthreads.kernel.widget.", cell.text())
        self.assertNotIn("llmthreads.kernel.Usage", cell.text())


class WidgetTest(KernelCase):
    def shown(self, code):
        """Runs a cell that ends in a widget; its model's id, its state, and the cell."""
        cell = self.run_cell(IMPORT + code)
        view = cell.of("execute_result")[0]["data"][VIEW]
        self.assertEqual((2, 0), (view["version_major"], view["version_minor"]))
        return view["model_id"], self.opened(cell)[view["model_id"]]["data"]["state"], cell

    def opened(self, cell):
        return {each["comm_id"]: each for each in cell.of("comm_open")}

    def update(self, model, **state):
        data = {"method": "update", "state": state, "buffer_paths": []}
        return self.tell("comm_msg", {"comm_id": model, "data": data})

    def custom(self, model, **content):
        return self.tell("comm_msg", {"comm_id": model, "data": {"method": "custom", "content": content}})

    def sent(self, messages, method):
        data = [each["content"]["data"] for each in of(messages, "comm_msg")]
        return [each["state"] for each in data if each["method"] == method]

    def test_a_slider_is_opened_with_its_layout_and_style_before_it(self):
        model, state, cell = self.shown('new IntSlider(0, 10, 3).description("n")')
        kinds = [each["data"]["state"]["_model_name"] for each in cell.of("comm_open")]
        self.assertEqual(["LayoutModel", "SliderStyleModel", "IntSliderModel"], kinds)
        opening = next(each for each in cell.messages if each["content"].get("comm_id") == model)
        self.assertEqual("jupyter.widget", opening["content"]["target_name"])
        self.assertEqual("2.1.0", opening["metadata"]["version"])
        self.assertEqual(("@jupyter-widgets/controls", "2.0.0"), (state["_model_module"], state["_model_module_version"]))
        self.assertEqual((0, 10, 3), (state["min"], state["max"], state["value"]))
        references = {f"IPY_MODEL_{each}" for each in self.opened(cell)}
        self.assertLessEqual({state["layout"], state["style"]}, references)
        described = [each["data"] for each in cell.of("comm_msg")]
        self.assertEqual({"method": "update", "state": {"description": "n"}, "buffer_paths": []}, described[0])
        self.assertEqual("IntSlider(3)", cell.of("execute_result")[0]["data"]["text/plain"])

    def test_a_slider_that_is_moved_has_its_value_in_the_next_cell_and_is_echoed(self):
        model, _, _ = self.shown("var moved = new IntSlider(0, 10, 3);\nmoved")
        told = self.update(model, value=7)
        self.assertEqual([{"value": 7}], self.sent(told, "echo_update"))
        self.assertEqual("7", self.run_cell("moved.value()").result)

    def test_a_change_calls_back_below_the_cell_that_asked_for_it(self):
        model, _, _ = self.shown("var watched = new FloatSlider(0, 1, 0.5);\nwatched")
        asking = self.run_cell('watched.onChange(v -> System.out.println("now " + v));')
        told = self.update(model, value=0.75)
        self.assertEqual("now 0.75\n", text(told))
        parent = of(told, "stream")[0]["parent_header"]["msg_id"]
        self.assertEqual(asking.reply["parent_header"]["msg_id"], parent)
        self.assertEqual("", text(self.update(model, value=0.75)), "nothing has changed")

    def test_a_value_set_in_java_is_sent_and_calls_back_at_once(self):
        code = IMPORT + "var bar = new IntProgress(0, 5, 0); bar.onChange(v -> System.out.println(v)); bar.value(2);"
        cell = self.run_cell(code)
        self.assertEqual("2\n", cell.text())
        self.assertEqual({"value": 2}, cell.of("comm_msg")[-1]["data"]["state"])

    def test_a_callback_changes_another_widget(self):
        model, _, _ = self.shown("var from = new IntSlider(0, 10, 0); var to = new IntProgress(0, 100, 0);\nfrom")
        self.run_cell("from.onChange(v -> to.value(10 * v));")
        self.assertEqual([{"value": 40}], self.sent(self.update(model, value=4), "update"))
        self.assertEqual("40", self.run_cell("to.value()").result)

    def test_a_failing_callback_does_not_keep_the_next_one_from_running(self):
        model, _, _ = self.shown("var two = new IntSlider(0, 10, 0);\ntwo")
        first = self.run_cell('two.onChange(v -> { throw new IllegalStateException("first"); });')
        self.run_cell('two.onChange(v -> System.out.println("second"));')
        told = self.update(model, value=1)
        error = of(told, "error")[0]
        self.assertEqual("first", error["content"]["evalue"])
        self.assertEqual(first.reply["parent_header"]["msg_id"], error["parent_header"]["msg_id"])
        self.assertEqual("second\n", text(told))

    def test_a_value_out_of_range_or_of_another_type_is_refused(self):
        model, _, cell = self.shown("var strict = new IntSlider(0, 10, 3);\nstrict")
        self.assertIn("11 is not in the range from 0 to 10", self.run_cell("strict.value(11)").error["evalue"])
        self.assertIn("-1 is not in the range", self.run_cell("new IntProgress(0, 5, -1)").error["evalue"])
        self.update(model, value="seven", _model_name="Other", unheard=1)
        self.assertEqual("3", self.run_cell("strict.value()").result)

    def test_text_checkbox_and_dropdown(self):
        code = 'var name = new Text("a"); var on = new Checkbox("on", false); var mode = new Dropdown<>("fast", "slow");\n'
        cell = self.run_cell(IMPORT + code)
        models = {each["data"]["state"]["_model_name"]: each for each in cell.of("comm_open")}
        self.assertEqual(["fast", "slow"], models["DropdownModel"]["data"]["state"]["_options_labels"])
        self.update(models["TextModel"]["comm_id"], value="𝒳")
        self.update(models["CheckboxModel"]["comm_id"], value=True)
        self.update(models["DropdownModel"]["comm_id"], index=1)
        self.assertEqual("𝒳 true slow", self.run_cell('name.value() + " " + on.value() + " " + mode.value()').result)
        self.update(models["DropdownModel"]["comm_id"], index=None)
        self.assertEqual("null", self.run_cell("String.valueOf(mode.value())").result)
        self.assertIn("none of the options: [fast, slow]", self.run_cell('mode.value("other")').error["evalue"])

    def test_a_button_calls_back(self):
        model, _, _ = self.shown('var go = new Button("go").onClick(b -> System.out.println("clicked"));\ngo')
        self.assertEqual("clicked\n", text(self.custom(model, event="click")))
        self.assertEqual("", text(self.custom(model, event="other")))

    def test_an_output_takes_what_is_printed_while_it_captures(self):
        model, state, _ = self.shown("var out = new Output();\nout")
        self.assertEqual(("@jupyter-widgets/output", "1.0.0"), (state["_model_module"], state["_model_module_version"]))
        cell = self.run_cell('try (var c = out.capture()) { System.out.println("inside"); }\nSystem.out.println("after");')
        order = [
            each["content"].get("text") or each["content"]["data"]["state"]["msg_id"]
            for each in cell.messages
            if each["msg_type"] in ("stream", "comm_msg")
        ]
        self.assertEqual([cell.reply["parent_header"]["msg_id"], "inside\n", "", "after\n"], order)

    def test_boxes_name_their_children(self):
        _, state, cell = self.shown('var a = new Text("a"); new VBox(a, new HBox(new Button("b")))')
        self.assertEqual(("VBoxModel", "VBoxView"), (state["_model_name"], state["_view_name"]))
        names = [
            self.opened(cell)[each.removeprefix("IPY_MODEL_")]["data"]["state"]["_model_name"]
            for each in state["children"]
        ]
        self.assertEqual(["TextModel", "HBoxModel"], names)

    def test_a_page_that_comes_later_hears_of_all_widgets(self):
        model, _, _ = self.shown("var late = new IntSlider(0, 10, 3);\nlate")
        self.update(model, value=9)
        self.tell("comm_open", {"comm_id": "control", "target_name": "jupyter.widget.control", "data": {}})
        told = self.tell("comm_msg", {"comm_id": "control", "data": {"method": "request_states"}})
        data = of(told, "comm_msg")[0]["content"]["data"]
        self.assertEqual("update_states", data["method"])
        known = data["states"][model]
        self.assertEqual(("IntSliderModel", 9), (known["model_name"], known["state"]["value"]))
        self.assertEqual([], data["buffer_paths"])
        layout = known["state"]["layout"].removeprefix("IPY_MODEL_")
        self.assertEqual("LayoutModel", data["states"][layout]["model_name"])

    def test_a_state_can_be_asked_for_and_a_closed_widget_is_gone(self):
        model, _, _ = self.shown("var brief = new IntSlider(0, 10, 3);\nbrief")
        told = self.tell("comm_msg", {"comm_id": model, "data": {"method": "request_state"}})
        self.assertEqual(3, self.sent(told, "update")[0]["value"])
        self.assertIn(model, [each["comm_id"] for each in self.run_cell("brief.close();").of("comm_close")])
        self.assertNotIn(model, self.ask(self.client.comm_info("jupyter.widget"))["comms"])

    def test_display_shows_a_widget(self):
        cell = self.run_cell(IMPORT + 'display(new Button("shown"));')
        self.assertEqual({"text/plain", VIEW}, set(cell.of("display_data")[0]["data"]))


if __name__ == "__main__":
    unittest.main()
