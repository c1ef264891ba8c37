using System.Diagnostics;
using OpenTelemetry;

namespace Microsoft.Extensions.Hosting;

/// <summary>Keeps health check requests out of the traces: a probe every few seconds would drown everything else.</summary>
internal sealed class HealthCheckFilter(params string[] paths) : BaseProcessor<Activity>
{
    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        if (data.Kind == ActivityKind.Server && data.GetTagItem("url.path") is string path && paths.Contains(path))
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }
}
