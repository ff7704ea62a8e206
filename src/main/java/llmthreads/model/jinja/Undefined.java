package llmthreads.model.jinja;

/**
 * What a name stands for that was never given a value: empty when printed or looped over, false in
 * a condition, an error in everything else.
 *
 * @param what says in errors what is missing
 */
record Undefined(String what) {
  static Undefined name(String name) {
    return new Undefined("'%s' is undefined".formatted(name));
  }

  TemplateException error() {
    return new TemplateException(what);
  }
}
