namespace Sidecar.Proxy.Resilience;

/// <summary>Why a request was shed.</summary>
internal static class LimitErrors
{
    /// <summary>The client has sent more requests than it may.</summary>
    public static ProxyError TooManyRequests { get; } = new("http_request_denied", 429, "There were too many requests.", LogLevel.Information);

    /// <summary>The sidecar holds as many requests as it can.</summary>
    public static ProxyError TooManyStreams { get; } = new("http_request_denied", 503, "There are too many requests at once.", LogLevel.Information);

    /// <summary>The application has enough to do.</summary>
    public static ProxyError Overloaded { get; } = new("connection_limit_reached", 503, "The application has as many requests as it can take.");
}
