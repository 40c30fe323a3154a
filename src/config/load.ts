// config/: the configuration file and the environment become a checked Configuration, every problem with its place.
// May import: contracts, lib, yaml, zod.
// Start here: loadConfiguration. Then yaml-source.ts (places), secrets.ts, schema-findings.ts (sentences), checks.ts,
// routes.ts and default-routes.ts, environment.ts (keys in the environment), watch.ts (reload), redact.ts (showing it).
// What depends on models and presets is checked by catalog/, whose findings `locateFindings` gives their places.
import { dirname, resolve } from 'node:path';
import { configurationSchema } from '../contracts/configuration.ts';
import type { ConfigurationFinding } from '../contracts/configuration-problem.ts';
import type { Objective, Route } from '../contracts/route.ts';
import { checkConfiguration, type InlineConfiguration, type ModelPlace, modelPlaces } from './checks.ts';
import { type ConfigurationFiles, DISK, recordingReads } from './files.ts';
import { FILE_NAMES, findConfigurationFile } from './find.ts';
import { includeFiles } from './include.ts';
import { type ConfigurationProblem, type ConfigurationSource, hasErrors, locateFindings } from './problem.ts';
import { NO_SOURCE, type ReadFile, readYamlFile } from './read-file.ts';
import { literalSecrets } from './redact.ts';
import { compileObjectives, compileRoutes } from './routes.ts';
import { configurationJsonSchema } from './schema.ts';
import { schemaFindings } from './schema-findings.ts';
import { type ConfigurationPaths, configurationPaths } from './store-location.ts';

export interface LoadOptions {
  /** `--config`. */
  path?: string | undefined;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  files?: ConfigurationFiles;
}

/** A configuration that may be used. */
export interface LoadedConfiguration {
  /** As written with defaults filled in, secrets in place, and included files inline. */
  configuration: InlineConfiguration;
  routes: readonly Route[];
  /** True while the rows are the default table. */
  routesAreDefault: boolean;
  objectives: ReadonlyMap<string, Objective>;
  paths: ConfigurationPaths;
  /** Places that name models outside deployments and routes, for the catalogue to check. */
  modelPlaces: readonly ModelPlace[];
  /** Whether keys in the environment make deployments (environment.ts says why). */
  usesEnvironmentKeys: boolean;
  /** For redactConfiguration: path (as JSON) -> text with its placeholder. */
  written: ReadonlyMap<string, string>;
}

export interface LoadResult {
  /** null exactly if `problems` holds an error. */
  loaded: LoadedConfiguration | null;
  source: ConfigurationSource;
  problems: readonly ConfigurationProblem[];
  /** Files whose text counts, secrets included, and the folder of rules, absolute: what a reload has to watch. */
  readFiles: readonly string[];
}

/** Finds, reads and checks the configuration. Never throws for what is written in it. */
export function loadConfiguration(options: LoadOptions): LoadResult {
  const readFiles: string[] = [];
  const files = recordingReads(options.files ?? DISK, readFiles);
  const context: LoadContext = { ...options, files, readFiles };
  const found = findConfigurationFile(context);
  if (found === null) {
    // Where a first file would appear.
    readFiles.push(resolve(options.cwd, FILE_NAMES[0]));
    return finish({ value: {}, isBroken: false, problems: [], source: NO_SOURCE, written: new Map() }, context);
  }
  const text = files.readText(found.file);
  if (text === null) return missingFile(found.file, found.namedBy);
  return finish(readYamlFile(text, found.file, options.env, files), context);
}

type LoadContext = LoadOptions & { files: ConfigurationFiles; readFiles: readonly string[] };

function missingFile(file: string, namedBy: string): LoadResult {
  const place = { file, line: 1, column: 1 };
  const message = `The file that ${namedBy} names cannot be read.`;
  return {
    loaded: null,
    source: { file, locate: () => place, locateName: () => place },
    problems: [{ severity: 'error', path: [], message, hint: null, ...place }],
    readFiles: [file],
  };
}

function finish(read: ReadFile, context: LoadContext): LoadResult {
  const { readFiles } = context;
  const included = includeFiles(read, context);
  const { source, written } = included;
  const stop = (problems: readonly ConfigurationProblem[]): LoadResult => ({
    loaded: null,
    source,
    problems,
    readFiles,
  });
  if (included.isBroken) return stop(included.problems);
  // Where a secret or a file is missing, whatever else is wrong with the value there is wrong because of it.
  const known = new Set(included.problems.map(({ path }) => JSON.stringify(path)));
  const isNew = ({ path }: ConfigurationFinding): boolean => !known.has(JSON.stringify(path));
  const parsed = configurationSchema.safeParse(included.value);
  if (!parsed.success) {
    const findings = schemaFindings(parsed.error.issues, included.value, configurationJsonSchema());
    return stop([
      ...included.problems,
      ...findings.filter(isNew).map(({ atName, ...finding }) => ({
        ...finding,
        ...(atName ? source.locateName(finding.path) : source.locate(finding.path)),
      })),
    ]);
  }
  const configuration = parsed.data as InlineConfiguration;
  const { loaded, findings } = compile(configuration, source, context, written);
  const problems = [...included.problems, ...locateFindings(source, findings.filter(isNew))];
  const { policies } = loaded.paths;
  const watched = policies === null ? readFiles : [...readFiles, policies];
  return hasErrors(problems) ? stop(problems) : { loaded, source, problems, readFiles: watched };
}

function compile(
  configuration: InlineConfiguration,
  source: ConfigurationSource,
  context: LoadContext,
  written: ReadonlyMap<string, string>,
): { loaded: LoadedConfiguration; findings: ConfigurationFinding[] } {
  const folder = source.file === null ? context.cwd : dirname(source.file);
  const { routes, findings: routeFindings } = compileRoutes(configuration.routes);
  const { paths, findings: pathFindings } = configurationPaths(configuration, folder);
  const findings = [
    ...checkConfiguration(configuration),
    ...routeFindings,
    ...pathFindings,
    ...missingPolicies(paths.policies, context.files),
    ...literalSecrets(configuration, written),
  ];
  const namesNothing = Object.keys(configuration.endpoints).length === 0 && configuration.deployments.length === 0;
  const loaded: LoadedConfiguration = {
    configuration,
    routes,
    routesAreDefault: configuration.routes === undefined,
    objectives: compileObjectives(configuration.objectives),
    paths,
    modelPlaces: modelPlaces(configuration),
    usesEnvironmentKeys: configuration.environment_keys ?? namesNothing,
    written,
  };
  return { loaded, findings };
}

/** A named folder that is missing would mean that rules silently do not hold. */
function missingPolicies(folder: string | null, files: ConfigurationFiles): ConfigurationFinding[] {
  if (folder === null || files.kind(folder) === 'folder') return [];
  const message = `There is no folder ${folder}.`;
  return [{ severity: 'error', path: ['policies'], message, hint: 'Create it, or leave policies out.' }];
}
