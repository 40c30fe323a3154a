import { createLinearClassifier } from './linear-classifier.ts';
import type { TextClassifier } from './text-classifier.ts';
import trained from './text-weights.generated.json' with { type: 'json' };

/** Version of the weights that this release carries; world and decision name it. */
export const TRAINED_CLASSIFIER_VERSION = trained.version;

/**
 * The text layer that this release carries: calibrated, abstaining, learned. Its card is docs/task-model-card.md.
 */
export const trainedClassifier: TextClassifier = createLinearClassifier(trained);

// The classifier holds them as numbers. As text they would stay for as long as the process: a module is never forgotten.
trained.weights = trained.features = trained.domain.weights = '';
