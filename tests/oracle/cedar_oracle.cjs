// The rules as Cedar policies.
//
//     node cedar_oracle.cjs PACKAGE_DIRECTORY
//
// Reads trials (oracle_cedar.c says how they are written), one a line, and
// answers each with one line. The numbers in comments are those of the
// role-based administration reference.
//
// A caller is a member of every administrator record that applies and is not
// disabled (7.1). A collection is a member of the one that limits it (7.5), an
// object of its type; the scopes of an object are a set. Each right of an
// assigned role is one or two permits; a directly assigned collection is a
// forbid, which Cedar lets win over every permit (R7.5.2, R7.5.3).
'use strict';

const path = require('node:path');
const readline = require('node:readline');
const v8 = require('node:v8');

// Inlined calls into WebAssembly abort V8 11 when they are deoptimised.
v8.setFlagsFromString('--no-turbo-inline-js-wasm-calls');

const cedar = require(path.resolve(process.argv[2], 'nodejs/cedar_wasm.js'));

const LEVEL_DOMAIN = 1; // nothing is allowed below
const LEVEL_HIGHEST = 3;

const entity = (type, id) => ({ type, id: String(id) });
const text = (type, id) => `${type}::"${id}"`;
const set = (type, ids) => `[${ids.map((id) => text(type, id)).join(', ')}]`;

function bitsOf(mask) {
  const bits = [];
  for (let bit = 0; bit < 32; bit++)
    if (Math.floor(mask / 2 ** bit) % 2 === 1) bits.push(bit);
  return bits;
}

const actions = (type, bits) =>
  `action in ${set('Action', bits.map((bit) => `${type}/${bit}`))}`;

// T66: from <= t < until.
function timely(assignment) {
  const terms = [];
  if (assignment.from !== undefined)
    terms.push(`context.now >= ${assignment.from}`);
  if (assignment.until !== undefined)
    terms.push(`context.now < ${assignment.until}`);
  return terms;
}

// What the object must be, besides of the type: a Cedar expression, or null
// where the assignment opens nothing of this type at all.
function coverOf(estate, type, assignment) {
  const itself = `resource == ${text('Type', type.id)}`;
  switch (type.securing) {
    case 'role': // R7.4.1: any scope will do
      return assignment.scopes.length ? 'true' : null;
    case 'scope': // 7.3
      if (!assignment.scopes.length) return null;
      if (assignment.scopes.includes(estate.allScope))
        return `(${itself} || !resource.scopes.isEmpty())`;
      return `(${itself} || resource.scopes.containsAny(` +
        `${set('Scope', assignment.scopes)}))`;
    // Through a higher one; no scope opens it (R7.5.1, R7.5.6).
    case 'collection':
      if (!assignment.collections.length) return null;
      return `(${itself} || ` +
        `resource in ${set('Collection', assignment.collections)})`;
  }
  throw new Error(`securing ${type.securing}`);
}

function permit(admin, type, bits, terms) {
  return `permit(principal in ${text('Admin', admin)}, ` +
    `${actions(type.id, bits)}, resource in ${text('Type', type.id)})` +
    ` when { ${terms.join(' && ')} };`;
}

// One right of an assigned role. Type-wide operations (4.3) are held on every
// object of the type, the others where the assignment covers.
function* permitsOf(estate, admin, assignment, role, right) {
  const type = estate.types.find((t) => t.id === right.type);
  const cover = coverOf(estate, type, assignment);
  const terms = [
    ...timely(assignment),
    `context.level >= ${LEVEL_DOMAIN}`,
    `context.level >= ${role.level}`,
    `context.level >= ${right.level}`,
  ];
  if (cover === null) return;
  const wide = bitsOf(type.typeWide);
  const written = bitsOf(right.operations);
  const said = role.rights.filter((r) => r.type === right.type)
    .flatMap((r) => bitsOf(r.operations));
  const implied = written.flatMap((bit) => bitsOf(type.implies[bit]))
    .filter((bit) => !said.includes(bit));
  // Run Script includes Run CMPivot (R9.3).
  const bits = [...new Set([...written, ...implied])];
  const anywhere = bits.filter((bit) => wide.includes(bit));
  const covered = bits.filter((bit) => !wide.includes(bit));
  if (anywhere.length) yield permit(admin, type, anywhere, terms);
  if (covered.length) yield permit(admin, type, covered, [...terms, cover]);
}

// R7.5.2: whichever role is paired with it, the collection is assigned.
function* forbidsOf(estate, admin, assignment) {
  if (!assignment.roles.length) return;
  const when = timely(assignment);
  for (const type of estate.types) {
    const blocked = bitsOf(type.blockedDirect);
    if (type.securing !== 'collection' || !blocked.length) continue;
    for (const collection of assignment.collections)
      yield `forbid(principal in ${text('Admin', admin)}, ` +
        `${actions(type.id, blocked)}, ` +
        `resource == ${text('Collection', collection)})` +
        (when.length ? ` when { ${when.join(' && ')} };` : ';');
  }
}

