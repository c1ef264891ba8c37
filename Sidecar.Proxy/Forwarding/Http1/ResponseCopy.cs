using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Listening;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Forwarding.Http1;

/// <summary>An answer on its way to the client, piece by piece as it comes. A structure, because there is one a request.</summary>
/// <param name="context">The request.</param>
/// <param name="record">Its telemetry.</param>
/// <param name="connection">Where the answer comes from.</param>
/// <param name="deadline">How long the attempt may take.</param>
internal readonly struct ResponseCopy(HttpContext context, RequestRecord record, UpstreamConnection connection, ForwardingDeadline deadline)
{
    // Written chunk by chunk here, because Kestrel has no trailers in HTTP/1.1.
    private bool WritesChunks => record.ProtocolVersion == "1.1" && !DropsBody;

    // RFC 9110, section 15.3.6: there must be none, and clients do not expect one.
    private bool DropsBody => connection.Head.StatusCode == StatusCodes.Status205ResetContent;

    /// <summary>Copies the answer.</summary>
    /// <param name="options">What is told in headers.</param>
    /// <returns>When all of it is with the server.</returns>
    public async Task RunAsync(HeaderOptions options)
    {
        var framing = connection.Head.Framing(record.Method);
        CopyHead(framing, options);
        switch (framing)
        {
            case BodyFraming.Length:
                await CopyLengthAsync(connection.Head.ContentLength);
                break;
            case BodyFraming.Chunked:
                await CopyChunkedAsync();
                break;
            case BodyFraming.UntilClose:
                await CopyUntilCloseAsync();
                break;
        }

        // Kestrel flushes an answer that fits into its first write itself, and only that.
        if (context.Response.HasStarted)
            await FlushAsync();
    }

    private void CopyHead(BodyFraming framing, HeaderOptions options)
    {
        var (head, response) = (connection.Head, context.Response);
        response.StatusCode = head.StatusCode;
        if (head.Reason.Length > 0)
            context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = head.Reason;
        foreach (var (name, value) in head.Fields)
        {
            if (OutgoingHeaders.StaysBehind(name) || head.HasConnectionOption(name))
                continue;
            // 204 and 304 may not carry a length that Kestrel would then insist on.
            if (framing == BodyFraming.None && head.StatusCode is 204 or < 200 && name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase))
                continue;
            ResponseHeaders.Append(response.Headers, name, value);
        }

        if (DropsBody)
            response.ContentLength = 0;
        else if (framing == BodyFraming.Chunked && WritesChunks)
            response.Headers.TransferEncoding = "chunked";
        ResponseHeaders.Add(response, record, options);
        if (head.HasOwnSpelling)
            context.Features.Get<RequestGate>()?.Spell(head.Fields);
    }

    private async Task CopyLengthAsync(long length)
    {
        while (length > 0)
        {
            if (connection.Input.IsEmpty)
            {
                await FlushAsync();
                await FillAsync();
            }

            var count = (int)Math.Min(length, connection.Input.Length);
            Pass(count);
            length -= count;
        }
    }

    private async Task CopyUntilCloseAsync()
    {
        do
        {
            Pass(connection.Input.Length);
            await FlushAsync();
            deadline.Progress();
        }
        while (await connection.FillAsync(deadline.Token) > 0);
    }

    private async Task CopyChunkedAsync()
    {
        var decoder = default(ChunkedDecoder);
        while (true)
        {
            var result = CopyChunks(ref decoder);
            if (result == ChunkedDecoder.Result.Bad)
                throw new BadAnswerException(ProxyError.HttpProtocolError, "its chunks are not framed as they must be");
            if (result == ChunkedDecoder.Result.Done)
                break;
            await FlushAsync();
            await FillAsync();
        }

        WriteTrailers(decoder.Trailers);
    }

    private ChunkedDecoder.Result CopyChunks(ref ChunkedDecoder decoder)
    {
        var writer = context.Response.BodyWriter;
        while (true)
        {
            var result = decoder.Read(connection.Input, out var skip, out var data);
            connection.Advance(skip);
            if (result != ChunkedDecoder.Result.Data)
                return result;
            if (WritesChunks)
                WriteChunkHeader(writer, data);
            Pass(data);
            if (WritesChunks)
                writer.Write("\r\n"u8);
        }
    }

    private void Pass(int count)
    {
        if (!DropsBody)
        {
            context.Response.BodyWriter.Write(connection.Input[..count]);
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

    private void WriteTrailers(ReadOnlySpan<byte> section)
    {
        if (WritesChunks)
        {
            var writer = context.Response.BodyWriter;
            writer.Write("0\r\n"u8);
            writer.Write(section);
            writer.Write("\r\n"u8);
            return;
        }

        if (context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is not { IsReadOnly: false } trailers)
            return;
        var fields = new FieldReader(section);
        while (fields.Next())
            ResponseHeaders.Append(trailers, Encoding.Latin1.GetString(fields.Name), Encoding.Latin1.GetString(fields.Value));
    }

    private async Task FillAsync()
    {
        deadline.Progress();
        if (await connection.FillAsync(deadline.Token) == 0)
            throw new BadAnswerException(ProxyError.ResponseIncomplete, "the body broke off");
    }

    private async ValueTask FlushAsync()
    {
        var flush = context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        if (flush.IsCompletedSuccessfully)
        {
            _ = flush.Result;
            return;
        }

        // The application is not slow while the client does not read; Kestrel's data rate watches the client.
        deadline.Pause();
        await flush;
        deadline.Progress();
    }
}
