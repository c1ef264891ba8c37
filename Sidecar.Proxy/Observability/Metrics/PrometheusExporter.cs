using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Sidecar.Proxy.Observability.Metrics;

/// <summary>Hands OpenTelemetry's metrics to whoever fetches them; what is measured is added up by its SDK.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    private const int CollectTimeoutMilliseconds = 5000;

    private readonly Lock _lock = new();
    private ExpositionWriter? _writer;

    /// <inheritdoc />
    public Func<int, bool>? Collect { get; set; }

    /// <summary>Writes all metrics as they stand, in the format that is asked for.</summary>
    public async Task RespondAsync(HttpContext context)
    {
        var format = ExpositionFormats.Choose(context.Request.GetTypedHeaders().Accept);
        using var output = new Utf8Builder();
        if (!TryWrite(output, format))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        context.Response.ContentType = ExpositionFormats.ContentType(format);
        context.Response.ContentLength = output.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(output.WrittenMemory, context.RequestAborted);
    }

    /// <inheritdoc />
    public override ExportResult Export(in Batch<Metric> batch)
    {
        if (_writer is not { } writer)
            return ExportResult.Failure;
        foreach (var metric in batch)
            writer.Write(metric);
        return ExportResult.Success;
    }

    /// <summary>Writes all metrics as they stand; false if they could not be collected.</summary>
    internal bool TryWrite(Utf8Builder output, ExpositionFormat format)
    {
        // The reader calls Export back on this thread; two at once would mix.
        lock (_lock)
        {
            _writer = new ExpositionWriter(output, format);
            _writer.WriteTarget(ParentProvider.GetResource().Attributes);
            var isCollected = Collect?.Invoke(CollectTimeoutMilliseconds) ?? false;
            _writer.End();
            _writer = null;
            return isCollected;
        }
    }
}
