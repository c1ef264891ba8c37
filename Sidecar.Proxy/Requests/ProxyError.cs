namespace Sidecar.Proxy.Requests;

/// <summary>Why the sidecar answers itself, by the names of RFC 9209, section 2.3.</summary>
/// <param name="Token">The error's registered name; also <c>error.type</c> in telemetry.</param>
/// <param name="StatusCode">The status code it is answered with.</param>
/// <param name="Detail">One sentence for whoever reads the response; it names nothing inside.</param>
/// <param name="Severity">How loudly it is logged: what a client does wrong or gives up is not a warning to the operator.</param>
public sealed record ProxyError(string Token, int StatusCode, string Detail, LogLevel Severity = LogLevel.Warning)
{
    /// <summary>The target's name cannot be resolved.</summary>
    public static ProxyError DnsError { get; } = new("dns_error", 502, "The application's name could not be resolved.");

    /// <summary>Nothing listens at the target.</summary>
    public static ProxyError ConnectionRefused { get; } = new("connection_refused", 502, "The application refused the connection.");

    /// <summary>None of the targets may be used.</summary>
    public static ProxyError DestinationUnavailable { get; } = new("destination_unavailable", 503, "The application is unavailable.");

    /// <summary>There is no way to the target.</summary>
    public static ProxyError DestinationUnroutable { get; } = new("destination_ip_unroutable", 502, "The application could not be reached.");

    /// <summary>The connection did not open in time.</summary>
    public static ProxyError ConnectionTimeout { get; } = new("connection_timeout", 504, "The application did not accept the connection in time.");

    /// <summary>The connection broke before a response.</summary>
    public static ProxyError ConnectionTerminated { get; } = new("connection_terminated", 502, "The application closed the connection before it answered.");

    /// <summary>The TLS handshake failed.</summary>
    public static ProxyError TlsProtocolError { get; } = new("tls_protocol_error", 502, "The secure connection to the application failed.");

    /// <summary>The target's certificate is not trusted.</summary>
    public static ProxyError TlsCertificateError { get; } = new("tls_certificate_error", 502, "The application's certificate is not trusted.");

    /// <summary>The response is not HTTP as it must be.</summary>
    public static ProxyError HttpProtocolError { get; } = new("http_protocol_error", 502, "The application's answer is not valid HTTP.");

    /// <summary>The response's head is too large.</summary>
    public static ProxyError ResponseHeadersTooLarge { get; } = new("http_response_header_section_size", 502, "The head of the application's answer is too large.");

    /// <summary>The response broke off.</summary>
    public static ProxyError ResponseIncomplete { get; } = new("http_response_incomplete", 502, "The application's answer broke off.");

    /// <summary>There was no response in time.</summary>
    public static ProxyError ResponseTimeout { get; } = new("http_response_timeout", 504, "The application did not answer in time.");

    /// <summary>The response's body stopped coming.</summary>
    public static ProxyError ConnectionReadTimeout { get; } = new("connection_read_timeout", 504, "The application's answer stopped coming.");

    /// <summary>The target has as many connections as it may have.</summary>
    public static ProxyError ConnectionLimitReached { get; } = new("connection_limit_reached", 503, "The application has as many requests as it may have.");

    /// <summary>The sidecar does not do what was asked.</summary>
    public static ProxyError MethodRefused { get; } = new("http_request_denied", 405, "The sidecar does not forward this method.", LogLevel.Information);

    /// <summary>The method is one that nobody has defined (RFC 9110, section 15.6.2).</summary>
    public static ProxyError MethodUnknown { get; } = new("http_request_denied", 501, "The request's method is not known.", LogLevel.Information);

    /// <summary>The request is not HTTP as it must be.</summary>
    public static ProxyError RequestError { get; } = new("http_request_error", 400, "The request is not valid HTTP.", LogLevel.Information);

    /// <summary>A request that is not valid HTTP, or more than is allowed.</summary>
    /// <param name="statusCode">The status code it is answered with.</param>
    /// <returns>The error.</returns>
    public static ProxyError Refused(int statusCode) => statusCode switch
    {
        400 => RequestError,
        408 => new("http_request_error", statusCode, "The request took too long.", LogLevel.Information),
        413 => new("http_request_error", statusCode, "The request's body is larger than allowed.", LogLevel.Information),
        414 => new("http_request_error", statusCode, "The request's target is longer than allowed.", LogLevel.Information),
        431 => new("http_request_error", statusCode, "The request's headers are larger than allowed.", LogLevel.Information),
        _ => RequestError with { StatusCode = statusCode },
    };

    /// <summary>The sidecar failed.</summary>
    public static ProxyError Internal { get; } = new("proxy_internal_error", 500, "The sidecar failed to handle the request.", LogLevel.Error);

    /// <summary>The client went away. RFC 9209 has no name for it: nobody is left to read it.</summary>
    public static ProxyError ClientDisconnected { get; } = new("client_disconnected", 499, "The client closed the connection or cancelled the request.", LogLevel.Information);
}
