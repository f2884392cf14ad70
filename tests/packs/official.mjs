// Validates the packs by the official engine, strictly: what hikae takes for sound law has to be so for everybody. A rule
// with a planted fault has to be found, or finding none would prove nothing. Arguments: folder of node_modules, src/packs.
import { readFileSync } from 'fs';
import { createRequire } from 'module';
import { join } from 'path';

const cedar = createRequire(process.argv[2] + '/')('@cedar-policy/cedar-wasm/nodejs');
const packs = process.argv[3];
// Packs as they are judged: those laid over another together with it.
const stacks = [['edogawa-2021'], ['appi-2023'], ['appi-2023', 'mn']];
const read = (...path) => readFileSync(join(packs, ...path), 'utf8');

// Every error and warning of the texts, with the policy's @id.
function validate(schema, texts) {
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

const plant = '@id("planted") forbid (principal is Worker, action == Action::"read", resource is File) unless { principal.employer == resource };';
let faults = 0;
for (const stack of stacks) {
  const schema = [read('core.cedarschema'), ...stack.map((pack) => read(pack, 'schema.cedarschema'))].join('\n');
  const filesOf = (pack) => read(pack, 'pack.yaml').match(/^policies: \[(.*)\]$/m)[1].split(', ');
  const texts = stack.flatMap((pack) => filesOf(pack).map((file) => read(pack, file)));
  const found = validate(schema, texts);
  found.forEach((line) => console.error(`${stack.join(' + ')}: ${line}`));
  const planted = validate(schema, [...texts, plant]);
  if (planted.length <= found.length) console.error(`${stack.join(' + ')}: the planted fault was not found`);
  if (found.length > 0 || planted.length <= found.length) faults += 1;
}
process.exit(faults === 0 ? 0 : 1);
