using System.Buffers;
using Sidecar.Proxy.Http1;

namespace SidecarAspire.Fuzz;

/// <summary>The reader of request heads.</summary>
internal static class RequestHeadTarget
{
    public static readonly string[] Seeds =
    [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /a/b?c=d HTTP/1.1\r\nHost: a.example:8080\r\nContent-Length: 5\r\nUser-Agent: u\r\nExpect: 100-continue\r\n\r\nhello",
        "PUT http://a/x?y HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\nConnection: close, X-A\r\nX-A: 1\r\n\r\n0\r\n\r\n",
        "OPTIONS * HTTP/1.0\r\nConnection: keep-alive\r\nX-Request-Id: r\r\ntraceparent: t\r\nForwarded: for=x\r\n\r\n",
        "GET /\u00c3\u00a9?\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nX-B:\u00e9\r\n\r\n",
        "GET /%00#x HTTP/2.0\r\nHost: [::1]:80\r\nUpgrade: websocket\r\nConnection: upgrade\r\nKeep-Alive: timeout=5\r\n folded\r\n\r\n",
    ];

    // Small, so that the fuzzer meets them. Not fields: what is instrumented must not run before the fuzzer is there.
    private static HeadLimits Limits(bool isLenient) => new(60, 300, 8, isLenient);

    private static HeadLimits Larger => new(200, 1000, 8);

    public static void Check(byte[] input)
    {
        var strict = Check(input, isLenient: false, out var isTaken);
        Target.Hold(!isTaken || Check(input, isLenient: true, out _) == strict, "What is right is read as something else by the lenient reader.");
        if (!isTaken)
            Check(input, isLenient: true, out _);
    }

    private static string Check(byte[] input, bool isLenient, out bool isTaken)
    {
        var verdict = Target.Same(cut => Read(input, cut, Limits(isLenient), out _));
        Read(input, int.MaxValue, Limits(isLenient), out var head);
        isTaken = head is not null;
        if (head is null)
            return verdict;
        Target.Hold(head.Length <= input.Length && input.AsSpan(0, head.Length).EndsWith("\r\n\r\n"u8), "The head ends where no head ends.");
        Target.Hold(head.Path + head.Query == head.OriginForm, "Path and query are not the target.");
        var written = new ArrayBufferWriter<byte>();
        var writer = new HeadWriter(written);
        writer.Write($"{head.Method} {head.Target} {head.Protocol}\r\n");
        for (var i = 0; i < head.Fields.Count; i++)
        {
            Target.CheckField(head.Fields.Name(i), head.Fields.Value(i).ToString());
            writer.WriteField(head.Fields.Name(i), head.Fields.Value(i).ToString());
        }

        writer.Write("\r\n"u8);
        writer.Commit();
        var again = written.WrittenSpan.ToArray();
        Target.Hold(Read(again, int.MaxValue, Larger, out var other) == verdict && other?.Length == again.Length, "What was read is written as something else.");
        return verdict;
    }

    private static string Read(byte[] input, int cut, HeadLimits limits, out RequestHead? whole)
    {
        var head = new RequestHead();
        head.Begin(input);
        whole = null;
        for (var length = Math.Min(cut, input.Length); ; length += Math.Min(cut, input.Length - length))
        {
            if (head.Read(input.AsSpan(0, length), limits, out var isWhole) is { } rejection)
                return $"{rejection.StatusCode} {rejection.Reason}";
            if (isWhole)
            {
                whole = head;
                return string.Join('\n', [
                    $"{head.Method} {head.Target} {head.OriginForm} {head.Protocol} {head.Host} {head.Framing} {head.ContentLength} {head.ExpectsContinue} {head.IsUpgrade} {head.KeepsConnection} {head.UserAgent}",
                    .. head.ConnectionOptions ?? [],
                    .. Enumerable.Range(0, head.Fields.Count).Select(i => $"{head.Fields.Name(i)}: {head.Fields.Value(i)}")]);
            }

            if (length == input.Length)
                return "more";
        }
    }
}
