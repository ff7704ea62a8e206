"""What cells do: Java as it is written in notebooks, output, errors, input, magics."""

import re
import unittest

import zmq
from kernel_session import TIMEOUT, KernelCase


class JavaTest(KernelCase):
    def test_several_statements_show_the_last_expression(self):
        self.assertEqual("7", self.run_cell("int a = 3; int b = 4;\na + b").result)

    def test_a_statement_shows_nothing(self):
        cell = self.run_cell("var list = new ArrayList<Integer>();\nlist.add(3);\nint n = list.size();")
        self.assertEqual(("ok", None), (cell.status, cell.result))

    def test_null_shows_nothing(self):
        self.assertIsNone(self.run_cell("(Object) null").result)

    def test_a_method_uses_a_class_declared_later_in_the_cell(self):
        code = "Point origin() { return new Point(0, 0); }\nrecord Point(int x, int y) {}\norigin()"
        self.assertEqual("Point[x=0, y=0]", self.run_cell(code).result)

    def test_a_method_uses_a_method_of_a_later_cell(self):
        first = self.run_cell("int twice(int x) { return 2 * once(x); }")
        self.assertIn("method once(int)", first.text("stderr"))
        self.run_cell("int once(int x) { return x; }")
        self.assertEqual("8", self.run_cell("twice(4)").result)

    def test_calling_a_method_too_early_names_what_is_missing(self):
        self.run_cell("void early() { missing(); }")
        self.assertIn("missing()", self.run_cell("early()").error["evalue"])

    def test_classes_refer_to_each_other(self):
        code = "class Hen { Egg lay() { return new Egg(); } }\nclass Egg { Hen hatch() { return new Hen(); } }\n"
        self.assertEqual("true", self.run_cell(code + "new Hen().lay().hatch() != null").result)

    def test_branches_meet_with_values_of_two_types_of_cells(self):
        self.run_cell("class Animal { String name() { return getClass().getSimpleName(); } }")
        code = """class Cat extends Animal {}
class Dog extends Animal {}
String name(boolean cat) {
  var animal = cat ? new Cat() : new Dog();
  for (int i = 0; i < 2; i++) {
    animal = i == 0 ? new Animal() : animal;
  }
  Object either = cat ? animal : "no " + animal.name();
  return either instanceof Animal ? animal.name() : (String) either;
}
name(true) + ", " + name(false)"""
        self.assertEqual("Animal, no Animal", self.run_cell(code).result)

    def test_methods_of_one_name_call_each_other(self):
        code = """double length(String text, int times) { return text.length() * times; }
double length(String text) { return length(text, 1); }
double twice(java.util.List<String> texts) { return length(texts.get(0)) + length(texts.get(0), 1); }
"""
        self.assertEqual("4.0", self.run_cell(code + 'twice(List.of("ab"))').result)

    def test_a_redefined_method_takes_the_place_of_the_old_one(self):
        self.run_cell("int answer() { return 41; }")
        self.assertEqual("42", self.run_cell("int answer() { return 42; }\nanswer()").result)

    def test_import_module_generics_lambdas_and_text_blocks(self):
        code = '''import module java.base;
<T> List<T> pair(T x) { return List.of(x, x); }
Function<Integer, Integer> square = x -> x * x;
String text = """
    two
    lines""";
pair(square.apply(3)) + text'''
        self.assertEqual("[9, 9]two\nlines", self.run_cell(code).result)

    def test_checked_exceptions_need_no_try(self):
        self.assertEqual("ok", self.run_cell("Thread.sleep(1); Files.size(Path.of(\".\"));").status)

    def test_all_cells_run_on_one_thread(self):
        self.run_cell("var lock = new java.util.concurrent.locks.ReentrantLock(); lock.lock();")
        self.assertEqual("ok", self.run_cell("lock.unlock();").status)

    def test_services_of_the_class_path_are_found_by_the_context_class_loader(self):
        code = "class Own {}\nThread.currentThread().getContextClassLoader() == Own.class.getClassLoader()"
        self.assertEqual("true", self.run_cell(code).result)

    def test_user_expressions_are_values_or_errors(self):
        cell = self.run_cell("int u = 2;", user_expressions={"good": "u * 3", "bad": "u.x"})
        values = cell.reply["content"]["user_expressions"]
        self.assertEqual("6", values["good"]["data"]["text/plain"])
        self.assertEqual("error", values["bad"]["status"])

    def test_user_expressions_are_not_counted_and_not_in_the_history(self):
        cell = self.run_cell("int w = 2;", user_expressions={"value": "w * 21"})
        self.assertEqual("42", cell.reply["content"]["user_expressions"]["value"]["data"]["text/plain"])
        found = self.ask(self.client.history(hist_access_type="tail", n=1))["history"]
        self.assertEqual([cell.reply["content"]["execution_count"], "int w = 2;"], found[0][1:])
        following = self.run_cell("w").reply["content"]["execution_count"]
        self.assertEqual(cell.reply["content"]["execution_count"] + 1, following)

    def test_a_cell_that_is_not_to_be_stored_is_not_counted_and_not_in_the_history(self):
        before = self.run_cell("1").reply["content"]["execution_count"]
        self.assertEqual("77", self.run_cell("70 + 7", store_history=False).result)
        self.assertEqual([], self.ask(self.client.history(hist_access_type="search", pattern="70 + 7"))["history"])
        self.assertEqual(before + 1, self.run_cell("3").reply["content"]["execution_count"])

    def test_a_silent_cell_says_nothing_and_counts_nothing(self):
        before = self.run_cell("1").reply["content"]["execution_count"]
        silent = self.run_cell("2", silent=True)
        self.assertEqual([], silent.messages)
        self.assertEqual(before + 1, self.run_cell("3").reply["content"]["execution_count"])

    def test_a_cell_that_fails_aborts_the_ones_behind_it(self):
        first = self.client.execute("Thread.sleep(300); throw new Exception()")
        second = self.client.execute("int neverRun = 1;")
        self.assertEqual("error", self.collect(first).status)
        self.assertEqual({"status": "aborted"}, self.ask(second), "a cell that did not run has a number")

    def test_a_cell_that_may_fail_aborts_nothing(self):
        first = self.client.execute("throw new Exception()", stop_on_error=False)
        second = self.client.execute("5")
        self.assertEqual("error", self.collect(first).status)
        self.assertEqual("ok", self.ask(second)["status"])

    def test_a_cell_sent_once_the_failure_was_told_runs(self):
        busy = "volatile boolean on = true; for (int i = 0; i < 8; i++) Thread.startVirtualThread(() -> { while (on); });"
        self.assertEqual("ok", self.run_cell(busy).status)
        for _ in range(200):
            failing = self.client.execute("throw new Exception()")
            self.assertEqual("error", self.ask(failing)["status"])
            self.assertEqual("ok", self.ask(self.client.execute("5"))["status"])
        self.run_cell("on = false;")


