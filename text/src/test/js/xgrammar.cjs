'use strict';
// Walks token sequences through XGrammar and compares its masks with those that are given:
//   node xgrammar.cjs INPUT OUTPUT
// INPUT is one JSON object: vocabulary (byte-level strings, "" for tokens without text), end (the
// id of the end token), closers (ids that a completion prefers), cases. A case has a schema, as
// text, endings (tokens that texts may end with) and walks; a walk has tokens and, in base64, the mask before each of them and perhaps one
// behind the last. OUTPUT has one line of JSON for each case.

const fs = require('node:fs');
const path = require('node:path');

const SAMPLES = 6;
const LONGEST = 200;

const said = [];
for (const level of ['log', 'info', 'warn', 'error']) {
  console[level] = (...parts) => said.push(parts.join(' '));
}

// The package says that it is a module, but it is a script that wants `require`.
function load(name) {
  const file = path.join(__dirname, 'node_modules', name);
  const loaded = {exports: {}};
  new Function('exports', 'module', 'require', '__filename', '__dirname', fs.readFileSync(file, 'utf8'))(
    loaded.exports, loaded, require, file, path.dirname(file));
  return loaded.exports;
}

function loadXGrammar() {
  return load('@mlc-ai/web-xgrammar/lib/index.js');
}

/** What is said where XGrammar does not run at all, so that the caller can tell it from a fault. */
const UNUSABLE = 3;

const allows = (mask, id) => (mask[id >> 5] >>> (id & 31)) & 1;
const decoded = (base64) => new Int32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer);

/** The ids that are in the one mask and not in the other. */
function only(one, other, size) {
  const ids = [];
  for (let word = 0; word < one.length; word++) {
    let left = one[word] & ~(other[word] ?? 0);
    for (let bit = 0; left !== 0 && bit < 32; bit++) {
      if ((left >>> bit) & 1 && word * 32 + bit < size) {
        ids.push(word * 32 + bit);
        left &= ~(1 << bit);
      }
    }
  }
  return ids;
}

/** Some of the ids, from all parts; each at two places of a case at most. */
function sample(ids, seen) {
  const fresh = ids.filter((id) => (seen.get(id) ?? 0) < 2);
  const taken = fresh.length <= SAMPLES
    ? fresh : Array.from({length: SAMPLES}, (_, i) => fresh[Math.floor((i * fresh.length) / SAMPLES)]);
  taken.forEach((id) => seen.set(id, (seen.get(id) ?? 0) + 1));
  return taken;
}

async function main(input, output) {
  const {vocabulary, end, closers, cases} = JSON.parse(fs.readFileSync(input, 'utf8'));
  const size = vocabulary.length;
  let xgrammar;
  let compiler;

  /** Anew after an abort, which leaves a module that cannot be used any more. */
  async function start() {
    xgrammar = loadXGrammar();
    const info = await xgrammar.TokenizerInfo.createTokenizerInfo(vocabulary, 'byte_level', false, size, [end]);
    compiler = await xgrammar.GrammarCompiler.createGrammarCompiler(info, true);
  }

  /** Goes on from tokens to an end; null if none is found. */
  async function complete(grammar, tokens, endings) {
    if (tokens[tokens.length - 1] === end) {
      return tokens.slice(0, -1);
    }
    for (const ending of endings) {
      const matcher = await xgrammar.GrammarMatcher.createGrammarMatcher(grammar);
      const all = [...tokens, ...ending];
      const ends = all.every((token) => matcher.acceptToken(token))
        && allows(await matcher.getNextTokenBitmask(), end);
      matcher.dispose();
      if (ends) {
        return all;
      }
    }
    return wander(grammar, tokens);
  }

  async function wander(grammar, tokens) {
    const matcher = await xgrammar.GrammarMatcher.createGrammarMatcher(grammar);
    try {
      if (!tokens.every((token) => matcher.acceptToken(token))) {
        return null;
      }
      const all = [...tokens];
      let seed = 1;
      while (all.length < tokens.length + LONGEST) {
        const mask = await matcher.getNextTokenBitmask();
        if (allows(mask, end)) {
          return all;
        }
        let next = closers.find((id) => allows(mask, id));
        for (let tries = 0; next === undefined && tries < size; tries++) {
          seed = (seed * 1103515245 + 12345) % 2147483648;
          const id = (seed + tries) % size;
          next = allows(mask, id) ? id : undefined;
        }
        if (next === undefined || !matcher.acceptToken(next)) {
          return null;
        }
        all.push(next);
      }
      return null;
    } finally {
      matcher.dispose();
    }
  }

  async function follow(grammar, {tokens, masks}, endings, seenMore, seenLess) {
    const matcher = await xgrammar.GrammarMatcher.createGrammarMatcher(grammar);
    const differences = [];
    let compared = 0;
    try {
      for (let at = 0; at < masks.length; at++) {
        const theirs = await matcher.getNextTokenBitmask();
        const ours = decoded(masks[at]);
        const more = only(theirs, ours, size);
        const less = only(ours, theirs, size);
        compared++;
        if (more.length > 0 || less.length > 0) {
          const completions = [];
          for (const id of sample(more, seenMore)) {
            const all = await complete(grammar, [...tokens.slice(0, at), id], endings);
            completions.push({token: id, tokens: all});
          }
          differences.push({at, more: more.length, less: less.length, completions, less_tokens: sample(less, seenLess)});
        }
        if (at === tokens.length || !allows(theirs, tokens[at]) || !matcher.acceptToken(tokens[at])) {
          break;
        }
      }
    } finally {
      matcher.dispose();
    }
    return {compared, differences};
  }

  try {
    await start();
  } catch (e) {
    process.stderr.write('XGrammar does not run here: ' + String(e.stack ?? e) + '\n');
    process.exit(UNUSABLE);
  }
  for (const {schema, walks, endings} of cases) {
    said.length = 0;
    let line;
    try {
      const grammar = await compiler.compileJSONSchema(schema, false, -1, [',', ':'], false);
      const warnings = said.slice();
      const followed = [];
      const seenMore = new Map();
      const seenLess = new Map();
      for (const walk of walks) {
        followed.push(await follow(grammar, walk, endings, seenMore, seenLess));
      }
      grammar.dispose();
      line = {warnings, walks: followed};
    } catch (e) {
      line = {refused: said.join(' ') || String(e.message ?? e)};
      await start();
    }
    fs.writeSync(output, JSON.stringify(line) + '\n');
  }
}

main(process.argv[2], fs.openSync(process.argv[3], 'w')).then(
  () => process.exit(0),
  (e) => {
    process.stderr.write(String(e.stack ?? e) + '\n');
    process.exit(1);
  });
