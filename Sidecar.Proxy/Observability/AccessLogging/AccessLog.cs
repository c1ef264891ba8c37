using Sidecar.Proxy.Observability.Otlp;

namespace Sidecar.Proxy.Observability.AccessLogging;

/// <summary>One record a request: a line on standard output, and a structured record for whoever collects logs.</summary>
internal sealed class AccessLog
{
    /// <summary>The structured record's category, which OTLP calls its scope.</summary>
    public const string Category = "Sidecar.Proxy.AccessLog";

    /// <summary>The contract's message template.</summary>
    public const string Template = "{Service} - {Target} - {Route} - {Time}";

    private static readonly IAccessLogFormat?[] Formats = [new LineFormat(), new JsonFormat(), new ClfFormat(), null];

    [ThreadStatic]
    private static Utf8Builder? t_line;

    private readonly SidecarSettings _settings;
    private readonly StandardOutput _output;
    private readonly IOtlpSink? _collector;

    /// <summary>Opens the log.</summary>
    /// <param name="settings">The configuration in force.</param>
    /// <param name="output">Where the line goes.</param>
    /// <param name="sinks">Where the structured record goes.</param>
    public AccessLog(SidecarSettings settings, StandardOutput output, OtlpSinks sinks) => (_settings, _output, _collector) = (settings, output, sinks.AccessLog);

    /// <summary>Writes the record, unless sampling leaves it out.</summary>
    /// <param name="request">A request that is over.</param>
    public void Write(RequestRecord request)
    {
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

        if (_collector is null)
            return;
        var record = ProtobufWriter.Rent();
        AccessLogEncoder.Write(record, options.ServiceName, request);
        _collector.Add(record.Written);
    }

    // Not decided by the trace id, which the client chooses.
    private static bool IsLeftOut(RequestRecord request, AccessLogOptions options) =>
        options.SuccessPercent < 100
        && request is { StatusCode: >= 200 and < 300, Error: null, IsUpgraded: false }
        && Random.Shared.NextDouble() * 100 >= options.SuccessPercent;
}
