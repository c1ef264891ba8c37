using System.Collections.Concurrent;
using System.Globalization;

namespace SidecarAspire.Overload;

/// <summary>What became of the requests of one run.</summary>
internal sealed class Outcome(TimeSpan duration)
{
    /// <summary>The latencies of answers that came in time, in milliseconds.</summary>
    public ConcurrentQueue<double> Served { get; } = [];

    /// <summary>The latencies of refusals, in milliseconds.</summary>
    public ConcurrentQueue<double> Shed { get; } = [];

    /// <summary>How many clients gave up.</summary>
    public int GivenUp;

    /// <summary>How many requests failed otherwise.</summary>
    public int Failed;

    /// <summary>Answers a second that came in time.</summary>
    public double Goodput => Served.Count / duration.TotalSeconds;

    public double ServedMost => Quantile(Served, 0.99);

    public double ShedMost => Quantile(Shed, 0.99);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Goodput:0} a second served, p50 {Quantile(Served, 0.5):0.0} p99 {ServedMost:0.0} ms; {Shed.Count / duration.TotalSeconds:0} shed, p50 {Quantile(Shed, 0.5):0.00} p99 {ShedMost:0.00} ms; {GivenUp / duration.TotalSeconds:0} given up, {Failed / duration.TotalSeconds:0} failed");

    private static double Quantile(ConcurrentQueue<double> latencies, double quantile)
    {
        var sorted = latencies.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[(int)(quantile * (sorted.Length - 1))];
    }
}
