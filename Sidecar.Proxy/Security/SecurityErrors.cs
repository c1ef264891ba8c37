namespace Sidecar.Proxy.Security;

/// <summary>Why a request is rejected for who sent it. What exactly was wrong is for the log; the client learns no more than it must.</summary>
internal static class SecurityErrors
{
    private const string Denied = "http_request_denied";

    /// <summary>There are no credentials, or none that hold.</summary>
    public static ProxyError Unauthenticated { get; } = new(Denied, 401, "The request needs credentials that hold.", LogLevel.Information);

    /// <summary>Whoever it is may not.</summary>
    public static ProxyError Forbidden { get; } = new(Denied, 403, "The request is not allowed.", LogLevel.Information);

    /// <summary>A token cannot be checked now.</summary>
    public static ProxyError KeysUnavailable { get; } = new(Denied, 503, "Credentials cannot be checked at the moment.");

    /// <summary>The authorization service says no.</summary>
    /// <param name="statusCode">The status code it wants the client to see.</param>
    public static ProxyError DeniedExternally(int statusCode) => new(Denied, statusCode, "The authorization service refused the request.", LogLevel.Information);

    /// <summary>The authorization service says nothing.</summary>
    /// <param name="statusCode">The configured status code.</param>
    public static ProxyError ExternalFailed(int statusCode) => new(Denied, statusCode, "The request could not be authorized.");
}
