import { readdir, readFile, truncate, writeFile, mkdtemp, rm, copyFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_USAGE, type BegunCall } from '../calls/call.ts';
import type { Settlement } from '../calls/call-books.ts';
import { Journal, type JournalOptions } from './journal.ts';
import { diskFiles } from './journal-files.ts';
import { JournalDamagedError, JournalFullError } from './journal-errors.ts';
import type { SequencedRecord } from './journal-record.ts';
import { listJournals, readJournal } from './read-journal.ts';
import { inspectJournal, salvageJournal } from './salvage-journal.ts';
import { listSegments } from './segment-file.ts';

let directory: string;
const open: Journal[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'aigc-journal-'));
});
afterEach(async () => {
  for (const journal of open.splice(0)) await journal.close({ isDrained: false }).catch(() => {});
  await rm(directory, { recursive: true, force: true });
});

function callOf(requestId: string): BegunCall {
  return {
    requestId,
    userId: 'usr_1',
    organisationId: 'org_1',
    projectId: 'prj_1',
    apiKeyId: 1,
    modelId: 1,
    modelName: '大模型',
    provider: 'p',
    endpoint: 'chat/completions',
    source: 'api',
    isLocal: false,
    isStream: false,
    price: { inputPrice: '2.4000000000', outputPrice: '9.6000000000' },
    requestIp: null,
    createdAt: '2026-11-21T00:00:00.000Z',
  };
}

function settlementOf(requestId: string, errorMessage: string | null = null): Settlement {
  return {
    call: callOf(requestId),
    outcome: {
      status: errorMessage === null ? 'success' : 'failed',
      httpStatus: 200,
      errorCode: null,
      errorMessage,
      usage: NO_USAGE,
      bill: '0.0000000001',
      latencyMs: 1,
      ttftMs: null,
    },
    idempotency: null,
  };
}

async function openJournal(options: Partial<JournalOptions> = {}): Promise<Journal> {
  const journal = await Journal.open({
    directory,
    id: 'ins_1',
    segmentBytes: 64 * 1024,
    onFatal: (error) => {
      throw error;
    },
    ...options,
  });
  open.push(journal);
  return journal;
}

async function readAll(path = join(directory, 'ins_1')): Promise<SequencedRecord[]> {
  const all: SequencedRecord[] = [];
  for await (const records of readJournal(path)) all.push(...records);
  return all;
}

function idsOf(records: SequencedRecord[]): string[] {
  return records.map(({ record }) =>
    record.kind === 'begin' ? `begin ${record.call.requestId}` : record.settlement.call.requestId,
  );
}

/** The bytes of a journal's only segment, without the zeros behind its records. */
async function usedBytes(): Promise<{ path: string; bytes: Buffer; end: number }> {
  const [segment] = await listSegments(join(directory, 'ins_1'));
  if (segment === undefined) throw new Error('no segment');
  const bytes = await readFile(segment.path);
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return { path: segment.path, bytes, end };
}

