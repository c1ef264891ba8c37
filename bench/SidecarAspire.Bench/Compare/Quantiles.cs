namespace SidecarAspire.Bench.Compare;

/// <summary>Latencies in milliseconds.</summary>
internal sealed record Quantiles(double P50, double P99, double P999)
{
    /// <summary>Sorts out a list.</summary>
    /// <param name="seconds">The latencies; null comes of none.</param>
    public static Quantiles? Of(List<double> seconds)
    {
        if (seconds.Count == 0)
            return null;
        seconds.Sort();
        return new(At(0.5), At(0.99), At(0.999));

        double At(double quantile) => seconds[(int)(quantile * (seconds.Count - 1))] * 1000;
    }
}
