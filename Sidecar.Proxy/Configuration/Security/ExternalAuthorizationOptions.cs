namespace Sidecar.Proxy.Configuration.Security;

/// <summary>A service that is asked over HTTP whether a request may pass, as Envoy's ext_authz filter asks it.</summary>
public sealed record ExternalAuthorizationOptions : IValidatableObject
{
    /// <summary>The service, such as <c>http://127.0.0.1:9191/check</c>. A path stands before the request's own.</summary>
    [Required(ErrorMessage = Allowed)]
    public string Url { get; init; } = "";

    /// <summary>How long a response may take, else it is a failure. Default: 200 milliseconds.</summary>
    [DurationRange("1ms", "1m")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Whether requests pass when the service fails (no response, or 5xx). Default: no.</summary>
    public bool FailOpen { get; init; }

    /// <summary>What requests are answered with otherwise. Default: 403.</summary>
    [Range(400, 599)]
    public int StatusOnError { get; init; } = 403;

    /// <summary>Request headers that the service receives besides Host and Authorization; a <c>*</c> at the end stands for any rest. Default: none.</summary>
    public IReadOnlyList<string> RequestHeaders { get; init; } = [];

    /// <summary>Headers of its response that the application receives. It receives those from nobody else: a client's are dropped. Default: none.</summary>
    public IReadOnlyList<string> UpstreamHeaders { get; init; } = [];

    /// <summary>Headers of its response that the application receives besides the client's of the same name. Default: none.</summary>
    public IReadOnlyList<string> AppendedUpstreamHeaders { get; init; } = [];

    /// <summary>Headers of its response that a rejected client receives, besides Content-Type, Location and WWW-Authenticate. Default: all.</summary>
    public IReadOnlyList<string> ClientHeaders { get; init; } = [];

    /// <summary>Headers of its response that a client receives with the application's response. Default: none.</summary>
    public IReadOnlyList<string> ClientHeadersOnSuccess { get; init; } = [];

    /// <summary>A PEM file of the authorities that an https service is checked against. Default: the system's.</summary>
    [ExistingFile]
    public string? CaFile { get; init; }

    /// <summary>How many connections to the service there may be; more requests wait for <see cref="Timeout"/>. Default: 64.</summary>
    [Range(1, 10_000)]
    public int MaxConnections { get; init; } = 64;

    /// <summary>How large the body of a rejection may be, else it is a failure. Default: 64 KiB.</summary>
    [Range(0, 16 * 1024 * 1024)]
    public int MaxAnswerBytes { get; init; } = 64 * 1024;

    private const string Allowed = "an absolute http or https URL such as http://127.0.0.1:9191/check, without user, query and fragment";

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => OptionsRules.Broken(
        (nameof(Url), IsAllowed(Url) ? null : Allowed),
        (nameof(CaFile), Pem.AuthoritiesProblem(CaFile)));

    private static bool IsAllowed(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url is { Host.Length: > 0, UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 };
}
