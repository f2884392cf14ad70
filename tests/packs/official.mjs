// Validates the packs by the official engine, strictly: what hikae takes for sound law has to be so for everybody. A rule
// with a planted fault has to be found, or finding none would prove nothing. Arguments: folder of node_modules, src/packs.
import { readFileSync } from 'fs';
import { createRequire } from 'module';
import { join } from 'path';

const cedar = createRequire(process.argv[2] + '/')('@cedar-policy/cedar-wasm/nodejs');
const packs = process.argv[3];
const pack = join(packs, 'edogawa-2021');
const manifest = readFileSync(join(pack, 'pack.yaml'), 'utf8');
const files = manifest.match(/^policies: \[(.*)\]$/m)[1].split(', ');
const schema = [join(packs, 'core.cedarschema'), join(pack, 'schema.cedarschema')].map((f) => readFileSync(f, 'utf8')).join('\n');

// Every error and warning of the texts, with the policy's @id.
function validate(texts) {
  const parts = cedar.policySetTextToParts(texts.join('\n'));
  if (parts.type !== 'success') return parts.errors.map((e) => e.message);
  const staticPolicies = {};
  for (const text of parts.policies) staticPolicies[text.match(/@id\("([^"]*)"\)/)[1]] = text;
  const answer = cedar.validate({ validationSettings: { mode: 'strict' }, schema, policies: { staticPolicies } });
  if (answer.type !== 'success') return answer.errors.map((e) => e.message);
  console.log(`${parts.policies.length} policies`);
  const list = [...answer.validationErrors, ...answer.validationWarnings];
  return list.map((e) => `${e.policyId}: ${(e.error ?? e.warning ?? e).message}`);
}

const texts = files.map((file) => readFileSync(join(pack, file), 'utf8'));
const found = validate(texts);
found.forEach((line) => console.error(line));
const planted = validate([...texts, '@id("planted") forbid (principal is Worker, action == Action::"read", resource is File) unless { principal.employer == resource };']);
if (planted.length <= found.length) console.error('the planted fault was not found');
process.exit(found.length === 0 && planted.length > 0 ? 0 : 1);
