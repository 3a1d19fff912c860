/**
 * `take` of bucket.ts as one atomic step on the server, by the server's clock, so that all processes share buckets
 * whatever their own clocks say. The one key holds "<tokens> <milliseconds>" and is forgotten once the bucket is full.
 * Asks for the commands get, set and time only.
 *
 * KEYS[1] the bucket; ARGV tokens per minute, burst, cost. Answers {1 when allowed, tokens left as text}.
 */
export const takeScript = `
local perMs = tonumber(ARGV[1]) / 60000
local burst = tonumber(ARGV[2])
local cost = tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local tokens = burst
local kept = redis.call('GET', KEYS[1])
if kept then
  local before, at = string.match(kept, '^(%S+) (%S+)$')
  if before then
    tokens = math.min(burst, tonumber(before) + math.max(0, now - tonumber(at)) * perMs)
  end
end
local allowed = 0
if tokens >= cost then
  allowed = 1
  tokens = tokens - cost
end
local full = math.ceil((burst - tokens) / perMs)
redis.call('SET', KEYS[1], string.format('%.6f %.0f', tokens, now), 'PX', math.max(1, full))
return {allowed, string.format('%.6f', tokens)}
`;
