"""The kernel passes Jupyter's own kernel tests, every one of them."""

import jupyter_kernel_test


class JavaKernelTest(jupyter_kernel_test.KernelTests):
    kernel_name = "java"
    language_name = "java"
    file_extension = ".jshell"
    code_hello_world = 'System.out.println("hello, world");'
    code_stderr = 'System.err.println("oops");'
    completion_samples = [
        {"text": "Math.toRad", "matches": ["toRadians("]},
        {"text": "%class", "matches": ["%classpath"]},
    ]
    complete_code_samples = ["1 + 1", "int x = 3", "class A {\n}", "// nothing", "%who"]
    incomplete_code_samples = ["class A {", "for (int i = 0; i < 3; i++) {", "foo(1,", 'String s = """\n a']
    invalid_code_samples = ["int i = ;", "foo)"]
    code_page_something = "%doc Math.max"
    code_generate_error = 'throw new IllegalStateException("no")'
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "List.of(1, 2)", "result": "[1, 2]"},
        {"code": '"a" + "b"', "result": "ab"},
    ]
    code_display_data = [
        {"code": 'display("<b>bold</b>", "text/html");', "mime": "text/html"},
        {"code": "display(new java.awt.image.BufferedImage(2, 2, 1));", "mime": "image/png"},
    ]
    code_history_pattern = "1 +*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math.max"
    code_clear_output = "clearOutput();"

    def execute_helper(self, *arguments, **options):
        """The suite gives each message a tenth of a second, and a busy machine may need more: it may be late, not lost."""
        channel = self.kc.iopub_channel
        get = channel.get_msg
        channel.get_msg = lambda timeout: get(timeout=max(timeout, jupyter_kernel_test.TIMEOUT))
        try:
            return super().execute_helper(*arguments, **options)
        finally:
            del channel.get_msg


class JavaKernelWelcomeTest(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "java"
    support_iopub_welcome = True
