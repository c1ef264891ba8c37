using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>What the application is asked for instead of what the client asked for. The query stays; the access log tells what the client asked for.</summary>
public sealed record RewriteOptions : IValidatableObject
{
    /// <summary>The whole path. Default: as the client sent it, byte for byte.</summary>
    [RequestPath]
    public string? Path { get; init; }

    /// <summary>What comes in place of what <c>Match:PathPrefix</c>, <c>Match:PathStart</c> or <c>Match:Path</c> matched. Default: nothing does.</summary>
    [RequestPath]
    public string? PathPrefix { get; init; }

    /// <summary>A regular expression; whatever fits it in the path is replaced by <see cref="Replacement"/>, each time. Default: nothing is.</summary>
    [Pattern]
    public string? PathRegex { get; init; }

    /// <summary>What comes in place of what fits <see cref="PathRegex"/>: <c>$1</c> stands for its first group, <c>$$</c> for a dollar.</summary>
    public string? Replacement { get; init; }

    /// <summary>The Host header. Default: as <c>Sidecar:Headers:PreserveHost</c> says.</summary>
    [HostHeader]
    public string? Host { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(Path), OptionsRules.Given(Path, PathPrefix, PathRegex) > 1 ? "one of Path, PathPrefix and PathRegex, not several" : null),
        (nameof(Replacement), PathRegex is null != Replacement is null ? "given together with PathRegex" : null),
        (nameof(Replacement), Replacement is not (null or "") && (!HttpGrammar.IsTarget(Replacement) || Replacement.Contains('?', StringComparison.Ordinal))
            ? "a part of a path, percent-encoded where it must be, with $1 for the first group"
            : null));
}
