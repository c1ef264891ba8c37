-- wrk -s wrk.lua URL -- METHOD BODY_BYTES keep-alive|close sized|chunked [TOKEN]; one line of figures at the end.
function init(args)
    wrk.method = args[1]
    local bytes = tonumber(args[2])
    if bytes > 0 then
        wrk.headers["Content-Type"] = "application/octet-stream"
        if args[4] == "chunked" then
            local head = { wrk.method .. " " .. wrk.path .. " HTTP/1.1", "Host: " .. wrk.headers["Host"], "Content-Type: application/octet-stream", "Transfer-Encoding: chunked", "", "" }
            local chunk = "400\r\n" .. string.rep("x", 1024) .. "\r\n"
            local request = table.concat(head, "\r\n") .. string.rep(chunk, bytes / 1024) .. "0\r\n\r\n"
            -- wrk asks for the request once; a request function would be called for each.
            wrk.format = function() return request end
        else
            wrk.body = string.rep("x", bytes)
        end
    end
    if args[3] == "close" then
        wrk.headers["Connection"] = "close"
    end
    if args[5] then
        wrk.headers["Authorization"] = "Bearer " .. args[5]
    end
end

function done(summary, latency, requests)
    local e = summary.errors
    io.write(string.format("figures %d %d %d %d %d %d %d\n", summary.requests, summary.duration, e.connect + e.read + e.write + e.timeout, e.status,
        latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
