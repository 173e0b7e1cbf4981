import { expect, test } from 'vitest';
import { billLines } from './bill-lines.ts';
import { billFor, holdFor } from './price.ts';

const price = { inputPrice: '2.4', outputPrice: '9.6' };
const plain = { inputTokens: 1204, outputTokens: 388, cachedTokens: 1000 };

test('a bill is tokens times price, exact to the last digit', () => {
  expect(billFor(price, plain)).toBe('0.0066144000');
  const least = { inputPrice: '0.0000000001', outputPrice: '0' };
  expect(billFor(least, { inputTokens: 1, outputTokens: 0, cachedTokens: 0 })).toBe('0.0000000000');
  expect(billFor(null, plain)).toBe('0.0000000000');
});

test('cached tokens cost the input price until they have their own', () => {
  expect(billFor({ ...price, extras: { call_price: '0' } }, plain)).toBe(billFor(price, plain));
  // 204 x 2.4 + 1000 x 0.24 + 388 x 9.6, all per million.
  expect(billFor({ ...price, extras: { cached_input_price: '0.24' } }, plain)).toBe('0.0044544000');
});

test('no token is billed twice, whatever an upstream reports of its parts', () => {
  const extras = { cached_input_price: '1', cache_write_price: '1', audio_input_price: '1' };
  const details = { cacheWriteTokens: 10, audioInputTokens: 10 };
  const used = { inputTokens: 12, outputTokens: 0, cachedTokens: 8, details };
  expect(billLines({ inputPrice: '1', outputPrice: '0', extras }, used).map((line) => line.quantity)).toEqual(
    [0, 8, 4, 0, 0],
  );
  expect(billFor({ inputPrice: '1', outputPrice: '0', extras }, used)).toBe('0.0000120000');
});

test('what is no token is billed by its own unit', () => {
  const extras = {
    image_price: '0.04',
    call_price: '0.01',
    audio_second_price: '0.0001',
    duration_price: '0.002',
    character_price: '15',
  };
  const details = { images: 2, calls: 1, audioSeconds: 90, durationSeconds: 3, characters: 400 };
  const none = { inputTokens: 0, outputTokens: 0, cachedTokens: 0 };
  expect(billFor({ inputPrice: '0', outputPrice: '0', extras }, { ...none, details })).toBe('0.1110000000');
  expect(billFor({ inputPrice: '0', outputPrice: '0', extras }, none)).toBe('0.0000000000');
});

test('a hold takes the dearest price that a token can have', () => {
  const extras = { cached_input_price: '0.1', cache_write_price: '3', audio_output_price: '20' };
  const bounds = { inputTokens: 1_000_000, outputTokens: 1_000_000, cachedTokens: 0 };
  expect(holdFor({ ...price, extras }, bounds)).toBe('23.0000000000');
});
