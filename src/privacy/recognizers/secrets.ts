import { isWordCode } from '../characters.ts';
import { entropyOf, looksRandom } from '../entropy.ts';
import type { Sink } from '../finding.ts';
import { FLAG } from '../lexicon.ts';
import type { View } from '../view.ts';
import { SECRET_SHAPES, type SecretShape } from './secret-shapes.ts';

/** Number of two units as a key where both are ASCII, else of no shape. */
const prefixKey = (first: number, second: number): number => (first < 128 && second < 128 ? (first << 7) | second : 0);

const byPrefix = compile();
/** Which prefixes there are, so that a word that has none asks two kilobytes instead of a hundred. */
const isPrefix = new Uint8Array(byPrefix.length >>> 3);
for (const [key, shapes] of byPrefix.entries())
  if (shapes !== undefined) isPrefix[key >>> 3] = (isPrefix[key >>> 3] as number) | (1 << (key & 7));

/** Shapes by their first two units, so that a word that begins no secret costs one look-up. */
function compile(): readonly (readonly SecretShape[] | undefined)[] {
  const table = new Array<SecretShape[] | undefined>(1 << 14).fill(undefined);
  for (const shape of SECRET_SHAPES) {
    for (const prefix of shape.prefixes) {
      const key = prefixKey(prefix.charCodeAt(0), prefix.charCodeAt(1));
      table[key] = [...(table[key] ?? []), shape];
    }
  }
  return table;
}

/** Keys whose vendor marks them by a prefix; they begin with the word `index`. */
export function recognizeMarkedSecret(view: View, index: number, sink: Sink): void {
  const { text } = view;
  const start = view.starts[index] as number;
  const key = prefixKey(text.charCodeAt(start), text.charCodeAt(start + 1));
  if (((isPrefix[key >>> 3] as number) & (1 << (key & 7))) === 0) return;
  const shapes = byPrefix[key];
  if (shapes === undefined) return;
  const before = text.charCodeAt(start - 1);
  if (before === 95 || before === 45 || (before === 46 && isWordCode(text.charCodeAt(start - 2)))) return;
  for (const { shape, type, leastEntropy } of shapes) {
    shape.lastIndex = start;
    const match = shape.exec(text)?.[0];
    if (match === undefined || entropyOf(match) < (leastEntropy ?? 3)) continue;
    sink.add(type, start, start + match.length, 0.97, 'pattern');
    return;
  }
}

const PRIVATE_KEY = /-----BEGIN[ A-Z0-9_-]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
const KEY_END = /-----END[ A-Z0-9_-]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** Longest armoured key that is looked for; a key without an end counts as far as it goes on like one. */
const LONGEST_KEY = 16_384;

/** PEM blocks of private keys, with or without their end. */
export function recognizePrivateKey(view: View, dash: number, sink: Sink): void {
  const { text } = view;
  PRIVATE_KEY.lastIndex = dash;
  const match = PRIVATE_KEY.exec(text)?.[0];
  if (match === undefined) return;
  const from = dash + match.length;
  const stretch = text.slice(from, from + LONGEST_KEY);
  KEY_END.lastIndex = 0;
  const end = KEY_END.exec(stretch);
  const length =
    end === null ? (/^[\sA-Za-z0-9+/=\\:,.-]*/.exec(stretch)?.[0].trimEnd().length ?? 0) : end.index + end[0].length;
  if (length < 16) return;
  sink.add('private_key', dash, from + length, 0.99, 'pattern');
}

