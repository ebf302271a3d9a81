import { describe, expect, it, test } from 'vitest';
import { price } from '../src/basket.js';

test('adds up', () => {
  expect(price('tea') + price('milk')).toBe(5);
});

describe('outer', () => {
  describe('inner größe 名', () => {
    it('fails deep', () => {
      expect({ a: 1, list: [1, 2] }).toEqual({ a: 1, list: [1, 3] });
    });
    it('works', () => {});
  });
});

test.each([['tea', 3], ['milk', 2]])('%s costs %i', (item, cost) => {
  expect(price(item)).toBe(cost);
});

test('throws in the library', () => {
  price('gold');
});

test('throws no error', () => {
  throw 'just words';
});

test('rejects', async () => {
  await Promise.reject(new Error('no network'));
});

test('prints', () => {
  console.log('the total is 3');
  expect(3).toBeLessThan(2);
});

test('hangs', () => new Promise(() => {}), 50);

test('not thrown', () => {
  expect(() => price('tea')).toThrow('no price');
});

test.skip('skipped', () => {});
test.todo('later');
