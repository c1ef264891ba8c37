namespace Sidecar.Proxy.Observability.Otlp;

/// <summary>Times as OTLP has them.</summary>
internal static class UnixTime
{
    /// <summary>A time since 1970.</summary>
    /// <param name="time">The time.</param>
    /// <returns>Nanoseconds, in steps of a hundred.</returns>
    public static long Nanoseconds(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick;
}
