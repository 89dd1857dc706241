/** What can be expected of a rating before it opens. */
export interface Expected {
  /** Ratings that an item gets, in the mean. */
  ratings: number;
  /** Width of its 95 % interval at worst, when half agree; 0…1. */
  width: number;
}

const z = 1.959964;

/** Width of Wilson's 95 % interval of a share of one half, of n answers. */
export function widestInterval(n: number): number {
  if (n <= 0) return 1;
  return (z * Math.sqrt(1 / n + (z * z) / (n * n))) / (1 + (z * z) / n);
}

/** Of so many items, when `people` take part and each rates `each` of them, or all where there are fewer. */
export function expected(items: number, people: number, each: number): Expected {
  const ratings = items > 0 ? (people * Math.min(each, items)) / items : 0;
  return { ratings, width: widestInterval(ratings) };
}
