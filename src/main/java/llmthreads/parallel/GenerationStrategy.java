package llmthreads.parallel;

import java.util.Comparator;
import java.util.List;
import llmthreads.generate.Completion;
import llmthreads.generate.Prompt;

/**
 * A strategy that answers prompts: its parts are answers, and its merge puts them in the order of
 * the prompts, as the serial run gives them.
 *
 * @param <P> one worker's part
 */
interface GenerationStrategy<P>
    extends Strategy<List<Prompt>, P, List<Completion>, List<Completion>> {
  @Override
  default List<Completion> merge(List<Prompt> prompts, List<List<Completion>> answers) {
    return answers.stream()
        .flatMap(List::stream)
        .sorted(Comparator.comparingInt(Completion::promptIndex))
        .toList();
  }
}
