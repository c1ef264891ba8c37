using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Sidecar.Proxy.Http1;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Observability.Tracing;

namespace Sidecar.Proxy.Requests;

/// <summary>
/// What there is to tell about one request, gathered while it passes and handed to <see cref="RequestTelemetry"/>. It knows nothing of
/// HttpContext, so that any transport can fill it in.
/// </summary>
public sealed class RequestRecord
{
    private RequestEnd? _endedBy;
    private string? _canonicalPath;
    private bool _isPathRead;
    private List<KeyValuePair<string, object>>? _notes;
    private AttemptRecord? _attempt;

    /// <summary>When the request's head had been read, for people.</summary>
    public DateTimeOffset Time { get; internal set; }

    /// <summary>The same instant on the monotonic clock; durations are taken from it.</summary>
    public long Timestamp { get; internal set; }

    /// <summary>The method: as the client sent it, but that an extended CONNECT (RFC 8441) is the GET that the application receives; <c>-</c> when it could not be read.</summary>
    public required string Method { get; set; }

    /// <summary><c>http</c> or <c>https</c>, as seen by the client.</summary>
    public required string Scheme { get; set; }

    /// <summary>The host that was asked for: the authority of an absolute target or <c>:authority</c>, else the Host header. Empty when there is none.</summary>
    public required string Host { get; set; }

    /// <summary>The path as the client sent it, percent-encoding untouched; <c>-</c> when it could not be read.</summary>
    public required string Path { get; set; }

    /// <summary>The path as every rule compares it; null when it has a dot segment. Read when it is first asked for.</summary>
    internal string? CanonicalPath
    {
        get
        {
            if (!_isPathRead)
                (_canonicalPath, _isPathRead) = (RequestPath.Canonicalize(Path), true);
            return _canonicalPath;
        }
    }

    /// <summary>The query with its question mark, or empty.</summary>
    public string Query { get; set; } = "";

    /// <summary>The path without the secrets it may hold; for telemetry.</summary>
    [AllowNull]
    public string VisiblePath
    {
        get => field ?? Path;
        internal set;
    }

    /// <summary>The query, with its question mark, without the secrets it may hold; for telemetry.</summary>
    [AllowNull]
    public string VisibleQuery
    {
        get => field ?? Query;
        internal set;
    }

    /// <summary><c>1.0</c>, <c>1.1</c>, <c>2</c> or <c>3</c>.</summary>
    public required string ProtocolVersion { get; set; }

    /// <summary>The client's address, or null when the transport has none. An IPv4 address is one, whatever socket it came through.</summary>
    public IPAddress? ClientAddress
    {
        get;
        set => field = value is { IsIPv4MappedToIPv6: true } ? value.MapToIPv4() : value;
    }

    /// <summary>The client's port, or 0.</summary>
    public int ClientPort { get; set; }

    /// <summary>
    /// Who the client has proved to be: its certificate's identity, else <c>jwt:ISSUER:SUBJECT</c> or <c>key:NAME</c>; null when it has proved nothing. Never what it only claims.
    /// </summary>
    public string? Identity { get; set; }

    /// <summary>The client's certificate as an element of X-Forwarded-Client-Cert, or null when the connection has none.</summary>
    public string? ClientCertificate { get; set; }

    /// <summary>The User-Agent header as text, or null.</summary>
    public string? UserAgent { get; set; }

    /// <summary>The traceparent header as the client sent it, or null.</summary>
    public string? TraceParent { get; set; }

    /// <summary>The tracestate header as the client sent it, or null.</summary>
    public string? TraceState { get; set; }

    /// <summary>Zipkin's B3 in its single form as the client sent it, or null; only where B3 is among the propagators.</summary>
    public string? B3 { get; set; }

    /// <summary>The X-Request-Id that came in or was made, or null when the option is off.</summary>
    public string? RequestId { get; set; }

    /// <summary>The options of the Connection header, which name headers that stay on this hop; null when there are none.</summary>
    public IReadOnlyList<string>? ConnectionOptions { get; set; }

    /// <summary>The server span, or null when nobody listens or the sampler said no.</summary>
    public Activity? Span { get; internal set; }

