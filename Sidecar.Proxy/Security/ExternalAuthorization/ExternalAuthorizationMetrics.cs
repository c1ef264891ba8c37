using System.Diagnostics.Metrics;
using Sidecar.Proxy.Observability;

namespace Sidecar.Proxy.Security.ExternalAuthorization;

/// <summary>How long the authorization service takes, and what it says.</summary>
internal sealed class ExternalAuthorizationMetrics(IMeterFactory meters)
{
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
    };

    private readonly Histogram<double> _duration = meters.Create(Instrumentation.Name)
        .CreateHistogram("sidecar.external_authorization.duration", "s", "Duration of questions to the authorization service, by what came of them.", tags: null, Durations);

    /// <summary>Records a question.</summary>
    /// <param name="duration">How long it took.</param>
    /// <param name="outcome">What came of it.</param>
    public void Record(TimeSpan duration, string outcome) => _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("sidecar.outcome", outcome));
}
