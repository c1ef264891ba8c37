namespace Sidecar.Proxy.Upstream;

/// <summary>A gRPC client's deadline as it is on the wire: at most eight digits and a unit (gRPC over HTTP/2, "Timeout").</summary>
internal static class GrpcTimeout
{
    /// <summary>The header that holds it.</summary>
    public const string Header = "grpc-timeout";

    private const int MaxDigits = 8;
    private const decimal MaxValue = 99_999_999;
    private const int NanosecondsPerTick = 100;

    // From the finest on, in nanoseconds.
    private static readonly (char Name, decimal Nanoseconds)[] Units =
        [('n', 1), ('u', 1_000), ('m', 1_000_000), ('S', 1_000_000_000), ('M', 60_000_000_000), ('H', 3_600_000_000_000)];

    /// <summary>Reads a header's value.</summary>
    /// <param name="text">The value.</param>
    /// <param name="timeout">What it means, to a tenth of a microsecond.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string? text, out TimeSpan timeout)
    {
        timeout = default;
        if (text is not { Length: > 1 and <= MaxDigits + 1 } || !uint.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return false;
        foreach (var (name, nanoseconds) in Units)
        {
            if (text[^1] != name)
                continue;
            timeout = TimeSpan.FromTicks((long)decimal.Min(count * nanoseconds / NanosecondsPerTick, long.MaxValue));
            return true;
        }

        return false;
    }

    /// <summary>Writes a header's value.</summary>
    /// <returns>The value, in the finest unit that has room for it, never longer than the time itself; zero is no timeout, so that the least is a nanosecond.</returns>
    public static string Format(TimeSpan timeout)
    {
        var nanoseconds = decimal.Max(1, (decimal)timeout.Ticks * NanosecondsPerTick);
        foreach (var (name, unit) in Units)
        {
            if (decimal.Floor(nanoseconds / unit) is <= MaxValue and var count)
                return string.Create(CultureInfo.InvariantCulture, $"{count}{name}");
        }

        return $"{MaxValue}H";
    }
}
