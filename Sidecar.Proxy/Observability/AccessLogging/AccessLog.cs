using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Observability.AccessLogging;

/// <summary>One record a request: a line on standard output, and a structured record for whoever collects logs.</summary>
public sealed class AccessLog
{
    /// <summary>The log category of the structured record. The console leaves it out: the line is there already.</summary>
    public const string Category = "Sidecar.Proxy.AccessLog";

    private static readonly IAccessLogFormat?[] Formats = [new LineFormat(), new JsonFormat(), new ClfFormat(), null];

    [ThreadStatic]
    private static Utf8Builder? t_line;

    private readonly SidecarSettings _settings;
    private readonly StandardOutput _output;
    private readonly ILogger _logger;

    /// <summary>Opens the log.</summary>
    /// <param name="settings">The configuration in force.</param>
    /// <param name="output">Where the line goes.</param>
    /// <param name="loggers">Where the structured record goes.</param>
    public AccessLog(SidecarSettings settings, StandardOutput output, ILoggerFactory loggers)
    {
        (_settings, _output) = (settings, output);
        _logger = loggers.CreateLogger(Category);
    }

    /// <summary>Writes the record, unless sampling leaves it out.</summary>
    /// <param name="request">A request that is over.</param>
    public void Write(RequestRecord request)
    {
        ArgumentNullException.ThrowIfNull(request);

        var options = _settings.Current;
        if (IsLeftOut(request, options.AccessLog))
            return;
        if (Formats[(int)options.AccessLog.Format] is { } format)
        {
            var line = t_line ??= new Utf8Builder();
            line.Clear();
            format.Write(request, options.ServiceName, line);
            _output.Write(line.Append("\n"u8).Written);
        }

        if (_logger.IsEnabled(LogLevel.Information))
            _logger.Log(LogLevel.Information, new EventId(1, "Request"), new AccessLogEntry(options.ServiceName, request), null, static (state, _) => state.ToString());
    }

    // Not decided by the trace id, which the client chooses.
    private static bool IsLeftOut(RequestRecord request, AccessLogOptions options) =>
        options.SuccessPercent < 100
        && request is { StatusCode: >= 200 and < 300, Error: null, IsUpgraded: false }
        && Random.Shared.NextDouble() * 100 >= options.SuccessPercent;
}