class OutputTest(KernelCase):
    def test_a_hundred_thousand_lines_arrive_all_and_in_order(self):
        cell = self.run_cell("for (int i = 0; i < 100_000; i++) System.out.println(i);")
        self.assertEqual([str(i) for i in range(100_000)], cell.text().split())
        self.assertLess(len(cell.of("stream")), 2000)

    def test_ten_megabytes_arrive_whole(self):
        code = 'for (int i = 0; i < 1000; i++) System.out.println(("%05d".formatted(i) + "é".repeat(5000)));'
        lines = self.run_cell(code).text().splitlines()
        self.assertEqual([f"{i:05d}" + "é" * 5000 for i in range(1000)], lines)

    def test_a_cell_that_closes_its_output_does_not_silence_the_next(self):
        self.run_cell("try (var out = new PrintWriter(System.out)) { out.println(1); }\nSystem.err.close();")
        cell = self.run_cell('System.out.println("out"); System.err.println("err");')
        self.assertEqual(("out\n", "err\n"), (cell.text(), cell.text("stderr")))

    def test_output_comes_while_the_cell_runs(self):
        seen = []
        code = 'System.out.println("first"); while (System.in.read() != 10);'
        cell = self.run_cell(code, answers=["go"], when=lambda message: seen.append(message["msg_type"]))
        self.assertEqual("first\n", cell.text())
        self.assertIn("stream", seen)

    def test_threads_print_into_the_running_cell(self):
        code = 'var t = new Thread(() -> System.out.println("from a thread")); t.start(); t.join();'
        self.assertEqual("from a thread\n", self.run_cell(code).text())

    def test_stdout_stderr_and_display_keep_their_order(self):
        cell = self.run_cell('System.out.print("a"); System.err.print("b"); display("c"); System.out.print("d");')
        order = [m["content"].get("text") or m["content"]["data"]["text/plain"] for m in cell.messages[1:]]
        self.assertEqual(["a", "b", "c", "d"], order)

    def test_text_beyond_ascii_comes_whole(self):
        self.assertEqual("数 ½ 𝒳\n", self.run_cell('System.out.println("数 ½ 𝒳");').text())

    def test_a_display_is_updated_from_another_thread(self):
        code = 'var id = display("0 %"); var up = new Thread(() -> updateDisplay(id, "100 %")); up.start(); up.join();'
        cell = self.run_cell(code)
        shown, updated = cell.of("display_data")[0], cell.of("update_display_data")[0]
        self.assertEqual(shown["transient"]["display_id"], updated["transient"]["display_id"])
        self.assertEqual("100 %", updated["data"]["text/plain"])

    def test_rich_forms_always_come_with_plain_text(self):
        image = self.run_cell("new java.awt.image.BufferedImage(3, 2, 1)").of("execute_result")[0]["data"]
        self.assertEqual({"text/plain", "image/png"}, set(image))
        self.assertIn("3 × 2", image["text/plain"])

    def test_a_huge_array_is_cut_and_says_so(self):
        result = self.run_cell("new int[1_000_000]").result
        self.assertIn("200 of 1,000,000 elements", result)
        self.assertLess(len(result), 2000)

    def test_a_cell_can_evaluate_code(self):
        self.assertEqual("12", self.run_cell('int six = 6;\neval("six * 2")').result)


