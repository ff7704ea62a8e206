package llmthreads.kernel.interpreter;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import jdk.jshell.execution.DirectExecutionControl;

/**
 * Runs what JShell has compiled, in this process: with stop checks woven into it, on the one {@link
 * CellThread}, with values and exceptions as objects instead of text. It knows what happens to a
 * cell that no interrupt reaches.
 */
@SuppressWarnings("removal") // JDK 25 stops a cell by a ThreadDeath
final class CellControl extends DirectExecutionControl {
  private final CellLoader loader;
  private final CellWeaver weaver;
  private final StopCheck stopCheck;
  private final long graceMillis;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kernel-grace").factory());

  private final LeftBehind leftBehind = new LeftBehind();

  private volatile CellThread thread;
  private int threadCount;
  private CompletableFuture<Object> running;
  private boolean active;
  private volatile boolean interrupted;

  /**
   * Set while the cell thread compiles: an interrupt there would close the files that javac reads.
   */
  private boolean compiling;

  private volatile Object lastValue;

  /** The class of the last snippet that ran; its variables are static fields of it. */
  private volatile Class<?> lastClass = Object.class;

  private volatile Throwable lastFailure;

  /** What the next snippet throws instead of running. */
  private volatile Throwable next;

  /**
   * @param graceMillis how long an interrupted cell may take to end before its thread is abandoned
   */
  CellControl(CellLoader loader, long graceMillis) {
    super(loader.delegate());
    this.loader = loader;
    weaver = new CellWeaver(loader);
    this.graceMillis = graceMillis;
    stopCheck = new StopCheck(loader, this::stops);
    thread = new CellThread(++threadCount, loader);
  }

  @Override
  public void load(ClassBytecodes[] classes)
      throws ClassInstallException, NotImplementedException, EngineTerminationException {
    super.load(weaver.woven(classes));
  }

  /** Begins a cell: it is not interrupted, only what the one before may have left behind. */
  synchronized void beginCell() {
    if (interrupted) {
      leftBehind.remember(thread);
    }
    active = true;
    interrupted = false;
    stopCheck.set(!leftBehind.isGone());
    thread.beginCell();
  }

  /**
   * Whether the calling thread, which runs code of cells, is to stop: it belongs to a cell that was
   * left behind, or to the one that is interrupted.
   */
  private boolean stops() {
    Thread caller = Thread.currentThread();
    return leftBehind.stops(caller)
        || (interrupted && !leftBehind.knows(caller) && !thread.spares(caller));
  }

  /** Ends a cell: from now on there is nothing to interrupt. */
  synchronized void endCell() {
    active = false;
  }

  /** Threads that cells have started. */
  synchronized List<Thread> threads() {
    return Stream.concat(thread.started(), leftBehind.alive()).toList();
  }

  /** Whether the current cell was interrupted. */
  boolean interrupted() {
    return interrupted;
  }

  /** What the last snippet returned; null for a statement. */
  Object takeValue() {
    Object value = lastValue;
    lastValue = null;
    return value;
  }

  /** Lets go of the value of a variable, if the last snippet has declared it. */
  void clear(String variable) {
    try {
      Field field = lastClass.getDeclaredField(variable);
      if (!field.getType().isPrimitive()) {
        field.setAccessible(true);
        field.set(null, null);
      }
    } catch (NoSuchFieldException e) {
      // The snippet has not run.
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("The value of " + variable + " cannot be let go.", e);
    }
  }

  /** What the last snippet threw, or null. */
  Throwable takeFailure() {
    Throwable failure = lastFailure;
    lastFailure = null;
    return failure;
  }

  /** Lets the next snippet throw this instead of running. */
  void throwNext(Throwable thrown) {
    next = thrown;
  }

  /** Runs a task of the kernel, a renderer say, as if it were part of the cell. */
  <T> T call(CellThread.Task<T> task) throws Throwable {
    CompletableFuture<Object> result;
    synchronized (this) {
      if (thread.isCurrent()) {
        result = null;
      } else if (interrupted) {
        throw new StoppedException();
      } else {
        result = thread.submit(task::run);
        running = result;
      }
    }
    if (result == null) {
      return callNested(task);
    }
    try {
      @SuppressWarnings("unchecked")
      T value = (T) result.get();
      return value;
    } catch (ExecutionException e) {
      throw e.getCause();
    } finally {
      synchronized (this) {
        running = null;
      }
    }
  }

  /** Code that a cell evaluates is compiled and run on the thread that waits for it. */
  private <T> T callNested(CellThread.Task<T> task) throws Throwable {
    boolean wasCompiling = setCompiling(false);
    try {
      return task.run();
    } finally {
      setCompiling(wasCompiling);
    }
  }

  /**
   * Evaluates on the calling thread; where that is a cell's, interrupts wait until code of the cell
   * runs again.
   */
  <T> T compile(Supplier<T> evaluation) {
    if (!onCellThread()) {
      return evaluation.get();
    }
    boolean wasCompiling = setCompiling(true);
    try {
      return evaluation.get();
    } finally {
      setCompiling(wasCompiling);
    }
  }

  private synchronized boolean onCellThread() {
    return thread.isCurrent();
  }

  private synchronized boolean setCompiling(boolean now) {
    boolean before = compiling;
    compiling = now;
    if (interrupted && before && !now) {
      Thread.currentThread().interrupt();
    }
    return before;
  }

  /** Ends the running cell; gives up its thread when it does not end in time. */
  synchronized void interrupt() {
    if (!active) {
      return;
    }
    interrupted = true;
    stopCheck.set(true);
    CompletableFuture<Object> cell = running;
    if (cell != null) {
      if (!compiling) {
        thread.interrupt();
      }
      var _ = timer.schedule(() -> abandon(cell), graceMillis, TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void abandon(CompletableFuture<Object> cell) {
    if (running == cell && !cell.isDone()) {
      CellThread stuck = thread;
      leftBehind.abandon(stuck);
      thread = new CellThread(++threadCount, loader);
      cell.completeExceptionally(new AbandonedException(stuck.stackTrace()));
    }
  }

  /**
   * Whatever the method throws, an interrupt's end included, JShell tells by the lines of its
   * snippets.
   */
  @Override
  protected String invoke(Method method) throws Exception {
    lastValue = null;
    lastFailure = next;
    if (next != null) {
      next = null;
      throw new InvocationTargetException(lastFailure);
    }
    try {
      lastValue = call(() -> method.invoke(null));
      return "";
    } catch (InvocationTargetException e) {
      lastFailure = e.getCause();
      throw e;
    } catch (StoppedException e) {
      throw e;
    } catch (Throwable e) {
      // JShell is not told of failures of its machinery: it would take the cell for a success.
      lastFailure = e;
      throw new InvocationTargetException(e);
    } finally {
      lastClass = method.getDeclaringClass();
    }
  }

  @Override
  public void stop() {
    interrupt();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    thread.abandon();
  }

  /**
   * The cell did not end when it was interrupted; its frames are those of the thread that goes on.
   */
  static final class AbandonedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    AbandonedException(StackTraceElement[] stuckAt) {
      super("The cell did not end when it was interrupted.");
      setStackTrace(stuckAt);
    }
  }
}
