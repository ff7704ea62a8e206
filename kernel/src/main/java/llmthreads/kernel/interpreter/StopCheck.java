package llmthreads.kernel.interpreter;

import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.classfile.ClassFile.ACC_VOLATILE;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Field;
import java.util.function.BooleanSupplier;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;
import jdk.jshell.spi.ExecutionControl.ClassInstallException;

/**
 * The switch that ends cell code. The JDK weaves a call of {@code REPL.$Cancel$.stopCheck()} into
 * every method and loop of a cell; this class supplies {@code REPL.$Cancel$}. While the switch is
 * on, the call asks whether the calling thread is to stop, and then throws {@link ThreadDeath}.
 */
final class StopCheck {
  /** The class that woven code calls; the name is the JDK's. */
  static final String CLASS_NAME = "REPL.$Cancel$";

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
      loader.load(new ClassBytecodes[] {new ClassBytecodes(CLASS_NAME, bytecode())});
      Class<?> type = loader.snippetClass(CLASS_NAME);
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
    ClassDesc self = ClassDesc.of(CLASS_NAME);
    ClassDesc death = ClassDesc.of("java.lang.ThreadDeath");
    return ClassFile.of()
        .build(
            self,
            type ->
                type.withFlags(ACC_PUBLIC)
                    .withField(FIELD, CD_boolean, ACC_PUBLIC | ACC_STATIC | ACC_VOLATILE)
                    .withField(QUESTION, SUPPLIER, ACC_PUBLIC | ACC_STATIC)
                    .withMethodBody(
                        "stopCheck",
                        MTD_void,
                        ACC_PUBLIC | ACC_STATIC,
                        code ->
                            code.getstatic(self, FIELD, CD_boolean)
                                .ifThen(
                                    on ->
                                        on.getstatic(self, QUESTION, SUPPLIER)
                                            .invokeinterface(SUPPLIER, "getAsBoolean", MTD_boolean)
                                            .ifThen(
                                                stop ->
                                                    stop.new_(death)
                                                        .dup()
                                                        .invokespecial(death, INIT_NAME, MTD_void)
                                                        .athrow()))
                                .return_()));
  }
}
