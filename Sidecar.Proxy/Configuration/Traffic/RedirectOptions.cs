using Sidecar.Proxy.Http1;

namespace Sidecar.Proxy.Configuration.Traffic;

/// <summary>Where a client is sent: to where it went, except for what is given here. The query stays.</summary>
public sealed record RedirectOptions : IValidatableObject
{
    /// <summary>301, 302, 303, 307 or 308. Default: 302, found.</summary>
    [AllowedValues(301, 302, 303, 307, 308, ErrorMessage = "301, 302, 303, 307 or 308")]
    public int StatusCode { get; init; } = 302;

    /// <summary><c>http</c> or <c>https</c>. Default: the client's.</summary>
    [AllowedValues(null, "http", "https", ErrorMessage = "http or https")]
    public string? Scheme { get; init; }

    /// <summary>The host, with a port where it needs one. Default: the client's; without its port where <see cref="Scheme"/> is another.</summary>
    [HostHeader]
    public string? Host { get; init; }

    /// <summary>The whole path. Default: the client's.</summary>
    [RequestPath]
    public string? Path { get; init; }

    /// <summary>What comes in place of what <c>Match:PathPrefix</c>, <c>Match:PathStart</c> or <c>Match:Path</c> matched. Default: nothing does.</summary>
    [RequestPath]
    public string? PathPrefix { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(Path), Path is not null && PathPrefix is not null ? "one of Path and PathPrefix, not both" : null),
        (nameof(Host), Scheme is null && Host is null && Path is null && PathPrefix is null ? "at least one of Scheme, Host, Path and PathPrefix, or it leads back to itself" : null));
}
