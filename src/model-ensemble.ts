// model-ensemble.ts: the source article's ensemble as a small library face: the same runs as `ensemble/<name>` over HTTP.
// May import: create-alidade.ts and contracts/.
// Start at runEnsemble. A gateway is opened with the first run and closed by `close`; nothing listens.
// Names follow the article (`runEnsemble`, `modelsUsed`); policy, limits and receipts hold as for any request.
// What its code got wrong is mended: `modelsUsed` is who answered, no survivor is an error, all answers are seen.
import { AppError, type ErrorCode } from './contracts/errors.ts';
import { type Alidade, type AlidadeConfiguration, type AlidadeOptions, createAlidade } from './create-alidade.ts';

/** What came of one run. */
export interface EnsembleAnswer {
  /** A member's answer word for word, or one that the arbiter wrote. */
  response: string;
  /** Whether more than one answer was weighed. */
  ensemble: boolean;
  /** Models whose answers were there to choose from. */
  modelsUsed: readonly string[];
  /** Models that gave none, with the reason. */
  membersFailed: readonly { model: string; why: string }[];
  /** Finds the receipt. */
  requestId: string;
}

interface Trailer {
  request_id: string;
  ensemble: {
    ensemble: boolean;
    models_used: readonly string[];
    members_failed: readonly { model: string; why: string }[];
  };
}

interface Completion {
  choices: readonly { message: { content: string | null } }[];
  alidade: Trailer;
}

interface Refusal {
  error: { code: ErrorCode; message: string };
}

/** Runs the ensembles of a configuration; without one those of the source article. */
export class ModelEnsemble {
  readonly #configuration: AlidadeConfiguration | string;
  readonly #options: AlidadeOptions;
  #gateway: Promise<Alidade> | null = null;

  /** As for createAlidade. */
  constructor(configuration: AlidadeConfiguration | string = {}, options: AlidadeOptions = {}) {
    this.#configuration = configuration;
    this.#options = options;
  }

  /**
   * Asks the members of `configName` for an answer to `prompt`.
   * @throws AppError ensemble_no_survivor, budget_exceeded, denied_by_policy, model_not_found and the like
   */
  async runEnsemble(prompt: string, configName: string): Promise<EnsembleAnswer> {
    if (typeof prompt !== 'string') {
      throw new AppError('invalid_request', 'prompt must be a string.', { param: 'prompt' });
    }
    this.#gateway ??= createAlidade(this.#configuration, this.#options);
    const { status, body } = await (await this.#gateway).chat({
      model: `ensemble/${configName}`,
      messages: [{ role: 'user', content: prompt }],
      alidade: { receipt: true },
    });
    if (status !== 200) {
      const { code, message } = (body as Refusal).error;
      throw new AppError(code, message);
    }
    const { choices, alidade } = body as Completion;
    return {
      response: choices[0]?.message.content ?? '',
      ensemble: alidade.ensemble.ensemble,
      modelsUsed: alidade.ensemble.models_used,
      membersFailed: alidade.ensemble.members_failed,
      requestId: alidade.request_id,
    };
  }

  /** Lets runs under way end, then closes everything. */
  async close(): Promise<void> {
    const gateway = this.#gateway;
    this.#gateway = null;
    if (gateway !== null) await (await gateway).close();
  }
}
