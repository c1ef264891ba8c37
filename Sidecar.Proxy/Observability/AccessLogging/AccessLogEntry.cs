using System.Collections;
using System.Globalization;

namespace Sidecar.Proxy.Observability.AccessLogging;

/// <summary>
/// The access log's record as a logger takes it: the template of the contract, and OpenTelemetry's HTTP names, which a
/// LoggerMessage template cannot express because of their dots.
/// </summary>
public sealed class AccessLogEntry : IReadOnlyList<KeyValuePair<string, object?>>
{
    /// <summary>The contract's message template.</summary>
    public const string Template = "{Service} - {Target} - {Route} - {Time}";

    private readonly List<KeyValuePair<string, object?>> _attributes;

    /// <summary>Takes down a request that is over.</summary>
    /// <param name="service">The service's name.</param>
    /// <param name="request">The request.</param>
    public AccessLogEntry(string service, RequestRecord request)
    {
        ArgumentNullException.ThrowIfNull(request);

        Service = service;
        Request = request;
        _attributes = new(32)
        {
            new("Service", service),
            new("Target", Target),
            new("Route", request.VisiblePath),
            new("Time", UnixMilliseconds),
            new("http.request.method", request.Method),
            new("url.scheme", request.Scheme),
            new("url.path", request.VisiblePath),
            new("network.protocol.name", "http"),
            new("network.protocol.version", request.ProtocolVersion),
            new("http.server.request.duration", request.Duration.TotalSeconds),
            new("http.request.body.size", request.BytesReceived),
            new("http.response.body.size", request.BytesSent),
            new("sidecar.attempts", request.Attempts),
            new("sidecar.ended_by", RequestEnds.Name(request.EndedBy)),
        };
        AddIf(request.Host.Length > 0, "server.address", request.Host);
        AddIf(request.VisibleQuery.Length > 1, "url.query", request.VisibleQuery.Length > 1 ? request.VisibleQuery[1..] : null);
        AddIf(request.StatusCode > 0, "http.response.status_code", request.StatusCode);
        AddIf(request.ClientAddress is not null, "client.address", request.ClientAddress?.ToString());
        AddIf(request.ClientPort > 0, "client.port", request.ClientPort);
        AddIf(request.UserAgent is not null, "user_agent.original", request.UserAgent);
        AddIf(request.RequestId is not null, "sidecar.request_id", request.RequestId);
        AddIf(request.TimeToFirstByte is not null, "sidecar.time_to_first_byte", request.TimeToFirstByte?.TotalSeconds);
        AddIf(request.UpstreamAddress is not null, "sidecar.upstream.address", request.UpstreamAddress?.Address.ToString());
        AddIf(request.UpstreamAddress is not null, "sidecar.upstream.port", request.UpstreamAddress?.Port);
        AddIf(request.IsUpgraded, "sidecar.upgraded", true);
        AddIf(request.Error is not null, "error.type", request.Error?.Token);
        AddIf(request.Error is not null, "error.message", request.ErrorDetail ?? request.Error?.Detail);
        foreach (var (name, value) in request.Notes ?? [])
            _attributes.Add(new(name, value));
        _attributes.Add(new("{OriginalFormat}", Template));
    }

    /// <summary>The service's name.</summary>
    public string Service { get; }

    /// <summary>The request.</summary>
    public RequestRecord Request { get; }

    /// <summary>The target's address, or <c>-</c> when the request reached none.</summary>
    public string Target => Request.Target?.Url ?? "-";

    /// <summary>When the request came in, in Unix milliseconds.</summary>
    public long UnixMilliseconds => Request.Time.ToUnixTimeMilliseconds();

    /// <inheritdoc />
    public int Count => _attributes.Count;

    /// <inheritdoc />
    public KeyValuePair<string, object?> this[int index] => _attributes[index];

    /// <summary>The contract's line.</summary>
    /// <returns>Service, target, route and time.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Service} - {Target} - {Request.VisiblePath} - {UnixMilliseconds}");

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _attributes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void AddIf(bool present, string name, object? value)
    {
        if (present)
            _attributes.Add(new(name, value));
    }
}
