package llmthreads.kernel.interpreter;

import static java.lang.constant.ConstantDescs.CD_Object;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassHierarchyResolver.ClassHierarchyInfo;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;

/**
 * Changes the code of cells before it is loaded: {@link StopCheck} and {@link ExitWeaver}. Changed
 * code is described anew for the verifier, and where two branches meet with values of two types
 * that takes the types' common superclass. The JDK's own weaving of stop checks looks for it on the
 * class path of the process only, and fails on classes of cells and of jars that cells add.
 */
final class CellWeaver {
  private final CellLoader loader;

  CellWeaver(CellLoader loader) {
    this.loader = loader;
  }

  /**
   * The classes as they are to be loaded; they may refer to each other, and JShell may give one of
   * them twice.
   */
  ClassBytecodes[] woven(ClassBytecodes[] classes) {
    Map<String, byte[]> together =
        Stream.of(classes)
            .collect(
                Collectors.toMap(
                    each -> file(each.name()), ClassBytecodes::bytecodes, (_, again) -> again));
    ClassHierarchyResolver resolver =
        ClassHierarchyResolver.defaultResolver()
            .orElse(ClassHierarchyResolver.ofResourceParsing(found(together)))
            .orElse(_ -> ClassHierarchyInfo.ofClass(CD_Object));
    ClassFile context = ClassFile.of(ClassHierarchyResolverOption.of(resolver));
    return Stream.of(classes)
        .map(each -> new ClassBytecodes(each.name(), woven(context, each.bytecodes())))
        .toArray(ClassBytecodes[]::new);
  }

  private static byte[] woven(ClassFile context, byte[] classFile) {
    ClassModel model = context.parse(classFile);
    CodeTransform checks = CodeTransform.ofStateful(StopCheck.Calls::new);
    CodeTransform all = ExitWeaver.mayExit(model) ? checks.andThen(ExitWeaver::replace) : checks;
    return context.transformClass(model, ClassTransform.transformingMethodBodies(all));
  }

  private Function<ClassDesc, InputStream> found(Map<String, byte[]> together) {
    return type -> {
      String file = file(type.descriptorString().replaceAll("^L|;$", ""));
      byte[] code = together.get(file);
      return code == null ? loader.getResourceAsStream(file) : new ByteArrayInputStream(code);
    };
  }

  private static String file(String className) {
    return className.replace('.', '/') + ".class";
  }
}
