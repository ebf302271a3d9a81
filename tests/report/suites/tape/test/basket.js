const test = require('tape');
const { price } = require('../src/basket.js');

test('adds up', (t) => {
  t.equal(price('tea') + price('milk'), 5, 'tea and milk cost 5');
  t.end();
});

test('outer', (t) => {
  t.test('inner größe 名', (t) => {
    t.deepEqual({ a: 1, list: [1, 2] }, { a: 1, list: [1, 3] });
    t.ok(true, 'works');
    t.end();
  });
});

test('never planned', (t) => {
  t.plan(2);
  t.fail('as asked\nfor');
  t.end();
});

test('skipped', { skip: true }, (t) => t.fail());
test('later', { todo: true }, (t) => {
  t.fail('todo fails');
  t.end();
});

test('throws in the library', (t) => {
  price('gold');
  t.end();
});
