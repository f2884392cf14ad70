// The official engine's verdicts on our vectors, and its JSON of our schemas. Arguments: FOLDER SCHEMAS.jsonl VECTORS.json…
// FOLDER holds node_modules/@cedar-policy/cedar-wasm. Prints one line per disagreement and a count.
import { createRequire } from 'module';
import { readFileSync } from 'fs';
const require = createRequire(process.argv[2] + '/');
const cedar = require('@cedar-policy/cedar-wasm/nodejs');

const parse = (text) => { try { return JSON.parse(text); } catch { return undefined; } };
const sorted = (x) => Array.isArray(x) ? x.map(sorted)
  : x !== null && typeof x === 'object' ? Object.fromEntries(Object.keys(x).sort().map((k) => [k, sorted(x[k])])) : x;
const same = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

function accepts(kind, text, schema) {
  if (kind === 'schema-text') return cedar.checkParseSchema(text).type === 'success';
  const json = parse(text);
  if (json === undefined) return false;
  if (kind === 'schema-json') return cedar.checkParseSchema(json).type === 'success';
  if (kind === 'entities') return cedar.checkParseEntities({ entities: json, schema: schema ?? null }).type === 'success';
  const { principal, action, resource, context = {} } = json;
  return cedar.isAuthorized({ principal, action, resource, context, schema: schema ?? null, validateRequest: schema !== undefined,
    policies: { staticPolicies: '' }, entities: [] }).type === 'success';
}

let compared = 0, wrong = 0;
const disagree = (what) => { if (++wrong <= 20) console.log(what); };
const [schemas, ...vectors] = process.argv.slice(3);
for (const line of readFileSync(schemas, 'utf8').split('\n')) {
  if (!line) continue;
  const { name, text, json, back } = JSON.parse(line);
  ++compared;
  const theirs = cedar.schemaToJson(text);
  if (!same(theirs.json, json)) disagree(`${name}: its JSON is not ours: ${JSON.stringify(theirs.errors ?? theirs.json)}`);
  if (!same(cedar.schemaToJson(back).json, json)) disagree(`${name}: the text written from JSON means something else`);
  if (cedar.checkParseSchema(json).type !== 'success') disagree(`${name}: our JSON is refused`);
}
for (const file of vectors) {
  const { kind, schema, cases } = JSON.parse(readFileSync(file, 'utf8'));
  for (const one of cases) {
    ++compared;
    const expected = one.official !== undefined ? one.official === 'accepts' : one.error === undefined;
    let found;
    try { found = accepts(kind, one.text, one.schema ? schema.join('\n') : undefined); } catch { found = false; }
    if (found !== expected) disagree(`${file}: ${found ? 'accepts' : 'refuses'} ${one.text}`);
  }
}
console.log(`${compared} compared, ${wrong} disagreements`);
process.exit(wrong === 0 && compared > 0 ? 0 : 1);
