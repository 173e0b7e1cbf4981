import { readdirSync, readFileSync } from 'node:fs';
import type {
  Endpoint,
  JsonObject,
  ParameterReport,
  UpstreamErrorBody,
  UpstreamEvent,
  Usage,
} from '../src/definition.ts';

/** Stands for any value, where a dialect makes one up: a time, an id. */
const ANY = '$any';

interface FixtureBase {
  /** Address of the published reference that the shape follows. */
  source: string;
  /** Members that differ from the dialect's usual target. */
  target?: { baseUrl?: string; model?: string; apiKey?: string | null; settings?: JsonObject };
}

/** A request of ours, and what the upstream must be sent for it: or the parameter named in its refusal. */
export interface RequestFixture extends FixtureBase {
  kind: 'request';
  /** Chat completions, if it is left out. */
  endpoint?: Endpoint;
  isStream?: boolean;
  maxOutputTokens?: number;
  request: JsonObject;
  expect:
    | { url: string; headers?: Record<string, string>; body: JsonObject; parameters: ParameterReport }
    | { refusedParam: string };
}

/** An upstream's whole answer, and what a client of ours must get for it. */
export interface AnswerFixture extends FixtureBase {
  kind: 'answer';
  endpoint?: Endpoint;
  request?: JsonObject;
  answer: JsonObject;
  expect: { answer: JsonObject; usage: Usage } | { failure: string };
}

/** An upstream's stream, in the file `stream` beside this one, and its chunks. */
export interface StreamFixture extends FixtureBase {
  kind: 'stream';
  request?: JsonObject;
  stream: string;
  /** `failure`: the beginning of the message that reading the stream ends with. */
  expect: { chunks: JsonObject[]; usage?: Usage; failure?: string };
}

/** An upstream's error answer, and what is read of it. */
export interface ErrorFixture extends FixtureBase {
  kind: 'error';
  status: number;
  body: unknown;
  expect: { error: UpstreamErrorBody; failure?: string };
}

export type Fixture = RequestFixture | AnswerFixture | StreamFixture | ErrorFixture;

const ROOT = new URL('fixtures/', import.meta.url);

/** Fixtures by dialect, which is the name of their folder, and by the file's name. */
export function readFixtures(): { dialect: string; name: string; fixture: Fixture }[] {
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .toSorted()
    .map((path) => {
      const [dialect = '', ...rest] = path.split('/');
      const fixture = JSON.parse(readFileSync(new URL(path, ROOT), 'utf8')) as Fixture;
      return { dialect, name: rest.join('/').replace(/\.json$/, ''), fixture };
    });
}

/** The events of a stream's file, as they are framed on the wire. */
export function readEvents(dialect: string, file: string): UpstreamEvent[] {
  const text = readFileSync(new URL(`${dialect}/${file}`, ROOT), 'utf8').replaceAll('\r\n', '\n');
  return text
    .split(/\n{2,}/)
    .filter((block) => block.trim() !== '')
    .map((block) => {
      const lines = block.split('\n');
      const values = (name: string) =>
        lines
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).trimStart());
      return { event: values('event')[0] ?? null, data: values('data').join('\n') };
    });
}

/** `actual` with the values replaced that `expected` leaves open. */
export function withOpenValues(actual: unknown, expected: unknown): unknown {
  if (expected === ANY) return actual === undefined ? actual : ANY;
  if (Array.isArray(actual) && Array.isArray(expected)) {
    return actual.map((item, index) => withOpenValues(item, expected[index]));
  }
  if (!isObject(actual) || !isObject(expected)) return actual;
  return Object.fromEntries(
    Object.entries(actual).map(([key, value]) => [key, withOpenValues(value, expected[key])]),
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