const CREDENTIALS = /:\/\/([^\s/:@"'<>]{0,128}):([^\s/@"'<>]{1,128})@[^\s"'<>]{1,512}/y;
/** What documents write where a password would stand. */
const PLACEHOLDER =
  /^(?:[<[{$%(*].*|.*[>\]}]|x{3,}|\*+|\.{3,}|your[-_ ].*|my[-_ ]?(?:password|secret|token).*|example.*|change[-_]?me|placeholder|redacted|none|null|undefined|true|false|password|passwd|secret|token|string|user|pass|key|process\.env.*|os\.environ.*|env[.[(].*|required|optional|test|todo|name|value|credentials?)$/i;

/** A user and password inside an address: `postgres://app:secret@host/db`. */
export function recognizeConnectionString(view: View, colon: number, sink: Sink): void {
  const { text } = view;
  CREDENTIALS.lastIndex = colon;
  const match = CREDENTIALS.exec(text);
  if (match === null || PLACEHOLDER.test(match[2] ?? '')) return;
  let start = colon;
  while (colon - start < 24 && /[A-Za-z0-9+.-]/.test(text[start - 1] ?? ' ')) start -= 1;
  if (start === colon) return;
  sink.add('connection_string', start, colon + match[0].replace(/[.,;:!?)\]}]+$/, '').length, 0.95, 'pattern');
}

/** "password for the portal:", "Passwort für das Portal:", "mot de passe du compte :", "contraseña es". */
const ASSIGNED =
  /["']?(?: (?:for|of|to|für|zum|zur|vom|pour|du|de|para|del)(?: [\p{L}\d.-]{1,20}){1,3})?(?: (?:gegeben|geändert|gesetzt|zurückgesetzt|jetzt|nun|now))?\s{0,3}(?:=>|:=|[:=]|\b(?:(?:is )?(?:changed|set|reset) to|is(?: now)?|ist(?: jetzt| nun)?|lautet|est|es|(?:(?:was|has been|is|wurde) )?(?:changed|set|reset) to|war|was|geändert auf)\b:?)\s{0,3}(["'`]?)([^\s"'`,;<>()]{6,256})(["'`]?)/uy;

/** Values assigned to what is called a password, secret or key, where they look like one; `index` is that word. */
export function recognizeAssignedSecret(view: View, index: number, sink: Sink): void {
  if (((view.flags[index] as number) & FLAG.secretWord) === 0) return;
  const { text } = view;
  let last = index + (view.spans[index] as number) - 1;
  // "api_key_prod = ...": the name may go on for a word or two.
  for (
    let more = 0;
    more < 2 &&
    view.starts[last + 1] === (view.ends[last] as number) + 1 &&
    /[_-]/.test(text[view.ends[last] as number] ?? '');
    more += 1
  )
    last += 1;
  ASSIGNED.lastIndex = view.ends[last] as number;
  const match = ASSIGNED.exec(text);
  if (match === null) return;
  const [all, open = '', whole = '', close = ''] = match;
  if (open !== '' && open !== close) return;
  const label = text.slice(view.starts[index], view.ends[last]);
  const password =
    /pass|pwd|^pw$|пароль|密码|パスワード|비밀번호|contraseña|kennwort|wachtwoord|senha|hasło|şifre|parola|lösenord/i.test(
      label,
    );
  const quoted = open !== '';
  const spoken = /\b(?:is|ist|lautet|est|es|war|was|to|auf|now|jetzt|nun)\b/.test(
    all.slice(0, all.length - whole.length - close.length),
  );
  // What ends a sentence is no part of a password and no kind of its signs; behind a sign of assignment "!" is one.
  const value = quoted ? whole : whole.replace(spoken ? /[.,;:!?]+$/ : /[.,;:?]+$/, '');
  if (!isSecretValue(value, password, quoted || spoken)) return;
  const start = ASSIGNED.lastIndex - close.length - whole.length;
  sink.add(password ? 'password' : 'api_key', start, start + value.length, 0.85, 'context', 1);
}

function isSecretValue(value: string, password: boolean, quoted: boolean): boolean {
  if (PLACEHOLDER.test(value) || /^[\w$]+(?:\.[\w$]+)+$/.test(value) || /^(?:https?:|\/|\.\/)/.test(value))
    return false;
  if (!password) return value.length >= 16 && looksRandom(value);
  // A password is short: it mixes kinds of signs, or has digits inside, or is quoted and not a name in code.
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(value)).length;
  if (kinds >= 3) return true;
  if (kinds < 2 || !/\d/.test(value)) return false;
  return quoted ? !/^[a-z]+_\d+$/.test(value) : /^[A-Za-z\d]{8,}$/.test(value) && !/^[A-Za-z]+\d{0,3}$/.test(value);
}
