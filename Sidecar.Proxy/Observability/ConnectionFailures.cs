using System.Diagnostics.Metrics;

namespace Sidecar.Proxy.Observability;

/// <summary>One line and one count for each connection from a client that fails as such: no request can be told of then.</summary>
/// <param name="meters">Where meters come from.</param>
/// <param name="logger">Where the lines go.</param>
internal sealed partial class ConnectionFailures(IMeterFactory meters, ILogger<ConnectionFailures> logger)
{
    private readonly Counter<long> _failures = meters.Create(Instrumentation.Name)
        .CreateCounter<long>("sidecar.connection.failures", "{connection}", "Connections from clients that failed before or between requests, by kind.");

    /// <summary>Reports a failure.</summary>
    /// <param name="client">The client.</param>
    /// <param name="kind">What happened, for telemetry.</param>
    /// <param name="detail">What exactly, in one line.</param>
    public void Report(EndPoint? client, string kind, string detail)
    {
        _failures.Add(1, new KeyValuePair<string, object?>("error.type", kind));
        var (name, line) = (Name(client), detail.ReplaceLineEndings(" "));
        Failed(logger, name, kind, line);
    }

    private static string Name(EndPoint? client) => client is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
        ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port).ToString()
        : client?.ToString() ?? "-";

    [LoggerMessage(EventId = 1, EventName = "ConnectionFailed", Level = LogLevel.Information, Message = "Connection from {Client} failed: {Kind}, {Detail}")]
    private static partial void Failed(ILogger logger, string client, string kind, string detail);
}
