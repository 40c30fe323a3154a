// The library's face: what a program may import from `alidade`.

export type { PublishedDecision as Decision } from './contracts/decision.ts';
export { AppError as AlidadeError } from './contracts/errors.ts';
export type { ChainedReceipt as Receipt } from './contracts/receipt.ts';
export { type Alidade, type AlidadeConfiguration, type AlidadeOptions, createAlidade } from './create-alidade.ts';
export { type EnsembleAnswer, ModelEnsemble } from './model-ensemble.ts';
export {
  type ModelRoute,
  ModelRouter,
  type ModelRouterOptions,
  type PromptMetadata,
  type RouteInput,
} from './model-router.ts';
