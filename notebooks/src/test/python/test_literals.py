"""Java literals: the kernel, asked what they are worth, tells the values that they were made from."""

import math
import sys
import unittest

from kernel_session import KernelCase

from llm_threads_kernel.literals import NoLiteral, literal, type_of

TEXTS = [
    "", "plain", 'say "hi"\\', "\\u0041 \\", "a\nb\r\tc", "\0" + "7", "\x1b[0m\x7f", "é€", "\x85\u2028\ufeff",
    "😀👩\u200d🔬", "\ud83d", "\ud83d\ude00", '"""', "${x} %s {{y}}", "*/ //", "x" * 70_000, "\U0010ffff" * 15_000,
]  # fmt: skip
DOUBLES = [0.0, -0.0, 1e16, 0.1, 5e-324, sys.float_info.max, -sys.float_info.min, math.inf, -math.inf, math.nan]


class LiteralTest(KernelCase):
    def assert_come_back(self, expected, lines):
        """Runs the lines of Java in one cell, which print a line each, and compares those."""
        self.assertEqual(expected, self.run_cell("\n".join(lines)).text().splitlines())

    def test_every_string_comes_back_as_it_was(self):
        units = [text.encode("utf-16-be", "surrogatepass") for text in TEXTS]
        show = 'IO.println(text.length() + " " + text.hashCode());'
        lines = [f"{{ String text = {literal('String', text, 'x')}; {show} }}" for text in TEXTS]
        self.assert_come_back([f"{len(each) // 2} {_hash(each)}" for each in units], lines)

    def test_every_double_keeps_its_bits(self):
        lines = [f"IO.println(Double.toHexString({literal('double', number, 'x')}));" for number in DOUBLES]
        self.assert_come_back([_hex(number) for number in DOUBLES], lines)

    def test_whole_numbers_up_to_the_ends_of_their_types(self):
        numbers = [2**31 - 1, -(2**31), 2**63 - 1, -(2**63), 2**63, -(2**80)]
        lines = [_printed(type_of(number), number) for number in numbers]
        self.assert_come_back([str(number) for number in numbers], lines)

    def test_lists_and_maps_compile_as_what_they_are_declared(self):
        cases = [
            ("List<Integer>", [None], "[null]"),
            ("List<List<Integer>>", [[1, None], None], "[[1, null], null]"),
            ("Set<String>", ["a", "a"], "[a]"),
            ("Collection<Double>", [1], "[1.0]"),
            ("Map<String, List<Long>>", {"b": [1], "a": None}, "{b=[1], a=null}"),
            ("Map<Integer, String>", {2: "x", 1: "y"}, "{2=x, 1=y}"),
            ("Object", [1, {"a": 2.5}], "[1, {a=2.5}]"),
        ]
        lines = [_printed(declared, value) for declared, value, _ in cases]
        rows = literal("long[][]", [[1], [2, 3]], "x")
        lines.append(f"{{ long[][] rows = {rows}; IO.println(Arrays.deepToString(rows)); }}")
        self.assert_come_back([*(shown for *_, shown in cases), "[[1], [2, 3]]"], lines)


class DeclaredTypeTest(unittest.TestCase):
    def test_values_become_literals_of_the_declared_type(self):
        for java_type, value, expected in [
            ("int", "4", "4"),
            ("int", "1_000", "1000"),
            ("long", "5000000000", "5000000000L"),
            ("double", "2", "2.0"),
            ("double", "1e-3", "1e-3"),
            ("double", "-Infinity", "Double.NEGATIVE_INFINITY"),
            ("float", "0.5", "0.5f"),
            ("float", math.nan, "Float.NaN"),
            ("boolean", "true", "true"),
            ("boolean", True, "true"),
            ("String", 'say "hi"\\', '"say \\"hi\\"\\\\"'),
            ("String", None, "null"),
            ("int[]", "1,2,4", "new int[] {1, 2, 4}"),
            ("int[]", [1, 2], "new int[] {1, 2}"),
            ("List<Integer>", "[1, 2]", "List.of(1, 2)"),
            ("List<String>", "sum,date", 'List.of("sum", "date")'),
        ]:
            with self.subTest(f"{java_type} {value}"):
                self.assertEqual(expected, literal(java_type, value, "name"))

    def test_a_value_of_the_wrong_type_is_refused_with_a_sentence(self):
        for java_type, value in [
            ("int", "four"), ("int", "2.5"), ("int", "3000000000"), ("int", True), ("boolean", "yes"), ("double", "warm"),
            ("float", 1e39), ("double", 10**400), ("int[]", "1,x"), ("Path", "/tmp"), ("int", None),
            ("Map<String, Integer>", "1"), ("BigInteger", "1.5"),
        ]:  # fmt: skip
            with self.subTest(f"{java_type} {value}"):
                with self.assertRaisesRegex(NoLiteral, r"^Parameter name .*\.$"):
                    literal(java_type, value, "name")


def _printed(java_type, value):
    """A line of Java that declares a variable with the value and prints it."""
    return f"{{ {java_type} value = {literal(java_type, value, 'x')}; IO.println(value); }}"


def _hash(units):
    """As Java's String.hashCode computes it, from UTF-16."""
    total = 0
    for at in range(0, len(units), 2):
        total = (31 * total + int.from_bytes(units[at : at + 2], "big")) % 2**32
    return total - 2**32 if total >= 2**31 else total


def _hex(number):
    """As Java's Double.toHexString writes it."""
    if math.isnan(number) or math.isinf(number):
        return "NaN" if math.isnan(number) else f"{'-' if number < 0 else ''}Infinity"
    mantissa, exponent = number.hex().split("p")
    head, _, digits = mantissa.partition(".")
    return f"{head}.{digits.rstrip('0') or '0'}p{int(exponent)}"


if __name__ == "__main__":
    unittest.main()
