namespace Sidecar.Proxy.Configuration;

/// <summary>What must not be seen in logs and traces. The application receives all of it.</summary>
public sealed record RedactionOptions
{
    /// <summary>
    /// Query parameters whose values are hidden, in any case of letters. Default: the usual names of credentials and signatures.
    /// </summary>
    public IReadOnlyList<string> QueryParameters { get; init; } =
    [
        "access_token", "api_key", "apikey", "auth", "AWSAccessKeyId", "client_secret", "code", "id_token", "jwt", "key", "passwd", "password",
        "pwd", "refresh_token", "secret", "session", "sig", "signature", "token", "X-Amz-Credential", "X-Amz-Security-Token", "X-Amz-Signature", "X-Goog-Signature",
    ];

    /// <summary>
    /// Paths that hold secrets, such as <c>/reset/{token}</c> or <c>/users/*/keys/{key}</c>: a segment in braces is hidden, <c>*</c> stands
    /// for any segment, and more may follow. Default: none.
    /// </summary>
    [PathPatterns]
    public IReadOnlyList<string> Paths { get; init; } = [];
}

/// <summary>Allows paths in which at least one segment is in braces.</summary>
public sealed class PathPatternsAttribute()
    : TextCheckAttribute("paths with the secret segment in braces, such as /reset/{{token}}, comma-separated", static path => path.StartsWith('/') && path.Split('/').Any(segment => segment is ['{', _, .., '}']));
