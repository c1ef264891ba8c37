using System.Buffers;
using Sidecar.Proxy.Http1;

namespace SidecarAspire.Fuzz;

/// <summary>The reader of response heads.</summary>
internal static class ResponseHeadTarget
{
    public static readonly string[] Seeds =
    [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nDate: d\r\n\r\nhello",
        "HTTP/1.1 404 Gone Fishing\r\nTransfer-Encoding: chunked\r\nConnection: close, X-A\r\nX-A: 1\r\n\r\n0\r\n\r\n",
        "HTTP/1.0 204\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5, max=100\r\nX-B : \u00e9\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 5\r\nContent-Length: 5\nX: 1\n\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\nX-A\r\n\r\n",
        "HTTP/1.1 500 \r\nSet-Cookie: a=b\r\nSet-Cookie:\r\n folded\r\nServer\r\n\r\n",
    ];

    public static void Check(byte[] input)
    {
        var strict = Check(input, isLenient: false, out var isTaken);
        var lenient = Check(input, isLenient: true, out _);
        Target.Hold(!isTaken || strict == lenient, "What is right is read as something else by the lenient reader.");
    }

    private static string Check(byte[] input, bool isLenient, out bool isTaken)
    {
        var verdict = Target.Same(cut => Read(input, cut, isLenient, out _, out _));
        Read(input, int.MaxValue, isLenient, out var head, out var length);
        isTaken = head is not null;
        if (head is null)
            return verdict;
        var end = input.AsSpan(0, Math.Min(length, input.Length));
        Target.Hold(length <= input.Length && (end.EndsWith("\r\n\r\n"u8) || (isLenient && (end.EndsWith("\n\n"u8) || end.EndsWith("\n\r\n"u8)))), "The head ends where no head ends.");
        var written = new ArrayBufferWriter<byte>();
        var writer = new HeadWriter(written);
        writer.Write($"HTTP/1.{(head.IsVersion11 ? 1 : 0)} {head.StatusCode} {head.Reason}\r\n");
        for (var i = 0; i < head.Fields.Count; i++)
        {
            Target.CheckField(head.Fields.Name(i), head.Fields.Value(i).ToString());
            writer.WriteField(head.Fields.Name(i), head.Fields.Value(i).ToString());
        }

        writer.Write("\r\n"u8);
        writer.Commit();
        var again = written.WrittenSpan.ToArray();
        Target.Hold(Read(again, int.MaxValue, isLenient: false, out _, out var otherLength) == verdict && otherLength == again.Length, "What was read is written as something else.");
        return verdict;
    }

    // Behind something else, as the next response on a connection is.
    private static string Read(byte[] input, int cut, bool isLenient, out ResponseHead? whole, out int length)
    {
        const int Start = 3;
        byte[] buffer = [(byte)'H', (byte)'\r', (byte)'\n', .. input];
        var head = new ResponseHead { IsLenient = isLenient };
        whole = null;
        for (var count = Math.Min(cut, input.Length); ; count += Math.Min(cut, input.Length - count))
        {
            if (head.TryRead(buffer, Start, Start + count, out length, out var error))
            {
                whole = head;
                return string.Join('\n', [
                    $"{head.StatusCode} {head.Reason} {head.IsVersion11} {head.ContentLength} {head.IsChunked} {head.KeepAliveTimeout} {head.IsPersistent} {head.Framing("GET")} {head.Framing("HEAD")}",
                    .. Enumerable.Range(0, head.Fields.Count).Select(i => $"{head.Fields.Name(i)}: {head.Fields.Value(i)} {head.Fields.Role(i)} {head.IsConnectionOption(i)}")]);
            }

            if (error is not null)
                return "wrong";
            if (count == input.Length)
                return "more";
        }
    }
}
