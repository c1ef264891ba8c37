namespace Sidecar.Proxy.Server;

/// <summary>The Date header's line, made once a second.</summary>
internal sealed class DateLine
{
    private volatile Made _made = new(0, []);

    /// <summary>The line for a time.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The header with its CRLF.</returns>
    public ReadOnlySpan<byte> At(DateTimeOffset now)
    {
        var second = now.Ticks / TimeSpan.TicksPerSecond;
        var made = _made;
        if (made.Second != second)
            _made = made = new(second, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Date: {now:R}\r\n")));
        return made.Line;
    }

    private sealed record Made(long Second, byte[] Line);
}
