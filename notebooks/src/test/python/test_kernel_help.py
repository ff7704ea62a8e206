"""What editors ask: completion with types, inspection at both levels, whether a text is whole."""

import unittest

from kernel_session import KernelCase


class CompletionTest(KernelCase):
    def complete(self, code, cursor=None):
        reply = self.ask(self.client.complete(code, cursor))
        types = reply["metadata"]["_jupyter_types_experimental"]
        self.assertEqual(reply["matches"], [each["text"] for each in types])
        for each in types:
            self.assertEqual((reply["cursor_start"], reply["cursor_end"]), (each["start"], each["end"]))
        return reply, {each["text"]: each for each in types}

    def test_completion_counts_code_points(self):
        reply, _ = self.complete('"𝒳𝒳".subs')
        self.assertEqual((["substring("], 5, 9), (reply["matches"], reply["cursor_start"], reply["cursor_end"]))

    def test_what_stands_behind_the_cursor_and_in_lines_before_it_is_counted_in_code_points_too(self):
        code = '// 𝒳 marks\nvar 𝒳 = "𝒳𝒳"; System.out.pri; String s = "𝒳";'
        cursor = code.index(";", code.index(".pri"))
        reply, _ = self.complete(code, cursor)
        self.assertIn("println(", reply["matches"])
        self.assertEqual((cursor - 3, cursor), (reply["cursor_start"], reply["cursor_end"]))

    def test_names_of_any_script_complete(self):
        self.run_cell("int größeAllerTeile = 1; int 𝒳achse = 2; int 数据量 = 3;")
        for begun, name, start in (("größeA", "größeAllerTeile", 0), ("𝒳ac", "𝒳achse", 0), ('"𝒳" + 数据', "数据量", 6)):
            with self.subTest(begun):
                reply, _ = self.complete(begun)
                self.assertEqual(([name], start), (reply["matches"], reply["cursor_start"]))

    def test_magics_complete_below_characters_beyond_16_bits(self):
        reply, _ = self.complete('"𝒳𝒳";\n%mavenR')
        self.assertEqual((["%mavenRepo"], 6, 13), (reply["matches"], reply["cursor_start"], reply["cursor_end"]))

    def test_completion_knows_what_the_same_cell_declares_above(self):
        reply, _ = self.complete("var names = new ArrayList<String>();\nnames.addL")
        self.assertEqual(["addLast("], reply["matches"])

    def test_magics_complete(self):
        reply, types = self.complete("%mav")
        self.assertEqual(["%maven", "%mavenRepo"], reply["matches"])
        self.assertEqual("magic", types["%maven"]["type"])

    def test_session_variables_methods_and_types_have_their_kind_and_signature(self):
        self.run_cell("int workerCount = 3;\nString workerName(int i) { return null; }\nrecord WorkerPool(int size) {}")
        _, types = self.complete("workerC")
        self.assertEqual(("instance", "int workerCount"), self.told(types["workerCount"]))
        _, types = self.complete("workerN")
        self.assertEqual(("function", "String workerName(int i)"), self.told(types["workerName("]))
        _, types = self.complete("WorkerP")
        self.assertEqual("class", types["WorkerPool"]["type"])

    def test_members_have_their_kind_and_signature(self):
        _, types = self.complete("Math.P")
        self.assertEqual(("instance", "double Math.PI"), self.told(types["PI"]))
        _, types = self.complete("new StringBuilder().rev")
        self.assertEqual(("function", "StringBuilder StringBuilder.reverse()"), self.told(types["reverse()"]))

    def test_a_type_that_is_not_imported_is_offered_with_its_import(self):
        reply, types = self.complete("var c = HttpCl")
        self.assertEqual((8, 14), (reply["cursor_start"], reply["cursor_end"]))
        self.assertEqual(
            ("class", "import java.net.http.HttpClient;"), self.told(types["java.net.http.HttpClient"])
        )

    def test_a_type_that_is_imported_is_not_offered_again(self):
        _, types = self.complete("ArrayBlockingQ")
        self.assertEqual(["ArrayBlockingQueue"], list(types))

    def test_types_of_an_added_class_path_are_offered_and_others_than_public_ones_are_not(self):
        code = '''Path dir = Files.createTempDirectory("added");
Path source = Files.writeString(dir.resolve("Zebrafish.java"),
    "package stripes; public class Zebrafish { } class Zebrahidden { }");
javax.tools.ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", dir.toString(), source.toString());
dir'''
        _, types = self.complete("Zebra")
        self.assertEqual({}, types)
        folder = self.run_cell(code).result
        self.run_cell(f"%classpath {folder}")
        _, types = self.complete("Zebra")
        self.assertEqual(["stripes.Zebrafish"], list(types))

    @staticmethod
    def told(typed):
        return typed["type"], typed["signature"]


