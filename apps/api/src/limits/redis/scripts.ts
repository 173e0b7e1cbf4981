/**
 * The limits of `counter.ts`, in Redis. A script runs alone, so that a call takes all of its limits or none, and no
 * other call ever sees half of it. Time is the server's: the machines' clocks need not agree. Windows are hashes
 * `{used, since}`; a later window has another `since`. Running calls are a sorted set of places by the time at which
 * they expire, unless their process renews them.
 */

/**
 * KEYS: one for each limit. ARGV: the call's tokens, the name of its place, how long the place lasts (ms), a window's
 * length (ms), the wait for a place (ms); then for each key its kind (`c`, `r`, `t`) and its limit.
 * Returns: the number of the limit that refuses or 0, the wait (ms), the server's time (ms); then for each key what is
 * used, since when (ms), and what this call took.
 */
export const ADMIT_SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local tokens, place, placeMs = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local windowMs, placeWaitMs = tonumber(ARGV[4]), tonumber(ARGV[5])
local refusedBy, wait = 0, -1
local used, since = {}, {}

local function refuse(index, waitMs)
  if waitMs > wait then refusedBy, wait = index, waitMs end
end

for index, key in ipairs(KEYS) do
  local kind, limit = ARGV[4 + 2 * index], tonumber(ARGV[5 + 2 * index])
  if kind == 'c' then
    redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
    used[index], since[index] = redis.call('ZCARD', key), 0
    if used[index] >= limit then refuse(index, placeWaitMs) end
  else
    local window = redis.call('HMGET', key, 'used', 'since')
    used[index], since[index] = tonumber(window[1] or 0), tonumber(window[2] or 0)
    if now >= since[index] + windowMs or since[index] > now then used[index], since[index] = 0, 0 end
    local lacks
    if kind == 'r' then lacks = used[index] >= limit
    elseif tokens > limit then lacks = used[index] >= limit
    else lacks = used[index] + tokens > limit end
    if lacks then
      refuse(index, used[index] > 0 and since[index] + windowMs - now or windowMs)
    end
  end
end

local taken = {}
for index, key in ipairs(KEYS) do
  taken[index] = 0
  if refusedBy == 0 then
    local kind, limit = ARGV[4 + 2 * index], tonumber(ARGV[5 + 2 * index])
    if kind == 'c' then
      redis.call('ZADD', key, string.format('%.0f', now + placeMs), place)
      redis.call('PEXPIRE', key, placeMs * 2)
      taken[index] = 1
    else
      if kind == 'r' then taken[index] = 1
      elseif tokens > limit then taken[index] = limit - used[index]
      else taken[index] = tokens end
      if since[index] == 0 then
        since[index] = now
        redis.call('HSET', key, 'since', string.format('%.0f', now))
        redis.call('PEXPIRE', key, windowMs)
      end
      redis.call('HSET', key, 'used', string.format('%.0f', used[index] + taken[index]))
    end
    used[index] = used[index] + taken[index]
  end
end

local reply = { refusedBy, wait, now }
for index in ipairs(KEYS) do
  table.insert(reply, used[index])
  table.insert(reply, since[index])
  table.insert(reply, taken[index])
end
return reply
`;

/**
 * KEYS: those from which something comes back. ARGV: the name of the place; then for each key its kind, the `since` of
 * its window, and how much comes back of it (negative: more was used than taken).
 */
export const GIVE_BACK_SCRIPT = `
for index, key in ipairs(KEYS) do
  local kind, since, back = ARGV[3 * index - 1], ARGV[3 * index], tonumber(ARGV[3 * index + 1])
  if kind == 'c' then
    redis.call('ZREM', key, ARGV[1])
  else
    local window = redis.call('HMGET', key, 'used', 'since')
    if window[2] == since then
      redis.call('HSET', key, 'used', string.format('%.0f', math.max(0, tonumber(window[1]) - back)))
    end
  end
end
`;

/** KEYS: one for each place. ARGV: how long places last (ms); then their names. */
export const RENEW_SCRIPT = `
local time = redis.call('TIME')
local untilMs = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1]))
for index, key in ipairs(KEYS) do
  redis.call('ZADD', key, untilMs, ARGV[1 + index])
  redis.call('PEXPIRE', key, tonumber(ARGV[1]) * 2)
end
`;