    /// <summary>The trace this request belongs to; where it belongs to none, one that is made up when it is first asked for.</summary>
    public ActivityContext Trace
    {
        get => field == default ? field = new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), TraceContext.Random) : field;
        internal set;
    }

    /// <summary>Whether <see cref="Trace"/> is a span's, the sidecar's or the client's, rather than an id made up to find the request by.</summary>
    public bool IsPartOfTrace { get; internal set; }

    /// <summary>The name of the route it took, or null.</summary>
    public string? Route { get; internal set; }

    /// <summary>What of it goes on otherwise than it came, or null. What is told of it is what came.</summary>
    internal HeadEdits? Edits { get; set; }

    /// <summary>The target of the last attempt, or null while there was none.</summary>
    public TargetAddress? Target { get; set; }

    /// <summary>The address the last attempt was connected to, or null while there was no connection.</summary>
    public IPEndPoint? UpstreamAddress { get; set; }

    /// <summary>How often the request was sent to a target.</summary>
    public int Attempts { get; set; }

    /// <summary>The status code sent, or 0 when none was.</summary>
    public int StatusCode { get; set; }

    /// <summary>Why the sidecar answered itself or gave up, or null.</summary>
    public ProxyError? Error { get; set; }

    /// <summary>What exactly happened, in a few words, when <see cref="Error"/> is set.</summary>
    public string? ErrorDetail { get; set; }

    /// <summary>Whether a response was on its way to the client when <see cref="Error"/> happened; <see cref="StatusCode"/> is that response's then.</summary>
    public bool IsBrokenOff { get; set; }

    /// <summary>Bytes of body, or of upgraded stream, received from the client.</summary>
    public long BytesReceived { get; set; }

    /// <summary>Bytes of body, or of upgraded stream, sent to the client.</summary>
    public long BytesSent { get; set; }

    /// <summary>When the response's head was there, on the monotonic clock; 0 when there was none.</summary>
    public long FirstByteTimestamp { get; set; }

    /// <summary>Whether the connection was upgraded, to WebSocket for instance.</summary>
    public bool IsUpgraded
    {
        get;
        set
        {
            if (value && !field)
                OnUpgrade?.Invoke();
            field = value;
        }
    }

    /// <summary>Told when the connection is upgraded; null when nobody asks.</summary>
    public Action? OnUpgrade { get; set; }

    /// <summary>What policies have to tell of the request beyond the common, in order; null when there is nothing. Goes into the access log and the span.</summary>
    public IReadOnlyList<KeyValuePair<string, object>>? Notes => _notes;

    /// <summary>Who ended it. Where nobody says so before it is closed, it follows from <see cref="Error"/>.</summary>
    public RequestEnd EndedBy
    {
        get => _endedBy ?? RequestEnds.Of(Error);
        set => _endedBy = value;
    }

    /// <summary>From the head's last byte to the head of the response, or null when there was none.</summary>
    public TimeSpan? TimeToFirstByte { get; internal set; }

    /// <summary>From the head's last byte to the end of the response.</summary>
    public TimeSpan Duration { get; internal set; }

    /// <summary>Forgets all of it, for the next request of the same connection.</summary>
    internal void Reset()
    {
        Method = Scheme = Host = Path = Query = ProtocolVersion = "";
        (ClientAddress, ClientPort, ClientCertificate, Identity, UserAgent, ConnectionOptions) = (null, 0, null, null, null, null);
        (TraceParent, TraceState, B3, RequestId, Span, Trace, IsPartOfTrace) = (null, null, null, null, null, default, false);
        (Route, Edits, Target, UpstreamAddress, Attempts, StatusCode, BytesReceived, BytesSent) = (null, null, null, null, 0, 0, 0, 0);
        (Error, ErrorDetail, IsBrokenOff, OnUpgrade, IsUpgraded, _endedBy, _notes) = (null, null, false, null, false, null, null);
        (Time, Timestamp, FirstByteTimestamp, TimeToFirstByte, Duration) = (default, 0, 0, null, default);
        (VisiblePath, VisibleQuery, _canonicalPath, _isPathRead) = (null, null, null, false);
    }

    /// <summary>Begins an attempt, in place of the one before.</summary>
    /// <param name="target">Where it goes.</param>
    /// <param name="timestamp">When it starts, on the monotonic clock.</param>
    /// <returns>The attempt's record.</returns>
    internal AttemptRecord BeginAttempt(TargetAddress target, long timestamp)
    {
        Target = target;
        var attempt = _attempt ??= new() { Request = this, Target = target, Resend = 0, Timestamp = 0 };
        (attempt.Target, attempt.Resend, attempt.Timestamp) = (target, Attempts++, timestamp);
        (attempt.Trace, attempt.StatusCode, attempt.Error) = (default, 0, null);
        return attempt;
    }

    /// <summary>Makes the record of a request that is like this one but has not been anywhere.</summary>
    /// <returns>The head, the trace and the edits.</returns>
    internal RequestRecord Copy() => new()
    {
        Method = Method, Scheme = Scheme, Host = Host, Path = Path, Query = Query, ProtocolVersion = ProtocolVersion,
        ClientAddress = ClientAddress, ClientPort = ClientPort, Identity = Identity, ClientCertificate = ClientCertificate, UserAgent = UserAgent, TraceParent = TraceParent, TraceState = TraceState, B3 = B3,
        RequestId = RequestId, ConnectionOptions = ConnectionOptions, Trace = Trace, IsPartOfTrace = IsPartOfTrace, Route = Route, Edits = Edits,
        Time = Time, Timestamp = Timestamp,
    };

    /// <summary>Tells something of the request to the access log and the span.</summary>
    /// <param name="name">The attribute's name: OpenTelemetry's if there is one, else <c>sidecar.*</c>. Never a secret as value.</param>
    /// <param name="value">A string, a bool, an int or a double; an attribute told twice has the later value.</param>
    public void Note(string name, object value)
    {
        _notes ??= [];
        var index = _notes.FindIndex(note => note.Key == name);
        if (index >= 0)
            _notes[index] = new(name, value);
        else
            _notes.Add(new(name, value));
    }
}