class StuckClientTest(KernelCase):
    environment = {"JDK_JAVA_OPTIONS": "-Xmx256m"}

    def setUp(self):
        context = self.enterContext(zmq.Context())
        stuck = self.enterContext(context.socket(zmq.SUB))
        stuck.rcvhwm = 1
        stuck.subscribe(b"")
        stuck.connect(f"tcp://127.0.0.1:{self.client.iopub_port}")
        self.assertTrue(stuck.poll(TIMEOUT * 1000))

    def test_a_client_that_stops_reading_does_not_fill_the_heap_with_big_outputs_and_others_get_all(self):
        code = 'String big = "x".repeat(10 << 20);\nfor (int i = 0; i < 40; i++) display(big, "text/html");'
        cell = self.run_cell(code)
        self.assertEqual(("ok", 40), (cell.status, len(cell.of("display_data"))))

    def test_nor_with_results_and_text(self):
        code = 'System.out.print("x".repeat(10 << 20));\nrender("y".repeat(10 << 20), "text/html")'
        requests = [self.client.execute(code) for _ in range(20)]
        for request in requests:
            cell = self.collect(request)
            self.assertEqual(("ok", 10 << 20, 1), (cell.status, len(cell.text()), len(cell.of("execute_result"))))


class ErrorTest(KernelCase):
    def plain(self, cell):
        return re.sub("\x1b\\[[0-9;]*m", "", cell.trace)

    def test_an_exception_has_its_name_message_causes_and_the_cells_line(self):
        code = '\n\nint x = 1;\nthrow new IllegalStateException("outer", new IOException("inner"));'
        cell = self.run_cell(code)
        self.assertEqual(("java.lang.IllegalStateException", "outer"), (cell.error["ename"], cell.error["evalue"]))
        trace = self.plain(cell).splitlines()
        self.assertRegex(trace[1], r"^    at cell \[\d+\], line 4$")
        self.assertIn("Caused by: java.io.IOException: inner", trace)
        self.assertNotIn("REPL", cell.trace)

    def test_an_exception_without_a_message_says_what_its_cause_says(self):
        cell = self.run_cell("class Fails { static int n = Integer.parseInt(\"x\"); }\nFails.n")
        self.assertEqual("java.lang.ExceptionInInitializerError", cell.error["ename"])
        self.assertEqual('java.lang.NumberFormatException: For input string: "x"', cell.error["evalue"])

    def test_a_trace_goes_through_methods_of_other_cells(self):
        first = self.run_cell("int half(int x) {\n  return 1 / x;\n}").reply["content"]["execution_count"]
        trace = self.plain(self.run_cell("int y = 0;\nhalf(y)"))
        self.assertIn(f"at half, cell [{first}], line 2", trace)
        self.assertIn(f"at cell [{first + 1}], line 2", trace)

    def test_an_exception_class_of_a_cell_keeps_its_name(self):
        cell = self.run_cell('class Full extends RuntimeException { Full(String m) { super(m); } }\nthrow new Full("up");')
        self.assertEqual("Full", cell.error["ename"])

    def test_frames_of_libraries_are_folded(self):
        trace = self.plain(self.run_cell("List.of(1, 2).stream().map(x ->\n  x / 0).toList()"))
        self.assertIn("at lambda, cell [", trace)
        self.assertIn("frames of java.util.stream", trace)
        self.assertLess(len(trace.splitlines()), 8)

    def test_a_compile_error_marks_its_place_and_runs_nothing(self):
        cell = self.run_cell('System.out.println("no");\nint n = ;')
        self.assertEqual("CompilationError", cell.error["ename"])
        self.assertEqual("", cell.text())
        self.assertRegex(self.plain(cell), r"line 2: .*\n    2 \| int n = ;\n +\^")

    def test_a_compile_error_is_a_sentence(self):
        cell = self.run_cell("List<String> s = new ArrayLst<>();")
        self.assertEqual("Cannot find symbol: class ArrayLst.", cell.error["evalue"])

    def test_every_diagnostic_marks_its_span_in_the_cell(self):
        code = 'int ok = 1;\n\nint both() {\n\tString s = 100;\n\tint t = "four";\n\treturn t;\n}'
        trace = self.plain(self.run_cell(code)).splitlines()
        self.assertEqual(["    4 | \tString s = 100;", "        \t           ^^^"], trace[1:3])
        self.assertEqual(["    5 | \tint t = \"four\";", "        \t        ^^^^^^"], trace[4:6])
        self.assertEqual(6, len(trace))

    def test_a_type_that_is_not_imported_comes_with_its_import(self):
        for code in ("new BufferedImage(1, 1, 1)", "BufferedImage.TYPE_INT_RGB"):
            error = self.run_cell(code).error["evalue"]
            self.assertTrue(error.endswith(" Import java.awt.image.BufferedImage."), error)

    def test_the_kernel_lives_on_after_a_syntax_error(self):
        self.run_cell("class {")
        self.assertEqual("2", self.run_cell("1 + 1").result)

    def test_code_that_the_compiler_cannot_take_is_an_error_of_its_cell(self):
        cell = self.run_cell("int sum = " + "+".join(["1"] * 20_000) + ";")
        self.assertIn("nested too deeply for the compiler", cell.error["evalue"])
        self.assertEqual("2", self.run_cell("1 + 1").result)

    def test_a_stack_overflow_is_an_error_like_others(self):
        self.assertEqual("java.lang.StackOverflowError", self.run_cell("int f(int x) { return f(x + 1); }\nf(0)").error["ename"])
        self.assertEqual("2", self.run_cell("1 + 1").result)

    def test_an_exception_in_a_thread_is_told_without_machinery(self):
        code = 'var t = new Thread(() -> { throw new IllegalStateException("in a thread"); }); t.start(); t.join();'
        told = self.run_cell(code).text("stderr")
        self.assertRegex(told, r"IllegalStateException: in a thread\n +at lambda, cell \[\d+\]")
        self.assertNotIn("REPL", told)