class InspectionTest(KernelCase):
    def inspect(self, code, cursor=None, level=0):
        reply = self.ask(self.client.inspect(code, cursor, level))
        return reply["data"]["text/plain"] if reply["found"] else None

    def test_inspection_gives_signature_and_documentation(self):
        self.assertIn("int Math.floorMod(int x, int y)", self.inspect("Math.floorMod(7, 3)", 8))

    def test_inspection_counts_code_points(self):
        code = '// 𝒳\nvar s = "𝒳𝒳" + Math.floorMod(7, 3) + "𝒳".length();'
        self.assertIn("int Math.floorMod(int x, int y)", self.inspect(code, code.index("Mod")))
        self.assertIn("int String.length()", self.inspect(code, code.index("ngth")))

    def test_names_of_any_script_are_inspected(self):
        self.run_cell("int 𝒳achse(int 数据量) { return 数据量; }\nint größe = 1;")
        for code, cursor, told in (
            ("𝒳achse(2)", 1, "int 𝒳achse(int 数据量)"),
            ('"𝒳" + größe', 6, "größe:int"),
        ):
            with self.subTest(code):
                self.assertIn(told, self.inspect(code, cursor))
        self.assertIn("return 数据量;", self.inspect("𝒳achse", 1, level=1))

    def test_parameters_and_results_are_told_at_the_higher_level(self):
        brief, full = self.inspect("Math.floorMod"), self.inspect("Math.floorMod", level=1)
        if "return" not in full:
            self.skipTest("this JDK comes without its sources, so it has no documentation")
        self.assertIn("floor modulus", brief)
        self.assertNotIn("return: ", brief)
        self.assertIn("return: ", full)

    def test_what_a_cell_declares_shows_its_source_at_the_higher_level(self):
        self.run_cell("int thrice(int n) {\n  return 3 * n;\n}")
        self.assertEqual("int thrice(int n)", self.inspect("thrice(4)", 3))
        self.assertIn("return 3 * n;", self.inspect("thrice(4)", 3, level=1))

    def test_a_type_that_is_not_imported_tells_its_import(self):
        self.assertIn("import java.net.http.HttpClient;", self.inspect("HttpClient"))

    def test_documentation_is_found_after_editors_have_asked_about_types_that_did_not_run(self):
        self.assertEqual("complete", self.ask(self.client.is_complete("class Unborn { }"))["status"])
        self.assertEqual("incomplete", self.ask(self.client.is_complete("class Unborn {"))["status"])
        self.ask(self.client.complete("record Unborn(int n) { }\nnew Unb"))
        self.assertIn("int Math.floorMod", self.inspect("Math.floorMod"))

    def test_nothing_is_found_of_nothing(self):
        self.assertIsNone(self.inspect("noSuchThing"))


class CompletenessTest(KernelCase):
    def status(self, code):
        return self.ask(self.client.is_complete(code))["status"]

    def test_an_unfinished_block_is_to_be_indented(self):
        reply = self.ask(self.client.is_complete("if (true) {"))
        self.assertEqual(("incomplete", "    "), (reply["status"], reply["indent"]))

    def test_what_can_go_on_is_incomplete(self):
        for code in (
            "while (",
            "try {",
            "foo(1,",
            "1 +",
            "@",
            "enum E { A, B",
            "class A { // so far\n",
            "for (int i = 0; i <",
            "/* a",
            "import java.",
            "switch (x) { case 1 ->",
            "%%time",
        ):
            with self.subTest(code):
                self.assertEqual("incomplete", self.status(code))

    def test_what_never_compiles_is_invalid(self):
        for code in (
            "class A { int = 3;",
            "int int = 3;",
            'String s = "abc',
            "void f() { retrun 1 2;",
            "int x = 3 4",
            "foo(;",
            "1 = 2",
            "else {",
            "catch (Exception e) {",
            "}",
            "class {",
            "#",
            "int ok = 1;\nint 3x = 1;",
            "record R(int x) { int = 3; }",
        ):
            with self.subTest(code):
                self.assertEqual("invalid", self.status(code))

    def test_what_another_cell_may_declare_is_complete(self):
        for code in ("record R(Undeclared x) { }", "undeclared(1)", "int n = undeclared;", "new Undeclared<String>() { }", "if (undeclared) foo();"):
            with self.subTest(code):
                self.assertEqual("complete", self.status(code))


if __name__ == "__main__":
    unittest.main()
