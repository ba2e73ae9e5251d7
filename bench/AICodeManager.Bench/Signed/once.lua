-- Sends the requests of a file, each once; with "again" in the second argument, over and over.
-- The file: for each request its length in bytes, a line break, the bytes.
local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long sec; long nsec; } bench_time;
  int clock_gettime(int clock, bench_time *time);
]]
local monotonic, time = 1, ffi.new("bench_time")
local threads, requests = {}, {}

local function now()
  ffi.C.clock_gettime(monotonic, time)
  return tonumber(time.sec) + tonumber(time.nsec) / 1e9
end

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  next_one, began, ended = 0, 0, 0
  again = args[2] == "again"
  local file = assert(io.open(args[1], "rb"))
  while true do
    local length = file:read("*n")
    if not length then break end
    file:read(1)
    requests[#requests + 1] = file:read(length)
  end
  file:close()
end

function request()
  next_one = next_one + 1
  if again and next_one > #requests then next_one = 1 end
  if began == 0 and next_one > 1 then began = now() end -- the first is only looked at, not sent
  local text = requests[next_one]
  if text then return text end
  if ended == 0 then
    ended = now()
    io.stderr:write("finished\n")
    io.stderr:flush()
    wrk.thread:stop()
  end
  return requests[1] -- the loop ends before an answer to it is read
end

function done(summary)
  local began, ended = threads[1]:get("began"), threads[1]:get("ended")
  local errors = summary.errors
  local micros = ended > 0 and (ended - began) * 1e6 or summary.duration
  io.write(string.format("result requests=%.0f micros=%.0f exhausted=%d status=%.0f connect=%.0f read=%.0f write=%.0f\n",
    summary.requests, micros, ended > 0 and 1 or 0, errors.status, errors.connect, errors.read, errors.write))
end
