const assert = require('node:assert');
const { price } = require('../src/basket.js');

it('adds up', () => {
  assert.strictEqual(price('tea') + price('milk'), 5);
});

describe('outer', () => {
  describe('inner größe 名', () => {
    it('fails deep', () => {
      assert.deepStrictEqual({ a: 1, list: [1, 2] }, { a: 1, list: [1, 3] });
    });
    it('works', () => {});
  });
});

it('throws in the library', () => {
  price('gold');
});

it('throws no error', () => {
  throw 'just words';
});

it('rejects', async () => {
  await Promise.reject(new Error('no network'));
});

it('prints', () => {
  console.log('the total is 3');
  assert.ok(3 < 2, 'three is\nmany');
});

it('hangs', () => new Promise(() => {}));

it('calls back twice', (done) => {
  done();
  done();
});

describe('hooks', () => {
  before(() => {
    throw new Error('no shelf');
  });
  it('never runs', () => {});
});

it.skip('skipped', () => {});
it('pending');