class InputTest(KernelCase):
    def test_a_line_is_asked_for(self):
        cell = self.run_cell("new Scanner(System.in).nextLine() + new Scanner(System.in).nextInt()", answers=["four", "2"])
        self.assertEqual("four2", cell.result)

    def test_where_no_input_is_given_a_sentence_says_so(self):
        self.assertIn("allow_stdin is false", self.run_cell("new Scanner(System.in).nextLine()").error["evalue"])


class MagicTest(KernelCase):
    def test_time_prints_the_time_and_gives_the_value(self):
        cell = self.run_cell("%%time\nint z = 5;\nz + 1")
        self.assertEqual("6", cell.result)
        self.assertRegex(cell.text(), r"Time: [\d,.]+ ms")

    def test_a_cell_is_timed_often_after_a_warm_up(self):
        self.run_cell("int runs = 0;")
        cell = self.run_cell("%%time 10 3\nruns++;\nruns")
        self.assertEqual("13", cell.result)
        self.assertRegex(cell.text(), r"Time: median [\d.,]+ ms of 10 runs, from [\d.,]+ to [\d.,]+, after 3 that do not count")
        self.assertIn("takes a number of runs", self.run_cell("%%time fast\n1").error["evalue"])

    def test_a_cell_is_written_to_a_file_and_added_to_it(self):
        folder = self.run_cell('Path folder = Files.createTempDirectory("written");\nfolder').result
        file = folder + "/notes.txt"
        self.assertIn("Written: " + file, self.run_cell("%%writefile " + file + "\nint not = ja;va\n").result)
        self.assertIn("Added to " + file, self.run_cell("%%writefile -a " + file + "\nä").result)
        self.assertEqual("int not = ja;va\nä", self.run_cell(f'Files.readString(Path.of("{file}"))').result)
        self.assertIn("Overwritten", self.run_cell("%%writefile " + file + "\nx").result)
        self.assertIn("There is no folder", self.run_cell("%%writefile " + folder + "/a/b\nx").error["evalue"])

    def test_the_bytecode_of_a_type_is_shown(self):
        self.run_cell("class Doubler { int twice(int n) { return 2 * n; } }")
        self.assertRegex(self.run_cell("%javap Doubler").result, r"int twice\(int\);\n +Code:(.|\n)+imul")
        self.run_cell("class Doubler { int twice(int n) { return n + n; } }")
        self.assertRegex(self.run_cell("%javap Doubler").result, r"int twice\(int\);\n +Code:(.|\n)+iadd")
        self.assertIn("charAt", self.run_cell("%javap java.lang.CharSequence").result)
        self.assertIn("There is no type 'Nobody'", self.run_cell("%javap Nobody").error["evalue"])

    def test_threads_that_cells_leave_running_are_listed_and_stopped(self):
        self.assertIn("no thread running", self.run_cell("%threads").result)
        self.run_cell('Thread left = new Thread(() -> { try { Thread.sleep(60_000); } catch (InterruptedException e) {} }, "left over");\nleft.start();')
        self.assertRegex(self.run_cell("%threads").result, r"left over, daemon, (TIMED_WAITING|RUNNABLE) in ")
        self.assertIn("is named 'other'", self.run_cell("%threads stop other").error["evalue"])
        self.assertEqual("Interrupted: left over", self.run_cell("%threads stop left over").result)
        self.assertEqual("false", self.run_cell("left.join(); left.isAlive()").result)

    def test_a_remainder_is_no_magic(self):
        self.assertEqual("1", self.run_cell("int who = 3;\nint left = 7\n  % who;\nleft").result)

    def test_an_unknown_cell_magic_lists_the_known_ones(self):
        self.assertIn("%%time", self.run_cell("%%nothing\n1").error["evalue"])

    def test_a_missing_jar_is_named(self):
        self.assertIn("/no/such.jar", self.run_cell("%classpath /no/such.jar").error["evalue"])

    def test_a_class_of_the_class_path_is_there_in_the_next_line(self):
        code = '''Path dir = Files.createTempDirectory("added");
Path source = Files.writeString(dir.resolve("Added.java"), "package added; public class Added { public int n = 9; }");
javax.tools.ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", dir.toString(), source.toString());
dir'''
        folder = self.run_cell(code).result
        self.assertEqual("9", self.run_cell(f"%classpath {folder}\nnew added.Added().n").result)

    def test_a_library_of_the_kernel_is_not_there_until_a_cell_adds_its_own(self):
        error = self.run_cell("new org.zeromq.ZContext()").error
        self.assertIn("Package org.zeromq does not exist", error["evalue"])
        error = self.run_cell('Class.forName("org.zeromq.ZContext")').error
        self.assertEqual("java.lang.ClassNotFoundException", error["ename"])
        code = '''Path dir = Files.createTempDirectory("added");
Path source = Files.writeString(dir.resolve("ZContext.java"),
    "package org.zeromq; public class ZContext { public String whose() { return \\"mine\\"; } }");
javax.tools.ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", dir.toString(), source.toString());
dir'''
        folder = self.run_cell(code).result
        self.assertEqual("mine", self.run_cell(f"%classpath {folder}\nnew org.zeromq.ZContext().whose()").result)

    def test_a_file_that_is_no_jar_is_refused_and_harms_nothing(self):
        file = self.run_cell('Files.createTempFile("empty", ".jar")').result
        for magic in (f"%classpath {file}", f"%jars {file}"):
            self.assertIn("is no jar that can be read", self.run_cell(magic).error["evalue"])
        self.assertEqual("2", self.run_cell("1 + 1").result)

    def test_coordinates_that_are_none_are_named(self):
        self.assertIn("'commons-lang' are no Maven coordinates", self.run_cell("%maven commons-lang").error["evalue"])


