-- Sends forged requests against one key: right form, created now, a nonce of its own, random bytes as a signature.
-- Arguments: the key's id, how many.
local hear_every = 10000
local threads, pieces = {}, {}
local digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
local base64 = digits:gsub("-", "+"):gsub("_", "/")

local function random_text(alphabet, length)
  local text = {}
  for i = 1, length do
    local at = math.random(#alphabet)
    text[i] = alphabet:sub(at, at)
  end
  return table.concat(text)
end

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  key, most = args[1], tonumber(args[2])
  sent, answered, accepted, unauthorized, throttled, other = 0, 0, 0, 0, 0, 0
  local seed = assert(io.open("/dev/urandom", "rb"))
  local a, b, c = seed:read(3):byte(1, 3)
  seed:close()
  math.randomseed(a * 65536 + b * 256 + c)
  run = random_text(digits, 16)
  -- Three of these, and one byte more, are a signature of ES256: 68 billion combinations.
  for i = 1, 4096 do pieces[i] = random_text(base64, 28) end
  before = "GET " .. wrk.path .. " HTTP/1.1\r\nHost: " .. wrk.headers["Host"]
    .. "\r\nSignature-Input: sig=(\"@method\" \"@target-uri\");created="
end

function request()
  sent = sent + 1
  local random = math.random
  local bytes = pieces[random(4096)] .. pieces[random(4096)] .. pieces[random(4096)]
  local at = random(64)
  return before .. os.time() .. ";nonce=\"" .. run .. sent .. "\";keyid=\"" .. key .. "\";tag=\"aicli\"\r\nSignature: sig=:"
    .. bytes .. base64:sub(at, at) .. "A==:\r\n\r\n"
end

function response(status)
  if status == 401 then unauthorized = unauthorized + 1
  elseif status == 429 then throttled = throttled + 1
  elseif status < 400 then accepted = accepted + 1
  else other = other + 1 end
  answered = answered + 1
  if answered % hear_every == 0 then
    io.stderr:write("answered " .. answered .. "\n")
    io.stderr:flush()
  end
  if answered == most then
    io.stderr:write("finished\n")
    io.stderr:flush()
    wrk.thread:stop()
  end
end

function done(summary)
  local errors, parts = summary.errors, {}
  for _, name in ipairs({ "answered", "accepted", "unauthorized", "throttled", "other" }) do
    parts[#parts + 1] = string.format("%s=%.0f", name, threads[1]:get(name))
  end
  io.write(string.format("result %s connect=%.0f read=%.0f write=%.0f\n", table.concat(parts, " "), errors.connect, errors.read, errors.write))
end
