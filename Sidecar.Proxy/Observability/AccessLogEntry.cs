using System.Collections;
using System.Globalization;

namespace Sidecar.Proxy.Observability;

/// <summary>
/// The access log's record as a logger takes it: the template of the contract, and OpenTelemetry's HTTP names, which a
/// LoggerMessage template cannot express because of their dots.
/// </summary>
public sealed class AccessLogEntry : IReadOnlyList<KeyValuePair<string, object?>>
{
    /// <summary>The contract's message template.</summary>
    public const string Template = "{Service} - {Target} - {Route} - {Time}";

    /// <summary>How many of the attributes belong to the template; the others have conventional names.</summary>
    internal const int TemplateAttributes = 4;

    private List<KeyValuePair<string, object?>>? _attributes;

    /// <summary>Takes down a request that is over.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="request">The request.</param>
    public AccessLogEntry(string service, RequestRecord request)
    {
        ArgumentNullException.ThrowIfNull(request);

        Service = service;
        Request = request;
    }

    /// <summary>The service's name.</summary>
    public string Service { get; }

    /// <summary>The request.</summary>
    public RequestRecord Request { get; }

    /// <summary>The target's address, or <c>-</c> when the request reached none.</summary>
    public string Target => Request.Target?.Url ?? "-";

    /// <summary>The path, fit for a line of text.</summary>
    public string Route => Request.Path.Length == 0 ? "-" : Clean(Request.Path);

    /// <summary>When the request came in, in Unix milliseconds.</summary>
    public long UnixMilliseconds => Request.Time.ToUnixTimeMilliseconds();

    /// <summary>Who brought the request to its end: <c>app</c>, <c>client</c> or <c>sidecar</c>.</summary>
    public string EndedBy => Request.Error is not { } error ? "app" : error == Forwarding.ProxyError.ClientDisconnected ? "client" : "sidecar";

    /// <inheritdoc />
    public int Count => Attributes.Count;

    private List<KeyValuePair<string, object?>> Attributes => _attributes ??= Collect();

    /// <inheritdoc />
    public KeyValuePair<string, object?> this[int index] => Attributes[index];

    /// <summary>The contract's line.</summary>
    /// <returns>Service, target, route and time.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Service} - {Target} - {Route} - {UnixMilliseconds}");

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => Attributes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Control bytes would let a client write lines of its own.</summary>
    /// <param name="text">What a client sent.</param>
    /// <returns>The same, with control characters percent-encoded.</returns>
    internal static string Clean(string text) => text.AsSpan().IndexOfAnyInRange('\0', ' ') < 0 && !text.Contains('\u007f', StringComparison.Ordinal)
        ? text
        : string.Concat(text.Select(character => character is <= ' ' or '\u007f' ? string.Create(CultureInfo.InvariantCulture, $"%{(int)character:X2}") : character.ToString()));

    private List<KeyValuePair<string, object?>> Collect()
    {
        var request = Request;
        var attributes = new List<KeyValuePair<string, object?>>(28)
        {
            new("Service", Service),
            new("Target", Target),
            new("Route", Route),
            new("Time", UnixMilliseconds),
            new("http.request.method", request.Method),
            new("url.scheme", request.Scheme),
            new("url.path", request.Path),
            new("server.address", request.Host),
            new("network.protocol.version", request.ProtocolVersion),
            new("http.server.request.duration", request.Duration.TotalSeconds),
            new("http.request.body.size", request.BytesReceived),
            new("http.response.body.size", request.BytesSent),
            new("sidecar.attempts", request.Attempts),
            new("sidecar.ended_by", EndedBy),
        };
        AddIf(request.LogQuery.Length > 1, "url.query", request.LogQuery);
        AddIf(request.StatusCode > 0, "http.response.status_code", request.StatusCode);
        AddIf(request.FirstByteTimestamp > 0, "sidecar.time_to_first_byte", request.TimeToFirstByte.TotalSeconds);
        AddIf(request.Target is not null, "sidecar.upstream.address", request.Target?.Authority);
        AddIf(request.IsUpgraded, "sidecar.upgraded", true);
        AddIf(request.ClientAddress is not null, "client.address", request.ClientAddress?.ToString());
        AddIf(request.UserAgent is not null, "user_agent.original", request.UserAgent);
        AddIf(request.RequestId is not null, "http.request.id", request.RequestId);
        AddIf(request.Error is not null, "error.type", request.Error?.Token);
        attributes.Add(new("{OriginalFormat}", Template));
        return attributes;

        void AddIf(bool present, string name, object? value)
        {
            if (present)
                attributes.Add(new(name, value));
        }
    }
}
