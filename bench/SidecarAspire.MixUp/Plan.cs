using System.Globalization;
using System.Text;

namespace SidecarAspire.MixUp;

/// <summary>How the application answers.</summary>
internal enum Reply
{
    /// <summary>With a length.</summary>
    Sized,

    /// <summary>In chunks, with a trailer.</summary>
    Chunked,

    /// <summary>With what is there until the connection ends.</summary>
    UntilEnd,

    /// <summary>With 204.</summary>
    NoContent,

    /// <summary>With 304 and the length of what it does not send.</summary>
    NotModified,

    /// <summary>With a hint before.</summary>
    Hinted,

    /// <summary>Before it has read the request's body, which it reads then.</summary>
    Early,

    /// <summary>Before it has read the request's body, and closes.</summary>
    EarlyClose,

    /// <summary>With half of what it has promised, and a reset.</summary>
    Broken,

    /// <summary>Not at all.</summary>
    Gone,

    /// <summary>By becoming an echo.</summary>
    Upgrade,
}

/// <summary>A request and its response, as far as the client decides them; the application reads them from the target.</summary>
internal sealed record Plan(long Id, string Method, Reply Reply, int RequestBytes, bool IsChunked, int ResponseBytes)
{
    /// <summary>What the request and its response are told by.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"mix-{Id}");

    /// <summary>Whether the response may have no body.</summary>
    public bool HasNoBody => Method == "HEAD" || Reply is Reply.NoContent or Reply.NotModified;

    /// <summary>Whether the sidecar may have to answer in the application's place, or to end the connection without a whole response.</summary>
    public bool MayFail => Reply is Reply.Broken or Reply.Gone or Reply.EarlyClose;

    /// <summary>Draws one.</summary>
    public static Plan Draw(Random random, long id, bool isLast)
    {
        var reply = random.Next(100) switch
        {
            < 45 => Reply.Sized,
            < 65 => Reply.Chunked,
            < 69 => Reply.UntilEnd,
            < 74 => Reply.NoContent,
            < 78 => Reply.NotModified,
            < 83 => Reply.Hinted,
            < 88 => Reply.Early,
            < 90 => Reply.EarlyClose,
            < 92 => Reply.Broken,
            < 94 => Reply.Gone,
            _ when isLast => Reply.Upgrade,
            _ => Reply.Sized,
        };
        var hasBody = reply != Reply.Upgrade && random.Next(100) < 40;
        var method = hasBody ? random.Next(2) == 0 ? "POST" : "PUT" : random.Next(100) < 10 && reply != Reply.Upgrade ? "HEAD" : "GET";
        return new(id, method, reply, hasBody ? Size(random) : 0, random.Next(2) == 0, Size(random));
    }

    /// <summary>Reads one from a request's target.</summary>
    public static Plan Parse(string requestLine)
    {
        var words = requestLine.Split(' ');
        if (words is not [var method, var target, "HTTP/1.1"] || target.Split('/') is not ["", var id, var reply, var requestBytes, var framing, var responseBytes])
            throw new MixUpException($"The application was asked '{requestLine}'");
        return new(
            long.Parse(id, CultureInfo.InvariantCulture), method, Enum.Parse<Reply>(reply), int.Parse(requestBytes, CultureInfo.InvariantCulture), framing == "chunked", int.Parse(responseBytes, CultureInfo.InvariantCulture));
    }

    /// <summary>Writes the request.</summary>
    public void Write(List<byte> output, Random random)
    {
        var framing = RequestBytes == 0 && Method is "GET" or "HEAD" ? "" : IsChunked ? "Transfer-Encoding: chunked\r\n" : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {RequestBytes}\r\n");
        var upgrade = Reply == Reply.Upgrade ? "Connection: Upgrade\r\nUpgrade: mix\r\n" : "";
        // Whoever expects need not wait.
        var expect = framing.Length > 0 && random.Next(20) == 0 ? "Expect: 100-continue\r\n" : "";
        output.AddRange(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{Method} /{Id}/{Reply}/{RequestBytes}/{(IsChunked ? "chunked" : "sized")}/{ResponseBytes} HTTP/1.1\r\nHost: mix\r\nX-Request-Id: {Name}\r\nX-Mix: {Name}\r\n{upgrade}{expect}{framing}\r\n")));
        if (framing.Length == 0)
            return;
        var content = new Content(Id, 'q');
        if (IsChunked)
        {
            WriteChunks(output, content, RequestBytes, random, Name);
            return;
        }

        var bytes = new byte[RequestBytes];
        content.Fill(bytes);
        output.AddRange(bytes);
    }

    /// <summary>Writes a body in chunks of any size, with an extension now and then and a trailer that names the request.</summary>
    public static void WriteChunks(List<byte> output, Content content, int count, Random random, string name)
    {
        for (var left = count; left > 0;)
        {
            var chunk = new byte[Math.Min(left, 1 + random.Next(random.Next(4) == 0 ? 20_000 : 200))];
            content.Fill(chunk);
            output.AddRange(Encoding.ASCII.GetBytes($"{chunk.Length:x}{(random.Next(8) == 0 ? ";a=b" : "")}\r\n"));
            output.AddRange(chunk);
            output.AddRange("\r\n"u8);
            left -= chunk.Length;
        }

        output.AddRange(Encoding.ASCII.GetBytes($"0\r\nX-Mix-End: {name}\r\n\r\n"));
    }

    private static int Size(Random random) => random.Next(100) switch
    {
        < 10 => 0,
        < 80 => random.Next(1, 300),
        < 98 => random.Next(300, 10_000),
        _ => random.Next(10_000, 200_000),
    };
}
