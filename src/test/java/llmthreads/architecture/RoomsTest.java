package llmthreads.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rooms of the shared module, and what each may know. */
class RoomsTest {
  /** From the bottom up: a room uses only itself and the rooms before it. A room may be empty. */
  private static final List<String> ROOMS =
      List.of(
          "trace",
          "device",
          "script",
          "model",
          "encode",
          "generate",
          "parallel",
          "train",
          "serve",
          "measure",
          "plot");

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    classes = new ClassFileImporter().importPath(Path.of("target/classes"));
  }

  @Test
  void every_class_is_in_a_room() {
    classes().should().resideInAnyPackage(packages(ROOMS)).check(classes);
    assertTrue(classes.contain("llmthreads.script.Script"), "the rule has nothing to look at");
  }

  @Test
  void a_room_uses_only_rooms_below_it() {
    for (int room = 0; room < ROOMS.size(); room++) {
      noClasses()
          .that()
          .resideInAPackage(packageOf(ROOMS.get(room)))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(packages(ROOMS.subList(room + 1, ROOMS.size())))
                  .or(resideInAnyPackage("llmthreads.kernel..", "llmthreads.notebooks..")))
          .allowEmptyShould(true)
          .check(classes);
    }
  }

  @Test
  void only_the_script_room_touches_the_engine() {
    onlyIn("script", "ai.djl.pytorch..", "ai.djl.ndarray..", "ai.djl.engine..", "ai.djl.nn..");
  }

  @Test
  void only_the_model_room_touches_djl_s_tokenizers() {
    onlyIn("model", "ai.djl.huggingface..");
  }

  @Test
  void only_the_plot_room_knows_how_figures_and_tables_are_drawn() {
    onlyIn("plot", "org.knowm.xchart..", "de.erichseifert..", "tech.tablesaw..", "java.awt..");
  }

  @Test
  void only_serving_and_what_is_above_it_opens_a_door_to_the_network() {
    noClasses()
        .that()
        .resideInAnyPackage(packages(ROOMS.subList(0, ROOMS.indexOf("serve"))))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.sun.net.httpserver..")
        .check(classes);
  }

  @Test
  void below_serving_only_a_hub_of_models_is_asked_over_the_network() {
    noClasses()
        .that()
        .resideInAnyPackage(packages(ROOMS.subList(0, ROOMS.indexOf("serve"))))
        .and()
        .resideOutsideOfPackage(packageOf("model.hub"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net.http..")
        .check(classes);
  }

  @Test
  void the_shared_module_and_the_kernel_do_not_know_each_other() throws Exception {
    assertFalse(pom("kernel").contains("<artifactId>llm-threads</artifactId>"));
    assertFalse(pom("src").contains("<artifactId>llm-threads-kernel</artifactId>"));
    assertTrue(pom("notebooks").contains("<artifactId>llm-threads</artifactId>"));
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.zeromq..", "zmq..", "jdk.jshell..")
        .check(classes);
  }

  private static void onlyIn(String room, String... theirs) {
    noClasses()
        .that(not(resideInAPackage(packageOf(room))))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(theirs)
        .check(classes);
  }

  private static String pom(String module) throws Exception {
    return Files.readString(Path.of("..", module, "pom.xml"));
  }

  private static String packageOf(String room) {
    return "llmthreads." + room + "..";
  }

  private static String[] packages(List<String> rooms) {
    return rooms.stream().map(RoomsTest::packageOf).toArray(String[]::new);
  }
}
