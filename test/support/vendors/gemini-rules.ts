import { Complaints, listOf, type Members, membersOf, wordSet } from './complaints.ts';

/** https://ai.google.dev/api/generate-content, read 2026-11-22: what a request may hold. */
const MEMBERS = wordSet(
  'contents systemInstruction tools toolConfig safetySettings generationConfig cachedContent serviceTier',
);
const CONFIG = wordSet(
  'stopSequences responseMimeType responseSchema responseJsonSchema responseModalities candidateCount maxOutputTokens ' +
    'temperature topP topK seed presencePenalty frequencyPenalty responseLogprobs logprobs speechConfig thinkingConfig ' +
    'mediaResolution',
);
const DATA = wordSet('text inlineData fileData functionCall functionResponse executableCode codeExecutionResult');
const PART = new Set([...DATA, 'thought', 'thoughtSignature']);
const NAME = /^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/;

/** Taken in place of a signature where a call was made by another model (ai.google.dev/gemini-api/docs/thought-signatures). */
const UNSIGNED = wordSet('skip_thought_signature_validator context_engineering_is_the_way_to_go');

/** ai.google.dev/gemini-api/docs/image-understanding: GIF and other formats are answered 400. */
const IMAGE_TYPES = wordSet('image/png image/jpeg image/webp image/heic image/heif');
/** ai.google.dev/gemini-api/docs/file-input-methods; word processors' files: github.com/googleapis/python-genai/issues/829. */
const OTHER_TYPES = /^(?:(?:text|audio|video)\/|application\/(?:pdf|json)$)/;
/** `Logprobs is not enabled for models/gemini-2.5-flash`; only 2.0 has them (github.com/googleapis/python-genai/issues/1921). */
const HAS_LOGPROBS = /^gemini-2\.0/;

/** What a generation refuses or demands (ai.google.dev/gemini-api/docs/thinking, /function-calling, /thought-signatures). */
interface ModelLimits {
  model: RegExp;
  thinking: 'level' | 'budget';
  signatures: boolean;
  prefill: boolean;
  formatBesideTools: boolean;
}

const MODEL_LIMITS: readonly ModelLimits[] = [
  { model: /^gemini-2\.5/, thinking: 'budget', signatures: false, prefill: true, formatBesideTools: false },
  { model: /^gemini-3\.[0-5]/, thinking: 'level', signatures: true, prefill: true, formatBesideTools: true },
  { model: /./, thinking: 'level', signatures: true, prefill: false, formatBesideTools: true },
];

const limitsOf = (model: string): ModelLimits => MODEL_LIMITS.find((limits) => limits.model.test(model)) as ModelLimits;

function checkModel(body: Members, limits: ModelLimits, found: Complaints): void {
  const { thinkingConfig, responseMimeType } = membersOf(body.generationConfig);
  const { thinkingBudget, thinkingLevel } = membersOf(thinkingConfig);
  const refused = limits.thinking === 'level' ? thinkingBudget : thinkingLevel;
  found.demand(refused === undefined, `thinking_config: ${limits.thinking} only`);
  if (!limits.prefill)
    found.demand(listOf(body.contents).at(-1)?.role === 'user', 'contents: must end with a user turn');
  if (!limits.formatBesideTools && body.tools !== undefined) {
    found.demand(responseMimeType === undefined, 'function calling with a response mime type is unsupported');
  }
}

const isCall = ({ functionCall }: Members): boolean => functionCall !== undefined;
const isResponse = ({ functionResponse }: Members): boolean => functionResponse !== undefined;

