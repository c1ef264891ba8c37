using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Forwarding.Http1;

/// <summary>The body of an answer on its way to the client, piece by piece as it comes. A structure, because there is one a request.</summary>
/// <typeparam name="TSink">Where to.</typeparam>
/// <param name="sink">Where to.</param>
/// <param name="connection">Where from; its head has been read.</param>
/// <param name="record">The request's telemetry.</param>
/// <param name="writesChunks">Whether it is framed in chunks here.</param>
internal readonly struct BodyCopy<TSink>(TSink sink, UpstreamConnection connection, RequestRecord record, bool writesChunks)
    where TSink : IBodySink
{
    /// <summary>RFC 9110, section 15.3.6: there must be no body, and clients do not expect one.</summary>
    private bool DropsBody => connection.Head.StatusCode == StatusCodes.Status205ResetContent;

    /// <summary>Copies the body.</summary>
    /// <param name="framing">How it ends.</param>
    /// <returns>When all of it is with the sink.</returns>
    public ValueTask RunAsync(BodyFraming framing) => framing switch
    {
        BodyFraming.Length => CopyLengthAsync(connection.Head.ContentLength),
        BodyFraming.Chunked => CopyChunkedAsync(),
        BodyFraming.UntilClose => CopyUntilCloseAsync(),
        _ => default,
    };

    private async ValueTask CopyLengthAsync(long length)
    {
        while (length > 0)
        {
            if (connection.Input.IsEmpty)
            {
                await sink.FlushAsync();
                await FillAsync();
            }

            var count = (int)Math.Min(length, connection.Input.Length);
            Pass(count);
            length -= count;
        }
    }

    private async ValueTask CopyUntilCloseAsync()
    {
        do
        {
            if (connection.Input.Length is > 0 and var count)
                PassChunk(count);
            await sink.FlushAsync();
        }
        while (await sink.FillAsync(connection) > 0);
        WriteEnd([]);
    }

    private async ValueTask CopyChunkedAsync()
    {
        var decoder = default(ChunkedDecoder);
        while (true)
        {
            var result = CopyChunks(ref decoder);
            if (result == ChunkedDecoder.Result.Bad)
                throw new BadAnswerException(ProxyError.HttpProtocolError, "its chunks are not framed as they must be");
            if (result == ChunkedDecoder.Result.Done)
                break;
            await sink.FlushAsync();
            await FillAsync();
        }

        WriteEnd(decoder.Trailers);
    }

    private ChunkedDecoder.Result CopyChunks(ref ChunkedDecoder decoder)
    {
        while (true)
        {
            var result = decoder.Read(connection.Input, out var skip, out var data);
            connection.Advance(skip);
            if (result != ChunkedDecoder.Result.Data)
                return result;
            PassChunk(data);
        }
    }

    private void PassChunk(int count)
    {
        var frames = writesChunks && !DropsBody;
        if (frames)
            WriteChunkHeader(sink.Writer, count);
        Pass(count);
        if (frames)
            sink.Writer.Write("\r\n"u8);
    }

    private void Pass(int count)
    {
        if (!DropsBody)
        {
            sink.Writer.Write(connection.Input[..count]);
            record.BytesSent += count;
        }

        connection.Advance(count);
    }

    private static void WriteChunkHeader(PipeWriter writer, int length)
    {
        var span = writer.GetSpan(10);
        length.TryFormat(span, out var digits, "x", CultureInfo.InvariantCulture);
        span[digits++] = (byte)'\r';
        span[digits++] = (byte)'\n';
        writer.Advance(digits);
    }

    private void WriteEnd(ReadOnlySpan<byte> trailers)
    {
        if (!writesChunks || DropsBody)
        {
            sink.AddTrailers(trailers);
            return;
        }

        sink.Writer.Write("0\r\n"u8);
        sink.Writer.Write(trailers);
        sink.Writer.Write("\r\n"u8);
    }

    private async ValueTask FillAsync()
    {
        if (await sink.FillAsync(connection) == 0)
            throw new BadAnswerException(ProxyError.ResponseIncomplete, "the body broke off");
    }
}
