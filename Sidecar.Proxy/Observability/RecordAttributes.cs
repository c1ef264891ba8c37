namespace Sidecar.Proxy.Observability;

/// <summary>What the access log says of a request, whatever it is written as.</summary>
internal static class RecordAttributes
{
    /// <summary>Writes what was asked for, and by whom.</summary>
    public static void WriteRequest<T>(RequestRecord request, T output)
        where T : IAttributes
    {
        output.Add("http.request.method"u8, request.Method);
        output.Add("url.scheme"u8, request.Scheme);
        output.Add("url.path"u8, request.VisiblePath);
        if (request.VisibleQuery.Length > 1)
            output.Add("url.query"u8, request.VisibleQuery.AsSpan(1));
        if (request.Host.Length > 0)
            output.Add("server.address"u8, request.Host);
        output.Add("network.protocol.name"u8, "http");
        output.Add("network.protocol.version"u8, request.ProtocolVersion);
        if (request.ClientAddress is { } client)
            output.Add("client.address"u8, client);
        if (request.ClientPort > 0)
            output.Add("client.port"u8, request.ClientPort);
        if (request.UserAgent is { } agent)
            output.Add("user_agent.original"u8, agent);
        if (request.RequestId is { } id)
            output.Add("sidecar.request_id"u8, id);
    }

    /// <summary>Writes what became of it, and what was noted on the way.</summary>
    public static void WriteOutcome<T>(RequestRecord request, T output)
        where T : IAttributes
    {
        if (request.StatusCode > 0)
            output.Add("http.response.status_code"u8, request.StatusCode);
        output.Add("http.server.request.duration"u8, request.Duration.TotalSeconds);
        if (request.TimeToFirstByte is { } first)
            output.Add("sidecar.time_to_first_byte"u8, first.TotalSeconds);
        output.Add("http.request.body.size"u8, request.BytesReceived);
        output.Add("http.response.body.size"u8, request.BytesSent);
        if (request.UpstreamAddress is { } upstream)
        {
            output.Add("sidecar.upstream.address"u8, upstream.Address);
            output.Add("sidecar.upstream.port"u8, upstream.Port);
        }

        output.Add("sidecar.attempts"u8, request.Attempts);
        output.Add("sidecar.ended_by"u8, RequestEnds.Name(request.EndedBy));
        if (request.IsUpgraded)
            output.Add("sidecar.upgraded"u8, true);
        if (request.Error is { } error)
        {
            output.Add("error.type"u8, error.Token);
            output.Add("error.message"u8, request.ErrorDetail ?? error.Detail);
        }

        foreach (var (name, value) in request.Notes ?? [])
            output.Add(name, value);
    }
}

/// <summary>Takes attributes, each with its name in UTF-8.</summary>
internal interface IAttributes
{
    /// <summary>Takes a text.</summary>
    void Add(ReadOnlySpan<byte> key, ReadOnlySpan<char> value);

    /// <summary>Takes a whole number.</summary>
    void Add(ReadOnlySpan<byte> key, long value);

    /// <summary>Takes a number.</summary>
    void Add(ReadOnlySpan<byte> key, double value);

    /// <summary>Takes a truth.</summary>
    void Add(ReadOnlySpan<byte> key, bool value);

    /// <summary>Takes an address.</summary>
    void Add(ReadOnlySpan<byte> key, IPAddress address);

    /// <summary>Takes a note.</summary>
    void Add(string key, object value);
}
