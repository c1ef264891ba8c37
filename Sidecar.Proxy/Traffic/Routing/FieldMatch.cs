using System.Text.RegularExpressions;

namespace Sidecar.Proxy.Traffic.Routing;

/// <summary>What a header, a parameter or a cookie must be like, ready to be compared.</summary>
/// <param name="options">What is configured.</param>
/// <param name="read">Finds its value, or null.</param>
/// <param name="isDoubled">Whether a request has it more than once.</param>
internal sealed class FieldMatch(FieldMatchOptions options, Func<HttpContext, RequestRecord, string, string?> read, Func<HttpContext, RequestRecord, string, bool> isDoubled)
{
    private readonly Regex? _regex = Pattern.Compile(options.Regex);

    /// <summary>Whether a request has it as it must be.</summary>
    public bool Matches(HttpContext context, RequestRecord record) => Is(read(context, record, options.Name)) != options.Invert;

    /// <summary>Whether a request has it more than once, so that the application may read another one.</summary>
    public bool IsDoubled(HttpContext context, RequestRecord record) => isDoubled(context, record, options.Name);

    private bool Is(string? value)
    {
        if (options.Present is { } present)
            return present == (value is not null);
        if (value is null)
            return false;
        if (options.Exact is not null)
            return value == options.Exact;
        return options.Prefix is not null ? value.StartsWith(options.Prefix, StringComparison.Ordinal) : _regex!.IsMatch(value);
    }
}
