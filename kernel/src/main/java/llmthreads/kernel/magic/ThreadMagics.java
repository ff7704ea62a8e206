package llmthreads.kernel.magic;

import java.util.List;

/**
 * {@code %threads}: what cells have started and left running; {@code %threads stop} and {@code
 * %threads stop NAME} interrupt all of it or one thread.
 */
final class ThreadMagics {
  private static final int FRAMES = 2;

  private final Session session;

  private ThreadMagics(Session session) {
    this.session = session;
  }

  static void register(Magics magics, Session session) {
    magics.line("threads", new ThreadMagics(session)::threads);
  }

  private Object threads(String arguments) throws MagicException {
    List<Thread> running = session.threads();
    if (arguments.isEmpty()) {
      return running.isEmpty()
          ? "Cells have left no thread running."
          : String.join("\n", running.stream().map(ThreadMagics::described).toList());
    }
    String[] words = arguments.split("\\s+", 2);
    if (!words[0].equals("stop")) {
      throw new MagicException(
          "This magic takes nothing, or 'stop', or 'stop' and a thread's name.");
    }
    List<Thread> chosen =
        words.length == 1
            ? running
            : running.stream().filter(each -> each.getName().equals(words[1])).toList();
    if (chosen.isEmpty()) {
      throw new MagicException(
          words.length == 1
              ? "Cells have left no thread running."
              : "Cells have left no thread running that is named '" + words[1] + "'.");
    }
    chosen.forEach(Thread::interrupt);
    return "Interrupted: " + String.join(", ", chosen.stream().map(Thread::getName).toList());
  }

  private static String described(Thread thread) {
    StringBuilder text = new StringBuilder(thread.getName());
    text.append(thread.isDaemon() ? ", daemon, " : ", ").append(thread.getState());
    StackTraceElement[] frames = thread.getStackTrace();
    for (int i = 0; i < Math.min(FRAMES, frames.length); i++) {
      text.append(i == 0 ? " in " : " from ")
          .append(frames[i].getClassName())
          .append('.')
          .append(frames[i].getMethodName());
    }
    return text.toString();
  }
}
