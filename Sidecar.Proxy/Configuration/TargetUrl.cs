namespace Sidecar.Proxy.Configuration;

/// <summary>A target as it is configured: <c>http://a:8080</c>, or <c>http://a:8080;weight=3</c>.</summary>
/// <param name="Url">Its address.</param>
/// <param name="Weight">Its share of the requests, compared with that of the others.</param>
internal sealed record TargetUrl(Uri Url, int Weight)
{
    /// <summary>The largest weight.</summary>
    public const int MaxWeight = 1000;

    private const string WeightPrefix = ";weight=";

    /// <summary>Reads a target that is known to be one.</summary>
    /// <returns>It.</returns>
    public static TargetUrl Parse(string text) => TryParse(text, out var target) ? target : throw new FormatException($"'{text}' is not a target.");

    /// <summary>Reads a target.</summary>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, out TargetUrl target)
    {
        (target, var weight) = (null!, 1);
        var end = text.LastIndexOf(WeightPrefix, StringComparison.OrdinalIgnoreCase);
        if (end >= 0)
        {
            if (!int.TryParse(text.AsSpan(end + WeightPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out weight) || weight is < 1 or > MaxWeight)
                return false;
            text = text[..end];
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || !IsTarget(text, url))
            return false;
        target = new(url, weight);
        return true;
    }

    private static bool IsTarget(string text, Uri url) =>
        (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && text.StartsWith(url.Scheme + "://", StringComparison.OrdinalIgnoreCase)
        && url is { Host.Length: > 0, Port: > 0, UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 };
}

/// <summary>Allows one or more absolute http or https URLs with neither user, query nor fragment, each with a weight if wanted.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TargetUrlsAttribute() : ValidationAttribute("an absolute http or https URL such as http://localhost:8080, or several, comma-separated, each with ;weight=1 to ;weight=1000 if wanted")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) =>
        value is IReadOnlyList<string> { Count: > 0 } targets && targets.All(text => TargetUrl.TryParse(text, out _));
}
