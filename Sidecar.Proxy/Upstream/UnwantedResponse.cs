using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Upstream;

/// <summary>The body of a response that nobody is to see.</summary>
internal static class UnwantedResponse
{
    /// <summary>Leaves it behind if that costs nothing, because all of it has arrived with its head: another attempt waits, and a new connection is cheaper than the rest.</summary>
    /// <param name="connection">Where the response comes from.</param>
    /// <param name="method">The request's method.</param>
    /// <returns>Whether the connection is at the response's end.</returns>
    public static bool TrySkip(UpstreamConnection connection, string method)
    {
        switch (connection.Head.Framing(method))
        {
            case BodyFraming.None:
                return true;
            case BodyFraming.Length when connection.Head.ContentLength <= connection.Input.Length:
                connection.Advance((int)connection.Head.ContentLength!.Value);
                return true;
            case BodyFraming.Chunked:
                return TrySkipChunks(connection);
            default:
                return false;
        }
    }

    private static bool TrySkipChunks(UpstreamConnection connection)
    {
        var decoder = new ChunkedDecoder { IsLenient = connection.Head.IsLenient };
        while (true)
        {
            var result = decoder.Read(connection.Input, out var skip, out var data);
            connection.Advance(skip + data);
            if (result != ChunkedDecoder.Result.Data)
                return result == ChunkedDecoder.Result.Done;
        }
    }
}
