using System.IO.Pipelines;

namespace Sidecar.Proxy.Server.Listening;

/// <summary>Tells HTTP/2 with prior knowledge from HTTP/1 by a connection's first bytes, and leaves them where they are.</summary>
internal static class ProtocolSniffer
{
    /// <summary>How long the bytes are that HTTP/2 begins with (RFC 9113, section 3.4).</summary>
    public const int PrefaceLength = 24;

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Waits for the first bytes.</summary>
    /// <param name="input">The connection's bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it is HTTP/2; null when the client left without a word.</returns>
    public static async ValueTask<bool?> IsHttp2Async(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            var (matches, complete) = Compare(buffer);
            if (!matches || complete || result.IsCompleted)
            {
                var silent = buffer.IsEmpty;
                input.AdvanceTo(buffer.Start);
                return silent ? null : matches && complete;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static (bool Matches, bool Complete) Compare(ReadOnlySequence<byte> buffer)
    {
        Span<byte> start = stackalloc byte[PrefaceLength];
        var count = (int)Math.Min(buffer.Length, start.Length);
        buffer.Slice(0, count).CopyTo(start);
        return (Preface.StartsWith(start[..count]), count == PrefaceLength);
    }
}
