-- One exchange with one shard: all its questions in order, as one step.
--
-- ARGV: now in Unix milliseconds, prefix of the shard's keys, then for each question its letter and arguments.
-- KEYS: for each question the keys that are known beforehand, in order. Records found through a set's index are named
-- here, from the same prefix and so with the same hash tag: they lie in the slot that KEYS has led to.
-- Times are the asking node's and are compared with stored ones; the expiries given to Redis only clear what nobody
-- asks for any more, and come later by a slack that covers how far clocks of nodes may differ.
local now = tonumber(ARGV[1])
local prefix = ARGV[2]
local SLACK = 60000

-- Lua's own tostring would round beyond 14 digits.
local function whole(n) return string.format('%.0f', n) end

-- What every request asks comes first and is answered without the rest of this text, which costs as much as it does:
-- a script makes each of its functions anew with every call.

-- Records: a hash of d data, v version, e end, i idle, s seen, x why ended, g when the tombstone is over, z set.
local function known(key)
  local r = redis.call('HMGET', key, 'd', 'v', 'e', 'i', 's', 'x', 'g', 'z')
  if not r[2] then return nil end
  if r[6] then
    if now >= tonumber(r[7]) then return nil end
  elseif now >= tonumber(r[3]) or now >= tonumber(r[5]) + tonumber(r[4]) then
    return nil
  end
  return r
end

-- Values with a time before them: "until:rest".
local function standing(key)
  local value = redis.call('GET', key)
  if not value then return nil end
  local colon = string.find(value, ':', 1, true)
  local ends = tonumber(string.sub(value, 1, colon - 1))
  if now >= ends then return nil end
  return string.sub(value, colon + 1), ends
end

local function touch(key, has)
  local r = known(key)
  if not r then return false end
  -- Kept to the second, so that a busy session is not written with each request.
  if not r[6] and now - tonumber(r[5]) >= 1000 then redis.call('HSET', key, 's', whole(now)) end
  return { '', r[2] == has and '' or r[1], r[2], r[3], r[4], r[5], r[6] }
end

-- '=' for the one that is known already, else ':' and the text.
local function fact(key, has)
  local value = standing(key)
  if not value then return false end
  local colon = string.find(value, ':', 1, true)
  return string.sub(value, 1, colon - 1) == has and '=' or string.sub(value, colon)
end

-- 1 for the one that gets it; else ':' and the value of the one that holds it, nothing where the time is past.
-- since: when the name could have been claimed first. A memory that began later grants nothing ('?'), whatever it kept:
-- that it was restored to the last write nobody can tell from here.
local function claim(key, ends, value, since)
  if ends <= now then return false end
  local held = standing(key)
  if held then return ':' .. held end
  if since and since < now - 1000 * string.match(redis.call('INFO', 'server'), 'uptime_in_seconds:(%d+)') then return '?' end
  redis.call('SET', key, whole(ends) .. ':' .. value, 'PX', whole(ends - now + SLACK))
  return 1
end

local answers, argAt, keyAt = {}, 3, 0
local letter = ARGV[3]
while letter == 'T' or letter == 'F' or letter == 'I' or letter == 'C' do
  keyAt = keyAt + 1
  if letter == 'I' then
    answers[keyAt] = standing(KEYS[keyAt]) and 1 or 0
    argAt = argAt + 1
  elseif letter == 'C' then
    answers[keyAt] = claim(KEYS[keyAt], tonumber(ARGV[argAt + 1]), ARGV[argAt + 2], tonumber(ARGV[argAt + 3]))
    argAt = argAt + 4
  else
    answers[keyAt] = (letter == 'T' and touch or fact)(KEYS[keyAt], ARGV[argAt + 1])
    argAt = argAt + 2
  end
  letter = ARGV[argAt]
end
if not letter then return answers end
argAt = argAt - 1

local function arg() argAt = argAt + 1 return ARGV[argAt] end
local function number() return tonumber(arg()) end
local function name() keyAt = keyAt + 1 return KEYS[keyAt] end

local function expire(key, at) redis.call('PEXPIRE', key, whole(at - now + SLACK)) end

local function live(key)
  local r = known(key)
  if r and r[6] then return nil end
  return r
end

local function told(id, r) return { id, r[1], r[2], r[3], r[4], r[5], r[6] } end

