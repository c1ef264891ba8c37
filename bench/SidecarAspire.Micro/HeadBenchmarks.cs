using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Direct;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Forwarding.Http1;
using Sidecar.Proxy.Listening;
using Sidecar.Proxy.Observability;

namespace SidecarAspire.Micro;

/// <summary>Heads: reading a request's, deciding which headers the application gets, reading an answer's.</summary>
[MemoryDiagnoser]
public class HeadBenchmarks
{
    private static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nX-Powered-By: Express\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 32\r\nETag: W/\"20-x\"\r\nDate: Sat, 21 Nov 2026 11:05:50 GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n"u8.ToArray();

    private readonly LimitOptions _limits = new();
    private readonly RequestHead _strict = new();
    private readonly DirectRequest _direct = new();
    private readonly DirectAnswer _answer = new();
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

    /// <summary>The strict check of a head on its way to Kestrel.</summary>
    [Benchmark]
    public object? Check_a_request() => _strict.Read(Requests.Bytes, _limits);

    /// <summary>Reading a request that goes the direct way.</summary>
    [Benchmark]
    public bool Read_a_request_directly() => _direct.TryRead(Requests.Bytes, _limits, isTrusted: false);

    /// <summary>The headers for the application, in the pipeline.</summary>
    [Benchmark]
    public int Transform_headers()
    {
        _length = 0;
        OutgoingHeaders.Collect(_context, _attempt, Requests.Options.Headers, Requests.Options.Tracing, this, static (self, name, value) => self._length += name.Length + value.Length);
        return _length;
    }

    /// <summary>Reading an answer, in the pipeline.</summary>
    [Benchmark]
    public bool Read_an_answer() => ResponseParser.TryParse(Answer, _head, out _, out _);

    /// <summary>Reading an answer that goes the direct way.</summary>
    [Benchmark]
    public bool Read_an_answer_directly() => _answer.TryRead(Answer, _head, out _, out _);
}
