// The official engine's answers to worlds (world.h): one JSON line in, one out. Started by the comparison, with the
// folder that holds node_modules as its argument; ended by the end of its input.
import { createRequire } from 'module';

const cedar = createRequire(process.argv[2] + '/')('@cedar-policy/cedar-wasm/nodejs');
const failed = (answer) => answer.type !== 'success';
const messages = (answer) => (answer.errors ?? []).map((e) => (e.error ?? e).message).join('; ');
const verdict = (answer) => (failed(answer) ? { why: messages(answer) } : true);
const sorted = (ids) => [...new Set(ids)].sort();
let count = 0;

function policySet(set) {
  const templates = {};
  if (set.templates) {
    const first = cedar.policySetTextToParts(set.policies).policies?.length ?? 0;
    set.templates.forEach((text, i) => (templates[`policy${first + i}`] = text));
  }
  return { staticPolicies: set.policies, templates, templateLinks: set.links ?? [] };
}

// The cache of prepared sets and schemas is never freed: the comparison starts a new process now and then.
function authorize(set, world, id) {
  return set.requests.map((request) => {
    const answer = cedar.statefulIsAuthorized({
      ...request, preparsedPolicySetId: id, entities: world.entities,
      ...(world.schema !== null ? { preparsedSchemaName: 'schema', validateRequest: true } : {}),
    });
    if (failed(answer)) return { answer: null, why: messages(answer) };
    const { decision, diagnostics } = answer.response;
    return {
      answer: { allow: decision === 'allow', reasons: sorted(diagnostics.reason), errors: sorted(diagnostics.errors.map((e) => e.policyId)) },
      why: messages(diagnostics),
    };
  });
}

// Validation is of each policy by itself, so the policies of all sets are validated in one call, which reads the schema
// once. `usable`: the sets that parse.
function validateAll(world, usable, textHolds) {
  const policies = {};
  // Our text of a JSON schema stands for it: it has to find the same.
  const schema = textHolds ? world.schema_text : world.schema;
  for (const { set, index } of usable) {
    parts(set).forEach((part, i) => (policies[`${index}/policy${i}`] = part));
  }
  const found = cedar.validate({ schema, policies: { staticPolicies: policies } });
  if (failed(found)) throw new Error(`validation of ${world.seed}: ${messages(found)}`);
  const bySet = new Map(usable.map(({ index }) => [String(index), { errors: [], warnings: [], why: [] }]));
  for (const { policyId, error } of found.validationErrors) {
    const [index, id] = policyId.split('/');
    bySet.get(index).errors.push(id);
    bySet.get(index).why.push(error.message);
  }
  for (const { policyId, error } of found.validationWarnings) {
    const [index, id] = policyId.split('/');
    // Warnings on the looks of strings are a lint of the official engine's, apart from its validation.
    if (error.message.includes('impossible')) bySet.get(index).warnings.push(id);
  }
  return bySet;
}

// Templates and links are validated with their set: is there an error in one of them?
function templatesValid(world, set) {
  const found = cedar.validate({ schema: world.schema, policies: policySet(set) });
  if (failed(found)) throw new Error(`validation of ${world.seed}: ${messages(found)}`);
  const first = cedar.policySetTextToParts(set.policies).policies.length;
  const isStatic = (id) => /^policy\d+$/.test(id) && Number(id.slice(6)) < first;
  return found.validationErrors.every((e) => isStatic(e.policyId));
}

// JSON with the keys in order, so that equal values are equal texts.
const canonical = (value) => JSON.stringify(value, (_, v) =>
  v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort()) : v);

// The parts of a text in its order: they come sorted by their ids as strings, policy10 before policy2.
function parts(set) {
  if (set.whole) return set.policies.split('//----\n');
  const { policies } = cedar.policySetTextToParts(set.policies);
  if (policies === undefined) return undefined;
  const ids = policies.map((_, i) => `policy${i}`).sort();
  return policies.map((_, i) => policies[ids.indexOf(`policy${i}`)]);
}

function jsonOf(set) {
  return [...parts(set).map((p) => cedar.policyToJson(p).json),
    ...(set.templates ?? []).map((t) => cedar.templateToJson(t).json)];
}

// Does every text of ours read as the policy it was made of?
function madeSame(set, json) {
  return set.made.length === json.length && set.made.every((text, i) => {
    const plain = cedar.policyToJson(text);
    const read = failed(plain) ? cedar.templateToJson(text) : plain;
    return !failed(read) && canonical(read.json) === canonical(json[i]);
  });
}

function formattedSame(set, json) {
  const read = parts({ policies: set.formatted });
  return read?.length === json.length - (set.templates ?? []).length && read.every((p, i) => canonical(cedar.policyToJson(p).json) === canonical(json[i]));
}

function answer(world) {
  const out = {};
  if (world.schema !== null) out.schema = verdict(cedar.preparseSchema('schema', world.schema));
  if (out.schema === true && typeof world.schema === 'string') out.schema_json = cedar.schemaToJson(world.schema).json;
  if (out.schema === true && world.schema_text !== undefined) {
    const read = cedar.checkParseSchema(world.schema_text);
    out.schema_text = failed(read) ? { why: messages(read) } : true;
  }
  const refused = world.schema !== null && out.schema !== true;
  if (!refused) out.entities = verdict(cedar.checkParseEntities({ entities: world.entities, schema: world.schema ?? undefined }));
  const usable = [];
  out.sets = world.sets.map((set, index) => {
    const id = `p${count++}`;
    const parsed = cedar.preparsePolicySet(id, policySet(set));
    if (failed(parsed)) return { policies: false, why: messages(parsed) };
    usable.push({ set, index, id });
    if (set.made === undefined) return { policies: true };
    const json = jsonOf(set);
    return { policies: true, json, made: madeSame(set, json), formatted: formattedSame(set, json) };
  });
  if (world.schema !== null && !refused) {
    const found = validateAll(world, usable, out.schema_text === true);
    for (const { set, index } of usable) {
      const { errors, warnings, why } = found.get(String(index));
      // A policy with an error is not said to be impossible: which of its parts have a type is no part of the language.
      const other = warnings.filter((id) => !errors.includes(id));
      Object.assign(out.sets[index], { errors: sorted(errors), warnings: sorted(other) }, why.length ? { why } : {});
      if (set.templates) out.sets[index].templates = templatesValid(world, set);
    }
  }
  if (out.entities === true) {
    for (const { set, index, id } of usable) {
      const answers = authorize(set, world, id);
      out.sets[index].answers = answers.map((a) => a.answer);
      out.sets[index].why_answers = answers.map((a) => a.why);
    }
  }
  if (world.policy_jsons) out.policy_jsons = world.policy_jsons.map((json) => verdict(cedar.policyToText(json)));
  out.schemas = world.schemas.map((schema) => verdict(cedar.checkParseSchema(schema)));
  out.stores = refused ? [] : world.stores.map((entities) => verdict(cedar.checkParseEntities({ entities, schema: world.schema ?? undefined })));
  return out;
}

// Not readline, which also breaks lines at U+2028.
async function* lines(input) {
  let rest = '';
  for await (const chunk of input.setEncoding('utf8')) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop();
    yield* parts;
  }
}

for await (const line of lines(process.stdin)) {
  let out;
  try {
    out = answer(JSON.parse(line));
  } catch (error) {
    out = { crashed: String(error) };
  }
  process.stdout.write(JSON.stringify(out) + '\n');
}
