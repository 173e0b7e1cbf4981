// Which file may use what. ARCHITECTURE.md gives the reasons; this file is the proof.
import { posix } from 'node:path';
import { globalReads, importsOf, parse, propertyReads } from './source-code.mjs';

/** @typedef {import('./source-code.mjs').Import} Import */
/**
 * One fault, worded for the person who has to mend it.
 * @typedef {{ line: number, message: string }} Violation
 */

/**
 * Which of our packages each one may import. Nothing imports upward.
 * @type {Record<string, string[]>}
 */
const ALLOWED = {
  'packages/shared': [],
  'packages/providers': ['shared'],
  'packages/db': ['shared'],
  'packages/core': ['shared', 'db', 'providers'],
  'apps/api': ['shared', 'db', 'providers', 'core'],
  'apps/web': ['shared'],
};

/** Every outbound connection of the server is opened in this folder, behind the address rules. */
const OUTBOUND = 'apps/api/src/outbound/';
const ENVIRONMENT_READER = 'apps/api/src/env.ts';
const CLIENT_PACKAGES = ['undici', 'axios', 'got', 'ky', 'node-fetch', 'superagent'];
const CLIENT_GLOBALS = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'];
const NODE_HTTP = /^(node:)?https?2?$/;
const NODE_HTTP_CLIENT = ['request', 'get', 'Agent', 'globalAgent', 'ClientRequest', 'connect'];

/** @param {string} path */
function packageOf(path) {
  return path.split('/').slice(0, 2).join('/');
}

/** @param {string} path */
function isTest(path) {
  return (
    /\.(test|spec)\.ts$/.test(path) || /^(packages|apps)\/[^/]+\/(test|e2e|tour|lighthouse)\//.test(path)
  );
}

/** @param {string} path @param {Import} imported @returns {string | undefined} what is wrong with it */
function directionFault(path, { specifier, typeOnly }) {
  const from = packageOf(path);
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(path), specifier);
    if (target.startsWith(`${from}/`) || (isTest(path) && target.startsWith('scripts/'))) return undefined;
    return `"${specifier}" leaves ${from}: import another package by its name`;
  }
  const [, target] = /^@aigc\/([^/]+)/.exec(specifier) ?? [];
  if (target === undefined || posix.basename(from) === target) return undefined;
  if (from === 'apps/web' && target === 'api') {
    return typeOnly || isTest(path)
      ? undefined
      : `only \`import type\` from ${specifier}: a value would bundle the API into the panel`;
  }
  return ALLOWED[from]?.includes(target) ? undefined : `${from} must not import ${specifier}`;
}

/** @param {import('typescript').SourceFile} source @param {Import[]} imports @returns {Violation[]} */
function clientFaults(source, imports) {
  const where = `outbound calls go through ${OUTBOUND}`;
  /** @type {Violation[]} */
  const faults = [];
  for (const { specifier, typeOnly, names, namespace, line } of imports) {
    if (typeOnly) continue;
    if (CLIENT_PACKAGES.includes(specifier)) faults.push({ line, message: `${specifier}: ${where}` });
    if (!NODE_HTTP.test(specifier)) continue;
    for (const part of NODE_HTTP_CLIENT) {
      if (names.includes(part)) faults.push({ line, message: `${part} of ${specifier}: ${where}` });
      const reads = namespace === undefined ? [] : propertyReads(source, namespace, part);
      faults.push(...reads.map((at) => ({ line: at, message: `${namespace}.${part}: ${where}` })));
    }
  }
  for (const name of CLIENT_GLOBALS) {
    faults.push(...globalReads(source, name).map((line) => ({ line, message: `global ${name}: ${where}` })));
  }
  return faults;
}

/** @param {import('typescript').SourceFile} source @param {Import[]} imports @returns {Violation[]} */
function environmentFaults(source, imports) {
  const message = `process.env is read in ${ENVIRONMENT_READER} only: take the value as an option`;
  const lines = [
    ...propertyReads(source, 'process', 'env'),
    ...imports
      .filter((one) => /^(node:)?process$/.test(one.specifier) && one.names.includes('env'))
      .map((one) => one.line),
  ];
  return lines.map((line) => ({ line, message }));
}

/** A switched-off rule without its reason. @param {string} text @returns {Violation[]} */
function suppressionFaults(text) {
  return text.split('\n').flatMap((content, index) => {
    const isSilent = /(ox|es)lint-disable(?!.* -- \S)/.test(content);
    return isSilent ? [{ line: index + 1, message: 'a switched-off rule says why: `… -- reason`' }] : [];
  });
}

/**
 * What a file does that the architecture forbids, in the order of its lines.
 * @param {string} path from the root of the repository, with `/`
 * @param {string} text
 * @returns {Violation[]}
 */
export function violationsOf(path, text) {
  const source = parse(path, text);
  const imports = importsOf(source);
  const faults = imports.flatMap((imported) => {
    const message = directionFault(path, imported);
    return message === undefined ? [] : [{ line: imported.line, message }];
  });
  faults.push(...suppressionFaults(text));
  const isServer = !path.startsWith('apps/web/');
  if (!isTest(path)) {
    if (isServer && !path.startsWith(OUTBOUND)) faults.push(...clientFaults(source, imports));
    if (path !== ENVIRONMENT_READER) faults.push(...environmentFaults(source, imports));
  }
  return faults.toSorted((a, b) => a.line - b.line);
}
