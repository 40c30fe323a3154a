import type { Command } from 'commander';
import type { ModelDetails, PresetRow } from '../../offline/model-catalogue.ts';
import { type ConfigOption, type JsonOption, withConfig, withJson } from '../command-options.ts';
import type { CommandContext } from '../context.ts';
import { modelText, pricePair, tokensText } from '../model-text.ts';
import { table, writeJson } from '../output.ts';

type Options = ConfigOption & JsonOption & { presets?: boolean };

function availability({ sandbox, unavailable, deployments }: ModelDetails): string {
  if (unavailable !== null) return 'no';
  return sandbox ? 'SANDBOX' : deployments.join(' ');
}

const modelTable = (models: readonly ModelDetails[]): string =>
  table(
    ['MODEL', 'CONTEXT', '$/MTOK IN, OUT', 'CLAIMS', 'STANDS FOR', 'AVAILABLE'],
    models.map((model) => [
      model.model,
      tokensText(model.context_window_tokens),
      pricePair(model.served_by[0]?.price_now ?? null),
      String(model.claims.length),
      model.alias === null ? '' : (model.alias.resolves_to ?? 'nothing known'),
      availability(model),
    ]),
  );

const presetTable = (presets: readonly PresetRow[]): string =>
  table(
    ['PRESET', 'OPERATOR', 'DIALECT', 'KEY', 'MODELS', 'BASE URL'],
    presets.map((preset) => [
      preset.name,
      preset.operator,
      preset.callable ? preset.dialect : `${preset.dialect} (not yet)`,
      preset.environment_variables[0] ?? '-',
      String(preset.models.length),
      preset.base_url ?? 'yours',
    ]),
  );

async function list(options: Options, context: CommandContext): Promise<void> {
  const { describeModels, describePresets } = await import('../../offline/model-catalogue.ts');
  if (options.presets) {
    const presets = describePresets();
    if (options.json) writeJson(context, presets);
    else context.write(presetTable(presets));
    return;
  }
  const { loadWorldOrFail } = await import('../load-world.ts');
  const { catalogue } = (await loadWorldOrFail(options.config, context)).world;
  const models = describeModels(catalogue, context.now());
  if (options.json) {
    writeJson(context, models);
    return;
  }
  context.write(modelTable(models));
  if (catalogue.sandboxOnly) context.note('SANDBOX: deterministic programs, not AI models; no key was found.\n');
  context.note('Why a model is not available, and its sources: alidade models show NAME\n');
}

async function show(name: string, options: Options, context: CommandContext): Promise<void> {
  const { describeModel } = await import('../../offline/model-catalogue.ts');
  const { loadWorldOrFail } = await import('../load-world.ts');
  const { catalogue } = (await loadWorldOrFail(options.config, context)).world;
  const model = describeModel(catalogue, name, context.now());
  if (options.json) writeJson(context, model);
  else context.write(modelText(model));
}

/** `alidade models list|show`. */
export function addModelsCommand(program: Command, context: CommandContext): void {
  const models = program.command('models').description('what exists, what can be called, and who says so');
  withJson(withConfig(models.command('list')))
    .description('every known model: context, price now, claims, deployments')
    .option('--presets', 'the vendors and engines that an endpoint may name instead')
    .action((options: Options) => list(options, context));
  withJson(withConfig(models.command('show <name>')))
    .description('one model in any spelling: every fact with its source and date')
    .action((name: string, options: Options) => show(name, options, context));
}
