package llmthreads.kernel.interpreter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.Set;
import jdk.jshell.JShell;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CellParserTest {
  private static JShell shell;
  private static CellParser parser;

  @BeforeAll
  static void start() {
    shell = JShell.builder().executionEngine("local").build();
    parser = new CellParser(shell::sourceCodeAnalysis, Set.of("time", "maven")::contains);
  }

  @AfterAll
  static void stop() {
    shell.close();
  }

  private static List<Piece> parse(String text) {
    return parser.parse(text, 0);
  }

  @Test
  void snippetsKnowWhereTheyBegin() {
    String text = "int a = 1;\n\n// why\n/* how */ int b = 2; a + b";
    List<Piece> pieces = parse(text);
    assertEquals(3, pieces.size());
    assertEquals(text.indexOf("int b"), pieces.get(1).offset());
    assertEquals(new Piece.Code(text.indexOf("a + b"), "a + b"), pieces.get(2));
  }

  @Test
  void aCellOfCommentsIsEmpty() {
    assertEquals(List.of(), parse("// nothing\n\n/* at all */  "));
  }

  @Test
  void aMagicLinePartsTheJavaAroundIt() {
    String text = "int a = 1;\n%maven g:a:v\nint b = a;";
    assertEquals(
        List.of(
            new Piece.Code(0, "int a = 1;"),
            new Piece.LineMagic(11, "maven", "g:a:v"),
            new Piece.Code(24, "int b = a;")),
        parse(text));
  }

  @Test
  void aRemainderByAnUnknownNameIsJava() {
    assertEquals(1, parse("int x = 7\n  % divisor;").size());
  }

  @Test
  void aMagicInATextBlockIsText() {
    assertEquals(1, parse("String s = \"\"\"\n%time\n\"\"\";").size());
  }

  @Test
  void aMagicInACommentIsComment() {
    assertEquals(1, parse("/* \"\n%time\n*/ int x = 1;").size());
  }

  @Test
  void quotesInCharactersDoNotOpenStrings() {
    assertEquals(2, parse("char c = '\"';\n%time\n").size());
  }

  @Test
  void aCellMagicTakesTheRest() {
    assertEquals(List.of(new Piece.CellMagic(0, "time", "x", 9)), parse("%%time x\nfoo(;"));
  }

  @Test
  void whatDoesNotEndIsIncomplete() {
    Piece.Broken broken = assertInstanceOf(Piece.Broken.class, parse("int a; class A {").get(1));
    assertEquals(true, broken.incomplete());
  }

  @Test
  void whatNoContinuationMendsIsNotIncomplete() {
    Piece.Broken broken = assertInstanceOf(Piece.Broken.class, parse("int i = ;").get(0));
    assertEquals(false, broken.incomplete());
  }
}
