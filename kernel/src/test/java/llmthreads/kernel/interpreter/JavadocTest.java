package llmthreads.kernel.interpreter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Documentation comments can be read where nothing draws HTML. */
class JavadocTest {
  private static final String COMMENT =
      """
       Moves {@code n} steps, see {@link #stop(int, int)}
       and {@link java.util.List#of() lists}.
       <p>
       What comes next:

       <ul>
         <li>{@code a < b}
             goes on</li>
         <li>x &amp; y</li>
       </ul>
       <pre>{@code
         List<Integer> steps;
         if (ready) {
           move(2);
         }
       }</pre>
       @param  n
               how many
       @return a {@linkplain java.util.List#size() } of steps
      """;

  private static final String TEXT =
      """
      Moves n steps, see stop(int, int)
      and lists.
      What comes next:
      - a < b
      goes on
      - x & y

          List<Integer> steps;
          if (ready) {
            move(2);
          }

      param: n
          how many
      return: a java.util.List.size() of steps\
      """;

  @Test
  void a_comment_keeps_its_lines_lists_and_examples_and_links_say_their_labels() {
    assertEquals(TEXT, Javadoc.toText(COMMENT));
  }

  @Test
  void the_description_alone_ends_where_the_blocks_begin() {
    String all = Javadoc.toText(COMMENT);
    assertEquals(TEXT.substring(0, TEXT.indexOf("\n\nparam")), Javadoc.withoutTags(all));
  }
}