function* policiesOf(estate) {
  for (const [id, admin] of estate.admins.entries())
    for (const assignment of admin.assignments) {
      yield* forbidsOf(estate, id, assignment);
      for (const index of assignment.roles) {
        const role = estate.roles[index];
        for (const right of role.rights)
          yield* permitsOf(estate, id, assignment, role, right);
      }
    }
}

function callerOf(estate, subject) {
  const records = subject.admins.filter((id) => !estate.admins[id].disabled);
  return {
    uid: entity('Caller', 'caller'),
    attrs: {},
    parents: records.map((id) => entity('Admin', id)),
  };
}

// The collections above a label, itself included, as entities.
function chainOf(estate, label, typeId) {
  const chain = [];
  for (let at = label; at !== -1; at = estate.limiting[at])
    chain.push({
      uid: entity('Collection', at),
      attrs: {},
      parents: [
        ...(estate.limiting[at] === -1
          ? [] : [entity('Collection', estate.limiting[at])]),
        ...(at === label ? [entity('Type', typeId)] : []),
      ],
    });
  return chain;
}

// Entities by name: chains of two labels may share their upper part.
function merged(chains) {
  const byId = new Map();
  for (const item of chains.flat()) {
    const known = byId.get(item.uid.id);
    if (!known || item.parents.length > known.parents.length)
      byId.set(item.uid.id, item);
  }
  return [...byId.values()];
}

// What a question is about: [{resource, entities}]; allowed on any, allowed.
// More than one only where each collection counts for itself (a blocked
// operation on what several collections hold).
function resourcesOf(estate, question) {
  const type = estate.types.find((t) => t.id === question.type);
  const self = entity('Type', question.type);
  const object = (attrs, parents, others) => [{
    resource: entity('Object', 'object'),
    entities: [{
      uid: entity('Object', 'object'), attrs, parents: [self, ...parents],
    }, ...others],
  }];

  if (question.aboutType || !type) return [{ resource: self, entities: [] }];
  if (type.securing === 'role') return object({}, [], []);
  // R8.6: no object is a member of All; what nothing answers to is nothing.
  const labels = question.labels.filter((label) =>
    type.securing === 'scope'
      ? label < estate.nScopes && label !== estate.allScope
      : label < estate.limiting.length);
  if (type.securing === 'scope')
    return object({
      scopes: labels.map((id) => ({ __entity: entity('Scope', id) })),
    }, [], []);

  const isBlocked = bitsOf(type.blockedDirect).includes(question.operation);
  if (labels.length === 1 || (isBlocked && labels.length))
    return labels.map((label) => ({
      resource: entity('Collection', label),
      entities: chainOf(estate, label, question.type),
    }));
  return object({}, labels.map((id) => entity('Collection', id)),
    merged(labels.map((id) => chainOf(estate, id, question.type))));
}

function may(question, caller, resources, level) {
  return resources.some(({ resource, entities }) => {
    const answer = cedar.statefulIsAuthorized({
      principal: caller.uid,
      action: entity('Action', `${question.type}/${question.operation}`),
      resource,
      context: { now: question.now, level },
      preparsedPolicySetId: 'estate',
      entities: [caller, ...entities],
    });
    if (answer.type !== 'success')
      throw new Error(JSON.stringify(answer.errors));
    if (answer.response.diagnostics.errors.length)
      throw new Error(JSON.stringify(answer.response.diagnostics.errors));
    return answer.response.decision === 'allow';
  });
}

// Allowed at the level asked, at none, or from some higher one on.
function answerOf(estate, callers, question) {
  const caller = callers[question.subject];
  const resources = resourcesOf(estate, question);
  const at = (level) => may(question, caller, resources, level);

  if (!at(LEVEL_HIGHEST)) return 'd';
  for (let level = question.level; level < LEVEL_HIGHEST; level++)
    if (at(level)) return level === question.level ? 'a' : String(level);
  return question.level === LEVEL_HIGHEST ? 'a' : String(LEVEL_HIGHEST);
}

function answerTrial(estate) {
  const parsed = cedar.preparsePolicySet('estate', {
    staticPolicies: [...policiesOf(estate)].join('\n'),
  });
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed.errors));
  const callers = estate.subjects.map((s) => callerOf(estate, s));
  return estate.questions.map((q) => answerOf(estate, callers, q)).join('');
}

function main() {
  const lines = readline.createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    let answer;
    try {
      answer = answerTrial(JSON.parse(line));
    } catch (error) {
      answer = `! ${String(error.message).replace(/\s+/g, ' ').slice(0, 900)}`;
    }
    process.stdout.write(`${answer}\n`);
  });
}

main();
