using Microsoft.AspNetCore.Connections;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Server;

/// <summary>
/// Reports what Kestrel rejects of HTTP/2 before the pipeline runs like everything else. Kestrel says so in debug messages alone,
/// which this hears: a head that is rejected is a request and gets a record, with its stream reset or with its connection closed; a frame
/// that is rejected ends the connection and gets a line.
/// </summary>
/// <param name="telemetry">The sink for requests.</param>
/// <param name="failures">The sink for connections.</param>
/// <param name="connections">The connections to the traffic port.</param>
internal sealed class Http2Rejections(RequestTelemetry telemetry, ConnectionFailures failures, TrafficConnections connections) : ILogger
{
    /// <summary>Kestrel's category for HTTP/2.</summary>
    public const string Category = "Microsoft.AspNetCore.Server.Kestrel.Http2";

    /// <inheritdoc />
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc />
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

    /// <inheritdoc />
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is null || state is not IReadOnlyList<KeyValuePair<string, object?>> values)
            return;
        switch (eventId.Name)
        {
            case "Http2StreamError" when IsOfHead(exception):
                Reject(Find(values, "ConnectionId"), exception);
                break;
            // The pipeline's own resets have other codes.
            case "Http2StreamResetAbort" when Value(values, "error")?.ToString() == "PROTOCOL_ERROR":
                Reject(Find(values, "TraceIdentifier"), exception);
                break;
            case "Http2ConnectionError" or "HPackDecodingError" when IsOfHead(exception):
                Reject(Find(values, "ConnectionId"), exception);
                break;
            case "Http2ConnectionError" or "HPackDecodingError" when Find(values, "ConnectionId") is { } connection:
                failures.Report(connection.RemoteEndPoint, "http_protocol_error", exception.Message);
                break;
            // Kestrel says so for each stream, and calls critical what any client can do.
            case var _ when logLevel >= LogLevel.Warning && Find(values, "ConnectionId") is { } connection && IsFirst(connection):
                failures.Report(connection.RemoteEndPoint, "http2_flood", exception.Message);
                break;
        }
    }

    // Frames of a request that has got through end that request, which is told of then. Nothing but where it was thrown tells them from a head.
    private static bool IsOfHead(Exception exception) => exception.StackTrace is { } stack
        && (stack.Contains("StartStream", StringComparison.Ordinal) || stack.Contains("DecodeHeadersAsync", StringComparison.Ordinal));

    private static bool IsFirst(ConnectionContext connection)
    {
        lock (connection)
            return connection.Items.TryAdd(typeof(Http2Rejections), null);
    }

    private static object? Value(IReadOnlyList<KeyValuePair<string, object?>> values, string name)
    {
        foreach (var (key, value) in values)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        return null;
    }

    /// <summary>The connection, unless it is the admin port's. A stream's name begins with its connection's.</summary>
    private ConnectionContext? Find(IReadOnlyList<KeyValuePair<string, object?>> values, string name) =>
        Value(values, name) is string id ? connections.Find(id.Split(':')[0]) : null;

    private void Reject(ConnectionContext? connection, Exception exception)
    {
        if (connection is null)
            return;
        var client = connection.RemoteEndPoint as IPEndPoint;
        telemetry.Reject(new()
        {
            Method = "-",
            Scheme = connection.Features.Get<Microsoft.AspNetCore.Http.Features.ITlsConnectionFeature>() is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps,
            Host = "",
            Path = "-",
            ProtocolVersion = "2",
            ClientAddress = client?.Address,
            ClientPort = client?.Port ?? 0,
            Error = ProxyError.RequestError,
            ErrorDetail = exception.Message.ReplaceLineEndings(" "),
        });
    }
}
