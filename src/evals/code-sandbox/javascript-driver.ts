/** The same as the Python driver, for JavaScript; see there. A promise is waited for. */
export const JAVASCRIPT_DRIVER = `
const fs = require('node:fs');
const write = fs.writeSync, stringify = JSON.stringify, exit = process.exit.bind(process), clone = structuredClone;
const isArray = Array.isArray, prototypeOf = Object.getPrototypeOf, keysOf = Object.keys, plain = Object.prototype, mapOf = Array.prototype.map;
const task = JSON.parse(fs.readFileSync(0, 'utf8'));
const nothing = () => true;
process.stdout.write = nothing; process.stderr.write = nothing;
for (const name of keysOf(console)) if (typeof console[name] === 'function') console[name] = () => undefined;
const say = (message) => { let data = Buffer.from(stringify(message) + '\\n'); while (data.length > 0) data = data.subarray(write(1, data)); };
function encode(value, depth) {
  if (depth > 64) return ['x', 'too deep'];
  if (value === null) return ['n'];
  switch (typeof value) {
    case 'undefined': return ['u'];
    case 'boolean': return ['b', value ? 1 : 0];
    case 'number': return ['f', Object.is(value, -0) ? '-0' : String(value)];
    case 'bigint': return ['i', String(value)];
    case 'string': return ['s', value];
  }
  if (isArray(value)) return ['l', Array.from({ length: value.length }, (_, index) => encode(value[index], depth + 1))];
  if (typeof value === 'object' && prototypeOf(value) === plain) {
    return ['d', keysOf(value).sort().map((key) => [['s', key], encode(value[key], depth + 1)])];
  }
  return ['x', typeof value];
}
say({ ready: true });
(async () => {
  try {
    const scope = { exports: {} };
    const known = new Function('module', 'exports', 'require', task.code + '\\n;return typeof ' + task.entry_point + " === 'function' ? " + task.entry_point + ' : undefined;')(scope, scope.exports, require);
    const run = known ?? scope.exports[task.entry_point] ?? scope.exports;
    for (const given of task.inputs) say({ value: encode(await run(...clone(given)), 0) });
  } catch (error) {
    say({ error: String(error?.name ?? 'Error').slice(0, 80) });
    exit(0);
  }
  say({ done: true });
  exit(0);
})();
`;
