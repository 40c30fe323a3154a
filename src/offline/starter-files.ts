import { modelsOffered } from '../catalog/served-model.ts';
import { environmentEndpoints } from '../config/environment.ts';
import { configurationJsonSchema } from '../config/schema.ts';
import { AppError } from '../contracts/errors.ts';
import type { Preset } from '../contracts/preset.ts';
import { PRESETS } from '../providers/presets.ts';
import { SUPPORTED_DIALECTS } from '../world-source.ts';

/** A vendor that a key alone makes usable. */
export interface StarterEndpoint {
  preset: string;
  variable: string;
  models: number;
}

const isOffered = (preset: Preset): boolean =>
  preset.baseUrl !== null && preset.environmentVariables.length > 0 && SUPPORTED_DIALECTS.includes(preset.dialect);

/** What `init` can write endpoints for. */
export function starterEndpoints(): StarterEndpoint[] {
  return PRESETS.filter(isOffered).map((preset) => ({
    preset: preset.name,
    variable: preset.environmentVariables[0] as string,
    models: modelsOffered(preset).length,
  }));
}

function findOffered(name: string): Preset {
  const preset = PRESETS.find((candidate) => candidate.name === name && isOffered(candidate));
  if (preset !== undefined) return preset;
  const names = starterEndpoints().map((endpoint) => endpoint.preset);
  throw new AppError('config_invalid', `--endpoint takes one of ${names.join(', ')}, not ${JSON.stringify(name)}.`);
}

const COMMENTED_ENDPOINTS = `# Without endpoints, keys in the environment (see .env.example) make them; without keys the sandbox answers.
# endpoints:
#   zai:        { preset: zai, api_key: "\${ZAI_API_KEY}" }
#   own-engine: { operator: self, preset: vllm, base_url: "http://127.0.0.1:8000/v1", private: true }
# deployments:
#   - { id: glm-5.2@zai, model: zhipu/glm-5.2, endpoint: zai }
`;

function writtenEndpoints(presets: readonly Preset[]): string {
  const parts = presets.map((preset) => {
    const variable = preset.environmentVariables[0] as string;
    const made = environmentEndpoints({ [variable]: 'key' }, [preset], modelsOffered);
    const endpoint = `  ${preset.name}: { preset: ${preset.name}, api_key: "\${${variable}}" }`;
    const deployments = made.deployments.map(
      ({ id, model, endpoint: at, upstream_model }) =>
        `  - { id: "${id}", model: "${model}", endpoint: ${at}, upstream_model: "${upstream_model}" }`,
    );
    return { endpoint, deployments };
  });
  return `endpoints:
${parts.map(({ endpoint }) => endpoint).join('\n')}

# Everything that these vendors serve; remove what nobody may use.
deployments:
${parts.flatMap(({ deployments }) => deployments).join('\n')}
`;
}

function configurationText(presets: readonly Preset[]): string {
  return `# yaml-language-server: $schema=./alidade.schema.json
# Configuration of Alidade. Every member is optional; \`alidade config show\` prints everything that is in force,
# \`alidade config check\` names every mistake with its line. Secrets stand here only as \${ENV_NAME} or \${file:/path}.

# Without keys of callers (\`alidade keys create\`) the server listens on loopback only.
server: { host: 127.0.0.1, port: 4620 }

# The journal, the hashes of keys and the database. Postgres: postgres://user:\${PG_PASSWORD}@host/database
store: { url: "sqlite://.alidade/alidade.db" }

${presets.length === 0 ? COMMENTED_ENDPOINTS : writtenEndpoints(presets)}
# Who may answer what, first match wins; absent: the default table, which \`alidade config show\` prints.
# routes:
#   - { when: { label: long_document }, primary: zhipu/glm-5.2, fallback: openai/gpt-5.5, context_threshold: 50000 }
#   - { when: { task: creative }, primary: openai/gpt-5.5 }
#   - { default: true, primary: openai/gpt-5.5, fallback: zhipu/glm-5.2 }

# Registered purposes. A key carries the use cases that it may name.
# use_cases:
#   - { id: support, owner: "Jane Doe", task: conversational, data_classes: [personal.contact], limits: { rpm: 600 } }

# Health measured on live traffic sends a failing deployment behind the others.
monitoring: { enabled: true }
`;
}

function environmentText(presets: readonly Preset[]): string {
  const shown = presets.length === 0 ? PRESETS.filter(isOffered) : presets;
  const lines = shown.map(({ name, environmentVariables }) => `# ${name}\n${environmentVariables[0]}=`);
  return `# Copy to .env, fill in what you have, and start with \`alidade --env-file .env serve\`.
# A variable that is left empty counts as not set. Never commit .env.

${lines.join('\n')}
`;
}

/** File name -> text of what \`init\` writes. @throws AppError config_invalid for a preset that a key does not make usable */
export function starterFiles(endpoints: readonly string[]): Record<string, string> {
  const presets = [...new Set(endpoints)].map(findOffered);
  return {
    'alidade.yaml': configurationText(presets),
    'alidade.schema.json': `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`,
    '.env.example': environmentText(presets),
  };
}
