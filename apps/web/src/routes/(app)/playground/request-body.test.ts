import { describe, expect, it } from 'vitest';
import { invalidParameters, noParameters } from './parameters.ts';
import { requestBody, sentBody, withShortImages } from './request-body.ts';
import { newAnswer, type Turn, type UserTurn } from './turn.ts';

const question = (text: string, images: UserTurn['images'] = []): Turn => ({
  id: text,
  role: 'user',
  text,
  images,
});
const answer = (text: string): Turn => ({ ...newAnswer('m'), state: 'done', text });
const setup = { model: 'm', system: '', parameters: noParameters };
const image = { name: 'a.jpg', url: `data:image/jpeg;base64,${'A'.repeat(500)}`, width: 1, height: 1 };

describe('requestBody', () => {
  it('sends the conversation in order, the system prompt first, answers that never came left out', () => {
    const turns = [question('a'), answer('b'), question('c'), answer('')];
    expect(requestBody(turns, { ...setup, system: 'Be brief.' })).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'b' },
        { role: 'user', content: 'c' },
      ],
    });
  });

  it('sends only the parameters that are set, as numbers', () => {
    const parameters = {
      ...noParameters,
      temperature: ' 0.5 ',
      maxTokens: '100',
      stop: 'END\n ',
      format: 'json',
    } as const;
    expect(requestBody([question('a')], { ...setup, parameters })).toMatchObject({
      temperature: 0.5,
      max_tokens: 100,
      stop: ['END', ' '],
      response_format: { type: 'json_object' },
    });
    expect(requestBody([question('a')], setup)).not.toHaveProperty('top_p');
  });

  it('sends images as parts, with or without words', () => {
    expect(requestBody([question('what?', [image])], setup)['messages']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'what?' },
          { type: 'image_url', image_url: { url: image.url } },
        ],
      },
    ]);
    expect(requestBody([question('', [image])], setup)['messages']).toEqual([
      { role: 'user', content: [{ type: 'image_url', image_url: { url: image.url } }] },
    ]);
  });

  it('tells what an answer was sent, and whether something of it has been deleted since', () => {
    const sent = { system: 'Be kind.', parameters: { ...noParameters, seed: '7' }, turnIds: ['a', 'c'] };
    const given: Turn = { ...newAnswer('other'), sent };
    const turns = [question('a'), given, question('later')];
    const found = sentBody([question('a'), question('c'), given], given);
    expect(found).toEqual({
      isWhole: true,
      body: {
        model: 'other',
        seed: 7,
        messages: [
          { role: 'system', content: 'Be kind.' },
          { role: 'user', content: 'a' },
          { role: 'user', content: 'c' },
        ],
      },
    });
    expect(sentBody(turns, given)).toMatchObject({
      isWhole: false,
      body: { messages: [{}, { content: 'a' }] },
    });
  });

  it('shortens images for reading and nothing else', () => {
    const body = requestBody([question('data: what?', [image])], setup);
    const short = JSON.stringify(withShortImages(body));
    expect(short).toContain('data:image/jpeg;base64,AAAAAAAAAAAAAAAA…');
    expect(short).toContain('data: what?');
    expect(short.length).toBeLessThan(250);
  });
});

describe('invalidParameters', () => {
  it('accepts what the API accepts, and nothing at all', () => {
    expect(invalidParameters(noParameters)).toEqual([]);
    expect(
      invalidParameters({ ...noParameters, temperature: '2', topP: '0.95', maxTokens: '1', seed: '-7' }),
    ).toEqual([]);
  });

  it('names what is out of range or no number', () => {
    expect(invalidParameters({ ...noParameters, temperature: '2.1', topP: '1.5', maxTokens: '0' })).toEqual([
      'temperature',
      'topP',
      'maxTokens',
    ]);
    expect(invalidParameters({ ...noParameters, temperature: 'hot', topP: '-1', maxTokens: '1.5' })).toEqual([
      'temperature',
      'topP',
      'maxTokens',
    ]);
    const others = { stop: '1\n2\n3\n4\n5', seed: '1.5', presencePenalty: '-3', frequencyPenalty: '2.5' };
    expect(invalidParameters({ ...noParameters, ...others })).toEqual(Object.keys(others));
  });
});
