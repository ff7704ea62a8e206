package llmthreads.kernel.interpreter;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.lang.model.SourceVersion;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import jdk.jshell.SourceCodeAnalysis.Suggestion;
import llmthreads.kernel.interpreter.Interpreter.Completion;
import llmthreads.kernel.interpreter.Interpreter.Completions;

/** How a cell may go on at the cursor. */
final class Completer {
  private static final Pattern MAGIC_START = Pattern.compile("(?:^|\\n)[ \\t]*(%%?\\w*)$");
  private static final Pattern TYPE_START =
      Pattern.compile("(?<![\\p{javaJavaIdentifierPart}.\"'])([A-Z]\\w+)$");
  private static final Pattern NEW = Pattern.compile("\\bnew\\s+[\\w.]*$");
  private static final Pattern CONSTANT = Pattern.compile("[A-Z][A-Z0-9_]*");
  private static final int MAX_TEXTS = 500;

  /** Signatures cost some milliseconds each; a long list has them at its beginning only. */
  private static final long SIGNATURES_NS = TimeUnit.MILLISECONDS.toNanos(80);

  private final SourceCodeAnalysis analysis;
  private final CursorFinder cursors;
  private final Supplier<Collection<String>> magicNames;
  private final TypeIndex types;

  Completer(
      SourceCodeAnalysis analysis,
      CursorFinder cursors,
      Supplier<Collection<String>> magicNames,
      TypeIndex types) {
    this.analysis = analysis;
    this.cursors = cursors;
    this.magicNames = magicNames;
    this.types = types;
  }

  Completions complete(String code, int position) {
    Matcher magic = MAGIC_START.matcher(code.substring(0, position));
    if (magic.find()) {
      return new Completions(magics(magic.group(1)), magic.start(1));
    }
    Cursor cursor = cursors.find(code, position);
    int[] anchor = {cursor.position()};
    List<Suggestion> suggestions =
        analysis.completionSuggestions(cursor.text(), cursor.position(), anchor);
    List<Completion> found = java(cursor, anchor[0], suggestions);
    Matcher type = TYPE_START.matcher(cursor.before());
    if (type.find()) {
      anchor[0] = found.isEmpty() ? type.start(1) : anchor[0];
      if (anchor[0] == type.start(1)) {
        found.addAll(imports(type.group(1), found));
      }
    }
    return new Completions(List.copyOf(found), position - (cursor.position() - anchor[0]));
  }

  private List<Completion> magics(String begun) {
    return magicNames.get().stream()
        .filter(each -> each.startsWith(begun))
        .map(each -> new Completion(each, "magic", ""))
        .toList();
  }

  /** What JShell suggests, that which fits the type wanted first. */
  private List<Completion> java(Cursor cursor, int anchor, List<Suggestion> suggestions) {
    Map<String, Boolean> texts = new LinkedHashMap<>();
    suggestions.forEach(
        each -> texts.merge(each.continuation(), each.matchesType(), Boolean::logicalOr));
    List<String> ordered = new ArrayList<>();
    texts.forEach(
        (text, fits) -> {
          if (fits) {
            ordered.add(text);
          }
        });
    texts.forEach(
        (text, fits) -> {
          if (!fits) {
            ordered.add(text);
          }
        });
    String before = cursor.text().substring(0, anchor);
    long end = System.nanoTime() + SIGNATURES_NS;
    List<Completion> found = new ArrayList<>();
    for (String each : ordered.subList(0, Math.min(MAX_TEXTS, ordered.size()))) {
      String signature = System.nanoTime() < end ? signature(before + begun(each)) : "";
      found.add(new Completion(each, type(before, each), signature));
    }
    return found;
  }

  /** Types that are not imported are named in full; their signature is the import. */
  private List<Completion> imports(String begun, List<Completion> found) {
    List<String> known = found.stream().map(each -> each.text().replaceAll("\\(.*", "")).toList();
    return types.beginningWith(begun).stream()
        .filter(each -> !known.contains(TypeIndex.simpleName(each)))
        .map(each -> new Completion(each, "class", "import " + each + ";"))
        .toList();
  }

  /** A method without parameters is suggested with both parentheses; JShell is asked within. */
  private static String begun(String text) {
    return text.endsWith("()") ? text.substring(0, text.length() - 1) : text;
  }

  /** As a declaration would say it, {@code int size}, {@code int String.length()}. */
  private String signature(String code) {
    List<Documentation> found = analysis.documentation(code, code.length(), false);
    if (found.isEmpty()) {
      return "";
    }
    String signature = found.getFirst().signature();
    int colon = signature.lastIndexOf(':');
    return colon < 0
        ? signature
        : signature.substring(colon + 1) + " " + signature.substring(0, colon);
  }

  /** In the words that Python's completer uses, for which clients have icons. */
  private static String type(String before, String text) {
    if (text.indexOf('(') >= 0) {
      return NEW.matcher(before).find() ? "class" : "function";
    }
    if (text.endsWith(".")) {
      return "module";
    }
    if (SourceVersion.isKeyword(text)) {
      return "keyword";
    }
    boolean isType = Character.isUpperCase(text.charAt(0)) && !CONSTANT.matcher(text).matches();
    return isType ? "class" : "instance";
  }
}
