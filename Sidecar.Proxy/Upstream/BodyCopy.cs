using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Upstream;

/// <summary>The body of a response on its way to the client, piece by piece as it comes. A structure, because there is one a request.</summary>
/// <param name="sink">Where to.</param>
/// <param name="connection">Where from; its head has been read.</param>
/// <param name="record">The request's telemetry.</param>
internal readonly struct BodyCopy(ClientSink sink, UpstreamConnection connection, RequestRecord record)
{
    /// <summary>RFC 9110, section 15.3.6: there must be no body, and clients do not expect one.</summary>
    private bool DropsBody => connection.Head.StatusCode == StatusCodes.Status205ResetContent;

    /// <summary>Copies the body.</summary>
    /// <param name="framing">How it ends.</param>
    /// <returns>When all of it is with the sink.</returns>
    public ValueTask RunAsync(BodyFraming framing) => framing switch
    {
        BodyFraming.Length when connection.Head.ContentLength <= connection.Input.Length => CopyWhole((int)connection.Head.ContentLength),
        BodyFraming.Length => CopyLengthAsync(connection.Head.ContentLength!.Value),
        BodyFraming.Chunked => CopyChunkedAsync(),
        BodyFraming.UntilClose => CopyUntilCloseAsync(),
        _ => default,
    };

    private ValueTask CopyWhole(int length)
    {
        Pass(length);
        return default;
    }

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
                Pass(count);
            await sink.FlushAsync();
        }
        while (await sink.FillAsync(connection) > 0);
    }

    private async ValueTask CopyChunkedAsync()
    {
        var decoder = new ChunkedDecoder { IsLenient = connection.Head.IsLenient };
        while (true)
        {
            var result = CopyChunks(ref decoder);
            if (result == ChunkedDecoder.Result.Bad)
                throw new BadResponseException(ProxyError.HttpProtocolError, "its chunks are not framed as they must be");
            if (result == ChunkedDecoder.Result.Done)
                break;
            await sink.FlushAsync();
            await FillAsync();
        }

        sink.AddTrailers(decoder.Trailers, connection.Head);
    }

    private ChunkedDecoder.Result CopyChunks(ref ChunkedDecoder decoder)
    {
        while (true)
        {
            var result = decoder.Read(connection.Input, out var skip, out var data);
            connection.Advance(skip);
            if (result != ChunkedDecoder.Result.Data)
                return result;
            Pass(data);
        }
    }

    private void Pass(int count)
    {
        if (!DropsBody)
        {
            sink.Write(connection.Input[..count]);
            record.BytesSent += count;
        }

        connection.Advance(count);
    }

    private async ValueTask FillAsync()
    {
        if (await sink.FillAsync(connection) == 0)
            throw new BadResponseException(ProxyError.ResponseIncomplete, "the body broke off");
    }
}