class IJavaTest(KernelCase):
    """What notebooks written for IJava call."""

    def test_magics_are_called_as_functions(self):
        self.assertIn("%%time", self.run_cell('String all = lineMagic("lsmagic", List.of());\nall').result)
        self.assertEqual("6", self.run_cell('int n = cellMagic("time", List.of(), "5 + 1");\nn').result)
        self.assertIn("no magic %none", self.run_cell('lineMagic("none", List.of())').error["evalue"])

    def test_what_a_magic_gives_is_assigned(self):
        made = """Path dir = Files.createTempDirectory("jars");
try (var jar = new java.util.jar.JarOutputStream(Files.newOutputStream(dir.resolve("a.jar")))) {
  jar.putNextEntry(new java.util.jar.JarEntry("a.txt"));
}
dir"""
        folder = self.run_cell(made).result
        code = f"// before\nList<String> added = %jars {folder}/*.jar\nadded.get(0).endsWith(\"a.jar\")"
        self.assertEqual("true", self.run_cell(code).result)
        self.assertEqual("3", self.run_cell(f'lineMagic("jars", List.of("{folder}/a.jar"));\nint after = 3;\nafter').result)
        self.assertEqual("= %who", self.run_cell('String text = "= %who";\ntext').result)
        self.assertEqual("1", self.run_cell("int who = 2; int r = 3; r %= who;\nr").result)

    def test_the_kernel_registers_magics(self):
        self.run_cell("""var magics = getKernelInstance().getMagics();
magics.registerLineMagic("shout", words -> String.join("-", words).toUpperCase());
magics.registerCellMagic("count", (words, body) -> words.size() + body.lines().count());""")
        self.assertEqual("A-B", self.run_cell("%shout a b").result)
        self.assertEqual("4", self.run_cell("%%count x y\none\ntwo").result)

    def test_the_kernel_evaluates_code(self):
        self.assertEqual("5", self.run_cell('(int) getKernelInstance().evalRaw("2 + 2") + 1').result)
        self.assertIn("/no/such.jar", self.run_cell('getKernelInstance().addToClasspath("/no/such.jar")').error["evalue"])

    def test_maven_has_its_longer_names(self):
        for name in ("addMavenDependency", "addMavenDependencies"):
            self.assertIn("'none' are no Maven coordinates", self.run_cell(f"%{name} none").error["evalue"])
        self.assertEqual("ok", self.run_cell("%addMavenRepo own https://repo.example.org/").status)


if __name__ == "__main__":
    unittest.main()