-- Ids and records of a set, oldest first; ids whose record is over leave the index.
local function members(setKey)
  local ids, records = {}, {}
  for _, id in ipairs(redis.call('ZRANGE', setKey, 0, -1)) do
    local r = live(prefix .. 'r:' .. id)
    if r then
      ids[#ids + 1] = id
      records[#records + 1] = r
    else
      redis.call('ZREM', setKey, id)
    end
  end
  return ids, records
end

local function finish(id, key, r, reason, keep)
  redis.call('ZREM', prefix .. 's:' .. r[8], id)
  local gone = math.min(now + keep, tonumber(r[3]))
  if gone <= now then
    redis.call('DEL', key)
  else
    redis.call('HSET', key, 'x', reason, 'g', whole(gone))
    expire(key, gone)
  end
  return told(id, r)
end

local function keepIndex(setKey, ends)
  if redis.call('PTTL', setKey) < ends - now + SLACK then expire(setKey, ends) end
end

local function put(key, ends, rest)
  redis.call('SET', key, whole(ends) .. ':' .. rest, 'PX', whole(ends - now + SLACK))
end

local ask = {}

function ask.T() return touch(name(), arg()) end -- touch

function ask.R() -- read
  local key, id = name(), arg()
  local r = known(key)
  return r and told(id, r)
end

function ask.L() -- list a set
  local ids, records = members(name())
  local all = {}
  for n, id in ipairs(ids) do all[n] = told(id, records[n]) end
  return all
end

function ask.O() -- open
  local key, setKey = name(), name()
  local id, set, data, ends, idle, limit, reason, keep = arg(), arg(), arg(), number(), number(), number(), arg(), number()
  if ends <= now then return {} end
  local before = redis.call('HGET', key, 'z')
  if before then
    redis.call('ZREM', prefix .. 's:' .. before, id)
    redis.call('DEL', key)
  end
  local ids, records = members(setKey)
  local evicted = {}
  for n = 1, #ids - limit + 1 do
    evicted[n] = finish(ids[n], prefix .. 'r:' .. ids[n], records[n], reason, keep)
  end
  local last = redis.call('ZREVRANGE', setKey, 0, 0, 'WITHSCORES')
  local place = now
  if last[2] then place = math.max(now, tonumber(last[2]) + 1) end
  redis.call('HSET', key, 'd', data, 'v', '1', 'e', whole(ends), 'i', whole(idle), 's', whole(now), 'z', set)
  expire(key, ends)
  redis.call('ZADD', setKey, whole(place), id)
  keepIndex(setKey, ends)
  return evicted
end

function ask.P() -- replace
  local key, expected, data, ends = name(), arg(), arg(), number()
  local r = live(key)
  if not r or r[2] ~= expected then return 0 end
  redis.call('HSET', key, 'd', data, 'v', whole(tonumber(r[2]) + 1))
  if ends then
    redis.call('HSET', key, 'e', whole(ends))
    expire(key, ends)
    keepIndex(prefix .. 's:' .. r[8], ends)
  end
  return 1
end

function ask.E() -- end
  local key, id, reason, keep = name(), arg(), arg(), number()
  local r = live(key)
  return r and finish(id, key, r, reason, keep)
end

function ask.S() -- end a set
  local setKey, except, reason, keep = name(), arg(), arg(), number()
  local ids, records = members(setKey)
  local ended = {}
  for n, id in ipairs(ids) do
    if id ~= except then ended[#ended + 1] = finish(id, prefix .. 'r:' .. id, records[n], reason, keep) end
  end
  return ended
end

function ask.M() -- mark
  local key, ends = name(), number()
  local _, already = standing(key)
  if ends > now and ends > (already or 0) then put(key, ends, '') end
  return 1
end

function ask.I() -- is marked
  return standing(name()) and 1 or 0
end

function ask.C() return claim(name(), number(), arg(), number()) end

function ask.K() -- take
  local key = name()
  local value = standing(key)
  if value then redis.call('DEL', key) end
  return value or false
end

function ask.F() return fact(name(), arg()) end -- read a fact

function ask.W() -- put a fact
  local key, fence, version, data, ends = name(), name(), arg(), arg(), number()
  if ends <= now then return 0 end
  local least = standing(fence)
  if least and tonumber(version) < tonumber(least) then return 0 end
  local fact = standing(key)
  if fact and tonumber(version) < tonumber(string.sub(fact, 1, string.find(fact, ':', 1, true) - 1)) then return 0 end
  put(key, ends, version .. ':' .. data)
  return 1
end

function ask.G() -- fence a fact
  local key, fence, least, ends = name(), name(), arg(), number()
  redis.call('DEL', key)
  local already, until_ = standing(fence)
  if already then
    if tonumber(already) > tonumber(least) then least = already end
    ends = math.max(ends, until_)
  end
  if ends > now then put(fence, ends, least) end
  return 1
end

function ask.B() -- charge buckets: each is looked at, then all are charged, or none
  local count = number()
  local keys, before, after, full, wait = {}, {}, {}, 0, 0
  for n = 1, count do
    keys[n] = name()
    local burst, each, cost, force = number(), number(), number(), number()
    before[n] = math.max(now, tonumber(redis.call('GET', keys[n]) or now))
    after[n] = math.max(now, before[n] + each * cost)
    local brim = now + each * burst
    if cost > 0 and after[n] > brim then
      if force == 1 then
        after[n] = math.max(before[n], brim)
      else
        if full == 0 then full = n end
        wait = math.max(wait, after[n] - brim)
      end
    end
  end
  local told = { full, wait }
  for n = 1, count do
    if full == 0 and after[n] ~= before[n] then
      if after[n] > now then
        redis.call('SET', keys[n], whole(after[n]), 'PX', whole(after[n] - now + SLACK))
      else
        redis.call('DEL', keys[n])
      end
    end
    told[n + 2] = (full == 0 and after[n] or before[n]) - now
    told[n + count + 2] = before[n] - now
  end
  return told
end

function ask.D() -- different members seen within a window
  local key, member, window, most, change = name(), arg(), number(), number(), arg()
  redis.call('ZREMRANGEBYSCORE', key, '-inf', whole(now - window))
  local known = member ~= '' and redis.call('ZSCORE', key, member)
  if change == '1' then
    redis.call('ZADD', key, whole(now), member)
    redis.call('ZREMRANGEBYRANK', key, 0, -most - 1)
    redis.call('PEXPIRE', key, whole(window + SLACK))
  elseif change == '2' then
    redis.call('ZREM', key, member)
  end
  return { known and 1 or 0, redis.call('ZCARD', key) }
end

while argAt < #ARGV do
  answers[#answers + 1] = ask[arg()]() or false
end
return answers