describe('a journal', () => {
  it('has every settlement on disk, in order, once settle has resolved', async () => {
    const journal = await openJournal();
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        expect(await journal.reserve()).toBe(true);
        await journal.settle(settlementOf(`req_${index}`));
        journal.release();
      }),
    );
    const records = await readAll();
    expect(records.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    expect(new Set(idsOf(records)).size).toBe(200);
    expect(records[0]?.record).toEqual({
      kind: 'settlement',
      settlement: settlementOf(idsOf(records)[0] ?? ''),
    });
  });

  it('notes the beginning of a call that lasts, and not that of one that is over at once', async () => {
    const journal = await openJournal();
    journal.begin(callOf('short'));
    await journal.settle(settlementOf('short'));
    journal.begin(callOf('long'));
    await expect.poll(async () => idsOf(await readAll())).toEqual(['short', 'begin long']);
  });

  it('goes on in further segments, and removes them once they are drained', async () => {
    const journal = await openJournal();
    const message = 'x'.repeat(1500);
    for (let index = 0; index < 200; index += 1) await journal.settle(settlementOf(`req_${index}`, message));
    const path = join(directory, 'ins_1');
    expect((await listSegments(path)).length).toBeGreaterThan(3);
    expect(idsOf(await readAll())).toHaveLength(200);
    await journal.drained(200);
    expect(await listSegments(path)).toHaveLength(1);
    expect(journal.undrainedRecords).toBe(0);
  });

  it('keeps the segment in which an open call began until that call has ended', async () => {
    const journal = await openJournal();
    journal.begin(callOf('open'));
    await expect.poll(() => journal.undrainedRecords).toBe(1);
    const message = 'x'.repeat(1500);
    for (let index = 0; index < 100; index += 1) await journal.settle(settlementOf(`req_${index}`, message));
    await journal.drained(101);
    expect(idsOf(await readAll())).toContain('begin open');
    await journal.settle(settlementOf('open'));
    await journal.drained(102);
    expect(idsOf(await readAll())).not.toContain('begin open');
  });

  it('notes a call that stays open anew, so that it does not keep every segment since it began', async () => {
    const journal = await openJournal();
    journal.begin(callOf('open'));
    await expect.poll(() => journal.undrainedRecords).toBe(1);
    const message = 'x'.repeat(1500);
    let drained = 0;
    for (let index = 0; index < 400; index += 1) {
      await journal.settle(settlementOf(`req_${index}`, message));
      const records = await journal.read(drained, 1000);
      drained = records.at(-1)?.sequence ?? drained;
      await journal.drained(drained);
    }
    expect((await listSegments(journal.directory)).length).toBeLessThanOrEqual(6);
    expect(idsOf(await readAll())).toContain('begin open');
  });

  it('gives the drain its records from memory and, where memory has none, from disk', async () => {
    const journal = await openJournal();
    for (let index = 0; index < 150; index += 1)
      journal.append({ kind: 'settlement', settlement: settlementOf(`req_${index}`) });
    await journal.flush();
    expect(idsOf(await journal.read(40, 3))).toEqual(['req_40', 'req_41', 'req_42']);
    // As if memory had been full: what it forgot must come from the segments.
    const reader = await openJournal({ id: 'ins_2' });
    for (let index = 0; index < 25_000; index += 1)
      reader.append({ kind: 'settlement', settlement: settlementOf(`r${index}`) });
    await reader.flush();
    const read: string[] = [];
    for (let after = 0; ;) {
      const records = await reader.read(after, 1000);
      const last = records.at(-1);
      if (last === undefined) break;
      read.push(...idsOf(records));
      after = last.sequence;
    }
    expect(read).toEqual(Array.from({ length: 25_000 }, (_, index) => `r${index}`));
  });

  it('refuses calls before its bound is passed, and takes them again once it is drained', async () => {
    const journal = await openJournal({ maxBytes: 2 * 64 * 1024 });
    const message = 'x'.repeat(1500);
    let settled = 0;
    while (await journal.reserve()) {
      await journal.settle(settlementOf(`req_${settled}`, message));
      journal.release();
      settled += 1;
    }
    expect(settled).toBeGreaterThan(30);
    await journal.drained(settled);
    await expect.poll(async () => journal.reserve(), { timeout: 5000 }).toBe(true);
  });

  it('says of a record that could not be written that it is not there, and goes on when space is back', async () => {
    let isFull = false;
    const journal = await openJournal({
      files: {
        ...diskFiles,
        write(fd, bytes, position) {
          if (!isFull) return diskFiles.write(fd, bytes, position);
          diskFiles.write(fd, bytes.subarray(0, bytes.length / 2), position);
          throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        },
      },
    });
    await journal.settle(settlementOf('before'));
    isFull = true;
    await expect(journal.settle(settlementOf('lost'))).rejects.toBeInstanceOf(JournalFullError);
    isFull = false;
    await journal.settle(settlementOf('after'));
    expect(idsOf(await readAll())).toEqual(['before', 'after']);
    expect(idsOf(await journal.read(0, 10))).toEqual(['before', 'after']);
  });

  it('writes the begin of a running call again that was lost with a group, so that a crash leaves a trace of it', async () => {
    let isFull = false;
    const journal = await openJournal({
      files: {
        ...diskFiles,
        write(fd, bytes, position) {
          if (isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
          return diskFiles.write(fd, bytes, position);
        },
      },
    });
    journal.begin(callOf('runs'));
    isFull = true;
    // Its begin is due, and goes with the group that is lost.
    await new Promise((resolve) => setTimeout(resolve, 40));
    await expect(journal.settle(settlementOf('lost'))).rejects.toBeInstanceOf(JournalFullError);
    isFull = false;
    await expect.poll(async () => idsOf(await readAll())).toEqual(['begin runs']);
  });

  it('refuses a record that is larger than a segment or needs the room of others, and goes on', async () => {
    const journal = await openJournal({ maxBytes: 2 * 64 * 1024 });
    const large = settlementOf('larger than a segment', 'x'.repeat(80 * 1024));
    await expect(journal.settle(large)).rejects.toBeInstanceOf(JournalFullError);
    let promised = 0;
    while ((await journal.reserve()) && promised < 20) promised += 1;
    const others = settlementOf('of the size of two calls', 'x'.repeat(20 * 1024));
    await expect(journal.settle(others)).rejects.toBeInstanceOf(JournalFullError);
    for (let call = 0; call < promised; call += 1) await journal.settle(settlementOf(`req_${call}`));
    expect(idsOf(await readAll())).toEqual(Array.from({ length: promised }, (_, call) => `req_${call}`));
  });

  it('opens another segment later if one could not be opened', async () => {
    let isBroken = false;
    const journal = await openJournal({
      files: {
        ...diskFiles,
        open: async (path) => {
          if (isBroken) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
          return diskFiles.open(path);
        },
      },
    });
    const message = 'x'.repeat(7000);
    for (let call = 0; call < 8; call += 1) await journal.settle(settlementOf(`req_${call}`, message));
    isBroken = true;
    await expect(journal.settle(settlementOf('lost', message))).rejects.toBeInstanceOf(JournalFullError);
    isBroken = false;
    await journal.settle(settlementOf('small'));
    expect(idsOf(await readAll()).at(-1)).toBe('small');
  });

  it('ends the process when a sync fails, and tells nobody that their record is safe', async () => {
    const fatal: Error[] = [];
    let isBroken = false;
    const journal = await openJournal({
      onFatal: (error) => fatal.push(error),
      files: {
        ...diskFiles,
        sync: (fd, done) => (isBroken ? done(new Error('input/output error')) : diskFiles.sync(fd, done)),
      },
    });
    isBroken = true;
    await expect(journal.settle(settlementOf('a'))).rejects.toThrow('input/output error');
    await expect(journal.settle(settlementOf('b'))).rejects.toThrow('input/output error');
    expect(journal.reserve()).toBe(false);
    expect(fatal).toHaveLength(1);
  });

  it('is gone once everything is drained, and stays if not', async () => {
    const journal = await openJournal();
    await journal.settle(settlementOf('a'));
    await journal.close({ isDrained: false });
    expect(await listJournals(directory)).toEqual(['ins_1']);
    const other = await openJournal({ id: 'ins_2' });
    await other.close({ isDrained: true });
    expect(await listJournals(directory)).toEqual(['ins_1']);
    expect((await readdir(join(directory, 'ins_1'))).filter((name) => name.endsWith('.spare'))).toEqual([]);
  });
});

