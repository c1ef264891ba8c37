using System.Text.Json;
using Sidecar.Proxy.Security.Access;

namespace Sidecar.Proxy.Security.Jwt;

/// <summary>When a token holds, in seconds since 1970 (RFC 7519, section 2, NumericDate).</summary>
/// <param name="NotBefore"><c>nbf</c>, or as early as can be.</param>
/// <param name="Expires"><c>exp</c>, which every token must have.</param>
internal readonly record struct TokenLifetime(double NotBefore, double Expires)
{
    /// <summary>Reads it.</summary>
    /// <returns>Whether it can be told.</returns>
    public static bool TryRead(JsonElement claims, out TokenLifetime lifetime)
    {
        lifetime = default;
        var notBefore = double.NegativeInfinity;
        if (!TryRead(claims, "exp", out var expires) || (claims.TryGetProperty("nbf", out _) && !TryRead(claims, "nbf", out notBefore)))
            return false;
        lifetime = new(notBefore, expires);
        return true;
    }

    /// <summary>Whether it holds now.</summary>
    /// <param name="now">Now.</param>
    /// <param name="skew">How far the issuer's clock may be off.</param>
    /// <returns>Why not, or null.</returns>
    public CredentialFailure? Check(DateTimeOffset now, TimeSpan skew)
    {
        var seconds = now.ToUnixTimeMilliseconds() / 1000.0;
        if (seconds >= Expires + skew.TotalSeconds)
            return CredentialFailure.Expired;
        return seconds < NotBefore - skew.TotalSeconds ? CredentialFailure.NotYetValid : null;
    }

    private static bool TryRead(JsonElement claims, string name, out double seconds)
    {
        seconds = 0;
        return claims.TryGetProperty(name, out var claim) && claim.ValueKind == JsonValueKind.Number && claim.TryGetDouble(out seconds) && double.IsFinite(seconds);
    }
}
