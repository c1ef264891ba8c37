using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Http1;
using Sidecar.Proxy.Server.Listening;

namespace Sidecar.Proxy.Server;

/// <summary>The current request of an HTTP/1.x connection, as ASP.NET Core's features.</summary>
internal sealed class Http1Request : IHttpRequestFeature, IHttpRequestBodyDetectionFeature, IHttpRequestLifetimeFeature, IHttpRequestTrailersFeature, IHttpConnectionFeature, IHttpUpgradeFeature
{
    private readonly ConnectionContext _connection;
    private readonly ClientPresence _presence;
    private readonly RequestHead _head;
    private readonly Http1RequestBody _body;
    private readonly Http1Response _response;
    private readonly string _scheme;

    /// <summary>Makes the request of a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="presence">Whether the client is there.</param>
    /// <param name="head">The head of the current request.</param>
    /// <param name="body">Its body.</param>
    /// <param name="response">Its response.</param>
    /// <param name="clock">A timer for whoever forwards the request.</param>
    public Http1Request(ConnectionContext connection, ClientPresence presence, RequestHead head, Http1RequestBody body, Http1Response response, Deadline clock)
    {
        (_connection, _presence, _head, _body, _response, Clock) = (connection, presence, head, body, response, clock);
        _scheme = connection.Features.Get<ITlsConnectionFeature>() is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        Headers = new HeaderView(head.Fields);
        Body = body;
        if (connection.RemoteEndPoint is IPEndPoint client)
            (RemoteIpAddress, RemotePort) = (client.Address.IsIPv4MappedToIPv6 ? client.Address.MapToIPv4() : client.Address, client.Port);
        if (connection.LocalEndPoint is IPEndPoint server)
            (LocalIpAddress, LocalPort) = (server.Address, server.Port);
    }

    /// <summary>Why the request is not served, or null.</summary>
    public Rejection? Rejection { get; private set; }

    /// <summary>A timer for whoever forwards the request.</summary>
    public Deadline Clock { get; }

    /// <summary>Cancelled when the client has nothing more to send.</summary>
    public CancellationToken ClientEnded => _presence.Ended;

    /// <summary>What whoever observes requests keeps for the next one of the connection, or null.</summary>
    public object? Kept { get; set; }

    /// <summary>The head.</summary>
    public RequestHead Head => _head;

    /// <summary>Whether the connection has changed its protocol.</summary>
    public bool IsTunnel { get; private set; }

    /// <inheritdoc />
    public string Method { get; set; } = "";

    /// <inheritdoc />
    public string RawTarget { get; set; } = "";

    /// <inheritdoc />
    [AllowNull]
    public string Scheme
    {
        get => field ?? _scheme;
        set;
    }

    /// <inheritdoc />
    [AllowNull]
    public string Protocol
    {
        get => field ?? _head.Protocol;
        set;
    }

    /// <inheritdoc />
    public string PathBase { get; set; } = "";

    /// <inheritdoc />
    [AllowNull]
    public string Path
    {
        get => field ?? (RawTarget.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? RawTarget[..query] : RawTarget);
        set;
    }

    /// <inheritdoc />
    [AllowNull]
    public string QueryString
    {
        get => field ?? (RawTarget.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? RawTarget[query..] : "");
        set;
    }

    /// <inheritdoc />
    public IHeaderDictionary Headers { get; set; }

    /// <inheritdoc />
    public Stream Body { get; set; }

    /// <inheritdoc />
    public bool CanHaveBody => _head.Framing != BodyFraming.None;

    /// <inheritdoc />
    public CancellationToken RequestAborted
    {
        get => _connection.ConnectionClosed;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public bool Available => _body.Trailers is not null;

    /// <inheritdoc />
    public IHeaderDictionary Trailers => _body.Trailers ?? throw new InvalidOperationException("The request's trailers have not come yet.");

    /// <inheritdoc />
    public string ConnectionId
    {
        get => _connection.ConnectionId;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public IPAddress? RemoteIpAddress { get; set; }

    /// <inheritdoc />
    public IPAddress? LocalIpAddress { get; set; }

    /// <inheritdoc />
    public int RemotePort { get; set; }

    /// <inheritdoc />
    public int LocalPort { get; set; }

    /// <inheritdoc />
    public bool IsUpgradableRequest => _head.IsUpgrade && Rejection is null;

    /// <summary>Puts itself among a request's features.</summary>
    /// <param name="features">The features.</param>
    public void Install(IFeatureCollection features)
    {
        features.Set(this);
        features.Set<IHttpRequestFeature>(this);
        features.Set<IHttpRequestBodyDetectionFeature>(this);
        features.Set<IHttpRequestLifetimeFeature>(this);
        features.Set<IHttpRequestTrailersFeature>(this);
        features.Set<IHttpConnectionFeature>(this);
        features.Set<IHttpUpgradeFeature>(this);
    }

    /// <summary>Begins with the request whose head has been read.</summary>
    /// <param name="rejection">Why it is not served, or null.</param>
    public void Begin(Rejection? rejection)
    {
        (Rejection, Method, RawTarget, Scheme, Protocol, PathBase, Path, QueryString) = (rejection, _head.Method, _head.OriginForm, null, null, "", null, null);
        Body = _body;
    }

    /// <inheritdoc />
    public void Abort()
    {
        _response.BreakOff("The request was given up.");
        if (!_response.IsIncomplete)
            _presence.Leave();
    }

    /// <inheritdoc />
    public async Task<Stream> UpgradeAsync()
    {
        if (!IsUpgradableRequest)
            throw new InvalidOperationException("The request asks for no other protocol.");
        _response.StatusCode = StatusCodes.Status101SwitchingProtocols;
        await _response.StartAsync();
        await _response.FlushAsync();
        IsTunnel = true;
        return new TunnelStream(_connection.Transport, _presence);
    }
}
