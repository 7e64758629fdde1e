// Counts what passed, and keeps the figures for --json. A test is a sentence and a function that throws.
import fs from "node:fs";

const figures = {};
let passed = 0;
let failed = 0;
let skipped = 0;

export async function test(sentence, run) {
  const started = Date.now();
  try {
    await run();
    passed++;
    console.log(`ok    ${sentence} (${Date.now() - started} ms)`);
  } catch (error) {
    failed++;
    console.log(`FAIL  ${sentence}\n      ${String(error?.stack ?? error).split("\n").slice(0, 8).join("\n      ")}`);
  }
}

export function skip(sentence, reason) {
  skipped++;
  console.log(`SKIP  ${sentence}: ${reason}`);
}

export function check(condition, message) {
  if (!condition) throw new Error(message);
}

export function equal(actual, wanted, what) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(wanted)];
  check(a === b, `${what}: ${a}, wanted ${b}`);
}

export function figure(key, value) {
  figures[key] = typeof value === "number" ? Math.round(value * 100) / 100 : value;
}

export async function until(what, condition, limitMs = 15_000) {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    check(Date.now() < deadline, `waited ${limitMs} ms for ${what}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}

export function finish(jsonFile) {
  if (jsonFile) fs.writeFileSync(jsonFile, `${JSON.stringify(figures, null, 2)}\n`);
  for (const [key, value] of Object.entries(figures)) console.log(`      ${key} = ${value}`);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
