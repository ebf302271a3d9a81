export function total(things) {
  const unused = 1;
  if (things == null) return nothing;
  return things.map((thing) => prices[thing]).reduce((a, b) => a + b, 0);
}
