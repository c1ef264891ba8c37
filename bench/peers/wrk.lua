-- wrk -s wrk.lua URL -- METHOD BODY_BYTES CONNECTION; one line of figures at the end.
function init(args)
    wrk.method = args[1]
    local bytes = tonumber(args[2])
    if bytes > 0 then
        wrk.body = string.rep("x", bytes)
        wrk.headers["Content-Type"] = "application/octet-stream"
    end
    if args[3] == "close" then
        wrk.headers["Connection"] = "close"
    end
end

function done(summary, latency, requests)
    local e = summary.errors
    io.write(string.format("figures %d %d %d %d\n", summary.requests, summary.duration, e.connect + e.read + e.write + e.timeout, e.status))
end
