// The official engine for tests: one JSON call in a line, one JSON answer out. The argument is the folder that holds
// node_modules. {"call": function, "with": [arguments]} gives what the function gives; "compareJson" with a policy's
// text and our JSON for it says whether the engine's own JSON is the same (numbers as JavaScript has them).
import { createRequire } from 'module';
import { readFileSync } from 'fs';
import { isDeepStrictEqual } from 'util';

const cedar = createRequire(process.argv[2] + '/')('@cedar-policy/cedar-wasm/nodejs');

function compareJson(text, ours) {
  const isTemplate = cedar.policySetTextToParts(text).policy_templates?.length > 0;
  const theirs = isTemplate ? cedar.templateToJson(text) : cedar.policyToJson(text);
  if (theirs.type !== 'success') return { same: false, theirs };
  return isDeepStrictEqual(theirs.json, JSON.parse(ours)) ? { same: true } : { same: false, theirs: theirs.json };
}

for (const line of readFileSync(0, 'utf8').split('\n')) {
  if (!line) continue;
  const { call, with: given } = JSON.parse(line);
  console.log(JSON.stringify(call === 'compareJson' ? compareJson(...given) : cedar[call](...given)));
}
