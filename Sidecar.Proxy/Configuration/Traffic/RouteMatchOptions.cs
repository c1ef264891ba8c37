using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>
/// What a request must have for a route to match: all of what is given here. Paths are compared in one form: <c>/%61</c>, <c>//a</c>, <c>/a;v=1</c> and
/// <c>/a/</c> are <c>/a</c>, unless routes are written for both <c>/a</c> and <c>/a/</c>; what has a meaning of its own, <c>%2F</c> for instance, stays encoded.
/// </summary>
public sealed record RouteMatchOptions : IValidatableObject
{
    /// <summary>The path, exactly. Default: every path.</summary>
    [RequestPath]
    public string? Path { get; init; }

    /// <summary>What the path begins with, by whole segments: <c>/api</c> matches <c>/api</c> and <c>/api/x</c>, not <c>/apis</c>. Default: every path.</summary>
    [RequestPath]
    public string? PathPrefix { get; init; }

    /// <summary>What the path begins with, wherever a segment ends: <c>/api</c> matches <c>/apis</c> too. Default: every path.</summary>
    [RequestPath]
    public string? PathStart { get; init; }

    /// <summary>A regular expression that all of the path fits. Default: every path.</summary>
    [Pattern]
    public string? PathRegex { get; init; }

    /// <summary>Whether the case of the path's letters does not matter. Default: false; a path is what its bytes are.</summary>
    public bool IgnorePathCase { get; init; }

    /// <summary>Methods, as they are spelt on the wire: upper case. <c>GET</c> includes <c>HEAD</c>, and WebSockets over HTTP/2. Default: every method.</summary>
    [Methods]
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Hosts, without port, in any case; <c>*.example.com</c> stands for all below it. Default: every host.</summary>
    [HostPatterns]
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Headers. One that came several times is compared as one, its values joined by commas. Default: none is looked at.</summary>
    public IReadOnlyList<FieldMatchOptions> Headers { get; init; } = [];

    /// <summary>Parameters of the query, decoded; the first of each name counts. Default: none is looked at.</summary>
    public IReadOnlyList<FieldMatchOptions> Query { get; init; } = [];

    /// <summary>Cookies; the first of each name counts. Default: none is looked at.</summary>
    public IReadOnlyList<FieldMatchOptions> Cookies { get; init; } = [];

    /// <summary>Whether there is a start of the path that a rewrite can put something in place of.</summary>
    internal bool HasPrefix => Path is not null || PathPrefix is not null || PathStart is not null;

    /// <summary>Whether the path decides.</summary>
    internal bool LooksAtPath => HasPrefix || PathRegex is not null;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
    [
        (nameof(Path), OptionsRules.Given(Path, PathPrefix, PathStart, PathRegex) > 1 ? "one of Path, PathPrefix, PathStart and PathRegex, not several" : null),
        Comparable(nameof(Path), Path), Comparable(nameof(PathPrefix), PathPrefix), Comparable(nameof(PathStart), PathStart),
        .. Headers.Select(static (header, i) => ($"{nameof(Headers)}:{i}:{nameof(FieldMatchOptions.Name)}", HttpGrammar.IsToken(header.Name) ? null : "the name of a header")),
    ]);

    private static (string Key, string? Allowed) Comparable(string key, string? path) =>
        (key, path is not null && (path.Contains(';') || path.Contains("//", StringComparison.Ordinal))
            ? "a path without parameters and empty segments, which are left out when paths are compared"
            : null);
}
