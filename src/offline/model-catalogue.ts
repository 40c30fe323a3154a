import type { Catalogue } from '../catalog/catalogue.ts';
import { listModels, listPresets, type ModelDetails, type PresetRow, showModel } from '../catalog/model-listing.ts';
import { AppError } from '../contracts/errors.ts';
import { PRESETS } from '../providers/presets.ts';
import { SUPPORTED_DIALECTS } from '../world-source.ts';

export type { ModelDetails, PresetRow };

/** Every known model with where its facts come from: served ones first, then by name. */
export function describeModels(catalogue: Catalogue, now: Date): ModelDetails[] {
  return listModels(catalogue).map(({ model }) => describeModel(catalogue, model, now));
}

/** @throws AppError model_not_found naming near matches */
export function describeModel(catalogue: Catalogue, name: string, now: Date): ModelDetails {
  const lookup = showModel(catalogue, name, now);
  if (lookup.found) return lookup.details;
  const hint =
    lookup.nearest.length === 0 ? '`alidade models list` shows all.' : `Did you mean ${lookup.nearest.join(', ')}?`;
  throw new AppError('model_not_found', `There is no model ${JSON.stringify(name)}. ${hint}`);
}

export const describePresets = (): PresetRow[] => listPresets(PRESETS, SUPPORTED_DIALECTS);
