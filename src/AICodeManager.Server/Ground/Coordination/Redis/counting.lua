-- Counting within one shard, all its questions in order, as one step and by the clock of this store. Apart from
-- exchange.lua, so that neither pays for the other's functions.
--
-- ARGV: for each question its letter and how many windows, then for each window limit, length in milliseconds, weight,
-- and x (exact) or n (compact). KEYS: the windows, in order.
-- An exact window is a list of times, so that two of one moment are two. A compact one holds the number of a bucket as
-- long as the window, its counter and that of the bucket before, packed, because reading them from text costs as much
-- as the whole. Only what is counted makes a key, and every key expires by itself.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Milliseconds until two counters stand for no more than the target, if nothing comes.
local function drained(current, previous, length, elapsed, target)
  if current > target then return math.ceil(2 * length - elapsed - target * length / current) end
  if previous == 0 then return 0 end
  return math.max(0, math.ceil(length - elapsed - (target - current) * length / previous))
end

local answers, at, first = {}, 1, 0
while ARGV[at] do
  local letter, many = ARGV[at], tonumber(ARGV[at + 1])
  -- Of a list this gives nothing, and it needs no question of its own.
  local texts = redis.call('MGET', unpack(KEYS, first + 1, first + many))
  local buckets, elapsed, currents, previouses, used, fits = {}, {}, {}, {}, {}, true

  -- What each window holds now, without what is over.
  for n = 1, many do
    local from, key = at + 4 * n - 2, KEYS[first + n]
    local length = tonumber(ARGV[from + 1])
    if ARGV[from + 3] == 'x' then
      local oldest = redis.call('LINDEX', key, 0)
      -- Later than any can be: the clock was set back.
      if oldest and tonumber(oldest) > now + length then
        redis.call('DEL', key)
        oldest = false
      end
      while oldest and tonumber(oldest) <= now - length do
        redis.call('LPOP', key)
        oldest = redis.call('LINDEX', key, 0)
      end
      used[n] = oldest and redis.call('LLEN', key) or 0
    else
      local bucket, current, previous = math.floor(now / length), 0, 0
      if texts[n] then
        local b, c, p = struct.unpack('<ddd', texts[n])
        b = b - bucket
        -- One ahead: the clock went back over the edge of a bucket. That one goes on.
        if b == 0 or b == 1 then
          bucket, current, previous = bucket + b, c, p
        elseif b == -1 then
          previous = c
        end
      end
      buckets[n], currents[n], previouses[n], elapsed[n] = bucket, current, previous, math.max(0, now - bucket * length)
      used[n] = current + previous * (length - elapsed[n]) / length
    end
    fits = fits and ARGV[from] - used[n] >= tonumber(ARGV[from + 2])
  end

  -- N: counts in all or in none, and tells whether, the time, and of each window what is left and how long to wait.
  -- U: gives back, the newest first.
  local told = { fits and 1 or 0, now }
  for n = 1, many do
    local from, key, bucket = at + 4 * n - 2, KEYS[first + n], buckets[n]
    local limit, length, weight = tonumber(ARGV[from]), tonumber(ARGV[from + 1]), tonumber(ARGV[from + 2])
    local change = letter == 'U' and -weight or fits and weight or 0
    if not bucket then
      for _ = 1, change do redis.call('RPUSH', key, now) end
      for _ = 1, -change do redis.call('RPOP', key) end
      if change > 0 then redis.call('PEXPIRE', key, length) end
    elseif change > 0 or (change < 0 and used[n] > 0) then
      local current = currents[n] + change
      if current < 0 then
        previouses[n] = math.max(0, previouses[n] + current)
        current = 0
      end
      currents[n] = current
      redis.call('SET', key, struct.pack('<ddd', bucket, current, previouses[n]), 'PX', 2 * length - elapsed[n])
    end
    if letter == 'N' then
      local free = math.floor(limit - used[n]) - change
      local target = (fits or free >= weight) and limit - free - 1 or limit - weight
      local wait = 0
      if target < 0 then
        -- Empty.
      elseif bucket then
        wait = drained(currents[n], previouses[n], length, elapsed[n], target)
      elseif used[n] + change > target then
        wait = math.max(0, redis.call('LINDEX', key, used[n] + change - target - 1) + length - now)
      end
      told[2 * n + 1], told[2 * n + 2] = math.max(0, free), wait
    end
  end
  answers[#answers + 1] = told
  at, first = at + 2 + 4 * many, first + many
end
return answers
