/** Places that keys are spread over: a place is a hundredth of a percent. */
export const places = 10_000;

/**
 * MurmurHash3 of the text's UTF-16 units, 32 bits, exactly as flagd-core computes it: a key must have the same place
 * here and in every other evaluator of flagd's format.
 */
export function hash(text: string): number {
  const whole = text.length & ~3;
  let state = 0;
  for (let index = 0; index < whole; index += 4) {
    const last = text.charCodeAt(index + 3);
    const block =
      text.charCodeAt(index) ^
      (text.charCodeAt(index + 1) << 8) ^
      (text.charCodeAt(index + 2) << 16) ^
      (last << 24) ^
      (last >> 8);
    state ^= scramble(block);
    state = Math.imul((state << 13) | (state >>> 19), 5) + 0xe6546b64;
  }
  let rest = 0;
  for (let index = text.length - 1; index >= whole; index -= 1) {
    rest ^= text.charCodeAt(index) << (8 * (index - whole));
  }
  if (rest > 0) state ^= scramble(rest);
  state ^= text.length;
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

/** The place of a targeting key among the `places`, another one for each flag. */
export const bucketOf = (flag: string, targetingKey: string): number =>
  Math.floor((hash(flag + targetingKey) / 2 ** 32) * places);
