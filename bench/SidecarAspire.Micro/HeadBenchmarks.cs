using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;
using Sidecar.Proxy.Http1;
using Sidecar.Proxy.Requests;
using Sidecar.Proxy.Upstream;

namespace SidecarAspire.Micro;

/// <summary>Heads: reading a request's, deciding which headers the application gets, reading an answer's.</summary>
[MemoryDiagnoser]
public class HeadBenchmarks
{
    private static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nX-Powered-By: Express\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 32\r\nETag: W/\"20-x\"\r\nDate: Sat, 21 Nov 2026 11:05:50 GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n"u8.ToArray();

    private static readonly HeadLimits Limits = new(8192, 32_768, 100);

    private readonly RequestHead _request = new();
    private readonly ResponseHead _head = new();
    private readonly AttemptRecord _attempt = new() { Request = Requests.Record(), Target = Requests.Target, Resend = 0, Timestamp = 0 };
    private readonly DefaultHttpContext _context = new();
    private int _length;

    /// <summary>Gives the pipeline's request its headers.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        foreach (var (name, value) in new[] { ("Host", "shop.example"), ("User-Agent", "Mozilla/5.0"), ("Accept", "text/html"), ("Accept-Language", "en"), ("Accept-Encoding", "gzip, br"), ("Cookie", "session=abcdefghijklmnopqrstuvwxyz") })
            _context.Request.Headers[name] = value;
    }

    /// <summary>Reading a request's head.</summary>
    [Benchmark]
    public object? Read_a_request()
    {
        _request.Begin(Requests.Bytes);
        return _request.Read(Requests.Bytes, Limits, out _);
    }

    /// <summary>The headers for the application, of a request that came over HTTP/2.</summary>
    [Benchmark]
    public int Transform_headers()
    {
        _length = 0;
        OutgoingHeaders.Collect(_context, _attempt, Requests.Options.Headers, Requests.Options.Tracing, this, static (self, name, value) => self._length += name.Length + value.Length);
        return _length;
    }

    /// <summary>Reading a response's head.</summary>
    [Benchmark]
    public bool Read_a_response() => _head.TryRead(Answer, 0, Answer.Length, out _, out _);
}
