// What the official engine takes for what `cedar_bench --peer` measured: its input and our answers are read from the
// folder. Prints a JSON object a line, and ends with status 1 when an answer differs.
//   node peer.mjs DIRECTORY MODULES [--quick]     MODULES: where node_modules with @cedar-policy/cedar-wasm is
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const [directory, modules, quick] = process.argv.slice(2);
const cedar = createRequire(`${modules}/`)('@cedar-policy/cedar-wasm/nodejs');
const read = (name) => readFileSync(`${directory}/${name}`, 'utf8');

// The process's own time or the clock's, whichever flatters the peer.
function nanosOf(operations, work) {
  const cpu = process.cpuUsage(), clock = process.hrtime.bigint();
  work();
  const used = process.cpuUsage(cpu);
  return Math.min((used.user + used.system) * 1000, Number(process.hrtime.bigint() - clock)) / operations;
}

const print = (name, size, ns) => console.log(JSON.stringify({ name, size, ns: Math.round(ns) }));

function decide(policies) {
  const parsed = cedar.preparsePolicySet(`set${policies}`, { staticPolicies: read(`policies-${policies}.cedar`) });
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed));
  const requests = JSON.parse(read(`requests-${policies}.json`));
  const calls = requests.map(({ principal, action, resource, context, entities }) => ({
    principal, action, resource, context, entities, preparsedPolicySetId: `set${policies}`, validateRequest: false,
  }));
  let different = 0;
  requests.forEach((request, i) => {
    const answer = cedar.statefulIsAuthorized(calls[i]);
    if (answer.type !== 'success') throw new Error(JSON.stringify(answer));
    const { decision, diagnostics } = answer.response;
    const same = decision === request.decision && diagnostics.errors.length === 0 &&
      JSON.stringify([...diagnostics.reason].sort()) === JSON.stringify([...request.reasons].sort());
    if (!same) different += 1;
  });
  if (different > 0) {
    console.error(`${different} of ${requests.length} answers differ with ${policies} policies`);
    process.exit(1);
  }
  // The comparison above has warmed it up.
  const share = calls.slice(0, quick || policies > 100 ? 64 : 256);
  print('decide-peer', policies, nanosOf(share.length, () => share.forEach((call) => cedar.statefulIsAuthorized(call))));
}

function load(policies) {
  const call = { schema: read('ward.cedarschema'), policies: { staticPolicies: read(`policies-${policies}.cedar`) } };
  const answer = cedar.validate(call);  // which parses both
  if (answer.type !== 'success' || answer.validationErrors.length > 0) throw new Error(JSON.stringify(answer));
  print('load', policies, nanosOf(1, () => cedar.validate(call)));
}

[12, 1000].forEach(decide);
[100, 1000].forEach(load);
