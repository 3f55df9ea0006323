-- What wrk asks: each line of the file that it is given, in turn; and what it tells in the end.

local questions = {}
local last = 0

function init(arguments)
    for path in io.lines(arguments[1]) do
        questions[#questions + 1] = wrk.format("GET", path)
    end
end

function request()
    last = last % #questions + 1
    return questions[last]
end

function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    io.write(string.format('{"requests": %d, "microseconds": %d, "p99": %d, "failed": %d}\n',
        summary.requests, summary.duration, latency:percentile(99), failed))
end