/** Images of the formats that are read, under addresses that can be fetched. */
function checkMedia({ inlineData, fileData }: Members, found: Complaints, where: string): void {
  if (inlineData !== undefined) {
    const { mimeType, data: bytes } = membersOf(inlineData);
    found.demand(/^[a-z]+\/[\w.+-]+$/.test(String(mimeType)) && String(bytes) !== '', `${where}: inline_data`);
  }
  const mimeType = String(membersOf(inlineData ?? fileData).mimeType);
  const isMedia = inlineData !== undefined || fileData !== undefined;
  const isRead = IMAGE_TYPES.has(mimeType) || OTHER_TYPES.test(mimeType);
  if (isMedia) found.demand(isRead, `${where}: Unsupported MIME type: ${mimeType}`);
  if (fileData === undefined) return;
  found.demand(/^(?:https?|gs):\/\//.test(String(membersOf(fileData).fileUri)), `${where}: file_uri`);
}

function checkPart(part: Members, issued: ReadonlySet<string>, found: Complaints, where: string): void {
  found.onlyKnown(part, PART, where);
  const data = Object.keys(part).filter((name) => DATA.has(name));
  found.demand(data.length === 1, `${where}: required oneof field 'data' must have one initialized field`);
  const { thoughtSignature, functionCall } = part;
  if (thoughtSignature !== undefined) {
    const signature = String(thoughtSignature);
    found.demand(issued.has(signature) || UNSIGNED.has(signature), `${where}: thought signature is not valid`);
  }
  if (functionCall !== undefined) {
    found.demand(NAME.test(String(membersOf(functionCall).name)), `${where}: function_call.name`);
    const { args } = membersOf(functionCall);
    found.demand(typeof args === 'object' && !Array.isArray(args), `${where}: function_call.args`);
  }
  checkMedia(part, found, where);
}

/** Results follow their calls at once, in their order, by id and name, and nothing stands beside them. */
function checkResponses(contents: readonly Members[], found: Complaints): void {
  for (const [index, content] of contents.entries()) {
    const where = `contents[${index}]`;
    const calls = index === 0 ? [] : listOf(contents[index - 1]?.parts).filter(isCall);
    const parts = listOf(content.parts);
    const responses = parts.filter(isResponse);
    if (responses.length > 0) {
      found.demand(responses.length === parts.length, `${where}: function_response parts must stand alone`);
    }
    found.demand(
      responses.length === calls.length,
      `${where}: the number of function response parts must equal that of function call parts`,
    );
    for (const [at, { functionResponse }] of responses.entries()) {
      const call = membersOf(calls[at]?.functionCall);
      const response = membersOf(functionResponse);
      found.demand(response.name === call.name, `${where}: function_response.name`);
      found.demand(response.id === call.id, `${where}: function_response.id`);
      found.demand(Object.keys(membersOf(response.response)).length > 0, `${where}: function_response.response`);
    }
  }
}

/** The first call of every step since the user last said something must bring its signature. */
function checkSignatures(contents: readonly Members[], found: Complaints): void {
  const start = contents.findLastIndex(({ role, parts }) => role === 'user' && !listOf(parts).some(isResponse));
  for (const [index, { role, parts }] of contents.entries()) {
    if (index < start || role !== 'model') continue;
    const first = listOf(parts).find(isCall);
    if (first === undefined) continue;
    found.demand(
      first.thoughtSignature !== undefined,
      `contents[${index}]: function call is missing a thought_signature`,
    );
  }
}

function checkTools(body: Members, found: Complaints): void {
  const tools = listOf(body.tools).flatMap(({ functionDeclarations }) => listOf(functionDeclarations));
  for (const { name, parameters, parametersJsonSchema } of tools) {
    found.demand(NAME.test(String(name)), `function_declarations.name ${String(name)}`);
    found.demand(
      parameters === undefined || parametersJsonSchema === undefined,
      'parameters and parameters_json_schema',
    );
  }
  const { mode, allowedFunctionNames } = membersOf(membersOf(body.toolConfig).functionCallingConfig);
  if (mode !== undefined) found.demand(wordSet('AUTO ANY NONE VALIDATED').has(String(mode)), 'function_calling_config');
  const mayName = mode === 'ANY' || mode === 'VALIDATED';
  if (allowedFunctionNames !== undefined) found.demand(mayName, 'allowed_function_names: only with ANY or VALIDATED');
}

/** What Gemini would answer 400 to. `issued`: the signatures that this vendor has given out. */
export function geminiComplaints(model: string, body: Members, issued: ReadonlySet<string>): string[] {
  const found = new Complaints();
  const limits = limitsOf(model);
  const contents = listOf(body.contents);
  found.onlyKnown(body, MEMBERS, 'body');
  found.demand(contents.length > 0, 'contents is not specified');
  for (const [index, { role, parts }] of contents.entries()) {
    const where = `contents[${index}]`;
    const before = contents[index - 1];
    // What a user says beside results stands in a content of its own after them.
    const afterResults = role === 'user' && listOf(before?.parts).some(isResponse);
    found.demand(
      afterResults || role === (before?.role === 'user' ? 'model' : 'user'),
      `${where}: roles must alternate`,
    );
    found.demand(listOf(parts).length > 0, `${where}: parts are missing`);
    for (const [at, part] of listOf(parts).entries()) checkPart(part, issued, found, `${where}.parts[${at}]`);
  }
  checkResponses(contents, found);
  if (limits.signatures) checkSignatures(contents, found);
  checkModel(body, limits, found);
  checkTools(body, found);
  const config = membersOf(body.generationConfig);
  found.onlyKnown(config, CONFIG, 'generation_config');
  const { responseSchema, responseJsonSchema, responseMimeType, thinkingConfig, maxOutputTokens } = config;
  found.demand(maxOutputTokens === undefined || Number(maxOutputTokens) > 0, 'max_output_tokens: must be positive');
  const asksLogprobs = config.responseLogprobs !== undefined || config.logprobs !== undefined;
  found.demand(!asksLogprobs || HAS_LOGPROBS.test(model), `Logprobs is not enabled for models/${model}`);
  const hasSchema = responseSchema !== undefined || responseJsonSchema !== undefined;
  if (hasSchema) found.demand(responseMimeType === 'application/json', 'response_mime_type: required by a schema');
  const { thinkingBudget, thinkingLevel } = membersOf(thinkingConfig);
  found.demand(thinkingBudget === undefined || thinkingLevel === undefined, 'thinking_budget and thinking_level');
  return found.found;
}
