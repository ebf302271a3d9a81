import { nowhere } from "./nowhere";

interface Thing { name: string; price: { amount: number } }

export const tea: Thing = { name: "tea", price: { amount: "3" } };

export function total(things: Thing[]): number {
  const unused = 1;
  return things.map((thing) => thing.cost).join(nowhere);
}

total("tea");