describe('after a crash', () => {
  /** A journal whose records each had a sync of their own, and the offsets at which they end. */
  async function written(count: number): Promise<{ path: string; bytes: Buffer; ends: number[] }> {
    const journal = await openJournal();
    const ends: number[] = [];
    for (let index = 0; index < count; index += 1) {
      await journal.settle(settlementOf(`req_${index}`));
      ends.push((await usedBytes()).end);
    }
    const { path, bytes } = await usedBytes();
    return { path, bytes, ends };
  }

  it(
    'a tail torn at any byte is left out, and everything before it is there',
    { timeout: 60_000 },
    async () => {
      const { path, bytes, ends } = await written(3);
      for (let cut = 0; cut <= (ends.at(-1) ?? 0); cut += 1) {
        const torn = Buffer.concat([bytes.subarray(0, cut), Buffer.alloc(bytes.length - cut)]);
        await writeFile(path, torn);
        expect((await readAll()).length).toBe(ends.filter((end) => end <= cut).length);
        await truncate(path, cut);
        expect((await readAll()).length).toBe(ends.filter((end) => end <= cut).length);
      }
    },
  );

  it('a damaged place before records that followed it stops the reader, wherever it is', async () => {
    const { path, bytes, ends } = await written(4);
    const lastBegins = ends[2] ?? 0;
    for (let at = 0; at < lastBegins; at += 7) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 0x41;
      // The bytes that say how much was on disk are outside the checksum: they are only asked behind a broken place.
      const isWhole = await writeFile(path, damaged)
        .then(() => readAll())
        .then(
          (records) => records.length === 4,
          (error: unknown) => {
            expect(error).toBeInstanceOf(JournalDamagedError);
            expect(String(error)).toContain(path);
            return false;
          },
        );
      if (isWhole) expect(idsOf(await readAll())).toEqual(['req_0', 'req_1', 'req_2', 'req_3']);
    }
  });

  it('salvaging keeps every readable record and sets the damaged file aside', async () => {
    const { path, bytes, ends } = await written(5);
    const damaged = Buffer.from(bytes);
    damaged.fill(0x55, (ends[1] ?? 0) + 30, (ends[1] ?? 0) + 60);
    await writeFile(path, damaged);
    await expect(readAll()).rejects.toThrow('journal salvage ins_1');
    const before = await inspectJournal(join(directory, 'ins_1'));
    expect(before).toEqual([
      { path, readableRecords: 4, unreadableBytes: (ends[2] ?? 0) - (ends[1] ?? 0), isDamaged: true },
    ]);
    expect(await readFile(path)).toEqual(damaged);
    await salvageJournal(join(directory, 'ins_1'));
    expect(idsOf(await readAll())).toEqual(['req_0', 'req_1', 'req_3', 'req_4']);
    expect(await readFile(`${path}.damaged`)).toEqual(damaged);
    expect((await inspectJournal(join(directory, 'ins_1'))).some(({ isDamaged }) => isDamaged)).toBe(false);
  });

  it('a segment that lacks its end stops the reader when another follows', async () => {
    const journal = await openJournal();
    const message = 'x'.repeat(1500);
    for (let index = 0; index < 100; index += 1) await journal.settle(settlementOf(`req_${index}`, message));
    const [first] = await listSegments(join(directory, 'ins_1'));
    const bytes = await readFile(first?.path ?? '');
    await writeFile(
      first?.path ?? '',
      Buffer.concat([bytes.subarray(0, 30_000), Buffer.alloc(bytes.length - 30_000)]),
    );
    await expect(readAll()).rejects.toBeInstanceOf(JournalDamagedError);
    await salvageJournal(join(directory, 'ins_1'));
    expect(idsOf(await readAll()).length).toBeGreaterThan(60);
  });

  it('whatever of the unsynced end reaches the disk, nothing that was acknowledged is lost', async () => {
    // Copies of the journal are taken while it is written, and unsynced pages of the copy are dropped at random.
    const journal = await openJournal({ segmentBytes: 16 * 1024 });
    await mkdir(join(directory, 'copies'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }),
        async (groups) => {
          const acknowledged: string[] = [];
          for (const [index, size] of groups.entries()) {
            const ids = Array.from({ length: size }, (_, place) => `${performance.now()}_${index}_${place}`);
            await Promise.all(ids.map((id) => journal.settle(settlementOf(id))));
            acknowledged.push(...ids);
          }
          const path = join(directory, 'copies', 'ins_1');
          await rm(path, { recursive: true, force: true });
          await mkdir(path);
          for (const { path: segment } of await listSegments(journal.directory)) {
            await copyFile(segment, join(path, segment.slice(-24)));
          }
          const ids = new Set(idsOf(await readAll(path)));
          expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
        },
      ),
      { numRuns: 20 },
    );
  });
});
