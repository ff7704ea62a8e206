package llmthreads.kernel.interpreter;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * Puts {@link ExitError} in the place of {@code System.exit}, {@code Runtime.exit} and {@code
 * Runtime.halt}, called or referred to ({@code System::exit}), in the code of cells. That of
 * libraries stays as it is.
 */
final class ExitWeaver {
  private static final String SYSTEM = "java/lang/System";
  private static final String RUNTIME = "java/lang/Runtime";
  private static final String DESCRIPTOR = "(I)V";
  private static final ClassDesc ERROR = ClassDesc.of(ExitError.class.getName());
  private static final MethodTypeDesc OF_SYSTEM = MethodTypeDesc.of(CD_void, CD_int);
  private static final MethodTypeDesc OF_RUNTIME =
      MethodTypeDesc.of(CD_void, ClassDesc.of(Runtime.class.getName()), CD_int);

  private ExitWeaver() {}

  /** Most classes do not. */
  static boolean mayExit(ClassModel model) {
    for (PoolEntry each : model.constantPool()) {
      if (each instanceof Utf8Entry name
          && (name.equalsString("exit") || name.equalsString("halt"))) {
        return true;
      }
    }
    return false;
  }

  static void replace(CodeBuilder code, CodeElement element) {
    switch (element) {
      case InvokeInstruction call
          when exits(
              call.owner().asInternalName(),
              call.name().stringValue(),
              call.type().stringValue()) ->
          code.invokestatic(ERROR, "exit", type(call.owner().asInternalName()));
      case InvokeDynamicInstruction call -> code.invokedynamic(replaced(call));
      default -> code.with(element);
    }
  }

  private static boolean exits(String owner, String name, String type) {
    boolean system = owner.equals(SYSTEM) && name.equals("exit");
    boolean runtime = owner.equals(RUNTIME) && (name.equals("exit") || name.equals("halt"));
    return type.equals(DESCRIPTOR) && (system || runtime);
  }

  private static MethodTypeDesc type(String owner) {
    return owner.equals(SYSTEM) ? OF_SYSTEM : OF_RUNTIME;
  }

  private static DynamicCallSiteDesc replaced(InvokeDynamicInstruction call) {
    ConstantDesc[] arguments =
        call.bootstrapArgs().stream().map(ExitWeaver::replaced).toArray(ConstantDesc[]::new);
    return DynamicCallSiteDesc.of(
        call.bootstrapMethod(), call.name().stringValue(), call.typeSymbol(), arguments);
  }

  private static ConstantDesc replaced(ConstantDesc argument) {
    if (argument instanceof DirectMethodHandleDesc method) {
      String owner = method.owner().descriptorString().replaceAll("^L|;$", "");
      if (exits(owner, method.methodName(), method.lookupDescriptor())) {
        return MethodHandleDesc.ofMethod(
            DirectMethodHandleDesc.Kind.STATIC, ERROR, "exit", type(owner));
      }
    }
    return argument;
  }
}
