import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PlazaModel } from '@aigc/shared/schemas/models';
import { Desk } from './desk.svelte.ts';
import { withNote, type StoredConversation } from './stored-conversation.ts';
import { newAnswer, tokensPerSecond, type AnswerTurn } from './turn.ts';

const model = (title: string) => ({ title, is_local: true }) as PlazaModel;
const models = [model('left'), model('right')];
let sent: { model: string; messages: { role: string; content: string }[] }[] = [];

beforeEach(() => {
  sent = [];
  vi.stubGlobal('fetch', async (_url: string, { body }: { body: string }) => {
    const request = JSON.parse(body) as (typeof sent)[number];
    sent.push(request);
    const chunk = { choices: [{ delta: { content: `${request.model} says` }, finish_reason: 'stop' }] };
    return new Response(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
  });
});

async function ask(desk: Desk, text: string): Promise<void> {
  desk.draft = text;
  await desk.send(models);
}

const texts = (desk: Desk, side: number) => desk.sides[side]?.turns.map((turn) => turn.text);

describe('two models asked the same', () => {
  it('sends one message to both, and each is told only its own answers', async () => {
    const desk = new Desk();
    desk.addSide();
    await ask(desk, 'one');
    await ask(desk, 'two');
    expect(texts(desk, 0)).toEqual(['one', 'left says', 'two', 'left says']);
    expect(texts(desk, 1)).toEqual(['one', 'right says', 'two', 'right says']);
    expect(sent[3]?.messages.map(({ content }) => content)).toEqual(['one', 'right says', 'two']);
    expect(desk.draft).toBe('');
  });

  it('shares system prompt and parameters until they are told apart', async () => {
    const desk = new Desk();
    desk.addSide();
    const [left, right] = desk.sides;
    if (!left || !right) throw new Error('two sides are expected');
    left.system = 'Be brief.';
    left.parameters.seed = '7';
    await ask(desk, 'a');
    expect(sent[1]).toMatchObject({ seed: 7, messages: [{ content: 'Be brief.' }, {}] });
    desk.setLinked(false);
    right.system = 'Be long.';
    await ask(desk, 'b');
    expect(sent.slice(2).map(({ messages }) => messages[0]?.content)).toEqual(['Be brief.', 'Be long.']);
    // The side that stays keeps what it was sent.
    desk.setLinked(true);
    desk.removeSide(0);
    expect(desk.sides[0]?.system).toBe('Be brief.');
  });

  it('replaces what followed a message that is edited, on both sides, and can take that back', async () => {
    const desk = new Desk();
    desk.addSide();
    await ask(desk, 'one');
    await ask(desk, 'two');
    await desk.resend(desk.sides[0]?.turns[0]?.id ?? '', 'uno', models);
    expect(texts(desk, 0)).toEqual(['uno', 'left says']);
    expect(texts(desk, 1)).toEqual(['uno', 'right says']);
    await desk.undo?.restore();
    expect(texts(desk, 1)).toEqual(['one', 'right says', 'two', 'right says']);
  });

  it('deletes a message with its answers on both sides, an answer alone, and can take that back', async () => {
    const desk = new Desk();
    desk.addSide();
    await ask(desk, 'one');
    await ask(desk, 'two');
    const [left] = desk.sides;
    const [first, , , last] = left?.turns ?? [];
    if (!left || !first || !last) throw new Error('turns are expected');
    desk.deleteTurn(left, first);
    expect([texts(desk, 0), texts(desk, 1)]).toEqual([
      ['two', 'left says'],
      ['two', 'right says'],
    ]);
    desk.deleteTurn(left, last);
    expect([texts(desk, 0), texts(desk, 1)]).toEqual([['two'], ['two', 'right says']]);
    await desk.undo?.restore();
    expect(texts(desk, 0)).toEqual(['two', 'left says']);
  });
});

describe('a note of what was not stored', () => {
  it('takes the images of the messages from what was stored', () => {
    const image = { name: 'a', url: 'data:image/png;base64,AAAA', width: 1, height: 1 };
    const desk = new Desk();
    const base = { ...desk.snapshot(['m']), revision: 1 };
    const turns = (images: (typeof image)[]) => [{ id: 'q', role: 'user', text: 'a', images }] as const;
    const at = (images: (typeof image)[], draft: string) =>
      ({
        ...base,
        draft,
        sides: [{ ...base.sides[0], turns: turns(images) }],
      }) as unknown as StoredConversation;
    expect(withNote(at([image], 'old'), at([], 'new'))).toMatchObject({
      draft: 'new',
      sides: [{ turns: [{ images: [image] }] }],
    });
  });
});

describe('tokensPerSecond', () => {
  const answer = (changes: Partial<AnswerTurn>): AnswerTurn => ({ ...newAnswer('m'), ...changes });

  it('counts from the first token, and says nothing of what is too short to measure', () => {
    const usage = { promptTokens: 1, completionTokens: 100 };
    expect(tokensPerSecond(answer({ usage, firstTokenMs: 500, latencyMs: 2_500 }))).toBe(50);
    expect(tokensPerSecond(answer({ usage, firstTokenMs: 500, latencyMs: 510 }))).toBeUndefined();
    expect(tokensPerSecond(answer({ firstTokenMs: 500, latencyMs: 2_500 }))).toBeUndefined();
  });
});
