import { describe, expect, it } from 'vitest';
import { readFile, writeFile } from './conversation-file.ts';
import { writeMarkdown } from './conversation-markdown.ts';
import { noParameters } from './parameters.ts';
import type { StoredConversation } from './stored-conversation.ts';
import { newAnswer, type AnswerTurn, type UserTurn } from './turn.ts';

const now = new Date('2026-11-21T10:00:00.000Z');
const image = { name: 'dot.png', url: 'data:image/png;base64,AAAA', width: 4, height: 4 };
const question: UserTurn = { id: 'q1', role: 'user', text: 'What is it?\nSay.', images: [image] };
const answer: AnswerTurn = {
  ...newAnswer('first'),
  id: 'a1',
  state: 'done',
  text: 'A **dot**.',
  reasoning: 'hm',
  toolCalls: [{ id: 'c', name: 'f', arguments: '{}' }],
  finishReason: 'stop',
  usage: { promptTokens: 3, completionTokens: 4 },
  cost: { kind: 'amount', amount: '0.0000388' },
  firstTokenMs: 10,
  latencyMs: 20,
  requestId: 'req_1',
  dropped: ['seed'],
  sent: { system: 'Be kind.', parameters: { ...noParameters, seed: '7' }, turnIds: ['q1'] },
};
const failed: AnswerTurn = {
  ...newAnswer('second'),
  id: 'a2',
  state: 'failed',
  failure: { code: 'offline', message: '', requestId: undefined },
};
const conversation: Omit<StoredConversation, 'revision'> = {
  id: 'c1',
  createdAt: '2026-11-20T08:00:00.000Z',
  updatedAt: now.toISOString(),
  linked: false,
  draft: 'half a thou',
  draftImages: [image],
  sides: [
    {
      model: 'first',
      system: 'Be kind.',
      parameters: { ...noParameters, temperature: '0.5' },
      turns: [question, answer],
    },
    { model: 'second', system: '', parameters: noParameters, turns: [question, failed] },
  ],
};
const text = writeFile(conversation, now);

/** The file with one member changed: `undefined` takes it away. */
function changed(path: (string | number)[], value: unknown): string {
  const file = JSON.parse(text) as Record<string | number, unknown>;
  let at = file;
  for (const name of path.slice(0, -1)) at = at[name] as Record<string | number, unknown>;
  at[path.at(-1) ?? ''] = value;
  return JSON.stringify(file);
}

const faultOf = (file: string) => {
  const read = readFile(file, now);
  return read.ok ? undefined : read.fault;
};

describe('a conversation as a file', () => {
  it('comes back whole: both sides, images, parameters, facts, and what was being written', () => {
    const read = readFile(text, now);
    expect(read.ok && { ...read.conversation, id: 'c1' }).toEqual(conversation);
    expect(read.ok && read.conversation.id).not.toBe('c1');
  });

  it('names the field that is at fault, and what is wrong with it', () => {
    const turn = ['sides', 0, 'turns'];
    const fault = (path: (string | number)[], value: unknown) => faultOf(changed(path, value));
    expect(fault([...turn, 0, 'text'], 5)).toEqual({
      kind: 'field',
      field: 'sides[0].turns[0].text',
      reason: 'type',
    });
    expect(fault([...turn, 0, 'text'], undefined)).toMatchObject({ reason: 'missing' });
    expect(fault([...turn, 0, 'role'], 'tool')).toMatchObject({
      field: 'sides[0].turns[0].role',
      reason: 'value',
    });
    expect(fault([...turn, 1, 'extra'], 1)).toMatchObject({
      field: 'sides[0].turns[1].extra',
      reason: 'unknown',
    });
    expect(fault([...turn, 1, 'cost', 'amount'], '1e9')).toMatchObject({ reason: 'value' });
    expect(fault(['sides'], [])).toMatchObject({ field: 'sides' });
    expect(fault(['sides'], Array(3).fill(conversation.sides[0]))).toMatchObject({ reason: 'too_many' });
    expect(fault(['sides', 1, 'parameters', 'format'], 'xml')).toMatchObject({
      field: 'sides[1].parameters.format',
    });
  });

  it('takes no picture that would be fetched, or that could hold a program', () => {
    for (const url of [
      'https://example.com/a.png',
      'data:image/svg+xml;base64,AAAA',
      'data:text/html;base64,AAAA',
      'javascript:alert(1)',
    ]) {
      expect(faultOf(changed(['draft_images', 0, 'url'], url)), url).toMatchObject({
        field: 'draft_images[0].url',
        reason: 'value',
      });
    }
  });

  it('tells other files, other versions and what is no JSON apart', () => {
    expect(faultOf('{"a":')).toEqual({ kind: 'not_json' });
    expect(faultOf('null')).toEqual({ kind: 'other_format' });
    expect(faultOf('{"messages":[]}')).toEqual({ kind: 'other_format' });
    expect(faultOf(changed(['version'], 2))).toEqual({ kind: 'version' });
  });

  it('writes an answer that is coming in as far as it has come', () => {
    const streaming = { ...conversation, sides: [{ ...conversation.sides[0], turns: [newAnswer('m')] }] };
    const read = readFile(writeFile(streaming as typeof conversation, now), now);
    expect(read.ok && read.conversation.sides[0]?.turns[0]).toMatchObject({ state: 'stopped' });
  });
});

describe('a conversation as Markdown', () => {
  it('has each question once, below it what each model answered', () => {
    const words = {
      you: 'You',
      system: 'System prompt',
      untitled: 'None',
      image: (name: string) => `Image: ${name}`,
    };
    expect(writeMarkdown(conversation, words)).toBe(
      '# What is it?\n\n## System prompt\n\nBe kind.\n\n## You\n\n*Image: dot.png*\n\nWhat is it?\nSay.\n\n' +
        '### first\n\nA **dot**.\n\n### second\n\n*failed*\n',
    );
  });
});
