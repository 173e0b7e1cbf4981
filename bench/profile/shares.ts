/** The part of a `.cpuprofile` that shares are made from. */
export interface CpuProfile {
  nodes: {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
  }[];
  samples: number[];
  timeDeltas: number[];
}

export interface Share {
  name: string;
  /** Of the time in which the process was not idle, from 0 to 1. */
  share: number;
}

/** Which part of the program a function belongs to. */
function partOf(url: string, functionName: string): string {
  if (functionName === '(garbage collector)') return 'gc';
  if (url === '')
    return functionName === '(program)'
      ? 'program (native, system calls)'
      : 'native functions (system calls, buffers)';
  if (/node:(_?internal\/|internal\/)?(_http|http|https)/.test(url) || url.includes('_http_'))
    return 'node:http';
  if (/node:.*(net|stream_base_commons|tcp)/.test(url)) return 'node:net';
  if (/node:.*stream/.test(url)) return 'node:stream';
  if (/node:.*crypto/.test(url)) return 'node:crypto';
  if (/node:.*(buffer|string_decoder)/.test(url)) return 'node:buffer';
  if (/node:.*timers/.test(url)) return 'node:timers';
  if (/node:.*(process|task_queues|async_hooks|events)/.test(url)) return 'node: ticks, hooks, events';
  if (url.startsWith('node:')) return `node: other`;
  const [, dependency] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (dependency !== undefined) return dependency;
  const [, folder] = /\/((?:apps|packages)\/[^/]+\/src\/(?:[^/]+\/){0,2})[^/]*$/.exec(url) ?? [];
  return folder ?? url;
}

/** Self time by part of the program, and by function, largest first. Idle time does not count. */
export function sharesOf({ nodes, samples, timeDeltas }: CpuProfile): { parts: Share[]; functions: Share[] } {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const parts = new Map<string, number>();
  const functions = new Map<string, number>();
  let totalUs = 0;
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    const us = timeDeltas[index] ?? 0;
    if (frame === undefined || frame.functionName === '(idle)' || us <= 0) continue;
    totalUs += us;
    const part = partOf(frame.url, frame.functionName);
    parts.set(part, (parts.get(part) ?? 0) + us);
    const file = frame.url
      .replace(/^file:\/\//, '')
      .replace(/.*\/node_modules\//, '')
      .replace(/.*\/(?=apps\/|packages\/)/, '');
    const name = `${frame.functionName === '' ? '(anonymous)' : frame.functionName} ${file}${frame.url === '' ? '' : `:${frame.lineNumber + 1}`}`;
    functions.set(name, (functions.get(name) ?? 0) + us);
  }
  const rank = (times: Map<string, number>): Share[] =>
    [...times].map(([name, us]) => ({ name, share: us / totalUs })).toSorted((a, b) => b.share - a.share);
  return { parts: rank(parts), functions: rank(functions) };
}
