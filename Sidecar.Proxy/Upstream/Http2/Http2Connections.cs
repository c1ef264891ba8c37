using System.Diagnostics.Metrics;
using System.Net.Security;
using System.Net.Sockets;
using Sidecar.Proxy.Tls;
using Sidecar.Proxy.Upstream.Targets;

namespace Sidecar.Proxy.Upstream.Http2;

/// <summary>
/// Opens HttpClient's connections and knows which there are. Whether a request has one HttpClient tells by its metric alone, which this
/// gathers: it is the meter factory of the clients, and their only listener.
/// </summary>
internal sealed class Http2Connections : IMeterFactory
{
    /// <summary>Says with a request which name the certificate must be for, where that is not the host connected to.</summary>
    public static readonly HttpRequestOptionsKey<string> Name = new("sidecar.target.name");

    /// <summary>How long a connection opened for a request may take, if not as long as the upstream's options say.</summary>
    public static readonly HttpRequestOptionsKey<TimeSpan> ConnectTimeout = new(nameof(ConnectTimeout));

    private const string Instrument = "http.client.open_connections";

    private readonly UpstreamSlots _slots;
    private readonly Meter _meter;
    private readonly MeterListener _listener;
    private readonly Dictionary<Key, long> _open = [];
    private readonly List<Http2Transport> _transports = [];

    /// <summary>Begins to listen.</summary>
    /// <param name="slots">How many connections there may be to all targets.</param>
    public Http2Connections(UpstreamSlots slots)
    {
        _slots = slots;
        // Not under HttpClient's own name: what it measures of requests is not wanted, the sidecar does that itself.
        _meter = new Meter(new MeterOptions("Sidecar.Proxy.Upstream") { Scope = this });
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter, _meter) && instrument.Name == Instrument)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<long>((_, change, tags, _) => Count(change, tags));
        _listener.Start();
    }

    /// <inheritdoc />
    public Meter Create(MeterOptions options) => _meter;

    /// <summary>Opens a connection, TLS included.</summary>
    /// <param name="context">Where to, and for which request.</param>
    /// <param name="options">What the target has to be.</param>
    /// <param name="tls">What an https target is checked against, and shown.</param>
    /// <param name="timeout">How long it may take, unless the request says otherwise.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connection.</returns>
    public async ValueTask<Stream> OpenAsync(SocketsHttpConnectionContext context, UpstreamOptions options, UpstreamTls tls, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        if (context.InitialRequestMessage.Options.TryGetValue(ConnectTimeout, out var own))
            timeout = own;
        using var late = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await OpenAsync(context, options, tls, linked.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("the connection did not open in time");
        }
    }

    private async Task<Stream> OpenAsync(SocketsHttpConnectionContext context, UpstreamOptions options, UpstreamTls tls, CancellationToken cancellationToken)
    {
        if (!_slots.TryEnter())
            await _slots.EnterAsync(Timeout.InfiniteTimeSpan, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
        }
        catch
        {
            socket.Dispose();
            _slots.Leave();
            throw;
        }

        var transport = new Http2Transport(socket, context.DnsEndPoint, Remove);
        lock (_transports)
            _transports.Add(transport);
        if (context.InitialRequestMessage.RequestUri?.Scheme != Uri.UriSchemeHttps)
            return transport;

        // HttpClient itself would check the certificate against the Host header, which is the client's to choose.
        var name = context.InitialRequestMessage.Options.TryGetValue(Name, out var configured) ? configured : context.DnsEndPoint.Host;
        return await TlsClient.SecureAsync(transport, TlsClient.Options(options, tls, name, SslApplicationProtocol.Http2), cancellationToken);
    }

    /// <summary>The address behind a target.</summary>
    /// <param name="target">The target.</param>
    /// <returns>Where all connections to it go; null when there is none, or when they go to several addresses.</returns>
    public IPEndPoint? AddressOf(Target target)
    {
        IPEndPoint? found = null;
        lock (_transports)
        {
            foreach (var transport in _transports)
            {
                if (transport.Origin.Port != target.Port || transport.Origin.Host != target.Host)
                    continue;
                if (found is not null && !found.Equals(transport.Peer))
                    return null;
                found = transport.Peer;
            }
        }

        return found;
    }

    /// <summary>How many connections there are.</summary>
    /// <returns>Their number by origin.</returns>
    public IReadOnlyList<(string Scheme, string Host, int Port, long Idle, long Active)> Snapshot()
    {
        lock (_open)
        {
            return [.. _open.GroupBy(entry => (entry.Key.Scheme, entry.Key.Host, entry.Key.Port)).Select(group =>
                (group.Key.Scheme, group.Key.Host, group.Key.Port, group.Where(entry => !entry.Key.IsActive).Sum(entry => entry.Value), group.Where(entry => entry.Key.IsActive).Sum(entry => entry.Value)))];
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    private void Remove(Http2Transport transport)
    {
        lock (_transports)
            _transports.Remove(transport);
        _slots.Leave();
    }

    private void Count(long change, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = KeyOf(tags);
        lock (_open)
        {
            var count = _open.GetValueOrDefault(key) + change;
            if (count == 0)
                _open.Remove(key);
            else
                _open[key] = count;
        }
    }

    private static Key KeyOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (isActive, scheme, host, port) = (false, "", "", 0);
        foreach (var (name, value) in tags)
        {
            switch (name)
            {
                case "http.connection.state":
                    isActive = value is "active";
                    break;
                case "url.scheme":
                    scheme = value as string ?? "";
                    break;
                case "server.address":
                    host = value as string ?? "";
                    break;
                case "server.port":
                    port = value as int? ?? 0;
                    break;
            }
        }

        return new(isActive, scheme, host, port > 0 ? port : scheme == Uri.UriSchemeHttps ? 443 : 80);
    }

    private readonly record struct Key(bool IsActive, string Scheme, string Host, int Port);
}
