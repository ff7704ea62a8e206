package llmthreads.kernel.interpreter;

import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.classfile.ClassFile.ACC_VOLATILE;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Field;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;
import jdk.jshell.spi.ExecutionControl.ClassInstallException;

/**
 * The switch that ends cell code. {@link Calls} weaves a call of {@code REPL.$Cancel$.stopCheck()}
 * into every method and loop of a cell; this class supplies {@code REPL.$Cancel$}. While the switch
 * is on, the call asks whether the calling thread is to stop, and then throws {@link ThreadDeath}.
 */
final class StopCheck {
  private static final ClassDesc CLASS = ClassDesc.of("REPL.$Cancel$");
  private static final String CHECK = "stopCheck";
  private static final String FIELD = "stopping";
  private static final String QUESTION = "stops";
  private static final ClassDesc SUPPLIER = ClassDesc.of(BooleanSupplier.class.getName());

  private static final MethodTypeDesc MTD_boolean = MethodTypeDesc.of(CD_boolean);

  private final Field stopping;

  /**
   * Defines the switch among the classes of cells.
   *
   * @param stops whether the calling thread is to stop, asked while the switch is on
   */
  StopCheck(CellLoader loader, BooleanSupplier stops) {
    try {
      String name = CLASS.packageName() + "." + CLASS.displayName();
      loader.load(new ClassBytecodes[] {new ClassBytecodes(name, bytecode())});
      Class<?> type = loader.snippetClass(name);
      type.getDeclaredField(QUESTION).set(null, stops);
      stopping = type.getDeclaredField(FIELD);
    } catch (ClassInstallException | ReflectiveOperationException e) {
      throw new IllegalStateException("The stop check of cells cannot be defined.", e);
    }
  }

  void set(boolean on) {
    try {
      stopping.setBoolean(null, on);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("The stop check of cells cannot be switched.", e);
    }
  }

  private static byte[] bytecode() {
    ClassDesc death = ClassDesc.of("java.lang.ThreadDeath");
    return ClassFile.of()
        .build(
            CLASS,
            type ->
                type.withFlags(ACC_PUBLIC)
                    .withField(FIELD, CD_boolean, ACC_PUBLIC | ACC_STATIC | ACC_VOLATILE)
                    .withField(QUESTION, SUPPLIER, ACC_PUBLIC | ACC_STATIC)
                    .withMethodBody(
                        CHECK,
                        MTD_void,
                        ACC_PUBLIC | ACC_STATIC,
                        code ->
                            code.getstatic(CLASS, FIELD, CD_boolean)
                                .ifThen(
                                    on ->
                                        on.getstatic(CLASS, QUESTION, SUPPLIER)
                                            .invokeinterface(SUPPLIER, "getAsBoolean", MTD_boolean)
                                            .ifThen(
                                                stop ->
                                                    stop.new_(death)
                                                        .dup()
                                                        .invokespecial(death, INIT_NAME, MTD_void)
                                                        .athrow()))
                                .return_()));
  }

  /** Asks at the beginning of a method, and before each jump back. */
  static final class Calls implements CodeTransform {
    private final Set<Label> passed = new HashSet<>();

    @Override
    public void atStart(CodeBuilder code) {
      ask(code);
    }

    @Override
    public void accept(CodeBuilder code, CodeElement element) {
      if (element instanceof LabelTarget here) {
        passed.add(here.label());
      } else if (element instanceof BranchInstruction jump && passed.contains(jump.target())) {
        ask(code);
      }
      code.with(element);
    }

    private static void ask(CodeBuilder code) {
      code.invokestatic(CLASS, CHECK, MTD_void);
    }
  }
}
