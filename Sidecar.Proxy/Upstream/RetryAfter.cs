using Microsoft.Net.Http.Headers;

namespace Sidecar.Proxy.Upstream;

/// <summary>The Retry-After header (RFC 9110, section 10.2.3).</summary>
internal static class RetryAfter
{
    /// <summary>Reads it.</summary>
    /// <param name="text">Seconds or a date, or null when there is no header.</param>
    /// <param name="now">The time.</param>
    /// <returns>How long to wait: zero if the header says nothing, or nothing that can be understood.</returns>
    public static TimeSpan Read(string? text, DateTimeOffset now)
    {
        if (text is null)
            return TimeSpan.Zero;
        if (text.Length > 0 && text.All(char.IsAsciiDigit))
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
        return HeaderUtilities.TryParseDate(text, out var date) && date > now ? date - now : TimeSpan.Zero;
    }
}
