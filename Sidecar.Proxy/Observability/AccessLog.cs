using System.Buffers.Binary;
using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Observability;

/// <summary>One record a request: a line on stdout, and a structured record for whoever collects logs.</summary>
/// <param name="settings">The configuration in force.</param>
/// <param name="output">Where the line goes.</param>
/// <param name="loggers">Where the structured record goes.</param>
public sealed class AccessLog(SidecarSettings settings, AccessLogWriter output, ILoggerFactory loggers)
{
    /// <summary>The log category of the structured record. The console leaves it out: the line is there already.</summary>
    public const string Category = "Sidecar.Proxy.AccessLog";

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    /// <summary>Writes the record.</summary>
    /// <param name="request">A request that is over.</param>
    public void Write(RequestRecord request)
    {
        ArgumentNullException.ThrowIfNull(request);

        var options = settings.Current;
        if (!IsWanted(request, options.AccessLog.SuccessPercent))
            return;
        var entry = new AccessLogEntry(options.ServiceName, request);
        output.Write(entry, options.AccessLog.Format);
        if (_logger.IsEnabled(LogLevel.Information))
            _logger.Log(LogLevel.Information, new EventId(1, "Request"), entry, null, static (state, _) => state.ToString());
    }

    /// <summary>Chosen by the trace's id, so that all sidecars on a request's way choose the same requests.</summary>
    private static bool IsWanted(RequestRecord request, double successPercent)
    {
        if (successPercent >= 100 || request.StatusCode is < 200 or > 299 || request.Error is not null)
            return true;
        Span<byte> id = stackalloc byte[16];
        request.Trace.TraceId.CopyTo(id);
        return BinaryPrimitives.ReadUInt32BigEndian(id[12..]) < successPercent / 100 * uint.MaxValue;
    }
}
