-- Strangers: each request from another of many addresses, as a proxy in front would tell it.
-- Arguments: how many addresses.
local threads = {}

function setup(thread) table.insert(threads, thread) end

function init(args)
  local many = tonumber(args[1])
  served, refused, blocked, other, heads, at = 0, 0, 0, 0, {}, 0
  for i = 0, many - 1 do
    heads[i + 1] = "GET " .. wrk.path .. " HTTP/1.1\r\nHost: " .. wrk.headers["Host"]
      .. string.format("\r\nX-Forwarded-For: 10.%d.%d.%d\r\n\r\n", 1 + math.floor(i / 65536), math.floor(i / 256) % 256, i % 256)
  end
end

function request()
  at = at % #heads + 1
  return heads[at]
end

function response(status)
  if status == 429 then refused = refused + 1
  elseif status == 403 then blocked = blocked + 1
  elseif status < 400 then served = served + 1
  else other = other + 1 end
end

function done(summary)
  local errors, parts = summary.errors, {}
  for _, name in ipairs({ "served", "refused", "blocked", "other" }) do
    parts[#parts + 1] = string.format("%s=%.0f", name, threads[1]:get(name))
  end
  io.write(string.format("result %s connect=%.0f read=%.0f write=%.0f\n", table.concat(parts, " "), errors.connect, errors.read, errors.write))
end
